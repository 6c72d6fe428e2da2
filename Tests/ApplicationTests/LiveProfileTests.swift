import Foundation
import TestSupport
import Testing

/// A machine that draws power only while a run lasts: all that it draws has to be found in the rows of that run.
@Suite(.serialized) struct LiveProfileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: ["100ms", "10ms", "1ms"])
    func `steps of power are found again to the microjoule`(interval: String) throws {
        // 12 J, of which more than one round must not fit between two readings, also if a tick comes late.
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 0, rangeMicrojoules: 12_000_000, startMicrojoules: 11_000_000)
        ])
        machine.startLive()
        defer { machine.stop() }
        let (rows, _) = try exec(on: machine, interval: interval) {
            for watts in [20.0, 45, 3, 30] {
                machine.setWatts(watts, of: "package-0")
                machine.waitForEnergy(watts * 0.15, of: "package-0")
            }
            machine.setWatts(0, of: "package-0")
        }
        let truth = Double(machine.consumed("package-0")) / 1e6
        let energy = CSVRows.sum("rapl_consumed_energy_J", in: rows)
        #expect(truth > 5)
        #expect(abs(energy - truth) < 1e-6, "\(energy) J of \(truth) J")
    }

    @Test func `a zone that vanishes in mid-run ends its series, says so, and leaves the others alone`() throws {
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 0), SimulatedZone("package-1", watts: 0),
        ])
        machine.startLive()
        defer { machine.stop() }
        let (rows, summary) = try exec(on: machine, interval: "10ms") {
            for package in ["package-0", "package-1"] { machine.setWatts(40, of: package) }
            machine.waitForEnergy(8, of: "package-1")
            machine.remove("package-1")
            machine.waitForEnergy(8, of: "package-0")
            machine.setWatts(0, of: "package-0")
        }
        let rest = rows.filter { $0["resource_id"] == "0" }
        let energy = CSVRows.sum("rapl_consumed_energy_J", in: rest)
        #expect(abs(energy - Double(machine.consumed("package-0")) / 1e6) < 1e-6)
        let lost = CSVRows.sum("rapl_consumed_energy_J", in: rows.filter { $0["resource_id"] == "1" })
        #expect(lost > 0 && lost < energy)
        #expect(summary.contains("(cpu_package 1, domain=package) could not be read all the time"), "\(summary)")
    }

    /// Runs a command that begins before `body` and ends after it.
    ///
    /// - Returns: its rows, and what was said of it.
    private func exec(
        on machine: SimulatedMachine, interval: String, _ body: () -> Void
    ) throws -> (rows: [[String: String]], summary: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Tool.built("ergometer"))
        process.arguments =
            ["exec", "--output", "rows.csv", "--interval", interval, "--sysfs-root", machine.root, "sh", "-c"]
            + ["echo begun; read line"]
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        let errors = "\(directory.path)/errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.runWithAllSignals()
        try process.bounded { _ = output.fileHandleForReading.availableData }
        body()
        input.fileHandleForWriting.closeFile()
        try process.bounded { process.waitUntilExit() }
        let rows = CSVRows.parse(try String(contentsOfFile: "\(directory.path)/rows.csv", encoding: .utf8))
        return (rows, try String(contentsOfFile: errors, encoding: .utf8))
    }
}
