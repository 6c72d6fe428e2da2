import Testing

@testable import Runs

@Suite struct ByteSizeTextTests {
    @Test(
        "a size is a whole number and a unit",
        arguments: [
            ("0B", 0), ("1kB", 1000), ("1KB", 1000), ("16MiB", 16 << 20), ("1GB", 1_000_000_000), ("3TiB", 3 << 40),
            ("2KiB", 2048), ("7MB", 7_000_000), ("1GiB", 1 << 30), ("1TB", 1_000_000_000_000),
            ("9223372036854775807B", UInt64(Int64.max)),
        ])
    func sizes(text: String, bytes: UInt64) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(
        "everything else is none",
        arguments: [
            "", "16", "MiB", "1.5MiB", "-1B", "+1B", "1 MiB", "1mib", "1M", "16MiB ", "9223372036854775808B",
            "18446744073709551616B", "99999999TiB", "\u{661}B", "0x10B",
        ])
    func noSizes(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }
}
