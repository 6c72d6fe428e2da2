/// What a look at one interface brought to light, before anything is chosen.
struct Findings {
    var available: [AvailableDomain] = []
    var unavailable: [UnavailableDomain] = []
    /// Sentences for people.
    var warnings: [String] = []

    static func + (left: Findings, right: Findings) -> Findings {
        Findings(
            available: left.available + right.available, unavailable: left.unavailable + right.unavailable,
            warnings: left.warnings + right.warnings)
    }
}
