import Analysis
import Measurement
import Testing

/// A machine of two CPUs whose energy is known by cause: idle watts and so many joules per CPU-second. Its busy time is
/// brought up to date at the ticks of a scheduler alone, its energy once a millisecond; the runs' own time is exact.
private struct KnownMachine {
    var idleWatts = 20.0
    var wattsPerCPU = 30.0
    /// CPUs that each consumer uses at a time, in seconds; the last one is a stranger.
    var loads: [@Sendable (Double) -> Double]
    var tick = 0.004
    var knownIdleWatts: Double? = 20

    static let energy = SeriesColumn(
        series: Series(
            metric: Metric(name: "rapl_consumed_energy", unit: .joules), resource: .cpuPackage(0),
            consumer: .localMachine, attributes: ["domain": "package"]),
        column: 0, divisor: 1e6, provesItselfByMoving: true)

    /// Energy and busy time, then the runs' CPU time.
    var layout: SourceLayout {
        let busy = SeriesColumn(
            series: Series(metric: .cpuBusyTime, resource: .cpuPackage(0), consumer: .localMachine), column: 1,
            lag: .seconds(tick))
        return SourceLayout(columnCount: 1 + loads.count, series: [Self.energy, busy])
    }

    func layout(ofRun run: Int) -> SourceLayout {
        let clock = SeriesColumn(
            series: Series(
                metric: Metric(name: "perf_software_TASK_CLOCK", unit: .nanoseconds), resource: .localMachine,
                consumer: .process(Int32(run))),
            column: 2 + run)
        let machine = SourceLayout(columnCount: layout.columnCount, series: layout.series + [clock])
        return machine.attributing(
            by: knownIdleWatts.map {
                [Self.energy.series: IdlePower(watts: $0, origin: .learned(windows: 9, age: .zero))]
            }
                ?? [:])
    }

    /// What each consumer used in all, in CPU-seconds.
    private(set) var used: [Double] = []
    private(set) var joules = 0.0

    init(loads: [@Sendable (Double) -> Double]) {
        self.loads = loads
    }

    /// Steps of 100 µs; a frame every `interval` of them.
    mutating func frames(seconds: Double, every interval: Int) -> FrameBlock {
        let step = 0.0001
        var block = FrameBlock(columnCount: 1 + loads.count, capacity: Int(seconds / step) / interval + 2)
        used = loads.map { _ in 0 }
        joules = 0
        var shownBusy = 0.0
        var shownJoules = 0.0
        for count in 0...Int((seconds / step).rounded()) {
            let time = Double(count) * step
            if isMultiple(time, of: tick, step) { shownBusy = used.reduce(0, +) }
            if isMultiple(time, of: 0.001, step) { shownJoules = joules }
            if count % interval == 0 {
                let counters = [Int64(shownJoules * 1e6), Int64(shownBusy * 1e9)]
                block.append(
                    at: MonotonicInstant(nanoseconds: Int64(time * 1e9)),
                    values: counters + used.dropLast().map { Int64($0 * 1e9) })
            }
            for index in loads.indices { used[index] += loads[index](time) * step }
            joules += (idleWatts + wattsPerCPU * loads.map { $0(time) }.reduce(0, +)) * step
        }
        return block
    }

    private func isMultiple(_ time: Double, of period: Double, _ step: Double) -> Bool {
        Int((time / step).rounded()) % Int((period / step).rounded()) == 0
    }

    /// How the energy was divided from the point of view of a run.
    func parts(ofRun run: Int, _ block: FrameBlock) -> [EnergyPart: Double] {
        var accumulator = RunAccumulator(layout: layout(ofRun: run))
        accumulator.add(block)
        accumulator.finish()
        return accumulator.parts
    }
}

extension RunAccumulator {
    fileprivate var parts: [EnergyPart: Double] {
        totals.reduce(into: [:]) { parts, total in
            guard let part = total.series.attributes["part"].flatMap(EnergyPart.init),
                case .measured(let value) = total.result
            else { return }
            parts[part] = value.asDouble
        }
    }
}

@Suite struct AttributionTests {
    /// Half a CPU, a CPU that is used every other 0.3 s, and a stranger.
    private static let mixture: [@Sendable (Double) -> Double] = [
        { _ in 0.5 }, { Int($0 / 0.3) % 2 == 0 ? 1 : 0 }, { _ in 0.4 },
    ]

    @Test("Two runs at once and a stranger are told apart within 2 %", arguments: [10, 50, 1000, 2500])
    func mixture(stepsPerFrame: Int) throws {
        var machine = KnownMachine(loads: Self.mixture)
        let block = machine.frames(seconds: 12, every: stepsPerFrame)
        for run in 0...1 {
            let parts = machine.parts(ofRun: run, block)
            let truth = machine.used[run] * machine.wattsPerCPU
            #expect(abs(try #require(parts[.dynamic]) - truth) < 0.02 * truth)
            #expect(abs(try #require(parts[.idle]) - 12 * machine.idleWatts) < 0.02 * 12 * machine.idleWatts)
        }
    }

    @Test("The parts add up to the domain's energy, whatever the loads are", arguments: [3, 70, 999])
    func sum(stepsPerFrame: Int) throws {
        var machine = KnownMachine(loads: Self.mixture)
        let block = machine.frames(seconds: 3, every: stepsPerFrame)
        let parts = machine.parts(ofRun: 0, block)
        let energy = Double(block.value(row: block.count - 1, column: 0)) / 1e6
        #expect(parts.count == 3)
        #expect(abs(parts.values.reduce(0, +) - energy) < 1e-9 * energy)
    }

    @Test("A run that is alone on the machine gets all that is not idle, though the busy time lags behind its own")
    func alone() throws {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        let parts = machine.parts(ofRun: 0, machine.frames(seconds: 4, every: 403))
        #expect(abs(try #require(parts[.dynamic]) - 120) < 1.2)
        #expect(try #require(parts[.other]) < 0.6)
    }

    @Test("A machine that idles leaves nothing to anybody, though its energy comes in steps")
    func idle() throws {
        var machine = KnownMachine(loads: [{ _ in 0 }, { _ in 0 }])
        let parts = machine.parts(ofRun: 0, machine.frames(seconds: 8, every: 403))
        #expect(try #require(parts[.other]) < 0.05)
        #expect(parts[.dynamic] == 0)
    }

    @Test("Where the idle power is not known there is an upper bound and nothing else")
    func upperBound() throws {
        var machine = KnownMachine(loads: [{ _ in 0.5 }, { _ in 0.5 }])
        machine.knownIdleWatts = nil
        let parts = machine.parts(ofRun: 0, machine.frames(seconds: 4, every: 1000))
        #expect(parts.keys.elementsEqual([.upperBound]))
        #expect(abs(try #require(parts[.upperBound]) - 100) < 2)
    }

    @Test("An idle power that is above what was drawn takes all, not more")
    func idleAboveEnergy() throws {
        var machine = KnownMachine(loads: [{ _ in 0.1 }, { _ in 0 }])
        machine.knownIdleWatts = 500
        let parts = machine.parts(ofRun: 0, machine.frames(seconds: 1, every: 1000))
        #expect(parts[.dynamic] == 0)
        #expect(abs(try #require(parts[.idle]) - machine.joules) < 0.03)
    }

    @Test("Windows are long enough for the busy time to be known; the last one ends with the run")
    func windows() {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        machine.tick = 0.01
        let block = machine.frames(seconds: 0.25, every: 10)
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        var ends: [Int64] = []
        let note = { (series: Int, instant: MonotonicInstant, _: SeriesChange) in
            if series == 3 { ends.append(instant.nanoseconds / 1_000_000) }
        }
        accumulator.add(block, forEachRow: note)
        accumulator.finish(forEachRow: note)
        #expect(ends == [95, 190, 250])
    }

    @Test("A dead energy counter, or a busy time that was never read, leaves no number", arguments: [0, 1])
    func missing(column: Int) {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        let live = machine.frames(seconds: 1, every: 1000)
        var block = FrameBlock(columnCount: live.columnCount, capacity: live.count)
        for row in 0..<live.count {
            var values = (0..<live.columnCount).map { live.value(row: row, column: $0) }
            values[column] = column == 0 ? 7 : absentValue
            block.append(at: live.instant(at: row), values: values)
        }
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        accumulator.add(block)
        accumulator.finish()
        #expect(accumulator.parts.isEmpty)
        #expect(accumulator.totals.count == 6)
    }

    @Test("Frames that come some microseconds early do not make a window one frame longer")
    func earlyFrames() {
        let machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        var ends: [Int64] = []
        for frame in 0...4 as ClosedRange<Int64> {
            // 40 ms, which is ten updates of the busy time; the odd ones are late.
            let instant = frame * 40_000_000 + (frame % 2) * 30_000
            var block = FrameBlock(columnCount: 3, capacity: 1)
            block.append(
                at: MonotonicInstant(nanoseconds: instant), values: [frame * 1_000_000, frame * 40_000_000, instant])
            accumulator.add(block) { series, instant, _ in
                if series == 3 { ends.append(instant.nanoseconds / 1_000_000) }
            }
        }
        #expect(ends == [40, 80, 120, 160])
    }

    @Test("Before its first window is over a run has no parts, and not 0 J")
    func young() {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        let block = machine.frames(seconds: 0.03, every: 10)
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        accumulator.add(block)
        #expect(accumulator.parts.isEmpty)
        #expect(accumulator.totals.last?.result == .unavailable(reason: "no window of the division is over yet"))
        accumulator.finish()
        #expect(accumulator.parts.count == 3)
    }

    @Test("A part of the run in which the busy time could not be read is said to be missing in the parts")
    func gap() throws {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        let live = machine.frames(seconds: 1, every: 1000)
        var block = FrameBlock(columnCount: live.columnCount, capacity: live.count)
        for row in 0..<live.count {
            var values = (0..<live.columnCount).map { live.value(row: row, column: $0) }
            if row == live.count - 1 { values[1] = absentValue }
            block.append(at: live.instant(at: row), values: values)
        }
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        accumulator.add(live)
        accumulator.finish()
        #expect(accumulator.warnings.isEmpty)
        accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        accumulator.add(block)
        accumulator.finish()
        let warning = try #require(accumulator.warnings.first { $0.contains("divided") })
        #expect(warning.contains("the last 0.1 seconds of the run are missing in the parts"))
    }

    @Test("Busy time that was due and has not come by the next window is taken from the one after that")
    func dueForTwoWindows() throws {
        let machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        var block = FrameBlock(columnCount: 3, capacity: 4)
        // The run used 4 ms in the first window; the CPUs' account shows them in the third, beside 40 ms of others.
        for (frame, values) in [
            [0, 0, 0], [2_000_000, 0, 4_000_000], [4_000_000, 0, 4_000_000], [6_000_000, 44_000_000, 24_000_000],
        ].enumerated() {
            block.append(at: MonotonicInstant(nanoseconds: Int64(frame) * 40_000_000), values: values.map(Int64.init))
        }
        var last: [Value] = []
        accumulator.add(block) { series, instant, change in
            if series >= 3, instant.nanoseconds == 120_000_000 { last.append(change.change) }
        }
        // Half of the last 2 J less 0.8 J of idleness: 20 ms of 40.
        #expect(abs(try #require(last.first).asDouble - 0.6) < 1e-9)
    }

    @Test("A layout without busy time, energy or CPU time of the run is not attributed")
    func incomplete() {
        let layout = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }]).layout(ofRun: 0)
        #expect(layout.attributions?.count == 1)
        for index in layout.series.indices {
            var series = layout.series
            series.remove(at: index)
            let rest = SourceLayout(columnCount: layout.columnCount, series: series)
            #expect(rest.attributing(by: [:]).attributions == nil)
        }
    }

    @Test("The summary tells the parts, the uncertainty and that an idle power is missing or was not quiet")
    func summary() throws {
        var machine = KnownMachine(loads: [{ _ in 1 }, { _ in 0 }])
        let block = machine.frames(seconds: 2, every: 1000)
        var accumulator = RunAccumulator(layout: machine.layout(ofRun: 0))
        accumulator.add(block)
        accumulator.finish()
        let known = try #require(
            AttributionSummary(layout: accumulator.layout, totals: accumulator.totals, duration: .seconds(2)))
        let domain = try #require(known.domains.first)
        #expect(domain.runJoules == domain.parts[.dynamic])
        // 2 × 1 ms at 50 W, and 2 × 4 ms of 2 s of 60 J.
        #expect(abs(domain.uncertaintyJoules - (0.1 + 0.24)) < 0.02)
        #expect(known.notes.isEmpty)

        let unknown = accumulator.layout.attributing(by: [:])
        var second = RunAccumulator(layout: unknown)
        second.add(block)
        second.finish()
        let bounded = AttributionSummary(layout: unknown, totals: second.totals, duration: .seconds(2))
        #expect(bounded?.notes.first?.contains("upper bound") == true)

        let loud = IdlePower(watts: 20, origin: .measured(over: .seconds(5), busyShare: 0.123))
        let layout = accumulator.layout.attributing(by: [KnownMachine.energy.series: loud])
        let summary = AttributionSummary(layout: layout, totals: accumulator.totals, duration: .seconds(2))
        #expect(summary?.notes.first?.contains("12.3 %") == true)
    }
}

@Suite struct IdlePowerEstimateTests {
    private let layout = KnownMachine(loads: [{ _ in 1 }]).layout

    /// Heartbeats: watts and busy share of two CPUs per second.
    private func heartbeats(_ seconds: [(watts: Double, busy: Double)]) -> FrameBlock {
        var block = FrameBlock(columnCount: 2, capacity: seconds.count + 1)
        var values: [Int64] = [1, 1]
        block.append(at: MonotonicInstant(nanoseconds: 0), values: values)
        for (index, second) in seconds.enumerated() {
            values[0] += Int64(second.watts * 1e6)
            values[1] += Int64(second.busy * 2e9)
            block.append(at: MonotonicInstant(nanoseconds: Int64(index + 1) * 1_000_000_000), values: values)
        }
        return block
    }

    private func learn(_ seconds: [(watts: Double, busy: Double)]) -> IdlePower? {
        IdlePowerEstimate(
            learningFrom: heartbeats(seconds), layout: layout, cpuCount: 2,
            now: MonotonicInstant(nanoseconds: Int64(seconds.count + 3) * 1_000_000_000)
        ).idlePowers[KnownMachine.energy.series]
    }

    @Test("It is a low percentile of the quiet seconds, with their number and age")
    func learns() {
        let quiet = (0..<20).map { (watts: 10 + Double($0), busy: 0.001) }
        let busy = (0..<50).map { _ in (watts: 5.0, busy: 0.5) }
        #expect(learn(quiet + busy) == IdlePower(watts: 12, origin: .learned(windows: 20, age: .seconds(53))))
    }

    @Test("Without enough quiet seconds, or with a dead counter, nothing is known")
    func knowsNothing() {
        #expect(learn([]) == nil)
        #expect(learn(Array(repeating: (watts: 10, busy: 0.011), count: 100)) == nil)
        #expect(learn(Array(repeating: (watts: 10, busy: 0), count: 4)) == nil)
        #expect(learn(Array(repeating: (watts: 0, busy: 0), count: 50)) == nil)
    }

    @Test("On many CPUs a second in which one of them worked is not quiet")
    func manyCPUs() {
        let beats = heartbeats(Array(repeating: (watts: 10, busy: 0.04), count: 100))
        let end = MonotonicInstant(nanoseconds: 100_000_000_000)
        let powers = { (cpuCount: Int) in
            IdlePowerEstimate(learningFrom: beats, layout: layout, cpuCount: cpuCount, now: end).idlePowers
        }
        // 80 ms in each second: less than 1 % of 128 CPUs.
        #expect(powers(128).isEmpty)
        let quiet = heartbeats(Array(repeating: (watts: 10, busy: 0.02), count: 100))
        #expect(
            !IdlePowerEstimate(learningFrom: quiet, layout: layout, cpuCount: 128, now: end).idlePowers.isEmpty)
    }

    @Test("A window that is too short, or has no energy, is not the lowest")
    func oddWindows() {
        var block = FrameBlock(columnCount: 2, capacity: 20)
        var instant: Int64 = 0
        var microjoules: Int64 = 1
        block.append(at: MonotonicInstant(nanoseconds: instant), values: [microjoules, 1])
        for (milliseconds, watts) in [(1, 1.0), (1000, 0)] + (0..<6).map({ _ in (1000, 10.0) }) {
            instant += Int64(milliseconds) * 1_000_000
            microjoules += Int64(watts * Double(milliseconds) * 1000)
            block.append(at: MonotonicInstant(nanoseconds: instant), values: [microjoules, 1])
        }
        let power = IdlePowerEstimate(
            learningFrom: block, layout: layout, cpuCount: 2, now: MonotonicInstant(nanoseconds: instant)
        ).idlePowers[KnownMachine.energy.series]
        #expect(power == IdlePower(watts: 10, origin: .learned(windows: 6, age: .zero)))
    }

    @Test("A baseline is the mean of its time, and says how quiet it was")
    func measures() {
        let block = heartbeats([(watts: 10, busy: 0.1), (watts: 20, busy: 0.3)])
        let powers = IdlePowerEstimate(measuring: block, layout: layout, cpuCount: 2).idlePowers
        #expect(
            powers[KnownMachine.energy.series]
                == IdlePower(watts: 15, origin: .measured(over: .seconds(2), busyShare: 0.2)))
        #expect(IdlePowerEstimate(measuring: heartbeats([]), layout: layout, cpuCount: 2).idlePowers.isEmpty)
    }
}
