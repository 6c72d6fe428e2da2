import Glibc
import LinuxSystem
import Measurement

extension CgroupHierarchy {
    /// Whether runs can have cgroups of their own, without making one.
    ///
    /// - Returns: the cgroup in which they would be where there is one, and what is in the way.
    package static func look(procRoot: String = "/proc", pid: Int32 = getpid()) -> (
        path: String, availability: Availability
    ) {
        guard let place = CgroupPlace(procRoot: procRoot) else {
            let reason = "no cgroup v2 is mounted: descendants of runs are found through /proc"
            return ("", .unavailable(Obstacle(reason, remedy: "mount -t cgroup2 none /sys/fs/cgroup/unified, as root")))
        }
        guard access(place.base, W_OK) == 0 else {
            let reason = "\(place.base) cannot be written: descendants are found through /proc"
            return (place.base, .unavailable(Obstacle(reason, remedy: delegation)))
        }
        guard let obstacle = obstacleToLimits(in: place, pid: pid) else { return (place.base, .available) }
        let reason = "\(obstacle): limits of runs hold by other means"
        return (place.base, .limited(Obstacle(reason, remedy: delegation)))
    }

    /// What keeps cgroups of runs from having the controllers that bound them.
    private static func obstacleToLimits(in place: CgroupPlace, pid: Int32) -> String? {
        let text = (try? PseudoFile.readText("\(place.base)/cgroup.controllers")) ?? ""
        let controllers = text.split(separator: " ")
        let missing = ["memory", "pids"].filter { !controllers.contains(Substring($0)) }
        guard missing.isEmpty else {
            return "\(place.base) has no controller for \(missing.joined(separator: " and "))"
        }
        return place.isRoot ? nil : obstacle(of: place.inhabitants ?? [], besides: pid, in: place.base)
    }

    private static let delegation = "give the server a cgroup of its own, as a systemd unit with Delegate=yes does"
}
