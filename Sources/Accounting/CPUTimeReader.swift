/// Reads the busy time of all CPUs from one of its origins. Not thread-safe: its owner guards it.
protocol CPUTimeReader: AnyObject {
    var origin: BusyTimeOrigin { get }

    /// One more than the highest number of a CPU that may be read.
    var cpuCount: Int { get }

    /// Reads all CPUs. Allocates nothing.
    ///
    /// - Returns: false when nothing could be read.
    func read(into times: inout CPUTimes) -> Bool
}
