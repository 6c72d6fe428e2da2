import Glibc
import LinuxSystem
import SystemPackage

extension RunCgroup {
    /// Whether a process that has not ended is in it or below; one read, and true at every moment. nil when it cannot
    /// be read.
    ///
    ///     populated 1
    ///     frozen 0
    var isPopulated: Bool? {
        guard let text = try? PseudoFile.readText("\(path)/cgroup.events") else { return nil }
        switch text.split(separator: "\n").first(where: { $0.hasPrefix("populated ") }) {
        case "populated 0": return false
        case "populated 1": return true
        default: return nil
        }
    }

    /// The processes in it and below that have not ended, in ascending order; one pid per line in `cgroup.procs`.
    ///
    /// One that moves from one of its cgroups to another meanwhile may be missing: ``isPopulated`` knows of it.
    /// nil when they cannot be read.
    var pids: [Int32]? {
        var found: Set<Int32> = []
        for path in tree {
            do {
                found.formUnion(
                    try PseudoFile.readText("\(path)/cgroup.procs").split(separator: "\n").compactMap { Int32($0) })
            } catch {
                guard path != self.path, Self.hasNone.contains(error) else { return nil }
            }
        }
        return found.sorted()
    }

    /// It and the cgroups that the run has made in it, each before those below it.
    var tree: [String] {
        var paths = [path]
        var next = paths.startIndex
        while next < paths.endIndex {
            paths += CgroupDirectory.children(of: paths[next])
            next += 1
        }
        return paths
    }

    /// What the kernel answers for a cgroup below that is gone, or whose processes are listed above it because it has
    /// threads only (`cgroup.type`).
    private static let hasNone: Set<Errno> = [.noSuchFileOrDirectory, Errno(rawValue: ENODEV), .notSupportedOnSocket]
}
