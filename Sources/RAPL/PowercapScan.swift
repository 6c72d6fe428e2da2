import LinuxSystem
import SystemPackage

/// Discovery of the RAPL zones in `/sys/class/powercap`.
///
/// Every zone is read once to see whether it can be; nothing stays open.
struct PowercapScan {
    private let directory: String
    private var findings = Findings()

    /// All zones below a sysfs root, in order of their numbers.
    ///
    /// Entries are symbolic links on a real machine and may be directories in a captured tree.
    static func run(sysfsRoot: String) -> Findings {
        var scan = PowercapScan(directory: "\(sysfsRoot)/class/powercap")
        for entry in scan.entries() { scan.look(at: entry) }
        return scan.findings
    }

    private init(directory: String) {
        self.directory = directory
    }

    private mutating func entries() -> [PowercapEntry] {
        do throws(Errno) {
            return try PseudoDirectory.names(in: directory).compactMap { PowercapEntry($0) }.sorted()
        } catch {
            if error != .noSuchFileOrDirectory { reject(directory, "list", error, interface: .powercap) }
            return []
        }
    }

    private mutating func look(at entry: PowercapEntry) {
        let path = "\(directory)/\(entry.name)"
        do throws(Errno) {
            let text = try PseudoFile.readText("\(path)/name")
            guard let place = try place(of: text, entry) else {
                findings.warnings.append("\(path) is skipped: a zone named \"\(text)\" is not known")
                return
            }
            probe(path, place, entry.interface)
        } catch {
            reject("\(path)/name", "read", error, interface: entry.interface)
        }
    }

    private struct Place {
        let domain: RAPLDomain
        let package: Int?
        let die: Int?
    }

    /// What a zone measures, by its name and, for a part of a package, by the name of its parent.
    private func place(of text: String, _ entry: PowercapEntry) throws(Errno) -> Place? {
        switch PowercapZoneName(text) {
        case .package(let package, let die): return Place(domain: .package, package: package, die: die)
        case .platform(let package): return Place(domain: .platform, package: package, die: nil)
        case .part(let domain):
            guard let parent = entry.parent else { return nil }
            let parentName = try PseudoFile.readText("\(directory)/\(parent.name)/name")
            guard case .package(let package, let die)? = PowercapZoneName(parentName) else { return nil }
            return Place(domain: domain, package: package, die: die)
        case nil: return nil
        }
    }

    private mutating func probe(_ path: String, _ place: Place, _ interface: RAPLInterface) {
        do throws(Errno) {
            guard try readNumber("\(path)/energy_uj") != nil else {
                return reject(
                    place, interface, reason: "\(path)/energy_uj does not hold a number", remedy: RAPLRemedy.garbage)
            }
            findings.available.append(
                AvailableDomain(
                    domain: place.domain, package: place.package, die: place.die, interface: interface,
                    counter: .zone(path: path, maximumMicrojoules: maximum(of: path))))
        } catch {
            reject(
                place, interface, reason: "cannot read \(path)/energy_uj: \(answer(error))",
                remedy: RAPLRemedy.powercap(error))
        }
    }

    /// `max_energy_range_uj` of a zone; nil, with a warning, where it is of no use.
    private mutating func maximum(of path: String) -> UInt64? {
        if let maximum = try? readNumber("\(path)/max_energy_range_uj"), maximum > 0 { return maximum }
        findings.warnings.append(
            """
            \(path)/max_energy_range_uj cannot be read: when energy_uj falls, that counts as a reset, and what was \
            consumed around it is lost
            """)
        return nil
    }

    /// The number in a file; nil where it holds something else.
    private func readNumber(_ path: String) throws(Errno) -> UInt64? {
        try PseudoFile(path: path, capacity: 64).read { try? ByteParser.decimal($0) }
    }

    private mutating func reject(_ path: String, _ verb: String, _ error: Errno, interface: RAPLInterface) {
        findings.unavailable.append(
            UnavailableDomain(
                interface: interface, reason: "cannot \(verb) \(path): \(answer(error))",
                remedy: RAPLRemedy.powercap(error)))
    }

    private mutating func reject(_ place: Place, _ interface: RAPLInterface, reason: String, remedy: String) {
        findings.unavailable.append(
            UnavailableDomain(
                domain: place.domain, package: place.package, die: place.die, interface: interface, reason: reason,
                remedy: remedy))
    }
}
