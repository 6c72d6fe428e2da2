import LinuxSystem

extension RunCgroup {
    /// What is on its account now; nil where the kernel does not say, before Linux 4.15.
    var usage: CgroupUsage? {
        guard let text = content(of: "cpu.stat"), var usage = Self.parseCPU(text) else { return nil }
        usage.peakMemoryBytes = content(of: "memory.peak").flatMap { UInt64($0) }
        if let text = content(of: "io.stat") {
            usage.bytesRead = Self.sum("rbytes", in: text)
            usage.bytesWritten = Self.sum("wbytes", in: text)
        }
        return usage
    }

    /// The beginning of `cpu.stat`:
    ///
    ///     usage_usec 1738247890
    ///     user_usec 1599728505
    ///     system_usec 138519385
    static func parseCPU(_ text: String) -> CgroupUsage? {
        let fields = text.split(separator: "\n").map { $0.split(separator: " ") }
        func time(_ name: String) -> Duration? {
            fields.first { $0.count == 2 && $0[0] == name }.flatMap { Int64($0[1]) }.map { .microseconds($0) }
        }
        guard let total = time("usage_usec"), let user = time("user_usec"), let system = time("system_usec") else {
            return nil
        }
        return CgroupUsage(cpuTime: total, userTime: user, systemTime: system)
    }

    /// Adds up a key over the lines of `io.stat`, one for each device that was used:
    ///
    ///     8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0
    static func sum(_ key: String, in text: String) -> UInt64 {
        text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("\(key)=") }
            .reduce(0) { $0 &+ (UInt64($1.dropFirst(key.utf8.count + 1)) ?? 0) }
    }

    private func content(of file: String) -> String? {
        try? PseudoFile.readText("\(path)/\(file)")
    }
}
