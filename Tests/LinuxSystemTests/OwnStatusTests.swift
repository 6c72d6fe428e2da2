import LinuxSystem
import TestSupport
import Testing

@Suite struct OwnStatusTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree("", in: directory)
        try tree.write("Name:\tx Seccomp:\t7\nVmHWM:\t   28416 kB\nCpus\nEmpty:\nSeccomp:\t2\n", to: "proc/self/status")
    }

    @Test(arguments: [
        ("VmHWM", "28416"), ("Seccomp", "2"), ("Name", "x"), ("Empty", nil), ("Cpus", nil), ("Vm", nil),
    ])
    func `the first word behind a name is found`(name: String, value: String?) {
        #expect(OwnStatus.value(of: name, root: tree.root) == value)
    }

    @Test func `the kernel knows the peak of this process, and another root has no status`() throws {
        #expect(try #require(OwnStatus.value(of: "VmHWM").flatMap { Int($0) }) > 1000)
        #expect(OwnStatus.value(of: "VmHWM", root: directory.path + "/nowhere") == nil)
    }
}
