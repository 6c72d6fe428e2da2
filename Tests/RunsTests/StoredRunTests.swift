import FoundationEssentials
import Measurement
import Testing

@testable import Runs

/// What earlier versions have written must be read by later ones.
@Suite struct StoredRunTests {
    @Test("a run that was stored before there were limits, stdin and output is read with their defaults")
    func old() throws {
        let text = """
            {"createdAt": {"nanosecondsSinceEpoch": 1}, "id": "01m7y6brn1nfdtzrr0c0hs6qnf", "state": "queued",
             "specification": {"command": {"shell": {"_0": "true"}}, "environment": {}, "labels": {},
                               "interval": [0, 100000000000000000], "killGrace": [0, 5000000000000000000]}, "warnings": []}
            """
        let run = try JSONDecoder().decode(Run.self, from: Data(text.utf8))
        #expect(run.specification == RunSpecification(command: .shell("true")))
        #expect(run.opening == nil && run.closing == nil)
        #expect(run.output == nil && run.specification.limits.output == 16 << 20)
    }

    @Test("limits, stdin and output read back as they were written")
    func new() throws {
        var run = Run(
            id: RunID(createdAt: .now),
            specification: RunSpecification(
                command: .shell("true"), stdin: "a\0",
                limits: RunLimits(memory: 1, processes: 2, cpuSeconds: 3, output: 4)), createdAt: .now)
        var output = RunOutput()
        output.stderr.bytes = 7
        run.output = output
        run.opening = KeptFrame(instant: MonotonicInstant(nanoseconds: 7), values: [1, absentValue])
        let read = try JSONDecoder().decode(Run.self, from: JSONEncoder().encode(run))
        #expect(read.specification == run.specification && read.output == output && read.opening == run.opening)
    }
}
