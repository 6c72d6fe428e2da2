import FoundationEssentials

/// One option of `ergometer serve`, as its command line declares it.
struct ServeOption: Hashable {
    /// Without dashes: `max-concurrent-runs`.
    let name: String
    /// Whether it stands alone, and is `true` or `false` elsewhere.
    let isFlag: Bool
    let isRepeating: Bool

    /// `ERGOMETER_MAX_CONCURRENT_RUNS`.
    var variable: String {
        Self.variablePrefix + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    static let variablePrefix = "ERGOMETER_"

    /// All that can be set, by name. ArgumentParser keeps its declarations to itself but for this description, which
    /// also its manual pages are made of.
    static let all: [String: ServeOption] = {
        let help = try? JSONDecoder().decode(Help.self, from: Data(ServeCommand._dumpHelp().utf8))
        let options = (help?.command.arguments ?? []).compactMap(ServeOption.init)
        return Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0) })
    }()

    private init?(_ argument: Help.Argument) {
        guard let name = argument.preferredName?.name, !["help", "version"].contains(name) else { return nil }
        self.name = name
        isFlag = argument.kind == "flag"
        isRepeating = argument.isRepeating
    }

    private struct Help: Decodable {
        let command: Command

        struct Command: Decodable {
            let arguments: [Argument]?
        }

        struct Argument: Decodable {
            let kind: String
            let isRepeating: Bool
            let preferredName: Name?
        }

        struct Name: Decodable {
            let name: String
        }
    }
}
