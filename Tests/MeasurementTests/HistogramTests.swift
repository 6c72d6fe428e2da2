import Measurement
import Testing

@Suite struct HistogramTests {
    private var histogram = Histogram(bounds: [1, 2.5, 10])

    @Test("an observation falls into the first bucket whose bound it does not exceed")
    mutating func buckets() {
        for value in [-1, 0, 1, 1.0000001, 2.5, 10, 10.5, 1e300] { histogram.observe(value) }
        #expect(histogram.snapshot.cumulativeCounts == [3, 5, 6, 8])
        #expect(histogram.snapshot.count == 8)
        #expect(histogram.snapshot.bounds == [1, 2.5, 10])
    }

    @Test("the sum is that of all observations")
    mutating func sum() {
        for value in [0.5, 2, 20] { histogram.observe(value) }
        #expect(histogram.snapshot.sum == 22.5)
    }

    @Test("infinity is above all bounds, and what is no number is not counted")
    mutating func special() {
        histogram.observe(.nan)
        #expect(histogram.snapshot.count == 0)
        histogram.observe(.infinity)
        #expect(histogram.snapshot.cumulativeCounts == [0, 0, 0, 1])
        #expect(histogram.snapshot.sum == .infinity)
    }

    @Test("without bounds there is one bucket")
    func unbounded() {
        var histogram = Histogram(bounds: [])
        histogram.observe(3)
        #expect(histogram.snapshot.cumulativeCounts == [1])
    }

    @Test("a separated copy and its original go their own ways")
    mutating func separated() {
        histogram.observe(1)
        var copy = histogram.separated()
        copy.observe(1)
        histogram.observe(20)
        #expect(copy.snapshot.cumulativeCounts == [2, 2, 2, 2])
        #expect(histogram.snapshot.cumulativeCounts == [1, 1, 1, 2])
    }

    @Test("bounds that do not rise are a mistake of the programmer")
    func bounds() async {
        await #expect(processExitsWith: .failure) { _ = Histogram(bounds: [1, 1]) }
        await #expect(processExitsWith: .failure) { _ = Histogram(bounds: [1, .infinity]) }
    }
}
