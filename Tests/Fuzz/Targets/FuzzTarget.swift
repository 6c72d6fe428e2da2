/// A parser of bytes that come from outside, and what must hold for every input: it answers or refuses, it never stops the
/// process, and what it has accepted keeps its meaning when written and read again.
struct FuzzTarget: Sendable {
    /// Also the name of its corpus: `corpus/<name>`.
    let name: String
    /// Stops the process when something does not hold.
    let run: @Sendable ([UInt8]) -> Void

    static let all: [FuzzTarget] = [
        FuzzTarget(name: "specification", run: fuzzSpecification),
        FuzzTarget(name: "words", run: fuzzWords),
        FuzzTarget(name: "event-name", run: fuzzEventName),
        FuzzTarget(name: "request", run: fuzzRequest),
        FuzzTarget(name: "kernel-file", run: fuzzKernelFile),
        FuzzTarget(name: "powercap", run: fuzzPowercap),
        FuzzTarget(name: "chunk", run: fuzzChunk),
        FuzzTarget(name: "measurements", run: fuzzMeasurements),
        FuzzTarget(name: "settings", run: fuzzSettings),
        FuzzTarget(name: "record", run: fuzzRecord),
    ]

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
