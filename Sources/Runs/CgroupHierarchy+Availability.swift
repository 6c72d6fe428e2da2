import Glibc
import LinuxSystem
import Measurement

extension CgroupHierarchy {
    /// Whether runs can have cgroups of their own, without making one.
    ///
    /// - Returns: the cgroup of this process where there is one, and what is in the way.
    package static func look(procRoot: String = "/proc") -> (path: String, availability: Availability) {
        guard let mount = mountPoint(procRoot: procRoot), let own = ownPath(procRoot: procRoot) else {
            let reason = "no cgroup v2 is mounted: descendants of runs are found through /proc"
            return ("", .unavailable(Obstacle(reason, remedy: "mount -t cgroup2 none /sys/fs/cgroup/unified, as root")))
        }
        let path = own == "/" ? mount : mount + own
        guard access(path, W_OK) == 0 else {
            return (
                path,
                .unavailable(
                    Obstacle("\(path) cannot be written: descendants are found through /proc", remedy: delegation))
            )
        }
        let controllers = (try? PseudoFile.readText("\(path)/cgroup.controllers"))?.split(separator: " ") ?? []
        let missing = ["memory", "pids"].filter { !controllers.contains(Substring($0)) }
        guard !missing.isEmpty else { return (path, .available) }
        return (
            path,
            .limited(
                Obstacle(
                    "\(path) has no controller for \(missing.joined(separator: " and ")): limits of runs hold by other means",
                    remedy: delegation))
        )
    }

    private static let delegation = "give the server a cgroup of its own, as a systemd unit with Delegate=yes does"
}
