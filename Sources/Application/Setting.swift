import ArgumentParser

/// An option of `serve` that was set in a file or in the environment.
struct Setting {
    let option: ServeOption
    /// More than one only where the option may be repeated.
    let values: [String]
    /// `/etc/ergometer.conf:3`, `ERGOMETER_LISTEN`: where to change it.
    let origin: String

    /// As it would stand on the command line.
    func arguments() throws -> [String] {
        guard option.isFlag else { return values.map { "--\(option.name)=\($0)" } }
        switch values {
        case ["true"]: return ["--\(option.name)"]
        case ["false"]: return []
        default: throw ValidationError("\(origin): \(option.name) must be true or false")
        }
    }
}

/// What a file or the environment sets, by the name of the option.
typealias Settings = [String: Setting]
