import API
import ArgumentParser
import Execution
import Measurement

/// `ergometer doctor`: what can be measured here, and what would help where something cannot.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Tell what can be measured here, and what would help where something cannot.",
        discussion: "Exit codes: 0 when something can be measured, 1 when nothing can.")

    @Flag(help: "The answer of GET /capabilities.")
    var json = false

    @Option(help: "Where sensors are looked for: /sys, or a captured or simulated machine.", transform: sysfsDirectory)
    var sysfsRoot = "/sys"

    func run() throws {
        let capabilities = try LocalSurvey(sysfsRoot: sysfsRoot).capabilities()
        if json {
            StandardStream.output.write(
                String(decoding: try CapabilitiesDocument.json(of: capabilities), as: UTF8.self))
        } else {
            StandardStream.output.write(DoctorReport(capabilities).text)
        }
        if !capabilities.canMeasure { throw ExitCode(1) }
    }
}
