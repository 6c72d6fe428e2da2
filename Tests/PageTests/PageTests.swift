import Analysis
import Measurement
import Runs
import Testing

@testable import Page

@Suite struct PageTests {
    private let site = Site(version: "1", address: "http://127.0.0.1:9797", hasChartLibrary: true)
    private let now = MonotonicInstant(nanoseconds: 10_000_000_000)

    private func list(_ runs: [Run], filter: RunFilter = RunFilter(), capabilities: Capabilities = Capabilities())
        -> String
    {
        RunListPage(
            runs: runs, next: runs.last?.id, filter: filter, capabilities: capabilities, mayStart: true, now: now
        )
        .document(site).html(site).markup
    }

    private func page(_ run: Run, output: [OutputExcerpt] = [], isOwners: Bool = true) -> String {
        RunPage(run, output: output, isOwners: isOwners, now: now).document(site).html(site).markup
    }

    private func compare(_ runs: [Run]) -> String { ComparePage(runs, now: now).document(site).html(site).markup }

    private var hostile: RunSpecification {
        let text = SampleRun.hostile
        return RunSpecification(
            command: .arguments(["sh", "-c", text]), name: text, labels: [text: text], environment: [text: text],
            workingDirectory: "/\(text)", events: [text], timeout: .seconds(60))
    }

    @Test func `every page is sound, whatever runs are called`() throws {
        var failed = SampleRun.finished(hostile, outcome: .launchFailed(errno: 2, message: SampleRun.hostile))
        failed.warnings = [SampleRun.hostile]
        let runs = [
            SampleRun.queued(hostile), SampleRun.running(hostile), SampleRun.finished(hostile), failed,
            SampleRun.finished(hostile, totals: [SampleRun.package(0, unavailable: SampleRun.hostile)]),
        ]
        let excerpt = OutputExcerpt(stream: "stdout", tail: Array(SampleRun.hostile.utf8), keptBytes: 60)
        let filter = RunFilter(state: .running, name: SampleRun.hostile, search: SampleRun.hostile)
        let pages =
            [list(runs), list(runs, filter: filter), list([]), compare(runs)] + runs.map { page($0, output: [excerpt]) }
        for markup in pages {
            let reader = MarkupReader(markup)
            #expect(reader.faults == [], "\(reader.faults)")
            let scripts = reader.elements.filter { $0.name == "script" }
            #expect(scripts.allSatisfy { $0.attributes["src"]?.hasPrefix("/assets/") == true })
            #expect(!reader.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" } })
            #expect(!reader.elements.contains { $0.name == "img" && $0.attributes["src"] == "x" })
        }
    }

    @Test func `a run of a long command is called by its beginning`() {
        func title(_ command: String) -> String {
            RunFigures(SampleRun.queued(RunSpecification(command: .shell(command))), now: .now).title
        }
        #expect(title(String(repeating: "x", count: 200)) == String(repeating: "x", count: 200))
        #expect(title(String(repeating: "x", count: 201)) == String(repeating: "x", count: 200) + "…")
    }

    @Test func `no page refers to another server`() {
        let markup = list([SampleRun.finished()]) + page(SampleRun.finished()) + compare([SampleRun.finished()])
        for element in MarkupReader(markup).elements {
            for name in ["src", "href", "action", "data-series"] {
                if let address = element.attributes[name] { #expect(address.hasPrefix("/") || address == "#main") }
            }
        }
    }

    @Test func `energy is told with its domain, and what was not measured with its reason and never as 0`() {
        let measured = page(SampleRun.finished())
        #expect(measured.contains("100.0\u{202f}J") && measured.contains("title=\"100.0 J\""))
        #expect(measured.contains("50.00\u{202f}W"), "over two seconds")
        let missing = page(SampleRun.finished(totals: [SampleRun.package(0, unavailable: "the counter stood still")]))
        #expect(missing.contains("not measured: the counter stood still"))
        #expect(!missing.contains(" 0\u{202f}J") && !missing.contains("0.000\u{202f}J"))
        #expect(list([SampleRun.finished(totals: [])]).contains(">not measured</span>"))
    }

    @Test func `a counter that shared the hardware says so`() {
        let text = page(SampleRun.finished(totals: [SampleRun.pageFaults(5, coverage: 0.5)]))
        #expect(text.contains("50.0\u{202f}%") && text.contains("scaled"))
    }

    @Test func `what can be done with a run depends on where it stands`() {
        let actions = { (markup: String) in
            MarkupReader(markup).elements.compactMap { $0.attributes["data-action"] }.filter { $0 != "picture" }
        }
        #expect(actions(page(SampleRun.queued())) == ["cancel", "again"])
        #expect(actions(page(SampleRun.running())) == ["cancel", "again"])
        #expect(actions(page(SampleRun.finished())) == ["again", "delete"])
        let withInput = RunSpecification(command: .shell("cat"), stdin: "secret")
        #expect(actions(page(SampleRun.finished(withInput))) == ["delete"], "its input is not shown")
        #expect(!page(SampleRun.finished(withInput)).contains("secret"))
    }

    @Test func `who may only look gets nothing to press, and no environment`() {
        let run = SampleRun.finished(RunSpecification(command: .shell("x"), environment: ["KEY": "secret"]))
        #expect(page(run).contains("secret"))
        let shown = page(run, isOwners: false)
        #expect(!shown.contains("secret") && !shown.contains("data-action=\"delete\""))
        let list = RunListPage(
            runs: [run], next: nil, filter: RunFilter(), capabilities: Capabilities(), mayStart: false, now: now)
        #expect(!list.document(site).html(site).markup.contains("data-start"))
    }

    @Test func `the command for a terminal does the same`() {
        let specification = RunSpecification(
            command: .arguments(["echo", "it's \"\n"]), name: "n", events: ["TASK_CLOCK"], interval: .milliseconds(10),
            timeout: .seconds(90), limits: RunLimits(memory: 1 << 30))
        #expect(
            SpecificationJSON.text(specification)
                == #"{"command": ["echo", "it's \"\n"], "name": "n", "events": ["TASK_CLOCK"], "interval": "10ms", "#
                + #""timeout": "90s", "limits": {"memory": 1073741824}}"#)
        #expect(page(SampleRun.finished(specification)).contains("&quot;it&#39;\\&#39;&#39;s "))
    }

    @Test func `the form offers what can be counted and nothing else`() {
        let events = [("PAGE_FAULTS", Availability.available), ("CPU_CYCLES", .unavailable(Obstacle("no PMU")))].map {
            EventCapability(name: $0, family: .software, metric: nil, summary: "", availability: $1)
        }
        let offered = MarkupReader(list([], capabilities: Capabilities(events: events))).elements
            .filter { $0.attributes["name"] == "event" }.compactMap { $0.attributes["value"] }
        #expect(offered == ["PAGE_FAULTS"])
    }

    @Test func `the end of an output begins with a whole line`() {
        let excerpt = OutputExcerpt(
            stream: "stdout", tail: [0xbc] + Array("half\nwhole\n\u{fc}".utf8) + [0xff], keptBytes: 99)
        #expect(excerpt.text == "whole\n\u{fc}\u{fffd}" && excerpt.isCut)
        #expect(OutputExcerpt(stream: "stdout", tail: Array("a\nb".utf8), keptBytes: 3).text == "a\nb")
    }

    @Test func `runs of a list are found by what the filter kept`() {
        let filter = RunFilter(state: .finished, name: "a b", search: "x&y")
        #expect(
            list([SampleRun.finished()], filter: filter).contains(
                "/?state=finished&amp;name=a%20b&amp;search=x%26y&amp;cursor="))
    }
}
