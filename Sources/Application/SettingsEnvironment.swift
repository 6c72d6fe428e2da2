import ArgumentParser
import Runs

/// Options of `serve` in the environment: `ERGOMETER_LISTEN` for `--listen`.
enum SettingsEnvironment {
    /// Set for every command that is measured, among them a server; no option.
    private static let ignored = [RunRemains.variable]

    /// - Throws: `ValidationError` for a variable that looks like an option and is none.
    static func read(_ environment: [String: String]) throws -> Settings {
        let options = Dictionary(uniqueKeysWithValues: ServeOption.all.values.map { ($0.variable, $0) })
        var settings: Settings = [:]
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(ServeOption.variablePrefix) && !ignored.contains(name) && !value.isEmpty {
            guard let option = options[name] else { throw unknown(name) }
            let values = option.isRepeating ? value.split(separator: ",").map(String.init) : [value]
            settings[option.name] = Setting(option: option, values: values, origin: name)
        }
        return settings
    }

    private static func unknown(_ name: String) -> ValidationError {
        ValidationError(
            "the environment sets \(name), which is no option of serve. Unset it; in Kubernetes it comes from a Service "
                + "called ergometer, and \"enableServiceLinks: false\" in the pod keeps it out")
    }
}
