/// An entry of `/sys/class/powercap` that is a RAPL zone.
///
///     intel-rapl:0
///     intel-rapl-mmio:0:1
struct PowercapEntry: Hashable, Comparable {
    /// `powercap` or `powercapMMIO`.
    let interface: RAPLInterface
    /// The number of the zone, and behind it that of the zone within its parent.
    let numbers: [Int]

    /// nil for what is no RAPL zone: control types (`intel-rapl`) and zones of other drivers (`dtpm:0`).
    init?(_ name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        switch parts[0] {
        case "intel-rapl": interface = .powercap
        case "intel-rapl-mmio": interface = .powercapMMIO
        default: return nil
        }
        let numbers = parts.dropFirst().compactMap { UInt16($0).map { Int($0) } }
        guard (1...2).contains(numbers.count), numbers.count == parts.count - 1 else { return nil }
        self.numbers = numbers
    }

    private init(interface: RAPLInterface, numbers: [Int]) {
        self.interface = interface
        self.numbers = numbers
    }

    /// The zone that this one belongs to; nil for one at the top.
    var parent: PowercapEntry? {
        numbers.count > 1 ? PowercapEntry(interface: interface, numbers: numbers.dropLast()) : nil
    }

    /// The name in the directory.
    var name: String {
        let prefix = interface == .powercapMMIO ? "intel-rapl-mmio" : "intel-rapl"
        return ([prefix] + numbers.map { String($0) }).joined(separator: ":")
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.interface != right.interface { return left.interface < right.interface }
        return left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
