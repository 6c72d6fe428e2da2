import LinuxSystem

/// Takes out the `pp0` of processors that count each core on its own, AMD's and Hygon's.
///
/// The drivers read the register on one CPU of the package and show it as that of all cores: on a processor with 64 of
/// them, a sixty-fourth. Source: MSR C001_029A in AMD's manuals, `rapl_msr_priv_amd` in `intel_rapl_msr.c`.
enum SingleCoreCounters {
    /// - Parameter findings: of the interfaces that show packages.
    static func removed(from findings: Findings, sysfsRoot: String) -> Findings {
        guard countsCoresOneByOne(sysfsRoot: sysfsRoot) else { return findings }
        var rest = findings
        rest.available.removeAll { $0.domain == .pp0 }
        rest.unavailable += findings.available.filter { $0.domain == .pp0 }.map { found in
            UnavailableDomain(
                domain: .pp0, package: found.package, die: found.die, interface: found.interface,
                reason: "\(found.origin) counts one core of the package and not all of them, as this processor has it",
                remedy: "Linux 6.14 and later have the power_core PMU, with a counter for each core")
        }
        return rest
    }

    /// `cpu:type:x86,ven0002fam0019mod0021:feature:,0000,…` in `modalias`; 2 is AMD, 9 is Hygon
    /// (`X86_VENDOR_AMD` in `arch/x86/include/asm/processor.h`).
    private static func countsCoresOneByOne(sysfsRoot: String) -> Bool {
        guard let alias = try? PseudoFile.readText("\(sysfsRoot)/devices/system/cpu/modalias") else { return false }
        return ["cpu:type:x86,ven0002", "cpu:type:x86,ven0009"].contains { alias.hasPrefix($0) }
    }
}
