/// Runs that share the machine, and so disturb each other's numbers.
package enum RunCompanions {
    /// What a reader of a run must know of those that it shared the machine with; nothing when there were none.
    package static func warnings(count: Int) -> [String] {
        guard count > 0 else { return [] }
        return [
            "\(counted(count, "other measured run")) shared the machine with this one for a part of its time: "
                + "its times and counts are disturbed by that, and the machine's energy is that of all"
        ]
    }
}
