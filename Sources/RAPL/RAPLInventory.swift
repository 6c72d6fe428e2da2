/// What a machine has of RAPL: the counters that can be read, those that cannot with reason and remedy, and what else
/// an operator should know.
package struct RAPLInventory: Sendable {
    /// What ``makeSource(clock:)`` will read, in the order of its columns: each domain of each package once.
    package let available: [AvailableDomain]
    /// Counters that are shown and cannot be used. One of them may still be available by another interface.
    package let unavailable: [UnavailableDomain]
    /// Sentences for people: what was skipped and what is known to be imprecise.
    package let warnings: [String]

    /// Looks at the PMUs `power` and `power_core` and at powercap under a sysfs root.
    ///
    /// Every counter is opened and read once, and closed again. A PMU is used only where the root is `/sys`: in any
    /// other tree, captured or simulated, its type number means nothing to the running kernel.
    ///
    /// A counter that reads 0 for ever, as some virtual machines have, is available here; it is found out by not
    /// moving (``SeriesColumn/provesItselfByMoving``).
    package static func discover(sysfsRoot: String = "/sys") -> RAPLInventory {
        let root = withoutTrailingSlashes(sysfsRoot)
        let isLive = root == "/sys"
        let packages = PowerPMUScan.run(sysfsRoot: root, canOpen: isLive) + PowercapScan.run(sysfsRoot: root)
        let findings =
            SingleCoreCounters.removed(from: packages, sysfsRoot: root)
            + PowerCoreScan.run(sysfsRoot: root, canOpen: isLive)
        let selection = DomainSelection(from: findings.available)
        let isSilent = findings.available.isEmpty && findings.unavailable.isEmpty
        return RAPLInventory(
            available: selection.chosen,
            unavailable: findings.unavailable + (isSilent ? [nothing(under: root)] : []),
            warnings: findings.warnings + selection.warnings + CounterRange.warnings(about: selection.chosen))
    }

    private static func nothing(under root: String) -> UnavailableDomain {
        UnavailableDomain(
            interface: nil,
            reason: """
                this machine shows no RAPL counters: neither \(root)/class/powercap/intel-rapl:* nor the power PMU, \
                \(root)/bus/event_source/devices/power, has any that can be read
                """,
            remedy: RAPLRemedy.nothing)
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }
}
