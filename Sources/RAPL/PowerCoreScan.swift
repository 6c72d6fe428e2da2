import LinuxSystem
import SystemPackage

/// Discovery of the `power_core` PMU: its event is opened once on one CPU of every core; nothing stays open.
enum PowerCoreScan {
    /// Every reading interrupts every core: with more of them, measuring would disturb more than it tells.
    static let maximumCores = 64

    /// - Parameter canOpen: as for ``PowerPMUScan``.
    static func run(sysfsRoot: String, canOpen: Bool) -> Findings {
        do throws(PowerPMU.Failure) {
            guard let pmu = try PowerPMU(sysfsRoot: sysfsRoot, device: .core) else { return Findings() }
            var findings = Findings(warnings: pmu.skipped)
            if !canOpen {
                findings.warnings.append("the power_core PMU under \(sysfsRoot) is not used: it is not this kernel's")
            } else if pmu.cpus.count > maximumCores {
                findings.warnings.append(
                    "the power_core PMU is not used: each reading would interrupt \(pmu.cpus.count) cores")
            } else {
                findings = pmu.events.reduce(findings) { $0 + probe($1, of: pmu, sysfsRoot: sysfsRoot) }
            }
            return findings
        } catch {
            return Findings(unavailable: [PowerPMUScan.describe(error, interface: .powerCorePMU)])
        }
    }

    private static func probe(_ event: PowerPMUEvent, of pmu: PowerPMU, sysfsRoot: String) -> Findings {
        var findings = Findings()
        let places = Dictionary(grouping: pmu.cpus) { try? CPUTopology.package(ofCPU: $0, sysfsRoot: sysfsRoot) }
        for (package, cpus) in places.sorted(by: { $0.key ?? -1 < $1.key ?? -1 }) {
            if let package, let failure = failure(toOpen: event, of: pmu, on: cpus) {
                findings.unavailable.append(
                    unavailable(event, package, "cannot open it on CPU \(failure.cpu)", failure.errno))
            } else if let package {
                let counter = AvailableDomain.Counter.cores(
                    type: pmu.type, config: event.config, cpus: cpus, scale: event.scale)
                findings.available.append(
                    AvailableDomain(
                        domain: event.domain, package: package, die: nil, interface: .powerCorePMU, counter: counter))
            } else {
                findings.unavailable.append(
                    unavailable(event, nil, "the package of CPU \(cpus[0]) is not known", .noSuchFileOrDirectory))
            }
        }
        return findings
    }

    private static func failure(
        toOpen event: PowerPMUEvent, of pmu: PowerPMU, on cpus: [Int]
    ) -> (cpu: Int, errno: Errno)? {
        for cpu in cpus {
            let opened = PowerPMUGroup.open(type: pmu.type, configs: [event.config], cpu: cpu)
            if let errno = opened.failures[0] { return (cpu, errno) }
        }
        return nil
    }

    private static func unavailable(
        _ event: PowerPMUEvent, _ package: Int?, _ reason: String, _ errno: Errno
    ) -> UnavailableDomain {
        UnavailableDomain(
            domain: event.domain, package: package, interface: .powerCorePMU,
            reason: "the power_core PMU: \(reason): \(answer(errno))", remedy: RAPLRemedy.powerPMU(errno))
    }
}
