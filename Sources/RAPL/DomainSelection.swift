/// Chooses from all counters that were found those that are used: each domain of each package exactly once.
///
/// For a domain of a package the first interface that shows it wins, with all of its dies; the others are duplicates
/// of the same counter and are dropped. `intel-rapl-mmio` is therefore used only where it is the only one.
/// Dies of one package keep a series each, so that the sum over them is the package; a die's number is dropped where
/// there is but one. Of `platform` one counter is used, that of the first package: firmware reports the whole machine
/// there and a copy, or nothing, on the others.
///
/// When this lies: from Linux 6.9 until about 6.12 the kernel took the core complexes of some AMD models for dies and
/// showed the one counter of a package once per complex; nothing in sysfs tells such copies from true dies.
struct DomainSelection {
    private(set) var chosen: [AvailableDomain] = []
    /// Sentences for people.
    private(set) var warnings: [String] = []

    /// Counters of a domain that are to be told apart by their die.
    private struct Key: Hashable {
        let domain: RAPLDomain
        let package: Int?
    }

    init(from candidates: [AvailableDomain]) {
        let groups = Dictionary(grouping: candidates, by: Self.key)
        for (key, members) in groups {
            let best = members.map(\.interface).min()
            add(members.filter { $0.interface == best }, to: key)
        }
        chosen.sort(by: Self.precedes)
        warnings.sort()
    }

    private static func key(of candidate: AvailableDomain) -> Key {
        Key(domain: candidate.domain, package: candidate.domain == .platform ? nil : candidate.package)
    }

    private mutating func add(_ members: [AvailableDomain], to key: Key) {
        var taken: [AvailableDomain] = []
        for member in members.sorted(by: Self.precedes) {
            let isCopy = key.domain == .platform ? !taken.isEmpty : taken.contains { $0.die == member.die }
            if isCopy { warn(about: member, copyOf: taken[0]) } else { taken.append(member) }
        }
        let severalDies = taken.count > 1
        chosen += taken.map { $0.located(package: key.package, die: severalDies ? $0.die : nil) }
    }

    private mutating func warn(about copy: AvailableDomain, copyOf first: AvailableDomain) {
        warnings.append("\(copy.origin) is skipped: the domain \(copy.domain.rawValue) is read from \(first.origin)")
    }

    /// By package, then domain, then die, and platform last: the order of the columns.
    private static func precedes(_ left: AvailableDomain, _ right: AvailableDomain) -> Bool {
        sortKey(left) < sortKey(right)
    }

    private static func sortKey(_ found: AvailableDomain) -> (Int, Int, RAPLDomain, Int) {
        (found.domain == .platform ? 1 : 0, found.package ?? -1, found.domain, found.die ?? -1)
    }
}
