/// What finished runs amount to by their name, for as many names as the operator allows: clients choose them, and each
/// name is a label of `/metrics`.
package struct NamedRunStatistics: Sendable {
    /// By name: those that came first, what is left under `other`, and runs without a name under "".
    package private(set) var byName: [String: RunStatistics]
    private let maximumNames: Int
    private var names: Set<String> = []

    /// What runs are added up under that came when there was no room for another name.
    package static let other = "other"
    package static let limits = 0...1000

    /// - Parameter maximumNames: 0 to tell no names apart; ``byName`` stays empty then.
    init(maximumNames: Int) {
        self.maximumNames = maximumNames
        byName = maximumNames > 0 ? ["": RunStatistics()] : [:]
    }

    mutating func add(_ run: Run) {
        guard maximumNames > 0 else { return }
        byName[key(for: run.specification.name ?? ""), default: RunStatistics()].add(run)
    }

    private mutating func key(for name: String) -> String {
        if name.isEmpty || names.contains(name) { return name }
        guard names.count < maximumNames else { return Self.other }
        names.insert(name)
        return name
    }
}
