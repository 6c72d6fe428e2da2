import SystemPackage

/// What an operator can do when a counter cannot be used: the texts of ``UnavailableDomain/remedy``.
enum RAPLRemedy {
    /// For a file of a powercap zone that could not be opened or read.
    static func powercap(_ errno: Errno) -> String {
        switch errno {
        case .permissionDenied, .notPermitted:
            """
            energy_uj is readable by root alone since Linux 5.10 (CVE-2020-8694): let a group read it with a udev or \
            tmpfiles rule, run with CAP_DAC_READ_SEARCH, or use the power PMU with CAP_PERFMON
            """
        case .noSuchFileOrDirectory:
            """
            in a container /sys/devices/virtual/powercap is usually masked: mount it into the container read-only, \
            or run on the host
            """
        case .noSuchAddressOrDevice, .operationNotSupportedByDevice: "bring a CPU of the package online"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "raise the limit on open files"
        default: "see what the kernel log says about intel_rapl"
        }
    }

    /// For an event of the `power` PMU that could not be opened.
    static func powerPMU(_ errno: Errno) -> String {
        switch errno {
        case .permissionDenied, .notPermitted:
            """
            grant CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8), or set kernel.perf_event_paranoid to 0 or below; a \
            container's seccomp filter can also forbid perf_event_open
            """
        case .noFunction: "the kernel or a seccomp filter has no perf_event_open: powercap is the other way"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "raise the limit on open files"
        default: "the processor lacks this counter or its CPU is offline: powercap is the other way"
        }
    }

    /// For a CPU of the `power` PMU whose package could not be found.
    static func topology(_ errno: Errno, ofCPU cpu: Int) -> String {
        let file = "/sys/devices/system/cpu/cpu\(cpu)/topology/physical_package_id"
        return switch errno {
        case .noSuchFileOrDirectory: "bring the CPU online, or let \(file) be seen here"
        case .permissionDenied, .notPermitted: "let this process read \(file)"
        case .invalidArgument: "the firmware does not tell the package: look for a newer one"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "raise the limit on open files"
        default: "see why \(file) cannot be read"
        }
    }

    /// For a file with content that nobody understands.
    static let garbage = "compare the file with the kernel's documentation and report the difference"

    /// For a machine that shows no counter at all.
    static let nothing = """
        on bare metal load the kernel module intel_rapl_msr (with intel_rapl_common; AMD as well) or rapl; virtual \
        machines have no RAPL unless the hypervisor passes it through; containers hide /sys/devices/virtual/powercap
        """
}

/// The system's answer as it stands in a reason: `Permission denied (errno 13)`.
func answer(_ errno: Errno) -> String { "\(errno) (errno \(errno.rawValue))" }
