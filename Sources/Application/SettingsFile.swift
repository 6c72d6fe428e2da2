import ArgumentParser
import LinuxSystem
import SystemPackage

/// The file of `serve --config`: one option to a line, named as on the command line.
///
///     # Where clients connect to
///     listen = 127.0.0.1:9797
///     allowed-host = ergometer.example
///
/// Lines may be empty or begin with `#`; a value goes to the end of its line, without the white space around it.
enum SettingsFile {
    /// - Throws: `ValidationError`, which names file and line.
    static func read(_ path: String) throws -> Settings {
        let text: String
        do throws(Errno) {
            // Not `readText`, which trims: lines are counted.
            text = try PseudoFile(path: path).read { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
        } catch {
            throw ValidationError("cannot read the configuration \(path): \(error)")
        }
        return try parse(text, path: path)
    }

    static func parse(_ text: String, path: String) throws -> Settings {
        var settings: Settings = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let origin = "\(path):\(number + 1)"
            let (name, value) = try pair(line, at: origin)
            let option = try option(name, at: origin)
            let earlier = settings[name]
            guard earlier == nil || option.isRepeating else {
                throw ValidationError("\(origin): \(name) is set twice, first at \(earlier!.origin)")
            }
            settings[name] = Setting(option: option, values: (earlier?.values ?? []) + [value], origin: origin)
        }
        return settings
    }

    private static func pair(_ line: String, at origin: String) throws -> (name: String, value: String) {
        guard let equals = line.firstIndex(of: "=") else {
            throw ValidationError("\(origin): a line must have the form: option = value")
        }
        return (trimmed(line[..<equals]), trimmed(line[equals...].dropFirst()))
    }

    private static func option(_ name: String, at origin: String) throws -> ServeOption {
        guard name != "config", let option = ServeOption.all[name] else {
            let names = ServeOption.all.keys.filter { $0 != "config" }.sorted().joined(separator: ", ")
            throw ValidationError("\(origin): \(name) is no option of serve; these are: \(names)")
        }
        return option
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
