import Testing

@testable import LinuxSystem

@Suite struct MountTableTests {
    @Test func `a line of mountinfo is read, optional fields or none`() {
        let line: Substring =
            "36 24 0:30 / /sys/fs/cgroup/cpu rw,relatime shared:11 master:2 - cgroup cgroup rw,cpu,cpuacct"
        #expect(
            MountTable.parse(line)
                == MountTable.Mount(
                    root: "/", path: "/sys/fs/cgroup/cpu", type: "cgroup", options: ["rw", "cpu", "cpuacct"]))
        let plain: Substring = "31 23 0:29 /docker/1 /sys/fs/cgroup rw - cgroup2 none rw"
        #expect(MountTable.parse(plain)?.root == "/docker/1")
    }

    @Test func `blanks in paths are unescaped`() {
        let line: Substring = #"31 23 0:29 / /mnt/a\040b\134c rw - tracefs none rw"#
        #expect(MountTable.parse(line)?.path == #"/mnt/a b\c"#)
    }

    @Test(arguments: ["", "36 24 0:30 / /x rw", "36 24 0:30 - cgroup cgroup rw", "36 24 0:30 / /x rw - cgroup"])
    func `anything else is no mount`(line: String) {
        #expect(MountTable.parse(line[...]) == nil)
    }

    @Test func `this process sees its root`() throws {
        #expect(try MountTable().mounts.contains { $0.path == "/" })
    }
}
