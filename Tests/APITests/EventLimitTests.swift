import Runs
import Synchronization
import Testing

@testable import PerfEvents

@Suite struct EventLimitTests {
    /// Counts what it is asked.
    private final class Kernel: Sendable {
        private let questions = Mutex(0)

        var questionCount: Int { questions.withLock { $0 } }

        /// The places of what is wrong.
        func faults(of names: [String]) -> [Int] {
            let backend = PerfEventBackend(
                probe: PerfEventProbe(environment: PerfEnvironment(root: "/nowhere")) { [self] _ in
                    questions.withLock { $0 += 1 }
                })
            do {
                _ = try backend.plan(events: names)
                return []
            } catch {
                return error.faults.map(\.index)
            }
        }
    }

    private let kernel = Kernel()

    @Test func `a run that wants too many events is refused before the kernel is asked about any`() {
        let faults = kernel.faults(of: (1...65).map { "r\(String($0, radix: 16))" })
        #expect(faults == [64])
        #expect(kernel.questionCount == 0)
    }

    @Test func `the kernel is asked where the events are not too many`() {
        #expect(kernel.faults(of: (1...64).map { "r\(String($0, radix: 16))" }).isEmpty)
        #expect(kernel.questionCount > 0)
    }

    @Test(arguments: ["nonsense %", "r%"])
    func `no more than a hundred faults are listed`(pattern: String) {
        let names = (1...1000).map { pattern.replacing("%", with: String($0, radix: 16)) }
        #expect(kernel.faults(of: names).count == 100)
    }
}
