import Glibc
import LinuxSystem
import SystemPackage

/// The place in the cgroup v2 tree where runs get cgroups of their own (cgroups(7)).
///
/// A cgroup is the one fence that a process cannot leave by forking twice or starting a session: with it every
/// descendant is known, and ended, for sure.
package struct CgroupHierarchy: Sendable {
    /// The cgroup in which the server has its directory, and the server itself at first.
    let base: String
    /// `<base>/ergometer.<pid namespace>.<start>.<pid>`: pids come again, after a crash even the own one.
    let directory: String

    /// The directory of the server, named by hand.
    init(directory: String) {
        self.directory = directory
        base = CgroupPlace.parent(of: directory) ?? directory
    }

    /// Makes this process's directory; nil where there is no cgroup v2 or it cannot be written.
    package static func forThisProcess(procRoot: String = "/proc") -> CgroupHierarchy? {
        guard let place = CgroupPlace(procRoot: procRoot) else { return nil }
        endStale(in: place.base)
        // With a wrong name the next server would take this one for dead, and end its runs.
        guard let start = ProcessIdentity(of: getpid())?.startTicks, pidNamespace != 0 else { return nil }
        let directory = "\(place.base)/ergometer.\(pidNamespace).\(start).\(getpid())"
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else { return nil }
        return CgroupHierarchy(directory: directory)
    }

    /// A cgroup for one run.
    func makeCgroup(for id: RunID) throws(Errno) -> RunCgroup {
        try RunCgroup(creating: "\(directory)/\(id)")
    }

    /// Leaves the tree as it was found. Runs have taken their cgroups away before.
    package func remove() {
        leaveLeaf()
        rmdir(directory)
    }

    /// Ends what a server that was killed has left running: nothing lives on unmeasured.
    private static func endStale(in base: String) {
        for directory in CgroupDirectory.children(of: base) where isStale(directory) {
            try? RunCgroup(existing: directory).endAndRemove()
        }
    }

    /// The number of this process's pid namespace, as in `pid:[4026531836]`; 0 where it cannot be read.
    static let pidNamespace: UInt64 = {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
    }()

    /// Whether it is the directory of a process that is gone. What is gone can only be told of the own pid namespace: a
    /// server in a container lives under pids that are others here, and when it ends, the kernel ends what it ran.
    private static func isStale(_ directory: String) -> Bool {
        guard CgroupPlace.isServerDirectory(directory) else { return false }
        let numbers = directory[directory.lastIndex(of: "/")!...].split(separator: ".").dropFirst().compactMap {
            UInt64($0)
        }
        guard numbers.count == 3, numbers[0] == pidNamespace, let pid = Int32(exactly: numbers[2]) else { return false }
        guard let stat = try? PseudoFile.readText("/proc/\(pid)/stat"),
            let process = ProcessTable.parse(stat, pid: pid)
        else { return true }
        // A zombie has a pid, and where nobody reaps it, for ever.
        if process.state == "Z" { return true }
        return numbers[1] != process.startTicks
    }
}
