import Glibc
import LinuxSystem

/// A directory of cgroupfs.
enum CgroupDirectory {
    /// The cgroups directly below one, as paths; none where it is gone. Each has a `cgroup.procs`, and files have not.
    static func children(of path: String) -> [String] {
        let names = (try? PseudoDirectory.names(in: path)) ?? []
        return names.map { "\(path)/\($0)" }.filter { access("\($0)/cgroup.procs", F_OK) == 0 }
    }
}
