import LinuxSystem
import SystemPackage

/// Discovery of the `power` PMU: every event is opened once on every CPU of its mask; nothing stays open.
enum PowerPMUScan {
    /// - Parameter canOpen: whether the tree is that of the running kernel. The type number of any other tree means
    ///   another PMU here, so that its events are described and not opened.
    static func run(sysfsRoot: String, canOpen: Bool) -> Findings {
        do throws(PowerPMU.Failure) {
            guard let pmu = try PowerPMU(sysfsRoot: sysfsRoot) else { return Findings() }
            var findings = Findings(warnings: pmu.skipped)
            guard canOpen else {
                findings.warnings.append("the power PMU under \(sysfsRoot) is not used: it is not this kernel's")
                return findings
            }
            return pmu.cpus.reduce(findings) { $0 + probe(pmu, cpu: $1, sysfsRoot: sysfsRoot) }
        } catch {
            return Findings(unavailable: [describe(error)])
        }
    }

    private static func probe(_ pmu: PowerPMU, cpu: Int, sysfsRoot: String) -> Findings {
        do throws(Errno) {
            let place = try CPUTopology(cpu: cpu, sysfsRoot: sysfsRoot)
            let opened = PowerPMUGroup.open(type: pmu.type, configs: pmu.events.map(\.config), cpu: cpu)
            return sort(pmu, cpu, place, failures: opened.failures)
        } catch {
            let reason = "cannot find the package of CPU \(cpu): \(answer(error))"
            return Findings(
                unavailable: [
                    UnavailableDomain(
                        interface: .powerPMU, reason: reason, remedy: RAPLRemedy.topology(error, ofCPU: cpu))
                ])
        }
    }

    private static func sort(_ pmu: PowerPMU, _ cpu: Int, _ place: CPUTopology, failures: [Int: Errno]) -> Findings {
        var findings = Findings()
        for (index, event) in pmu.events.enumerated() {
            if let errno = failures[index] {
                findings.unavailable.append(describe(event, cpu, place, errno))
            } else {
                findings.available.append(
                    AvailableDomain(
                        domain: event.domain, package: place.package, die: place.die, interface: .powerPMU,
                        counter: .event(type: pmu.type, config: event.config, cpu: cpu, scale: event.scale)))
            }
        }
        return findings
    }

    private static func describe(
        _ event: PowerPMUEvent, _ cpu: Int, _ place: CPUTopology, _ errno: Errno
    ) -> UnavailableDomain {
        UnavailableDomain(
            domain: event.domain, package: place.package, die: place.die, interface: .powerPMU,
            reason: "cannot open event \(event.config) of the power PMU on CPU \(cpu): \(answer(errno))",
            remedy: RAPLRemedy.powerPMU(errno))
    }

    /// A description that could not be read or understood.
    static func describe(
        _ failure: PowerPMU.Failure, interface: RAPLInterface = .powerPMU
    ) -> UnavailableDomain {
        guard let errno = failure.errno else {
            return UnavailableDomain(
                interface: interface, reason: "\(failure.path) is not understood", remedy: RAPLRemedy.garbage)
        }
        return UnavailableDomain(
            interface: interface, reason: "cannot read \(failure.path): \(answer(errno))",
            remedy: RAPLRemedy.powerPMU(errno))
    }
}
