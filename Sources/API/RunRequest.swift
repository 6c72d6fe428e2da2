import HTTPServer
import Runs

/// The body of `POST /runs`: reads it field by field and collects everything that is wrong.
struct RunRequest {
    let fields: [String: JSONValue]
    var faults = FaultList()

    static let fieldNames: Set<String> = [
        "command", "name", "labels", "environment", "working_directory", "stdin", "events", "interval", "timeout",
        "kill_grace", "baseline", "limits", "sandbox",
    ]

    /// - Throws: ``HTTPProblem``: 400 when the body is no JSON, 422 with every fault when it is no specification.
    static func parse(_ body: [UInt8]) throws -> RunSpecification {
        let json = try read(body)
        guard case .object(let fields) = json else {
            throw RunRequest.problem(FaultList([.init("", "must be an object, not \(json.kind)")]))
        }
        var request = RunRequest(fields: fields)
        let specification = request.specification()
        guard request.faults.count == 0, let specification else { throw problem(request.faults) }
        return specification
    }

    private static func read(_ body: [UInt8]) throws -> JSONValue {
        do throws(JSONParser.Failure) {
            return try JSONParser.parse(body)
        } catch {
            throw HTTPProblem(.badRequest, title: "Malformed JSON", detail: error.explanation)
        }
    }

    static func problem(_ faults: FaultList) -> HTTPProblem {
        HTTPProblem(
            .unprocessableContent, title: "Invalid run specification",
            detail: "\(faults.summary); nothing was run.",
            errors: faults.listed.map { .init($0.pointer, "\(place($0.pointer)) \($0.message)") })
    }

    /// `/events/0` as people say it: `events[0]`.
    private static func place(_ pointer: String) -> String {
        let segments = pointer.split(separator: "/")
        guard let field = segments.first else { return "the body" }
        return segments.dropFirst().reduce(String(field)) { place, segment in
            Int(segment) == nil ? "\(place).\(segment)" : "\(place)[\(segment)]"
        }
    }

    private init(fields: [String: JSONValue]) {
        self.fields = fields
    }

    private mutating func specification() -> RunSpecification? {
        for name in fields.keys.sorted() where !Self.fieldNames.contains(name) {
            fault(
                name, "is not a field of a run; these are: \(Self.fieldNames.sorted().joined(separator: ", "))")
        }
        let command = command()
        var specification = RunSpecification(command: command ?? .arguments(["?"]))
        specification.name = string("name")
        specification.labels = strings("labels")
        specification.environment = strings("environment")
        specification.workingDirectory = string("working_directory")
        specification.stdin = string("stdin")
        specification.events = events()
        specification.interval = duration("interval") ?? specification.interval
        specification.timeout = duration("timeout")
        specification.killGrace = duration("kill_grace") ?? specification.killGrace
        specification.baseline = duration("baseline")
        specification.limits = limits()
        specification.sandbox = sandbox()
        for fault in specification.faults { faults.add(fault) }
        return command == nil ? nil : specification
    }
}

// MARK: - Fields

extension RunRequest {
    mutating func fault(_ name: String, _ message: @autoclosure () -> String) {
        faults.add(.init("/\(name.escapedForPointer)", message()))
    }

    private mutating func command() -> RunSpecification.Command? {
        switch fields["command"] {
        case nil: fault("command", "is missing: give a program and its arguments, such as [\"sleep\", \"1\"]")
        case .string(let line): return .shell(line)
        case .array(let elements): return texts(elements, in: "command").map { .arguments($0) }
        case .some(let other): fault("command", "must be an array of strings or a string, not \(other.kind)")
        }
        return nil
    }

    private mutating func events() -> [String]? {
        switch fields["events"] {
        case nil, .null: return nil
        case .array(let elements): return texts(elements, in: "events")
        case .some(let other):
            fault("events", "must be an array of names, such as [\"PAGE_FAULTS\"], not \(other.kind)")
            return nil
        }
    }

    /// The strings of an array; nil, and a fault for each, when others are among them.
    private mutating func texts(_ elements: [JSONValue], in name: String) -> [String]? {
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            if case .string(let text) = element {
                texts.append(text)
            } else {
                faults.add(.init("/\(name)/\(index)", "must hold strings, not \(element.kind)"))
            }
        }
        return texts.count == elements.count ? texts : nil
    }

    private mutating func string(_ name: String) -> String? {
        switch fields[name] {
        case nil, .null: return nil
        case .string(let text): return text
        case .some(let other):
            fault(name, "must be a string, not \(other.kind)")
            return nil
        }
    }

    private mutating func sandbox() -> SandboxMode? {
        guard let text = string("sandbox") else { return nil }
        if let mode = SandboxMode(rawValue: text) { return mode }
        fault("sandbox", "must be \"none\" or \"readonly\"")
        return nil
    }

    private mutating func duration(_ name: String) -> Duration? {
        switch fields[name] {
        case nil, .null: return nil
        case .string(let text):
            if let duration = DurationText.parse(text) { return duration }
            fallthrough
        case .some: fault(name, DurationText.expectation)
        }
        return nil
    }

    private mutating func strings(_ name: String) -> [String: String] {
        switch fields[name] {
        case nil, .null: return [:]
        case .object(let members):
            return members.reduce(into: [:]) { strings, member in
                if case .string(let text) = member.value {
                    strings[member.key] = text
                } else {
                    faults.add(
                        .init("/\(name)/\(member.key.escapedForPointer)", "must hold strings, not \(member.value.kind)")
                    )
                }
            }
        case .some(let other):
            fault(name, "must be an object of strings, not \(other.kind)")
            return [:]
        }
    }
}

extension JSONParser.Failure {
    fileprivate var explanation: String {
        switch self {
        case .malformed(let position):
            "The body is not valid JSON, from byte \(position) on. Send an object such as {\"command\": [\"sleep\", "
                + "\"1\"]}."
        case .nestedTooDeeply: "The body is nested too deeply: \(JSONParser.maximumDepth) levels are the most."
        case .repeatedName(let name): "The name \"\(name)\" comes twice in an object of the body."
        }
    }
}
