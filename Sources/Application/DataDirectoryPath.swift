/// Where a server keeps its runs when nobody says.
enum DataDirectoryPath {
    /// `$STATE_DIRECTORY` (systemd), `$XDG_STATE_HOME/ergometer`, `~/.local/state/ergometer`, in this order.
    static func standard(environment: (String) -> String? = environmentVariable) -> String {
        if let state = environment("STATE_DIRECTORY") { return state }
        if let state = environment("XDG_STATE_HOME") { return "\(state)/ergometer" }
        if let home = environment("HOME") { return "\(home)/.local/state/ergometer" }
        return "/var/lib/ergometer"
    }
}
