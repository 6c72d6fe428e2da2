import Measurement

/// The names that one run asks for, each resolved once however often it comes.
struct PerfEventSelection {
    private let resolver: PerfEventResolver
    private var answers: [String: Result<[PerfEvent], PerfEventNameError>] = [:]
    private var counted: [[PerfEvent]] = []

    /// The most events of one run: each costs the program a little at every context switch.
    static let maximumEvents = 64

    /// Different spellings of them: each is looked up in sysfs, tracefs and libpfm4.
    private static let maximumNames = 1024

    init(_ resolver: PerfEventResolver) {
        self.resolver = resolver
    }

    /// What the name means; the same events for the same name.
    mutating func resolve(_ name: String) throws(PerfEventNameError) -> [PerfEvent] {
        if let answer = answers[name] { return try answer.get() }
        if answers.count == Self.maximumNames {
            throw .unknown("is one too many: a run names at most \(Self.maximumNames) events")
        }
        let answer = Result { () throws(PerfEventNameError) in try resolver.resolve(name) }
        answers[name] = answer
        return try answer.get()
    }

    /// Why the name is one too many; nil when it is not. An event on several types of cores is one.
    mutating func surplus(_ name: String) -> String? {
        guard let events = try? resolve(name), !counted.contains(events) else { return nil }
        guard counted.count < Self.maximumEvents else {
            return "is one too many: a run counts at most \(Self.maximumEvents) events"
        }
        counted.append(events)
        return nil
    }
}
