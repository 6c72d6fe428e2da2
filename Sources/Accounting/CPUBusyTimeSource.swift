import LinuxSystem
import Measurement
import Synchronization

/// Reads how long the CPUs of each package were busy: one column per package, in nanoseconds since the source was made.
///
/// Values only rise, by at most the time that has passed times the CPUs of the package, but for what was not yet charged
/// at the reading before. ``BusyTimeOrigin`` says what each origin counts.
///
/// Failure: a package of which a CPU could not be read is ``absentValue`` this time. A CPU that goes offline keeps its
/// value, and goes on from it when it comes back.
///
/// When it lies: a CPU is charged at its ticks and switches, so that a reading is late by up to a tick of each CPU, or by
/// 10 ms with `/proc/stat`. In a virtual machine CPUs are those of the guest. A CPU that was offline when the source was
/// made is missed where there are several packages, and with the tracepoint.
///
/// All members may be used from any thread.
package final class CPUBusyTimeSource: Source {
    package let layout: SourceLayout
    package let origin: BusyTimeOrigin
    private let packages: CPUPackages
    private let state: Mutex<State>

    private struct State {
        let reader: any CPUTimeReader
        var times: CPUTimes
    }

    /// - Parameters:
    ///   - reader: is read once, so that time is counted from now on.
    ///   - packages: of no more CPUs than the reader has.
    init(reader: sending any CPUTimeReader, packages: CPUPackages) {
        origin = reader.origin
        self.packages = packages
        layout = Self.layout(of: packages.packages, origin: reader.origin)
        var times = CPUTimes(count: packages.cpuCount)
        _ = reader.read(into: &times)
        state = Mutex(State(reader: reader, times: times))
    }

    package let backend = SourceBackend.busyTime
    package var columnCount: Int { layout.columnCount }

    package func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        state.withLock { state in
            guard state.reader.read(into: &state.times) else {
                for column in 0..<columnCount { row[offset + column] = absentValue }
                return .failed
            }
            return add(state.times, to: &row, at: offset)
        }
    }

    private func add(_ times: CPUTimes, to row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        var status = SourceStatus.ok
        for column in 0..<columnCount { row[offset + column] = 0 }
        for cpu in 0..<packages.cpuCount {
            guard let place = packages.place(of: cpu) else { continue }
            let time = times[cpu]
            if time == absentValue { status = .failed }
            let sum = row[offset + place]
            row[offset + place] = time == absentValue || sum == absentValue ? absentValue : sum &+ time
        }
        return status
    }

    private static func layout(of packages: [Int], origin: BusyTimeOrigin) -> SourceLayout {
        let columns = packages.enumerated().map { column, package in
            SeriesColumn(
                series: Series(
                    metric: .cpuBusyTime, resource: .cpuPackage(package), consumer: .localMachine,
                    attributes: ["source": origin.rawValue]),
                column: column, lag: origin.lag)
        }
        return SourceLayout(columnCount: columns.count, series: columns)
    }
}
