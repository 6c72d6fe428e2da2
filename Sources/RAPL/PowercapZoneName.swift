/// What the `name` file of a powercap zone says.
///
///     package-0
///     package-1-die-0
///
/// or `core`, `uncore`, `dram`, `psys`, `psys-1`. Source: `drivers/powercap/intel_rapl_common.c`.
enum PowercapZoneName: Equatable {
    case package(Int, die: Int?)
    /// A zone below a package, whose number stands in the parent's name.
    case part(RAPLDomain)
    /// psys of the first package (nil), or of another one in a machine with several: `psys-1`.
    case platform(package: Int?)

    /// nil for a name that is not known.
    init?(_ text: String) {
        let words = text.split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
        let numbers = words.map { UInt16($0).map { Int($0) } }
        switch (words[0], words.count) {
        case ("core", 1): self = .part(.pp0)
        case ("uncore", 1): self = .part(.pp1)
        case ("dram", 1): self = .part(.dram)
        case ("psys", 1): self = .platform(package: nil)
        case ("psys", 2):
            guard let package = numbers[1] else { return nil }
            self = .platform(package: package)
        case ("package", 2):
            guard let package = numbers[1] else { return nil }
            self = .package(package, die: nil)
        case ("package", 4):
            guard let package = numbers[1], words[2] == "die", let die = numbers[3] else { return nil }
            self = .package(package, die: die)
        default: return nil
        }
    }
}
