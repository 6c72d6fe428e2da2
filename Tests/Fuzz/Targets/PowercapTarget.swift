import Measurement
import TestSupport

@testable import RAPL

/// A powercap zone with any name, range and energy: three lines of the input. What comes of it is one domain or a reason.
@Sendable func fuzzPowercap(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    for (name, line) in zip(["name", "max_energy_range_uj", "energy_uj"], lines + [[], []]) {
        try! Zone.tree.write(Array(line), to: "class/powercap/intel-rapl:0/\(name)")
    }
    let inventory = RAPLInventory.discover(sysfsRoot: Zone.tree.root)
    precondition(inventory.available.count <= 1, "one zone is more than one domain")
    precondition(
        inventory.available.count + inventory.unavailable.count + inventory.warnings.count > 0,
        "a zone disappears without a word")
}

private enum Zone {
    static let directory = try! TemporaryDirectory()
    static let tree = try! SysfsTree("cpu 0 package 0 die 0", in: directory)
}
