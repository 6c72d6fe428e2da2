import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// Where the kernel shows its tracepoints: a file system of its own, readable for root alone unless somebody mounted it
/// otherwise.
struct Tracefs: Sendable {
    /// The mount; nil where there is none that can be read.
    let path: String?
    /// Why the tracepoints cannot be listed; nil where they can.
    let obstacle: Obstacle?
    private let procRoot: String

    /// - Parameters:
    ///   - procRoot: where the mounts are listed.
    ///   - prefix: what stands before the paths of the mounts; for tests.
    init(procRoot: String = "/proc", prefix: String = "") {
        self.procRoot = procRoot
        let mounts = Self.mounts(procRoot: procRoot)
        let answers = mounts.map { (path: prefix + $0, error: Self.error(reading: prefix + $0)) }
        path = answers.first { $0.error == nil }?.path
        obstacle =
            if path != nil { nil } else if let (path, error) = answers.first {
                Self.obstacle(path, error ?? .noSuchFileOrDirectory)
            } else { Self.nothing(procRoot: procRoot) }
    }

    private static func error(reading mount: String) -> Errno? {
        do throws(Errno) {
            _ = try PseudoDirectory.names(in: "\(mount)/events")
            return nil
        } catch {
            return error
        }
    }

    /// `70 23 0:12 / /sys/kernel/tracing rw,relatime - tracefs nodev rw`; debugfs brings one along as `tracing`.
    private static func mounts(procRoot: String) -> [String] {
        let lines = (try? PseudoFile.readText("\(procRoot)/self/mountinfo"))?.split(separator: "\n") ?? []
        let mounts = lines.compactMap { line -> (kind: Substring, path: String)? in
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash > 4, dash + 1 < fields.count else { return nil }
            return (fields[dash + 1], String(fields[4]))
        }
        return mounts.filter { $0.kind == "tracefs" }.map(\.path)
            + mounts.filter { $0.kind == "debugfs" }.map { "\($0.path)/tracing" }
    }

    private static func obstacle(_ path: String, _ error: Errno) -> Obstacle {
        switch error {
        case .permissionDenied, .notPermitted:
            Obstacle(
                "\(path) is not readable (\(error)), and with it the numbers of the tracepoints",
                remedy: "run as root, or let a group in: mount -o remount,gid=GROUP,mode=750 \(path)")
        default:
            Obstacle(
                "\(path) has no events (\(error))",
                remedy: "in a container mount tracefs from the host, read-only; a kernel needs CONFIG_FTRACE")
        }
    }

    private static func nothing(procRoot: String) -> Obstacle {
        let kinds = (try? PseudoFile.readText("\(procRoot)/filesystems")) ?? ""
        guard kinds.split(whereSeparator: \.isWhitespace).contains("tracefs") else {
            return Obstacle("this kernel has no tracefs", remedy: "use one with CONFIG_FTRACE and CONFIG_EVENT_TRACING")
        }
        return Obstacle(
            "tracefs is not mounted",
            remedy: "as root: mount -t tracefs nodev /sys/kernel/tracing; in a container, mount "
                + "it from the host")
    }
}

// MARK: - Tracepoints

extension Tracefs {
    /// All tracepoints as `group:name`, in alphabetical order; reads some hundred directories.
    var tracepoints: [String] {
        guard let path else { return [] }
        let groups = (try? PseudoDirectory.names(in: "\(path)/events")) ?? []
        return groups.flatMap { group in
            ((try? PseudoDirectory.names(in: "\(path)/events/\(group)")) ?? [])
                .filter { !Self.switches.contains($0) }.map { "\(group):\($0)" }
        }
    }

    /// The files of a group.
    private static let switches: Set<String> = ["enable", "filter"]

    /// Whether the kernel has a group of that name.
    func hasGroup(_ group: some StringProtocol) -> Bool {
        guard let path, PMUTerm.isName(group) else { return false }
        return access("\(path)/events/\(group)", F_OK) == 0
    }

    /// The number that the kernel knows a tracepoint by; nil where there is no such tracepoint.
    func id(group: some StringProtocol, name: some StringProtocol) throws(Errno) -> UInt64? {
        guard let path, PMUTerm.isName(group), PMUTerm.isName(name) else { return nil }
        do throws(Errno) {
            return UInt64(try PseudoFile.readText("\(path)/events/\(group)/\(name)/id"))
        } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            throw error
        }
    }

    /// Whether the kernel passes the tracepoints of sched_stat_* at all: it does so only on demand, except for the
    /// run time, and until then they would read 0.
    var countsSchedulerStatistics: Bool {
        (try? PseudoFile.readText("\(procRoot)/sys/kernel/sched_schedstats")) == "1"
    }
}
