import LinuxSystem
import SystemPackage

/// Which PMU of energy counters: a directory in `/sys/bus/event_source/devices`.
enum PowerPMUDevice: String {
    /// Counters of packages.
    case package = "power"
    /// Counters of cores, on AMD.
    case core = "power_core"

    func domain(ofEvent name: String) -> RAPLDomain? {
        switch self {
        case .package: RAPLDomain(pmuEvent: name)
        case .core: name == "energy-core" ? .pp0 : nil
        }
    }
}

/// A PMU of energy counters as `/sys/bus/event_source/devices/power` describes it; parsing only, nothing is opened.
struct PowerPMU: Equatable {
    /// `perf_event_attr.type`, given out at boot: it means nothing to another kernel.
    let type: UInt32
    /// The CPUs on which the events are to be opened: one per package, die or core.
    let cpus: [Int]
    /// In order of their domains.
    let events: [PowerPMUEvent]
    /// Events that are not known or not understood, with the reason, as sentences.
    let skipped: [String]

    /// - Returns: nil where the machine has no such PMU.
    /// - Throws: ``Failure`` for a description that is not understood.
    init?(sysfsRoot: String, device: PowerPMUDevice = .package) throws(Failure) {
        let directory = "\(sysfsRoot)/bus/event_source/devices/\(device.rawValue)"
        guard let names = try? PseudoDirectory.names(in: directory), !names.isEmpty else { return nil }
        type = try Self.field("\(directory)/type") { UInt32($0) }
        cpus = try Self.field("\(directory)/cpumask") { CPUTopology.parseList($0) }
        let (events, skipped) = Self.events(in: "\(directory)/events", of: device)
        self.events = events.sorted { $0.domain < $1.domain }
        self.skipped = skipped
    }

    /// A file of the description that could not be read (with errno) or is not understood.
    struct Failure: Error, Equatable {
        let path: String
        let errno: Errno?
    }

    private static func field<Value>(_ path: String, _ parse: (String) -> Value?) throws(Failure) -> Value {
        let text: String
        do throws(Errno) { text = try PseudoFile.readText(path) } catch { throw Failure(path: path, errno: error) }
        guard let value = parse(text) else { throw Failure(path: path, errno: nil) }
        return value
    }

    private static func events(
        in directory: String, of device: PowerPMUDevice
    ) -> (events: [PowerPMUEvent], skipped: [String]) {
        var events: [PowerPMUEvent] = []
        var skipped: [String] = []
        let names = (try? PseudoDirectory.names(in: directory)) ?? []
        for name in names where !name.contains(".") {
            guard let domain = device.domain(ofEvent: name) else {
                skipped.append("\(directory)/\(name) is skipped: the event is not known")
                continue
            }
            do throws(Failure) {
                events.append(try PowerPMUEvent(domain: domain, path: "\(directory)/\(name)"))
            } catch {
                skipped.append("\(directory)/\(name) is skipped: \(error.path) is not understood")
            }
        }
        return (events, skipped)
    }
}

/// One event of the `power` PMU.
struct PowerPMUEvent: Equatable {
    let domain: RAPLDomain
    /// `perf_event_attr.config`.
    let config: UInt64
    /// Joules per count; 2⁻³² on all kernels so far.
    let scale: Double

    init(domain: RAPLDomain, config: UInt64, scale: Double) {
        self.domain = domain
        self.config = config
        self.scale = scale
    }

    /// Reads `energy-pkg`, `energy-pkg.scale` and `energy-pkg.unit`.
    init(domain: RAPLDomain, path: String) throws(PowerPMU.Failure) {
        guard let config = (try? PseudoFile.readText(path)).flatMap(Self.parseConfig) else {
            throw PowerPMU.Failure(path: path, errno: nil)
        }
        guard let scale = (try? PseudoFile.readText(path + ".scale")).flatMap(Self.parseScale) else {
            throw PowerPMU.Failure(path: path + ".scale", errno: nil)
        }
        guard (try? PseudoFile.readText(path + ".unit")) == "Joules" else {
            throw PowerPMU.Failure(path: path + ".unit", errno: nil)
        }
        self.init(domain: domain, config: config, scale: scale)
    }

    /// The config of an event's description; `format/event` is `config:0-7`, so it has to fit into a byte.
    ///
    ///     event=0x02
    ///     event=0x05
    static func parseConfig(_ text: String) -> UInt64? {
        guard text.hasPrefix("event=0x"), let config = UInt8(text.dropFirst(8), radix: 16) else { return nil }
        return UInt64(config)
    }

    /// Joules per count: finite and above 0.
    ///
    ///     2.3283064365386962890625e-10
    ///     1.0
    static func parseScale(_ text: String) -> Double? {
        guard let scale = Double(text), scale.isFinite, scale > 0 else { return nil }
        return scale
    }
}
