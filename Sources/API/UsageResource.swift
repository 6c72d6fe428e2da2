import Measurement
import Runs

/// What a run used besides its counters; `sources` says where each number comes from.
struct UsageResource: Encodable {
    let source = "wait4: the main process and the descendants it waited for"
    let cpuSeconds: Double?
    let userSeconds: Double?
    let systemSeconds: Double?
    let peakMemoryBytes: UInt64?
    let bytesRead: UInt64?
    let bytesWritten: UInt64?
    let minorPageFaults: Int
    let majorPageFaults: Int
    let voluntaryContextSwitches: Int
    let involuntaryContextSwitches: Int
    let blocksRead: Int
    let blocksWritten: Int
    /// Where each number comes from, by its name.
    let sources: [String: String]
    /// Why there is none, by the name of what is missing.
    let unavailable: [String: String]

    init(_ usage: ResourceUsage) {
        let account = RunAccount(usage)
        cpuSeconds = account.cpuTime.value?.inSeconds
        userSeconds = account.userTime.value?.inSeconds
        systemSeconds = account.systemTime.value?.inSeconds
        peakMemoryBytes = account.peakMemoryBytes.value
        bytesRead = account.bytesRead.value
        bytesWritten = account.bytesWritten.value
        minorPageFaults = usage.minorPageFaults
        majorPageFaults = usage.majorPageFaults
        voluntaryContextSwitches = usage.voluntaryContextSwitches
        involuntaryContextSwitches = usage.involuntaryContextSwitches
        blocksRead = usage.blocksRead
        blocksWritten = usage.blocksWritten
        var notes = Notes()
        notes.add("cpu_seconds", account.cpuTime)
        notes.add("user_seconds", account.userTime)
        notes.add("system_seconds", account.systemTime)
        notes.add("peak_memory_bytes", account.peakMemoryBytes)
        notes.add("bytes_read", account.bytesRead)
        notes.add("bytes_written", account.bytesWritten)
        for name in Self.countsOfWait4 { notes.sources[name] = AccountOrigin.wait4.rawValue }
        sources = notes.sources
        unavailable = notes.reasons
    }

    private static let countsOfWait4 = [
        "minor_page_faults", "major_page_faults", "voluntary_context_switches", "involuntary_context_switches",
        "blocks_read", "blocks_written",
    ]

    private struct Notes {
        var sources: [String: String] = [:]
        var reasons: [String: String] = [:]

        mutating func add<Value>(_ name: String, _ accounted: Accounted<Value>) {
            switch accounted {
            case .measured(_, let origin): sources[name] = origin.rawValue
            case .unavailable(let reason): reasons[name] = reason
            }
        }
    }
}
