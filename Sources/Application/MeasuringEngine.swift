import ArgumentParser
import Glibc
import LinuxSystem
import Logging
import Measurement
import PerfEvents
import RAPL
import Runs
import Sampling

/// The part that server and terminal have in common: backends, sampler and engine, put together.
struct MeasuringEngine {
    let inventory: RAPLInventory
    let sampler: Sampler
    let perfEvents: PerfEventBackend
    let engine: RunEngine

    /// - Parameter sysfsRoot: where sensors are looked for; another than `/sys` is a captured or simulated machine.
    init(sysfsRoot: String, configuration: RunEngineConfiguration, store: any RunStore, logger: Logger) throws {
        inventory = RAPLInventory.discover(sysfsRoot: sysfsRoot)
        let energy = inventory.makeSource()
        sampler = try Sampler(machineSources: energy.map { [(source: $0, layout: $0.layout)] } ?? [])
        perfEvents = PerfEventBackend(sysfsRoot: sysfsRoot)
        var configuration = configuration
        configuration.machineWarnings = inventory.sentences
        engine = try RunEngine(
            configuration: configuration, backend: perfEvents, sampler: sampler, store: store,
            children: ChildRegistry(adoptsOrphans: true), logger: logger)
    }

    func start(resuming queued: [Run] = []) throws {
        try sampler.start()
        try engine.start(resuming: queued)
    }

    func stop() {
        engine.shutDown()
        sampler.stop()
    }
}

extension RAPLInventory {
    /// What every run is told about the energy that is not measured.
    var sentences: [String] {
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

/// The value of `--sysfs-root`. The default is not looked at: a machine without `/sys` has no sensors, and says so.
func sysfsDirectory(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw ValidationError("--sysfs-root must be a directory, such as /sys; \"\(path)\" is none")
    }
    return path
}
