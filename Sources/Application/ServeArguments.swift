import Glibc

/// The command line of `serve` with what file and environment add to it. Of an option that several of them set, the
/// command line counts, then the environment, then the file.
struct ServeArguments {
    /// For ArgumentParser.
    let words: [String]
    private let settings: Settings

    /// - Parameter commandLine: without the program's name; `serve` comes first.
    init(_ commandLine: [String], environment: [String: String]) throws {
        let given = commandLine.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2).prefix { $0 != "=" }) }
        var settings = try SettingsEnvironment.read(environment)
        if let path = Self.config(in: commandLine) ?? settings["config"]?.values.last {
            settings.merge(try SettingsFile.read(path)) { fromEnvironment, _ in fromEnvironment }
        }
        for name in given { settings[name] = nil }
        let added = try settings.values.sorted { $0.option.name < $1.option.name }.flatMap { try $0.arguments() }
        words = commandLine.prefix(1) + added + commandLine.dropFirst()
        self.settings = settings
    }

    private static func config(in commandLine: [String]) -> String? {
        if let joined = commandLine.last(where: { $0.hasPrefix("--config=") }) {
            return String(joined.dropFirst("--config=".count))
        }
        return commandLine.lastIndex(of: "--config").flatMap { $0 + 1 < commandLine.count ? commandLine[$0 + 1] : nil }
    }

    /// Where the options of which an error message speaks have been set, as a line behind it; empty when they stand on
    /// the command line.
    func origins(in message: String) -> String {
        let concerned = settings.values.filter { message.contains("--\($0.option.name)") }
        return concerned.sorted { $0.option.name < $1.option.name }
            .map { "\n--\($0.option.name) is set by \($0.origin)" }.joined()
    }
}

extension [String: String] {
    /// The environment as it is now; what is not UTF-8 is made so.
    static var ofThisProcess: Self {
        var variables: Self = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let pair = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}
