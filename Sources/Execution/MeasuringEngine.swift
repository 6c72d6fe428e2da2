import Accounting
import LinuxSystem
import Logging
import Measurement
import PerfEvents
import RAPL
import Runs
import Sampling
import SystemPackage

/// The part that server and terminal have in common: backends, sampler and engine, put together.
package struct MeasuringEngine {
    package let inventory: RAPLInventory
    package let sampler: Sampler
    package let perfEvents: PerfEventBackend
    package let engine: RunEngine

    /// - Parameters:
    ///   - sysfsRoot: where sensors are looked for; another than `/sys` is a captured or simulated machine.
    ///   - isLongLived: whether what is costly to open and close pays off.
    package init(
        sysfsRoot: String, isLongLived: Bool, configuration: RunEngineConfiguration, store: any RunStore, logger: Logger
    ) throws {
        inventory = RAPLInventory.discover(sysfsRoot: sysfsRoot)
        sampler = try Sampler(
            machineSources: Self.machineSources(of: inventory, sysfsRoot: sysfsRoot, mayTrace: isLongLived))
        perfEvents = PerfEventBackend(sysfsRoot: sysfsRoot)
        var configuration = configuration
        configuration.machineWarnings = inventory.sentences
        if !inventory.available.isEmpty, let times = RunCPUTimeBackend(sysfsRoot: sysfsRoot) {
            configuration.cgroupSource = { cgroup throws(Errno) in try times.open(cgroup: cgroup) }
        }
        engine = try RunEngine(
            configuration: configuration, backend: perfEvents, sampler: sampler, store: store,
            children: ChildRegistry(adoptsOrphans: true), logger: logger)
    }

    /// Energy, and with it the busy time of the CPUs, by which energy is laid to the account of runs.
    private static func machineSources(
        of inventory: RAPLInventory, sysfsRoot: String, mayTrace: Bool
    ) -> [(source: any Source, layout: SourceLayout)] {
        guard let energy = inventory.makeSource() else { return [] }
        let busyTime = CPUBusyTimeSource(sysfsRoot: sysfsRoot, mayTrace: mayTrace)
        return [(energy, energy.layout)] + (busyTime.map { [($0, $0.layout)] } ?? [])
    }

    package func start(resuming queued: [Run] = []) throws {
        try sampler.start()
        try engine.start(resuming: queued)
    }

    package func stop() {
        engine.shutDown()
        sampler.stop()
    }
}

extension RAPLInventory {
    /// What every run is told about the energy that is not measured.
    package var sentences: [String] {
        let missing = unavailable.filter { lost in
            !available.contains { $0.domain == lost.domain && $0.package == lost.package }
        }
        return warnings
            + missing.map { lost in
                let name =
                    lost.domain.map { "energy of \($0.rawValue)\(lost.package.map { " \($0)" } ?? "")" } ?? "energy"
                return "not measured: \(name): \(lost.reason); \(lost.remedy)"
            }
    }
}
