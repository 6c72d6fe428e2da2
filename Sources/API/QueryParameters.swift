import HTTPServer
import Runs

/// The parameters behind `?` of one request. What the route does not know is an error, so that a slip of the pen is
/// not silently ignored.
struct QueryParameters {
    private let request: HTTPRequest

    /// - Parameter known: all that the route understands.
    init(_ request: HTTPRequest, known: [String], repeatable: Set<String> = []) throws {
        for (name, _) in request.query where !known.contains(name) {
            let list = known.isEmpty ? "takes none" : "takes \(known.joined(separator: ", "))"
            throw Self.problem(name, "is not a parameter of this resource, which \(list)")
        }
        for name in known where !repeatable.contains(name) && request.query.count(where: { $0.name == name }) > 1 {
            throw Self.problem(name, "is given more than once")
        }
        self.request = request
    }

    subscript(name: String) -> String? { request.query(name) }

    /// One of a fixed list of words; nil when the parameter is not given.
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = self[name] else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        throw Self.problem(name, "must be one of: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        throw Self.problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// All values of a parameter of the form `key=value`; no more than a run has labels.
    func pairs(_ name: String) throws -> [String: String] {
        let parameters = request.query.filter { $0.name == name }
        guard parameters.count <= RunSpecification.maximumLabels else {
            throw Self.problem(name, "may come \(RunSpecification.maximumLabels) times at most")
        }
        return try parameters.reduce(into: [:]) { pairs, parameter in
            // By scalars: "=" and a combining mark behind it are one character.
            let scalars = parameter.value.unicodeScalars
            guard let equals = scalars.firstIndex(of: "="), equals != scalars.startIndex else {
                throw Self.problem(name, "must have the form key=value")
            }
            pairs[String(scalars[..<equals])] = String(scalars[equals...].dropFirst())
        }
    }

    func duration(_ name: String) throws -> Duration? {
        guard let text = self[name] else { return nil }
        if let duration = DurationText.parse(text) { return duration }
        throw Self.problem(name, DurationText.expectation)
    }

    static func problem(_ name: String, _ message: String) -> HTTPProblem {
        HTTPProblem(
            .badRequest, title: "Invalid query parameter", detail: "\(name) \(message).",
            errors: [.init(name, "\(name) \(message)")])
    }
}
