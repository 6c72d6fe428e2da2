import Measurement

/// All open counters of a source with their state. Not thread-safe: ``RAPLSource`` guards it.
struct RAPLReaders {
    private var zones: [PowercapColumn] = []
    private var groups: [PowerPMUColumns] = []
    private var cores: [PowerCoreColumn] = []
    /// Columns that could not be read, added up over all readings.
    private(set) var readErrors = 0

    /// Opens the counters of `domains`, each for the column of its position.
    init(opening domains: [AvailableDomain]) {
        var events: [EventsOfCPU] = []
        for (column, domain) in domains.enumerated() {
            switch domain.counter {
            case .zone(let path, let maximum):
                zones.append(PowercapColumn(column: column, path: path, maximumMicrojoules: maximum))
            case .cores(let type, let config, let cpus, let scale):
                cores.append(PowerCoreColumn(column: column, type: type, config: config, cpus: cpus, scale: scale))
            case .event(let type, let config, let cpu, let scale):
                let event = Event(column: column, config: config, scale: scale)
                if let index = events.firstIndex(where: { $0.cpu == cpu && $0.type == type }) {
                    events[index].events.append(event)
                } else {
                    events.append(EventsOfCPU(type: type, cpu: cpu, events: [event]))
                }
            }
        }
        groups = events.flatMap(Self.open)
    }

    init(zones: [PowercapColumn], groups: [PowerPMUColumns], cores: [PowerCoreColumn] = []) {
        self.zones = zones
        self.groups = groups
        self.cores = cores
    }

    /// Whether there will never be another value.
    var isEnded: Bool {
        zones.allSatisfy(\.isGone) && groups.allSatisfy(\.isGone) && cores.allSatisfy(\.isGone)
    }

    var wraps: Int { sum(\.wraps, \.wraps) }

    var resets: Int { sum(\.resets, \.resets) }

    private func sum(_ ofZone: KeyPath<PowercapCounter, Int>, _ ofEvent: KeyPath<PowerPMUCounter, Int>) -> Int {
        let events = groups.flatMap(\.counters) + cores.flatMap { $0.cores.flatMap(\.counters) }
        return zones.reduce(0) { $0 + $1.counter[keyPath: ofZone] } + events.reduce(0) { $0 + $1[keyPath: ofEvent] }
    }

    /// Reads everything and hands each column's value, or its absence, to `store`.
    mutating func read(at instant: MonotonicInstant, store: (_ column: Int, _ value: Int64) -> Void) -> SourceStatus {
        let errorsBefore = readErrors
        for index in zones.indices {
            let value = value(from: zones[index].read(at: instant), columnCount: 1)
            store(zones[index].column, value)
        }
        for index in groups.indices { readGroup(index, at: instant, store: store) }
        for index in cores.indices {
            let value = value(from: cores[index].read(at: instant), columnCount: 1)
            store(cores[index].column, value)
        }
        if isEnded { return .ended }
        return readErrors == errorsBefore ? .ok : .failed
    }

    private mutating func readGroup(_ index: Int, at instant: MonotonicInstant, store: (Int, Int64) -> Void) {
        let reading = groups[index].fetch()
        let absence = value(from: reading, columnCount: groups[index].columns.count)
        for member in groups[index].columns.indices {
            let value = absence == absentValue ? absentValue : groups[index].value(of: member, at: instant)
            store(groups[index].columns[member], value)
        }
    }

    private mutating func value(from reading: ColumnReading, columnCount: Int) -> Int64 {
        switch reading {
        case .value(let value): return value
        case .gone: return absentValue
        case .failed, .vanished:
            readErrors += columnCount
            return absentValue
        }
    }
}

extension RAPLReaders {
    private struct Event {
        let column: Int
        let config: UInt64
        let scale: Double
    }

    private struct EventsOfCPU {
        let type: UInt32
        let cpu: Int
        var events: [Event]
    }

    /// The groups of one CPU; an event that cannot be opened any more gets a group that is gone from the start.
    private static func open(_ wanted: EventsOfCPU) -> [PowerPMUColumns] {
        let events = wanted.events
        let opened = PowerPMUGroup.open(type: wanted.type, configs: events.map(\.config), cpu: wanted.cpu)
        let open = opened.groups.map { group, members in
            PowerPMUColumns(
                group: group, columns: members.map { events[$0].column }, scales: members.map { events[$0].scale })
        }
        let gone = opened.failures.keys.sorted().map {
            PowerPMUColumns(group: nil, columns: [events[$0].column], scales: [events[$0].scale])
        }
        return open + gone
    }
}
