import Exposition
import LinuxSystem

extension PrometheusText {
    /// What the server itself costs, under the names that all exporters use; what is not known is left out.
    mutating func addProcess(_ figures: ProcessFigures) {
        add(
            "process_cpu_seconds_total", .counter, figures.cpuSeconds, help: "CPU time of the server, without its runs."
        )
        add(
            "process_resident_memory_bytes", .gauge, figures.residentBytes, help: "Memory of the server that is in RAM."
        )
        add("process_virtual_memory_bytes", .gauge, figures.virtualBytes, help: "Address space of the server.")
        add("process_threads", .gauge, figures.threads, help: "Threads of the server.")
        add("process_open_fds", .gauge, figures.openDescriptors, help: "Descriptors that the server has open.")
        add("process_max_fds", .gauge, figures.maximumDescriptors, help: "Descriptors that the server may have open.")
        add(
            "process_start_time_seconds", .gauge, figures.startSeconds,
            help: "When the server was started, in seconds since 1970.")
    }

    private mutating func add(_ name: String, _ kind: Kind, _ value: (some BinaryInteger)?, help: String) {
        guard let value else { return }
        family(name, kind, help: help)
        sample(value)
    }

    private mutating func add(_ name: String, _ kind: Kind, _ value: Double?, help: String) {
        guard let value else { return }
        family(name, kind, help: help)
        sample(value)
    }
}
