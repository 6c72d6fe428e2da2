/// Sizes as people write them: `16MiB` is 16 × 1024², `1GB` is 1000³ bytes.
package enum ByteSizeText {
    private static let units: [(suffix: String, bytes: UInt64)] = [
        ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// What a wrong size is told.
    package static let expectation =
        "must be a whole number of bytes, or a whole number with a unit, such as \"512MiB\" or \"1GB\""

    /// Reads a whole number and a unit; nil for anything else, and beyond 8 EiB.
    package static func parse(_ text: some StringProtocol) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits), let unit = units.first(where: { $0.suffix == text[digits.endIndex...] })
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
        return overflow || bytes > UInt64(Int64.max) ? nil : bytes
    }
}
