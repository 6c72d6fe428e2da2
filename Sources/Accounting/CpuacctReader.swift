import Glibc
import LinuxSystem
import SystemPackage

/// `cpuacct.usage_percpu` of the root of a cgroup v1 hierarchy: nanoseconds of each possible CPU in one line.
///
///     210748171294 241047895256
///
/// The kernel adds to it what the scheduler charges to any task (`cpuacct_charge` in `kernel/sched/cpuacct.c`).
final class CpuacctReader: CPUTimeReader {
    let origin = BusyTimeOrigin.cpuacct
    let cpuCount: Int
    private let file: PseudoFile

    /// nil where no such hierarchy is mounted, or only a part of it can be seen, as in a container.
    convenience init?(procRoot: String) {
        let mounts = (try? MountTable(procRoot: procRoot))?.mounts ?? []
        guard
            let mount = mounts.first(where: {
                $0.type == "cgroup" && $0.options.contains("cpuacct") && Self.isWhole($0)
            })
        else { return nil }
        self.init(path: "\(mount.path)/cpuacct.usage_percpu")
    }

    init?(path: String) {
        guard let file = try? PseudoFile(path: path),
            let count = try? file.read({ Self.forEach(in: $0) { _, _ in } }), count > 0
        else { return nil }
        self.file = file
        cpuCount = count
    }

    /// A namespace shows a cgroup as root that is none; `release_agent` is in the true one only.
    private static func isWhole(_ mount: MountTable.Mount) -> Bool {
        mount.root == "/" && access("\(mount.path)/release_agent", F_OK) == 0
    }

    func read(into times: inout CPUTimes) -> Bool {
        (try? file.read { Self.forEach(in: $0) { times.update($0, to: $1) } }) == cpuCount
    }

    /// - Returns: how many numbers there were.
    private static func forEach(in bytes: Span<UInt8>, _ body: (_ cpu: Int, _ time: Int64) -> Void) -> Int {
        var index = 0
        var cpu = 0
        while let time = ByteParser.nextDecimal(bytes, from: &index) {
            body(cpu, Int64(clamping: time))
            cpu += 1
        }
        return cpu
    }
}
