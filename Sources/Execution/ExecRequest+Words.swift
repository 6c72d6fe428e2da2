import Exposition
import Runs

extension ExecRequest {
    /// Reads a command line without ArgumentParser, which takes more instructions for it than a whole measurement.
    ///
    /// - Parameter words: the program's name, `exec`, options, and the command.
    /// - Returns: nil for all that is not plain: another command, a call for help, a mistake. `ExecCommand` reads those.
    package init?(ofProgram words: [String]) {
        guard words.count > 2, words[1] == "exec" else { return nil }
        try? self.init(words.dropFirst(2))
    }

    private init(_ words: ArraySlice<String>) throws(NotPlain) {
        self.init()
        var rest = words
        while let word = rest.first, word != "--", word.hasPrefix("-") {
            rest.removeFirst()
            if let end = word.firstIndex(of: "=") {
                try set(word[..<end], to: String(word[word.index(after: end)...]))
            } else {
                try set(word[...], to: rest.popFirst() ?? "")
            }
        }
        command = Array(rest.first == "--" ? rest.dropFirst() : rest)
        guard let program = command.first, !program.hasPrefix("-") else { throw NotPlain() }
    }

    private mutating func set(_ option: Substring, to value: String) throws(NotPlain) {
        guard !value.isEmpty, value == "-" || !value.hasPrefix("-") else { throw NotPlain() }
        switch option {
        case "--output": output = value
        case "--events": events = value
        case "--interval": interval = try understood(DurationText.parse(value))
        case "--timeout": timeout = try understood(DurationText.parse(value))
        case "--baseline": baseline = try understood(DurationText.parse(value))
        case "--units": options.units = try understood(.init(rawValue: value))
        case "--values": options.values = try understood(.init(rawValue: value))
        case "--separator": options.separator = try understood(.init(rawValue: value))
        case "--sysfs-root": sysfsRoot = try understood(SysfsRoot.isDirectory(value) ? value : nil)
        default: throw NotPlain()
        }
    }

    private func understood<Value>(_ value: Value?) throws(NotPlain) -> Value {
        guard let value else { throw NotPlain() }
        return value
    }

    private struct NotPlain: Error {}
}
