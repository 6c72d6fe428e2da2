import Glibc
import LinuxSystem
import SystemPackage

/// The place in the cgroup v2 tree where runs get cgroups of their own (cgroups(7)).
///
/// A cgroup is the one fence that a process cannot leave by forking twice or starting a session: with it every
/// descendant is known, and ended, for sure.
package struct CgroupHierarchy: Sendable {
    /// `<mount>/<own cgroup>/ergometer.<start>.<pid>`: pids come again, after a crash even the own one.
    let directory: String

    /// Makes this process's directory; nil where there is no cgroup v2 or it cannot be written.
    package static func forThisProcess(procRoot: String = "/proc") -> CgroupHierarchy? {
        guard let mount = mountPoint(procRoot: procRoot), let own = ownPath(procRoot: procRoot) else { return nil }
        let base = own == "/" ? mount : mount + own
        endStale(in: base)
        let start = ProcessIdentity(of: getpid()).map { "\($0.startTicks)." } ?? ""
        let directory = "\(base)/ergometer.\(start)\(getpid())"
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else { return nil }
        return CgroupHierarchy(directory: directory)
    }

    /// A cgroup for one run.
    func makeCgroup(for id: RunID) throws(Errno) -> RunCgroup {
        try RunCgroup(creating: "\(directory)/\(id)")
    }

    /// Takes the directory away. Runs have taken theirs away before.
    package func remove() {
        rmdir(directory)
    }

    /// Ends what a server that was killed has left running: nothing lives on unmeasured.
    private static func endStale(in base: String) {
        for directory in subdirectories(of: base, prefix: "ergometer.") where isStale(directory) {
            for run in subdirectories(of: directory, prefix: "") { try? RunCgroup(existing: run).endAndRemove() }
            rmdir(directory)
        }
    }

    /// Whether the process that made the directory is gone.
    private static func isStale(_ directory: String) -> Bool {
        let name = directory[directory.lastIndex(of: "/")!...].split(separator: ".").dropFirst()
        guard (1...2).contains(name.count), let pid = name.last.flatMap({ Int32($0) }) else { return false }
        guard let stat = try? PseudoFile.readText("/proc/\(pid)/stat"),
            let process = ProcessTable.parse(stat, pid: pid)
        else { return true }
        // A zombie has a pid, and where nobody reaps it, for ever.
        if process.state == "Z" { return true }
        return name.count == 2 && UInt64(name.first!) != process.startTicks
    }

    /// Every directory of cgroupfs has a `cgroup.procs`; its files have not.
    private static func subdirectories(of directory: String, prefix: String) -> [String] {
        let names = (try? PseudoDirectory.names(in: directory)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.map { "\(directory)/\($0)" }
            .filter { access("\($0)/cgroup.procs", F_OK) == 0 }
    }
}

extension CgroupHierarchy {
    /// `31 23 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw` in `/proc/self/mountinfo`.
    static func mountPoint(procRoot: String) -> String? {
        lines("\(procRoot)/self/mountinfo").lazy
            .map { $0.split(separator: " ") }
            .first { fields in
                guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { return false }
                return fields[dash + 1] == "cgroup2"
            }
            .map { String($0[4]) }
    }

    /// `0::/user.slice/session-3.scope` in `/proc/self/cgroup`.
    static func ownPath(procRoot: String) -> String? {
        lines("\(procRoot)/self/cgroup").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
    }

    private static func lines(_ path: String) -> [Substring] {
        (try? PseudoFile.readText(path))?.split(separator: "\n") ?? []
    }
}
