import Analysis
import Exposition
import Measurement
import Runs
import Sampling

/// What a person reads after `ergometer exec`: the totals, the times, and what could not be measured and why.
struct RunReport {
    private let run: Run
    private let output: String

    /// - Parameter output: where the measurements are.
    init(_ run: Run, output: String) {
        self.run = run
        self.output = output
    }

    var text: String {
        let command = run.specification.command.arguments.joined(separator: " ")
        if case .launchFailed(_, let message) = run.outcome { return "ergometer: \(message)\n" }
        let sections = [
            [" '\(command)' \(ending)"], counters, energy, times, notes, sampling,
        ]
        return "\n" + sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
            + "\n\n"
    }

    private var ending: String {
        let pid = run.pid.map { " (pid \($0))" } ?? ""
        return switch run.outcome {
        case .exited(let code): "exited with code \(code)\(pid)"
        case .signaled(let signal): "was ended by signal \(signal)\(pid)"
        case .timedOut: "was ended after its timeout\(pid)"
        case .cancelled: "was cancelled\(pid)"
        case .launchFailed, .interrupted, nil: "did not run to its end\(pid)"
        }
    }

    private var totals: [SeriesTotal] { run.summary?.totals ?? [] }

    private var seconds: Double { run.duration?.inSeconds ?? 0 }

    /// CPU time in seconds, which rates are told against.
    private var taskClock: Double? {
        totals.first { $0.series.metric.name.hasSuffix("TASK_CLOCK") }.flatMap { total in
            if case .measured(let value) = total.result { value.asDouble / 1e9 } else { nil }
        }
    }
}

// MARK: - Sections

extension RunReport {
    private var counters: [String] {
        totals.filter { $0.series.consumer != .localMachine && $0.series.metric != .attributedEnergy }.compactMap {
            total in
            guard case .measured(let value) = total.result else { return nil }
            let coverage =
                total.coverage.flatMap {
                    $0 < 1 ? "  (ran \(ReportText.fixed($0 * 100, 1)) % of the time, scaled)" : nil
                } ?? ""
            return line(amount(of: value, total.series.metric.unit), label(of: total.series), remark(value, total))
                + coverage
        }
    }

    private var energy: [String] {
        guard let duration = run.duration, let energy = EnergySummary(totals: totals, duration: duration) else {
            return []
        }
        let lines = energy.domains.map { domain in
            let place = domain.resource.id.isEmpty ? domain.domain : "\(domain.domain) \(domain.resource.id)"
            let power =
                "\(ReportText.fixed(domain.joules / seconds, 2)) W, ± \(ReportText.fixed(domain.uncertaintyJoules, 3)) J"
            return line("\(ReportText.fixed(domain.joules, 3)) J", "energy of \(place)", "\(power), whole machine")
        }
        return lines + attribution + (energy.note.map { [ReportText.wrapped($0)] } ?? [])
    }

    /// What of the machine's energy is the run's.
    private var attribution: [String] {
        guard let attribution = run.attribution else { return [] }
        let lines = attribution.domains.map { domain in
            let place = domain.resource.id.isEmpty ? domain.domain : "\(domain.domain) \(domain.resource.id)"
            let label = domain.idle == nil ? "at most, by the run" : "of it by the run"
            let remark = [
                "\(place), ± \(ReportText.fixed(domain.uncertaintyJoules, 3)) J",
                domain.parts[.idle].map { "idle \(ReportText.fixed($0, 3)) J" },
                domain.parts[.other].map { "others \(ReportText.fixed($0, 3)) J" },
            ].compactMap(\.self).joined(separator: ", ")
            return line("\(ReportText.fixed(domain.runJoules, 3)) J", label, remark)
        }
        return lines + attribution.notes.map { ReportText.wrapped($0) }
    }

    private var times: [String] {
        var lines = [line("\(ReportText.fixed(seconds, 6)) s", "elapsed", nil)]
        guard let account = run.summary?.account else { return lines }
        lines += accounted(account.userTime, "user") { "\(ReportText.fixed($0.inSeconds, 6)) s" }
        lines += accounted(account.systemTime, "system") { "\(ReportText.fixed($0.inSeconds, 6)) s" }
        lines += accounted(account.peakMemoryBytes, "peak memory", ReportText.bytes)
        lines += accounted(account.bytesRead, "read from devices", ReportText.bytes)
        lines += accounted(account.bytesWritten, "written to devices", ReportText.bytes)
        return lines
    }

    private func accounted<Value>(_ value: Accounted<Value>, _ label: String, _ text: (Value) -> String) -> [String] {
        guard case .measured(let value, let origin) = value else { return [] }
        return [line(text(value), label, origin.rawValue)]
    }

    private var notes: [String] {
        let missing = totals.compactMap { total -> String? in
            guard case .unavailable(let reason) = total.result, total.series.metric != .attributedEnergy else {
                return nil
            }
            return "not measured: \(label(of: total.series)): \(reason)"
        }
        return (run.warnings + missing + unaccounted).map { ReportText.wrapped($0) }
    }

    private var unaccounted: [String] {
        guard case .unavailable(let reason) = run.summary?.account?.peakMemoryBytes else { return [] }
        return ["not measured: peak memory: \(reason)"]
    }

    private var sampling: [String] {
        guard let sampling = run.summary?.sampling else { return [] }
        let place = output == "-" ? "standard output" : output
        let missed = sampling.missedTicks == 0 ? "none missed" : "\(sampling.missedTicks) missed"
        let interval = DurationText.format(run.specification.interval)
        return [" \(sampling.ticks + 1) samples, one each \(interval), \(missed); measurements in \(place)"]
    }
}

// MARK: - Lines

extension RunReport {
    private func label(of series: Series) -> String {
        let words = series.metric.name.utf8.split(separator: UInt8(ascii: "_"), maxSplits: 2)
        guard words.count == 3, words[0].elementsEqual("perf".utf8) else {
            return (["energy of", series.attributes["domain"] ?? ""] + [series.resource.id]).joined(separator: " ")
        }
        let dashed = words[2].map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        let name = String(decoding: dashed, as: UTF8.self).lowercased()
        let modifiers = series.attributes["modifiers"].map { ":\($0)" } ?? ""
        return name + modifiers + (series.attributes["pmu"].map { " (\($0))" } ?? "")
    }

    private func amount(of value: Value, _ unit: Unit) -> String {
        unit == .nanoseconds ? "\(ReportText.fixed(value.asDouble / 1e6, 2)) ms" : ReportText.grouped(value)
    }

    private func remark(_ value: Value, _ total: SeriesTotal) -> String? {
        guard let taskClock, taskClock > 0 else { return nil }
        if total.series.metric.unit == .nanoseconds {
            return seconds > 0 ? "\(ReportText.fixed(value.asDouble / 1e9 / seconds, 3)) CPUs used" : nil
        }
        return "\(ReportText.scaled(value.asDouble / taskClock))/s of CPU time"
    }

    private func line(_ amount: String, _ label: String, _ remark: String?) -> String {
        let left = String(repeating: " ", count: max(1, 18 - amount.count)) + amount
        guard let remark else { return "\(left)  \(label)" }
        return "\(left)  \(label)\(String(repeating: " ", count: max(1, 26 - label.count)))#  \(remark)"
    }
}
