import Glibc
import SystemPackage

extension CgroupHierarchy {
    /// Where the server lives while the runs' cgroups have controllers.
    private var leaf: String { "\(directory)/\(CgroupPlace.leafName)" }

    /// Moves this process out of the base, into a leaf: a cgroup with processes hands no controllers on.
    ///
    /// Only where it is alone there: other processes are not ours to move. ``remove()`` moves it back.
    ///
    /// - Returns: why limits of runs will not hold through their cgroups, for people; nil when nothing is in the way.
    package func moveIntoLeaf(procRoot: String = "/proc", pid: Int32 = getpid()) -> String? {
        guard let place = CgroupPlace(procRoot: procRoot), place.base == base, !place.isRoot else { return nil }
        guard let inhabitants = place.inhabitants else { return "the processes in \(base) cannot be read" }
        if inhabitants.isEmpty { return nil }
        guard inhabitants == [pid] else { return Self.obstacle(of: inhabitants, besides: pid, in: base) }
        guard mkdir(leaf, 0o755) == 0 || errno == EEXIST else { return refusal(Errno(rawValue: errno)) }
        guard let error = PseudoFileText.write("\(pid)", to: "\(leaf)/cgroup.procs") else { return nil }
        rmdir(leaf)
        return refusal(error)
    }

    /// What keeps a cgroup from handing on controllers, when others than this process live in it.
    static func obstacle(of inhabitants: [Int32], besides pid: Int32, in base: String) -> String? {
        let others = inhabitants.filter { $0 != pid }
        guard let first = others.first else { return nil }
        let who = others.count == 1 ? "process \(first) lives" : "\(others.count) other processes live"
        return "\(who) in \(base), so it cannot hand on the controllers of cgroup v2"
    }

    /// Undoes ``moveIntoLeaf(procRoot:pid:)``: who starts the server again begins in the base, which must not hand on
    /// controllers then.
    func leaveLeaf() {
        guard access(leaf, F_OK) == 0 else { return }
        for place in [directory, base] {
            for controller in CgroupController.allCases {
                _ = PseudoFileText.write("-\(controller.rawValue)", to: "\(place)/cgroup.subtree_control")
            }
        }
        _ = PseudoFileText.write("\(getpid())", to: "\(base)/cgroup.procs")
        rmdir(leaf)
    }

    private func refusal(_ error: Errno) -> String { "the server cannot move to \(leaf) (\(error))" }
}
