import Measurement
import Testing

@testable import Runs

@Suite struct RunIDTests {
    private func wall(_ milliseconds: Int64) -> WallInstant {
        WallInstant(nanosecondsSinceEpoch: milliseconds * 1_000_000)
    }

    @Test("identifiers are ordered by the time of their making, as text too")
    func order() {
        let ids = [0, 1, 31, 32, 1_715_722_129_000, 1_715_722_129_001, 9_223_372_036_854].map {
            RunID(createdAt: wall($0))
        }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(ids.allSatisfy { $0.description.utf8.count == 26 })
        #expect(ids[0].description.hasPrefix("0000000000"))
        #expect(ids[6].description.hasPrefix("08cdxx0pqp"))
    }

    @Test("identifiers of one millisecond rise, and so they do when the clock steps back or stands before 1970")
    func monotony() {
        var previous = RunID(createdAt: wall(1_000_000))
        for time in [1_000_000, 1_000_000, 999_999, 0, -5, 1_000_001] as [Int64] {
            let next = RunID(createdAt: wall(time), after: previous)
            #expect(next > previous)
            previous = next
        }
    }

    @Test("the clock stepping back adds one, with the carry where there is one")
    func successor() throws {
        let previous = try #require(RunID("01hxyzzzzzzzzzzzzzzzzzzzzz"))
        #expect(RunID(createdAt: wall(0), after: previous).description == "01hxz000000000000000000000")
    }

    @Test("a thousand identifiers of one moment are different")
    func unique() {
        #expect(Set((0..<1000).map { _ in RunID(createdAt: wall(5)) }).count == 1000)
    }

    @Test("an identifier reads back from its text")
    func roundTrip() {
        let id = RunID(createdAt: wall(1_715_722_129_000))
        #expect(RunID(id.description) == id)
        #expect(RunID("7zzzzzzzzzzzzzzzzzzzzzzzzz") != nil)
    }

    @Test(
        "what is no identifier is refused",
        arguments: [
            "", "0", "01hxyzzzzzzzzzzzzzzzzzzzz", "01hxyzzzzzzzzzzzzzzzzzzzzzz", "01HXYZZZZZZZZZZZZZZZZZZZZZ",
            "01hxyzzzzzzzzzzzzzzzzzzzzi", "01hxyzzzzzzzzzzzzzzzzzzzzl", "01hxyzzzzzzzzzzzzzzzzzzzzo",
            "01hxyzzzzzzzzzzzzzzzzzzzzu", "01hxyzzzzzzzzzzzzzzzzzzzz/", "../xyzzzzzzzzzzzzzzzzzzzzz",
            "８1hxyzzzzzzzzzzzzzzzzzzzz", "8zzzzzzzzzzzzzzzzzzzzzzzzz", "zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "01hxyzzzzzzzzzzzzzzzzzzz\0z", "01hxyzzzzzzzzzzzzzzzzzzzé",
        ])
    func malformed(text: String) {
        #expect(RunID(text) == nil)
    }
}
