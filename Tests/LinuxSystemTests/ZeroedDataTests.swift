import CLinux
import CTestSupport
import Testing

@Suite struct ZeroedDataTests {
    private var mapped: (count: Int32, of: Int32) {
        var pages: Int32 = 0
        let count = mapped_untouched_pages(&pages)
        return (count, pages)
    }

    @Test func `zeroed data is mapped before anything touches it`() {
        #expect(mapped.count == 0)
        ergo_map_zeroed_data()
        #expect(mapped.count == mapped.of)
    }
}
