import LinuxSystem
import Measurement

extension SimulatedMachine {
    struct State {
        private(set) var now = MonotonicInstant(nanoseconds: 0)
        private var counters: [String: Counter] = [:]
        private let tree: SysfsTree
        private let topology: SimulatedTopology
        /// By CPU, since the machine was made.
        private var busy: [Int: Duration] = [:]

        init(_ zones: [SimulatedZone], in directory: TemporaryDirectory) throws {
            let entries = SimulatedZone.entries(for: zones)
            let lines = zip(zones, entries).map { zone, entry in
                let name = zone.name.split(separator: "/").last!
                return "zone \(entry) \(name) range \(zone.rangeMicrojoules) energy \(zone.startMicrojoules)"
            }
            topology = SimulatedTopology(packages: zones.compactMap(\.package), cpus: BusyClock.cpus)
            tree = try SysfsTree((topology.lines + lines).joined(separator: "\n"), in: directory)
            for (zone, entry) in zip(zones, entries) { counters[zone.name] = try Counter(zone, entry, tree) }
        }

        subscript(zone: String) -> Counter {
            get { counters[zone]! }
            set { counters[zone] = newValue }
        }

        mutating func advance(by duration: Duration, busy step: [Int: Duration]) {
            now = now.advanced(by: duration)
            busy.merge(step) { $0 + $1 }
            for name in counters.keys {
                let busy = topology.busyTime(step, of: counters[name]!.package)
                counters[name]!.advance(by: duration, busy: busy)
            }
        }

        func busyTime(ofPackage package: Int?) -> Duration {
            topology.busyTime(busy, of: package)
        }

        /// Takes a zone out of the tree. Who has its file open reads its last value for ever, unlike the kernel's ENODEV.
        mutating func remove(_ zone: String) {
            guard let counter = counters.removeValue(forKey: zone) else { return }
            tree.remove("class/powercap/\(counter.entry)")
            tree.remove(SysfsTree.directory(ofZone: counter.entry))
        }
    }

    /// The counter of one zone.
    struct Counter {
        let entry: String
        let package: Int?
        let file: EnergyFile
        var microwattsPerBusyCPU: UInt64
        var microwatts: UInt64
        private let modulus: UInt64
        /// What the counter showed at the beginning, or rather would have shown for the value of its last reset.
        private var origin: UInt64
        /// Energy since the beginning in µW·ns, exactly.
        private var femtojoules: UInt128 = 0

        init(_ zone: SimulatedZone, _ entry: String, _ tree: SysfsTree) throws {
            self.entry = entry
            package = zone.package
            microwattsPerBusyCPU = zone.microwattsPerBusyCPU
            file = try EnergyFile(path: "\(tree.root)/\(SysfsTree.directory(ofZone: entry))/energy_uj")
            microwatts = zone.microwatts
            modulus = zone.rangeMicrojoules + 1
            origin = zone.startMicrojoules % modulus
            show()
        }

        var consumedMicrojoules: UInt64 { UInt64(femtojoules / 1_000_000_000) }

        mutating func advance(by duration: Duration, busy: Duration) {
            femtojoules += UInt128(microwatts) * UInt128(duration.wholeNanoseconds)
            femtojoules += UInt128(microwattsPerBusyCPU) * UInt128(busy.wholeNanoseconds)
            show()
        }

        mutating func setCounter(to microjoules: UInt64) {
            origin = (microjoules + modulus - consumedMicrojoules % modulus) % modulus
            show()
        }

        private func show() {
            file.write((origin + consumedMicrojoules) % modulus)
        }
    }
}
