/// An amount of data as people write it: `500MB`, `10GB`, `1.5GiB`.
struct ByteCount: Sendable, Hashable {
    let count: Int64

    /// What a wrong one is told.
    static let expectation = "must be a number and a unit, such as \"500MB\", \"10GB\" or \"2GiB\""

    private static let units: [(suffix: String, bytes: Double)] = [
        ("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("KiB", 0x1p10), ("MiB", 0x1p20),
        ("GiB", 0x1p30), ("TiB", 0x1p40),
    ]

    init(count: Int64) {
        self.count = count
    }

    /// Reads a decimal number and a unit; nil for anything else, and for more than there are disks.
    init?(_ text: String) {
        let number = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        guard let first = number.first, first != ".", number.last != ".", let value = Double(number),
            let unit = Self.units.first(where: { $0.suffix == text[number.endIndex...] }),
            case let bytes = value * unit.bytes, bytes < 0x1p60
        else { return nil }
        count = Int64(bytes)
    }
}
