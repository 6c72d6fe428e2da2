import Glibc
import LinuxSystem
import SystemPackage
import TestSupport

/// What stands in for `/proc` and for what it says is mounted.
struct ProcTree {
    let directory: TemporaryDirectory
    private let tree: SysfsTree

    var root: String { "\(directory.path)/proc" }

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree("", in: directory)
        try tree.write("", to: "proc/self/mountinfo")
    }

    /// - Parameter cpus: the fields of each CPU that is online, from `user` on.
    func writeStat(_ cpus: [Int: String]) throws {
        let lines = cpus.sorted { $0.key < $1.key }.map { "cpu\($0.key) \($0.value)" }
        try writeStat((["cpu  1 2 3 4 5 6 7 8 9 10"] + lines + ["intr 1 2 3", "ctxt 4"]).joined(separator: "\n"))
    }

    func writeStat(_ text: String) throws {
        try tree.write(text, to: "proc/stat")
    }

    /// Mounts the cgroup v1 hierarchy of cpuacct; a part of it has no `release_agent`.
    func mountCpuacct(usage: String, isWhole: Bool = true) throws {
        let path = "\(directory.path)/cpuacct"
        try tree.write(
            "36 24 0:30 / \(path) rw,relatime shared:11 - cgroup cgroup rw,cpu,cpuacct\n", to: "proc/self/mountinfo")
        if isWhole { try tree.write("\n", to: "cpuacct/release_agent") }
        try writeCpuacct(usage)
    }

    func writeCpuacct(_ usage: String) throws {
        try tree.write(usage, to: "cpuacct/cpuacct.usage_percpu")
    }
}
