/// Why something cannot be measured here, and what a person can do about it.
package struct Obstacle: Sendable, Codable, Hashable {
    /// What is the matter, as a clause that goes on after "cannot be counted: ".
    package let reason: String
    /// What would help, as an instruction; nil where nothing would.
    package let remedy: String?

    package init(_ reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }

    /// Both in one clause: `this machine has no hardware counters: on a virtual machine, …`.
    package var sentence: String { remedy.map { "\(reason): \($0)" } ?? reason }
}
