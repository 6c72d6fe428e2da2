import CLinux
import CTestSupport
import Testing

@Suite struct ZeroedDataTests {
    private var mapped: (count: Int32, of: Int32) {
        var pages: Int32 = 0
        let count = mapped_untouched_pages(&pages)
        return (count, pages)
    }

    @Test(.enabled(if: populate_is_known() != 0, "needs MADV_POPULATE_WRITE, of Linux 5.14"))
    func `zeroed data is mapped before anything touches it`() {
        #expect(mapped.count < mapped.of)
        ergo_map_zeroed_data()
        #expect(mapped.count == mapped.of)
    }
}
