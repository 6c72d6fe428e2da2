import Glibc

/// Where a server keeps its runs when nobody says.
enum DataDirectoryPath {
    /// `$STATE_DIRECTORY` (systemd), `$XDG_STATE_HOME/ergometer`, `~/.local/state/ergometer`, in this order.
    static func standard(environment: (String) -> String? = variable) -> String {
        if let state = environment("STATE_DIRECTORY") { return state }
        if let state = environment("XDG_STATE_HOME") { return "\(state)/ergometer" }
        if let home = environment("HOME") { return "\(home)/.local/state/ergometer" }
        return "/var/lib/ergometer"
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
