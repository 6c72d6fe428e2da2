import SystemPackage

/// What cgroups can bound beyond the list of their processes.
enum CgroupController: String, Sendable {
    case memory, pids
}

extension CgroupHierarchy {
    /// Lets the cgroups of runs have a controller. Succeeds where it was handed down to the cgroup of this process,
    /// and this process lives in none that would have to hand it on (the rule of "no internal processes").
    ///
    /// - Returns: why it cannot, for people; nil when the controller is there.
    func enable(_ controller: CgroupController) -> String? {
        let base = String(directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)])
        for place in [base, directory] {
            guard let refusal = PseudoFileText.write("+\(controller.rawValue)", to: "\(place)/cgroup.subtree_control")
            else { continue }
            return "\(place) cannot hand on the \(controller.rawValue) controller of cgroup v2 (\(refusal))"
        }
        return nil
    }
}
