/// A part of the machine whose energy RAPL counts on its own.
///
/// The raw value is the name in exports. The domains overlap: `package` contains `pp0` and `pp1`, `platform` contains
/// all of them, and whether `package` contains `dram` depends on the model. Never add them up.
package enum RAPLDomain: String, Sendable, Codable, Hashable, CaseIterable, Comparable {
    /// A whole processor package, or one die of it.
    case package
    /// Power plane 0: the cores of a package.
    case pp0
    /// Power plane 1: what is beside the cores, on client models the graphics.
    case pp1
    /// The memory attached to a package.
    case dram
    /// All that hangs on the machine's supply (psys), where the board maker wired it up; one per machine.
    case platform

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }

    /// The domain of an event of the `power` PMU: `energy-ram` → `dram`; nil for names that are not known.
    ///
    /// Source: `arch/x86/events/rapl.c`. `energy-core`, without s, belongs to another PMU; see ``PowerPMUDevice``.
    package init?(pmuEvent name: String) {
        switch name {
        case "energy-pkg": self = .package
        case "energy-cores": self = .pp0
        case "energy-gpu": self = .pp1
        case "energy-ram": self = .dram
        case "energy-psys": self = .platform
        default: return nil
        }
    }
}
