import Runs

extension RunRequest {
    /// The members of `limits`.
    static let limitNames: Set<String> = ["memory", "processes", "cpu_seconds", "output"]

    mutating func limits() -> RunLimits {
        var limits = RunLimits()
        switch fields["limits"] {
        case nil, .null: break
        case .object(let members):
            for name in members.keys.sorted() where !Self.limitNames.contains(name) {
                limitFault(
                    name, "is not a limit; these are: \(Self.limitNames.sorted().joined(separator: ", "))")
            }
            limits.memory = size(members["memory"], "memory")
            limits.processes = count(members["processes"], "processes")
            limits.cpuSeconds = count(members["cpu_seconds"], "cpu_seconds")
            limits.output = size(members["output"], "output") ?? limits.output
        case .some(let other): fault("limits", "must be an object, such as {\"memory\": \"512MiB\"}, not \(other.kind)")
        }
        return limits
    }

    private mutating func limitFault(_ name: String, _ message: @autoclosure () -> String) {
        faults.add(.init("/limits/\(name.escapedForPointer)", message()))
    }

    /// Bytes, as a number or as text with a unit.
    private mutating func size(_ value: JSONValue?, _ name: String) -> UInt64? {
        switch value {
        case nil, .null: return nil
        case .number(let number):
            if let bytes = Self.whole(number) { return bytes }
        case .string(let text):
            if let bytes = ByteSizeText.parse(text) { return bytes }
        default: break
        }
        limitFault(name, ByteSizeText.expectation)
        return nil
    }

    private mutating func count(_ value: JSONValue?, _ name: String) -> UInt64? {
        switch value {
        case nil, .null: return nil
        case .number(let number):
            if let count = Self.whole(number) { return count }
        default: break
        }
        limitFault(name, "must be a whole number")
        return nil
    }

    /// Beyond 2^53 JSON's numbers are not exact.
    private static func whole(_ number: Double) -> UInt64? {
        number < 9_007_199_254_740_992 ? UInt64(exactly: number) : nil
    }
}
