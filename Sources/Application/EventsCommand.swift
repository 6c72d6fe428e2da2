import API
import ArgumentParser
import Execution
import Measurement

/// `ergometer events`: what can be counted here.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "List the events that can be counted here, and the reasons where one cannot.",
        discussion: """
            With a word, those that have it in their names, tracepoints among them. Exit codes: 0, or 1 when nothing \
            has the word.
            """)

    @Flag(help: "One JSON document, as in GET /capabilities.")
    var json = false

    @Option(help: "Where PMUs are looked for: /sys, or a captured machine.", transform: sysfsDirectory)
    var sysfsRoot = "/sys"

    @Argument(help: "A part of the names, such as miss or sched:.")
    var word: String?

    func run() throws {
        let perfEvents = LocalSurvey(sysfsRoot: sysfsRoot).perfEvents
        let capabilities = perfEvents.capabilities
        var events = capabilities.events
        if let word {
            events = events.filter { $0.matches(word) } + perfEvents.tracepoints(matching: word)
        }
        if json {
            StandardStream.output.write(String(decoding: try CapabilitiesDocument.json(of: events), as: UTF8.self))
        } else {
            StandardStream.output.write(EventsReport(events, families: word == nil ? capabilities.families : []).text)
        }
        if events.isEmpty { throw ExitCode(1) }
    }
}

extension EventCapability {
    fileprivate func matches(_ word: String) -> Bool {
        ([name, metric?.name ?? ""] + aliases).contains { $0.lowercased().contains(word.lowercased()) }
    }
}
