import LinuxSystem

/// What the kernel holds against RLIMIT_NPROC.
enum UserThreads {
    /// All threads of all processes of a user, as `/proc` shows them at this moment.
    static func count(of user: UInt32, procRoot: String = "/proc") -> Int {
        let names = (try? PseudoDirectory.names(in: procRoot)) ?? []
        return names.filter { Int32($0) != nil }.reduce(0) { sum, name in
            guard let status = try? PseudoFile.readText("\(procRoot)/\(name)/status") else { return sum }
            return sum + threads(in: status, of: user)
        }
    }

    /// `Uid:	1000	1000	1000	1000` (the first is the real one) and `Threads:	4` in `/proc/<pid>/status`.
    private static func threads(in status: String, of user: UInt32) -> Int {
        var isOurs = false
        for line in status.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count > 1 else { continue }
            if fields[0] == "Uid:" { isOurs = UInt32(fields[1]) == user }
            if fields[0] == "Threads:" { return isOurs ? Int(fields[1]) ?? 0 : 0 }
        }
        return 0
    }
}
