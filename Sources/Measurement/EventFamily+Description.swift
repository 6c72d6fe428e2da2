extension EventFamily {
    /// What the numbers of the family are.
    package var description: MetricDescription {
        MetricDescription(
            metricPattern, units, meaning: summary, source: source, resolution: resolution, uncertainty: uncertainty,
            lies: lies)
    }

    private var source: String {
        let call = "perf_event_open(2), inherited by all threads and descendants, switched on by `execve`"
        return switch self {
        case .hardware: "\(call); type `PERF_TYPE_HARDWARE`"
        case .software: "\(call); type `PERF_TYPE_SOFTWARE`"
        case .cache: "\(call); type `PERF_TYPE_HW_CACHE`"
        case .raw: "\(call); type `PERF_TYPE_RAW`"
        case .tracepoint: "\(call); the tracepoint's number from tracefs"
        case .pmu: "\(call); type and format from `/sys/bus/event_source/devices`"
        case .model: "\(call); encoded by libpfm4"
        }
    }

    private var resolution: String {
        switch self {
        case .software: "1; clocks: 1 ns"
        case .pmu: "1, or the event's scale in sysfs"
        case .hardware, .cache, .raw, .tracepoint, .model: "1"
        }
    }

    private var uncertainty: String {
        switch self {
        case .software, .tracepoint: "none"
        case .hardware, .cache, .raw, .pmu, .model:
            "none at full coverage; below 1 the value is scaled by it, and the error depends on how steady the program is"
        }
    }

    private var lies: String {
        let stopped = "programs that are set-uid or unreadable stop it when they are executed (noticed and said)"
        return switch self {
        case .hardware, .cache:
            "kernel and processor decide what a name means: compare one model with itself; \(stopped)"
        case .raw, .model: "the word means something else on another model of processor; \(stopped)"
        case .software:
            "faults that the kernel handles for the program in advance (fault-around) are not counted; without "
                + "CAP_PERFMON the kernel's share is missing, and the run says so; \(stopped)"
        case .tracepoint:
            "what happens on behalf of the program in another context (interrupts, workers) is not in it; before Linux "
                + "6.12 hits of a uprobe may be missing in processes that have children, and in those"
        case .pmu: "as far as the PMU follows a process; those of the whole machine are refused; \(stopped)"
        }
    }
}
