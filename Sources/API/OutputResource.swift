import Runs

/// What became of a command's output.
struct OutputResource: Encodable {
    let stdout: Stream
    let stderr: Stream

    struct Stream: Encodable {
        let bytes: UInt64?
        let keptBytes: UInt64
        let truncated: Bool?

        init(_ summary: RunOutput.StreamSummary) {
            bytes = summary.bytes
            keptBytes = summary.keptBytes
            truncated = summary.isTruncated
        }
    }

    init(_ output: RunOutput) {
        stdout = Stream(output.stdout)
        stderr = Stream(output.stderr)
    }
}

/// Limits as numbers, whatever form they were given in.
struct LimitsResource: Encodable {
    let memory: UInt64?
    let processes: UInt64?
    let cpuSeconds: UInt64?
    let output: UInt64

    init(_ limits: RunLimits) {
        memory = limits.memory
        processes = limits.processes
        cpuSeconds = limits.cpuSeconds
        output = limits.output
    }
}
