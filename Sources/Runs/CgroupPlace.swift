import CLinux
import Glibc
import LinuxSystem

/// Where in the cgroup v2 tree this process lives, and where the cgroups of a server's runs can be.
struct CgroupPlace {
    /// The cgroup of this process.
    let own: String
    /// The cgroup in which a server makes the others: its own as long as it has not moved into a leaf of that.
    let base: String

    /// nil where no cgroup v2 is mounted.
    init?(procRoot: String) {
        guard let mount = Self.mountPoint(procRoot: procRoot), let path = Self.ownPath(procRoot: procRoot) else {
            return nil
        }
        own = path == "/" ? mount : mount + path
        base = Self.base(of: own)
    }

    /// The root of the whole tree, which may have processes beside controllers for those below; that of a container
    /// may not (cgroups(7), "no internal processes").
    var isRoot: Bool { access("\(base)/cgroup.type", F_OK) != 0 }

    /// The processes in the base itself, which keep it from handing on controllers; nil when they cannot be read.
    var inhabitants: [Int32]? {
        guard let text = try? PseudoFile.readText("\(base)/cgroup.procs") else { return nil }
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// The leaf of a server in its directory.
    static let leafName = "server"

    /// `…/ergometer.service/ergometer.4026531836.42.4711/server` → `…/ergometer.service`, and the same for a leaf that systemd
    /// has made (`DelegateSubgroup=`): a cgroup that it delegates has the attribute `user.delegate`.
    private static func base(of own: String) -> String {
        guard let directory = parent(of: own), let above = parent(of: directory) else { return own }
        if own == "\(directory)/\(leafName)", isServerDirectory(directory) { return above }
        return isDelegated(directory) && !isDelegated(own) && access(directory, W_OK) == 0 ? directory : own
    }

    /// Whether a cgroup is named as servers name theirs: `ergometer.<pid namespace>.<start>.<pid>`.
    static func isServerDirectory(_ path: String) -> Bool {
        let parts = (path.split(separator: "/").last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        return parts.first == "ergometer" && parts.count == 4 && parts.dropFirst().allSatisfy { UInt64($0) != nil }
    }

    static func parent(of path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    private static func isDelegated(_ path: String) -> Bool {
        var value: UInt8 = 0
        return getxattr(path, "user.delegate", &value, 1) == 1 && value == UInt8(ascii: "1")
    }
}

extension CgroupPlace {
    /// `31 23 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw` in `/proc/self/mountinfo`.
    private static func mountPoint(procRoot: String) -> String? {
        (try? MountTable(procRoot: procRoot))?.first(ofType: "cgroup2")?.path
    }

    /// `0::/user.slice/session-3.scope` in `/proc/self/cgroup`.
    private static func ownPath(procRoot: String) -> String? {
        let lines = (try? PseudoFile.readText("\(procRoot)/self/cgroup"))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
    }
}
