import Analysis
import Measurement

/// What the server draws of a run: power over time, or the CPUs it kept busy where no energy was measured. Never an
/// empty axis.
package struct PowerPicture: Sendable {
    /// The heading: as its client called the run.
    package let title: String
    /// What is to be said beside the curves; nil when there is nothing.
    package let note: String?
    /// What was drawn and what it amounts to, in sentences.
    package let description: String
    let curves: [PowerCurve]
    let unit: RateUnit
    /// Where points begin and end, in seconds since the start of the run; one more than there are points.
    let times: [Double]

    package init(_ picture: RunPicture, title: String) {
        self.title = title
        times = [picture.start.inSeconds] + picture.edges.map(\.inSeconds)
        let energy = Self.curves(picture, times) { $0.series.isEnergyOfMachine }
        let curves = energy.isEmpty ? Self.curves(picture, times) { $0.series.isCPUTime } : energy
        unit = energy.isEmpty ? .cpuUse : .power
        self.curves = curves
        let notes = [
            energy.isEmpty ? Self.reason(picture, drawsCPUs: !curves.isEmpty) : nil, Self.sentence(on: picture),
        ].compactMap(\.self)
        note = notes.isEmpty ? nil : notes.joined(separator: " ")
        description = Self.description(curves, unit, note, times)
    }

    private static func curves(
        _ picture: RunPicture, _ times: [Double], _ isWanted: (ReducedSeries) -> Bool
    ) -> [PowerCurve] {
        let wanted = picture.series.filter(isWanted)
        let isPlural = Set(wanted.map(\.series.resource.id)).subtracting([""]).count > 1
        return wanted.compactMap { PowerCurve($0, times: times, namesPackage: isPlural) }
    }

    private static func reason(_ picture: RunPicture, drawsCPUs: Bool) -> String {
        if picture.edges.isEmpty { return "Nothing has been measured here (so far)." }
        let reason = picture.unavailable.first { $0.series.isEnergyOfMachine }?.reason
        let why = reason ?? "this machine showed the run no energy counter; /capabilities says why"
        return "No energy: \(why)." + (drawsCPUs ? " Shown are busy CPUs." : "")
    }

    private static func sentence(on picture: RunPicture) -> String? {
        guard !picture.damages.isEmpty else { return nil }
        var spans: [(start: Duration, end: Duration)] = []
        for damage in picture.damages {
            if let last = spans.last, last.end == damage.start {
                spans[spans.count - 1].end = damage.end
            } else {
                spans.append((damage.start, damage.end))
            }
        }
        func texts(_ isKnown: Bool) -> String? {
            // Behind the last frame there is none that says how far the counters have gone on.
            let texts = spans.filter { ($0.end < picture.end) == isKnown }.map {
                "\(DecimalText.rough($0.start.inSeconds)) s to \(DecimalText.rough($0.end.inSeconds)) s"
            }
            return texts.isEmpty ? nil : "of \(texts.joined(separator: ", "))"
        }
        let sentences = [
            texts(true).map { "\($0) only the mean is known" }, texts(false).map { "\($0) nothing is known" },
        ]
        return "Stored measurements are damaged: \(sentences.compactMap(\.self).joined(separator: ", "))."
    }

    private static func description(
        _ curves: [PowerCurve], _ unit: RateUnit, _ note: String?, _ times: [Double]
    ) -> String {
        guard let first = times.first, let last = times.last, !curves.isEmpty else { return note ?? "" }
        let what = unit == .power ? "Power" : "Busy CPUs"
        let span = "\(what) from \(DecimalText.rough(first)) s to \(DecimalText.rough(last)) s after the start."
        return ([note, span].compactMap(\.self) + curves.map { $0.sentence(unit) }).joined(separator: " ")
    }
}

extension Series {
    fileprivate var isEnergyOfMachine: Bool { metric == .consumedEnergy && consumer == .localMachine }

    fileprivate var isCPUTime: Bool {
        metric == .cpuBusyTime || metric.name == "perf_software_TASK_CLOCK" && attributes.isEmpty
    }
}
