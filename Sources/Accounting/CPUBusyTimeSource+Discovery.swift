import LinuxSystem

extension CPUBusyTimeSource {
    /// Opens the best origin that this machine lets this process have; nil where there is none, or no topology.
    ///
    /// - Parameters:
    ///   - sysfsRoot: where the packages of the CPUs are looked up. In a simulated machine they are those of the
    ///     simulation, and the CPUs, by their numbers, the real ones.
    ///   - mayTrace: whether the tracepoint may be used, which takes the kernel some 30 ms to let go of.
    package convenience init?(
        sysfsRoot: String = "/sys", procRoot: String = "/proc", tracefs: String? = nil, mayTrace: Bool
    ) {
        guard let reader = Self.bestReader(sysfsRoot, procRoot, tracefs, mayTrace),
            let packages = CPUPackages(cpuCount: reader.cpuCount, sysfsRoot: sysfsRoot)
        else { return nil }
        self.init(reader: reader, packages: packages)
    }

    private static func bestReader(
        _ sysfsRoot: String, _ procRoot: String, _ tracefs: String?, _ mayTrace: Bool
    ) -> sending (any CPUTimeReader)? {
        if let reader = CpuacctReader(procRoot: procRoot) { return reader }
        if mayTrace, let reader = schedulerRuntime(procRoot, tracefs) { return reader }
        return ProcStatReader(procRoot: procRoot)
    }

    private static func schedulerRuntime(_ procRoot: String, _ tracefs: String?) -> sending SchedulerRuntimeReader? {
        let mounted = tracefs ?? (try? MountTable(procRoot: procRoot))?.first(ofType: "tracefs")?.path
        guard let mounted, let online = try? PseudoFile.readText("/sys/devices/system/cpu/online"),
            let cpus = CPUTopology.parseList(online)
        else { return nil }
        return SchedulerRuntimeReader(tracefs: mounted, cpus: cpus)
    }
}
