import Analysis
import Measurement
import Runs
import Testing

@testable import Page

@Suite struct ComparePageTests {
    private func markup(_ runs: [Run]) -> String {
        let site = Site(version: "1", address: "http://localhost", hasChartLibrary: false)
        return ComparePage(runs, now: .init(nanoseconds: 0)).document(site).html(site).markup
            .replacing("\u{202f}", with: " ")
    }

    @Test func `differences are to the first run, absolute and relative`() {
        let text = markup([
            SampleRun.finished(), SampleRun.finished(totals: [SampleRun.package(150), SampleRun.pageFaults(1000)]),
        ])
        #expect(text.contains("+50.00 J, +50.0 %"))
        #expect(text.contains("−234, −19.0 %"))
    }

    @Test func `a difference within the uncertainty of both is called one`() {
        // 100 J in two seconds may be 0.1 J off.
        let near = markup([SampleRun.finished(), SampleRun.finished(totals: [SampleRun.package(100.15)])])
        #expect(near.contains("within uncertainty"))
        let far = markup([SampleRun.finished(), SampleRun.finished(totals: [SampleRun.package(100.25)])])
        #expect(!far.contains("within uncertainty"))
    }

    @Test func `what has other units is not compared, and what is missing is not 0`() {
        let other = SampleRun.finished(totals: [SampleRun.pageFaults(7, unit: .nanoseconds)])
        let text = markup([SampleRun.finished(), other])
        #expect(text.contains("not compared: other unit"))
        #expect(text.contains("title=\"no such energy counter could be read when it ran\">not measured"))
    }

    @Test func `what is missing has the reason of its run`() {
        let asking = RunSpecification(command: .shell("true"), events: ["CONTEXT_SWITCHES"])
        let reasons = [
            (SampleRun.queued(), "the run has not begun"), (SampleRun.running(), "not yet"),
            (SampleRun.finished(totals: [SampleRun.package(1)]), "the machine could not count it when the run began"),
            (SampleRun.finished(asking, totals: [SampleRun.package(1)]), "the run did not ask for it"),
        ]
        for (run, reason) in reasons {
            #expect(markup([SampleRun.finished(), run]).contains("title=\"\(reason)\">not measured"), "\(reason)")
        }
    }

    @Test func `what makes runs hard to compare is said`() {
        let fast = RunSpecification(command: .shell("a"), events: ["PAGE_FAULTS"], interval: .milliseconds(1))
        let failed = SampleRun.finished(fast, outcome: .exited(code: 3))
        let notes = ComparisonNotes([SampleRun.finished(), failed, SampleRun.running()]).all.joined()
        for word in [
            "intervals differ: 100ms, 1ms", "events differ", "commands differ", "exit code 0", "Not all of the runs",
        ] {
            #expect(notes.contains(word), "\(word)")
        }
    }

    @Test func `one run is no comparison`() {
        #expect(markup([SampleRun.finished()]).contains("takes two runs or more"))
    }
}
