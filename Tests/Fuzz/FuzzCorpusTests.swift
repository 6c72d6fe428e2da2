import Foundation
import Testing

/// Every input that ever mattered is tried again: what a fuzzer found once stays found.
@Suite(.serialized) struct FuzzCorpusTests {
    static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "corpus")

    @Test("All inputs of the corpus are answered or refused", arguments: FuzzTarget.all.map(\.name))
    func corpus(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appending(path: name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { target.run([UInt8](try Data(contentsOf: file))) }
    }

    @Test("Each input is tried with every target too: a parser is not choosy about where bytes come from")
    func everything() throws {
        for target in FuzzTarget.all {
            let files = try FileManager.default.subpathsOfDirectory(atPath: Self.corpus.path)
            for file in files {
                guard let data = try? Data(contentsOf: Self.corpus.appending(path: file)) else { continue }
                target.run([UInt8](data))
            }
        }
    }
}

/// The records of runs, each value of them damaged in turn.
@Suite struct RecordSweepTests {
    private static let directory = FuzzCorpusTests.corpus.appending(path: "record")

    /// What stands in the place of a value.
    private static var replacements: [Any] { [-1, Int.min, 9e59, NSNull()] }

    @Test("No value of a record stops the server, whatever it becomes", arguments: ["finished", "queued"])
    func values(name: String) throws {
        let whole = try Data(contentsOf: Self.directory.appending(path: name))
        #expect(isRecord([UInt8](whole)))
        let record = try JSONSerialization.jsonObject(with: whole)
        var (taken, refused) = (0, 0)
        for replacement in Self.replacements {
            for damaged in Self.variants(of: record, replacement) {
                let bytes = [UInt8](try JSONSerialization.data(withJSONObject: damaged, options: .fragmentsAllowed))
                fuzzRecord(bytes)
                if isRecord(bytes) { taken += 1 } else { refused += 1 }
            }
        }
        #expect(taken > 0 && refused > 10)
    }

    /// The value with each of the values in it replaced in turn, and last itself.
    private static func variants(of value: Any, _ replacement: Any) -> [Any] {
        var variants: [Any] = []
        if let object = value as? [String: Any] {
            for (key, member) in object {
                for variant in Self.variants(of: member, replacement) {
                    variants.append(object.merging([key: variant]) { $1 })
                }
            }
        } else if let array = value as? [Any] {
            for index in array.indices {
                for variant in Self.variants(of: array[index], replacement) {
                    var copy = array
                    copy[index] = variant
                    variants.append(copy)
                }
            }
        }
        return variants + [replacement]
    }
}
