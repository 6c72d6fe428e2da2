import Exposition
import Runs

/// A specification as a client would post it: what was left at its default is left out.
///
/// Standard input is not told, here as elsewhere: who needs the run again with its input has it.
enum SpecificationJSON {
    static func text(_ specification: RunSpecification, showsEnvironment: Bool = true) -> String {
        let standard = RunSpecification(command: specification.command)
        var fields = [("command", command(specification.command))]
        func add(_ name: String, _ json: String?) { if let json { fields.append((name, json)) } }
        add("name", specification.name.map(JSONText.quoted))
        add("labels", specification.labels.isEmpty ? nil : object(specification.labels))
        add(
            "environment",
            specification.environment.isEmpty || !showsEnvironment ? nil : object(specification.environment))
        add("working_directory", specification.workingDirectory.map(JSONText.quoted))
        add("events", specification.events.map(array))
        add("interval", duration(specification.interval, unless: standard.interval))
        add("timeout", specification.timeout.map(quoted))
        add("kill_grace", duration(specification.killGrace, unless: standard.killGrace))
        add("baseline", specification.baseline.map(quoted))
        add("sandbox", specification.sandbox.map { JSONText.quoted($0.rawValue) })
        add("limits", limits(specification.limits))
        return plain("{\(fields.map { "\(JSONText.quoted($0.0)): \($0.1)" }.joined(separator: ", "))}")
    }

    /// What a page would show as something else is escaped: the text is executed as it is copied.
    private static func plain(_ json: String) -> String {
        json.unicodeScalars.reduce(into: "") { plain, scalar in
            guard scalar == "\u{7f}" || HTMLText.isMisleading(scalar) else {
                return plain.unicodeScalars.append(scalar)
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                plain += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }

    private static func command(_ command: RunSpecification.Command) -> String {
        switch command {
        case .shell(let line): JSONText.quoted(line)
        case .arguments(let arguments): array(arguments)
        }
    }

    private static func array(_ texts: [String]) -> String {
        "[\(texts.map(JSONText.quoted).joined(separator: ", "))]"
    }

    private static func object(_ members: [String: String]) -> String {
        let pairs = members.sorted { $0.key < $1.key }.map {
            "\(JSONText.quoted($0.key)): \(JSONText.quoted($0.value))"
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    private static func quoted(_ duration: Duration) -> String { JSONText.quoted(DurationText.format(duration)) }

    private static func duration(_ duration: Duration, unless standard: Duration) -> String? {
        duration == standard ? nil : quoted(duration)
    }

    private static func limits(_ limits: RunLimits) -> String? {
        let numbers = [
            ("memory", limits.memory), ("processes", limits.processes), ("cpu_seconds", limits.cpuSeconds),
            ("output", limits.output == RunLimits.defaultOutput ? nil : limits.output),
        ].compactMap { name, number in number.map { "\"\(name)\": \($0)" } }
        return numbers.isEmpty ? nil : "{\(numbers.joined(separator: ", "))}"
    }
}
