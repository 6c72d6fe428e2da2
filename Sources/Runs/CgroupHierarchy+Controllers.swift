import SystemPackage

/// What cgroups can bound, or account for, beyond the list of their processes.
enum CgroupController: String, CaseIterable, Sendable {
    case memory, pids, io
}

extension CgroupHierarchy {
    /// Lets the cgroups of runs tell peak memory and I/O, where that can be had; limits ask for their controllers again.
    package func enableAccounting() {
        for controller in [CgroupController.memory, .io] { _ = enable(controller) }
    }

    /// Lets the cgroups of runs have a controller. Succeeds where it was handed down to the base, and no process lives
    /// in that (the rule of "no internal processes"): see ``moveIntoLeaf(procRoot:pid:)``.
    ///
    /// - Returns: why it cannot, for people; nil when the controller is there.
    func enable(_ controller: CgroupController) -> String? {
        for place in [base, directory] {
            guard let refusal = PseudoFileText.write("+\(controller.rawValue)", to: "\(place)/cgroup.subtree_control")
            else { continue }
            return "\(place) cannot hand on the \(controller.rawValue) controller of cgroup v2 (\(refusal))"
        }
        return nil
    }
}
