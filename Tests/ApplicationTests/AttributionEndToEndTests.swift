import Foundation
import Glibc
import TestSupport
import Testing

/// A real server on a machine whose energy goes with the busy time of the real CPUs: so much per CPU-second of any
/// program, those of other tests included. So the truth about a run is its own CPU time.
@Suite(.serialized) struct AttributionEndToEndTests {
    private static let idleWatts = 20.0
    private static let wattsPerCPU = 30.0
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Energy depends on the CPUs only once the baselines are over, so that these see idle power, whoever is busy.
    private func machine(packages: Int) throws -> SimulatedMachine {
        try SimulatedMachine((0..<packages).map { SimulatedZone("package-\($0)", watts: Self.idleWatts) })
    }

    /// Submits commands that wait for their start, wakes the machine up, starts them, and gives the finished runs.
    private func run(_ commands: [String], on machine: SimulatedMachine, packages: Int) throws -> [[String: Any]] {
        let server = try RunningServer(
            in: directory, options: ["--sysfs-root", machine.root, "--max-concurrent-runs", "\(commands.count)"])
        machine.startLive()
        defer { machine.stop() }
        let ids = try commands.enumerated().map { index, command in
            let gate = gate(index)
            unlink(gate)
            #expect(mkfifo(gate, 0o600) == 0)
            let answer = try server.post(
                #"{"command": "read x < \#(gate); \#(command)", "baseline": "300ms", "interval": "50ms"}"#)
            return try #require(answer.json["id"] as? String)
        }
        // Opening waits until the command reads: then its baseline is over.
        let gates = try commands.indices.map { try writer(of: gate($0)) }
        for package in 0..<packages { machine.setWattsPerBusyCPU(Self.wattsPerCPU, of: "package-\(package)") }
        for gate in gates { close(gate) }
        return try ids.map { try server.curl("/runs/\($0)?wait=60s").json }
    }

    private func gate(_ index: Int) -> String { "\(directory.path)/gate-\(index)" }

    private func spin(_ milliseconds: Int, on cpu: Int? = nil) -> String {
        (cpu.map { "taskset -c \($0) " } ?? "") + "\(Tool.built("workload")) spin \(milliseconds)"
    }

    private func domains(of run: [String: Any]) throws -> [[String: Any]] {
        let energy = try #require(run["energy"] as? [String: Any], "\(run)")
        let attribution = try #require(energy["attribution"] as? [String: Any], "\(energy)")
        return try #require(attribution["domains"] as? [[String: Any]])
    }

    /// Of all series of a metric, in its unit.
    private func total(_ metric: String, of run: [String: Any], part: String? = nil) -> Double {
        let totals = run["totals"] as? [[String: Any]] ?? []
        return totals.filter { total in
            total["metric"] as? String == metric
                && (part == nil || (total["attributes"] as? [String: String])?["part"] == part)
        }.compactMap { $0["value"] as? Double }.reduce(0, +)
    }

    /// What is wrong in each of up to five tries, by the last that the host of a virtual machine let be: when it takes CPUs
    /// away, the clocks of tasks go on and the simulated energy comes late, and there is nothing to compare with.
    private func faults(in attempt: () throws -> [String]) throws -> [String] {
        var found: [String]?
        for _ in 0..<5 {
            let stolen = LiveMachine.stolenSeconds
            let faults = try attempt()
            if faults.isEmpty { return [] }
            if LiveMachine.stolenSeconds - stolen < 0.05 { found = faults }
        }
        if let found { return found }
        try Test.cancel("the host took CPUs away in each of five tries")
    }

    private func fault(_ what: String, _ value: Double, of truth: Double, within tolerance: Double) -> [String] {
        abs(value - truth) <= tolerance ? [] : ["\(what): \(value) of \(truth)"]
    }

    @Test func `two runs at once are told apart from each other and from strangers`() throws {
        let stranger = try Process.run(URL(fileURLWithPath: Tool.built("workload")), arguments: ["spin", "60000"])
        defer { stranger.terminate() }
        let found = try faults {
            let machine = try machine(packages: 1)
            let runs = try run([spin(1500), "\(spin(400)); sleep 0.7; \(spin(400))"], on: machine, packages: 1)
            return try runs.flatMap { run in
                let own = try #require(try domains(of: run).first)
                let dynamic = try #require(own["dynamic_joules"] as? Double, "\(own)")
                let truth = total("perf_software_TASK_CLOCK", of: run) / 1e9 * Self.wattsPerCPU
                let idlePower = try #require((own["idle_power"] as? [String: Any])?["watts"] as? Double)
                // The parts add up to the domain's energy, in the run and in its rows.
                let parts = total("attributed_energy", of: run)
                #expect(abs(parts - total("rapl_consumed_energy", of: run)) < 1e-6 * parts)
                return fault("dynamic", dynamic, of: truth, within: truth * 0.02 + 0.3)
                    + fault("idle power", idlePower, of: Self.idleWatts, within: 0.2)
            }
        }
        #expect(found == [])
    }

    @Test(.enabled(if: LiveMachine.canCountCgroups, "no writable cgroup v2, or no CAP_PERFMON"))
    func `a run is charged for the package that it runs on`() throws {
        let seconds = [1.0, 0.5]
        let found = try faults {
            let machine = try machine(packages: 2)
            let runs = try run([spin(1000, on: 0), spin(500, on: LiveMachine.lastCPU)], on: machine, packages: 2)
            return try runs.enumerated().flatMap { index, run in
                let domains = try domains(of: run)
                #expect(domains.count == 2)
                return try domains.enumerated().flatMap { package, domain in
                    let dynamic = try #require(domain["dynamic_joules"] as? Double)
                    let truth = package == index ? seconds[index] * Self.wattsPerCPU : 0
                    return fault("run \(index), package \(package)", dynamic, of: truth, within: 1)
                }
            }
        }
        #expect(found == [])
    }

    @Test func `without an idle power a run gets an upper bound, and says so`() throws {
        let machine = try machine(packages: 1)
        machine.setWattsPerBusyCPU(Self.wattsPerCPU, of: "package-0")
        machine.startLive()
        defer { machine.stop() }
        let tool = try Tool.run(
            Tool.built("ergometer"),
            ["exec", "--output", "-", "--sysfs-root", machine.root, Tool.built("workload"), "spin", "300"],
            directory: directory.path)
        let rows = CSVRows.parse(tool.output)
        #expect(tool.errors.contains("at most, by the run"))
        #expect(tool.errors.contains("only an upper bound can be told"))
        let bound = rows.filter { $0["metric"] == "attributed_energy_J" }
        #expect(!bound.isEmpty)
        #expect(bound.allSatisfy { $0["__late_attributes"] == "domain=package,part=upper_bound" })
        #expect(CSVRows.sum("attributed_energy_J", in: bound) > 0.3 * Self.wattsPerCPU * 0.9)
    }

    @Test func `exec measures a baseline first, and adds the parts up`() throws {
        let machine = try machine(packages: 1)
        machine.startLive()
        defer { machine.stop() }
        let tool = try Tool.run(
            Tool.built("ergometer"),
            ["exec", "--output", "-", "--sysfs-root", machine.root, "--baseline", "300ms", "sleep", "0.3"],
            directory: directory.path)
        let rows = CSVRows.parse(tool.output)
        #expect(tool.errors.contains("of it by the run"))
        let whole = CSVRows.sum("rapl_consumed_energy_J", in: rows)
        #expect(abs(CSVRows.sum("attributed_energy_J", in: rows) - whole) < 1e-9)
        let own = rows.filter { $0["consumer_kind"] == "process" }
        #expect(CSVRows.sum("attributed_energy_J", in: own) < 0.02 * whole)
    }
}
