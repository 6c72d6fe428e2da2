import CLinux
import Glibc
import LinuxSystem
import Measurement
import TestSupport
import Testing

@testable import Runs

/// Where a server and its runs have their cgroups, on imitated trees: directories with the files of cgroupfs.
@Suite struct CgroupPlaceTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree
    /// Stands in for the server.
    private let pid: Int32 = 4711

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree("", in: directory)
        try tree.write(
            "31 23 0:29 / \(directory.path)/cg rw,relatime - cgroup2 cgroup2 rw\n", to: "proc/self/mountinfo")
        try tree.write("", to: "cg/cgroup.procs")
    }

    private var procRoot: String { "\(tree.root)/proc" }
    private var unit: String { "\(tree.root)/cg/unit" }

    /// A cgroup below the root, with what is in it.
    private func make(_ path: String, processes: [Int32], controllers: String = "cpu io memory pids") throws {
        let files = [
            "type": "domain", "procs": processes.map { "\($0)\n" }.joined(), "controllers": controllers,
            "subtree_control": "",
        ]
        for (name, text) in files { try tree.write(text, to: "cg/\(path)/cgroup.\(name)") }
    }

    private func live(in path: String) throws {
        try tree.write("1:name=systemd:/\n0::\(path)\n", to: "proc/self/cgroup")
    }

    private func place() throws -> CgroupPlace { try #require(CgroupPlace(procRoot: procRoot)) }

    private func text(_ file: String) throws -> String { try PseudoFile.readText("\(unit)/\(file)") }

    /// The server's directory, with the leaf that the kernel would have filled.
    private func hierarchy() throws -> CgroupHierarchy {
        let hierarchy = CgroupHierarchy(directory: "\(unit)/ergometer.9.1.\(pid)")
        for name in ["ergometer.9.1.\(pid)", "ergometer.9.1.\(pid)/server"] { try make("unit/\(name)", processes: []) }
        return hierarchy
    }

    @Test("the base is the own cgroup, from within a server's leaf too")
    func base() throws {
        for (own, base) in [
            ("/", ""), ("/unit", "/unit"), ("/unit/server", "/unit/server"),
            ("/unit/ergometer.9.123.4711/server", "/unit"), ("/ergometer.9.1.4711/server", ""),
            ("/unit/ergometer.service/server", "/unit/ergometer.service/server"),
            ("/unit/ergometer.9.1.2/run", "/unit/ergometer.9.1.2/run"),
        ] {
            try live(in: own)
            #expect(try place().base == "\(tree.root)/cg\(base)", "\(own)")
            #expect(try place().own == "\(tree.root)/cg\(own == "/" ? "" : own)")
        }
    }

    @Test("the base is what systemd delegates when it has started the server in a leaf of that")
    func delegated() throws {
        try make("unit/main", processes: [pid])
        try live(in: "/unit/main")
        #expect(try place().base == "\(unit)/main")
        guard setxattr(unit, "user.delegate", "1", 1, 0) == 0 else { return }
        #expect(try place().base == unit)
        try make("unit", processes: [])
        let hierarchy = try hierarchy()
        #expect(hierarchy.moveIntoLeaf(procRoot: procRoot, pid: pid) == nil)
        #expect(try text("ergometer.9.1.4711/server/cgroup.procs") == "", "it lives in a leaf already")
        #expect(CgroupHierarchy.look(procRoot: procRoot, pid: pid).availability == .available)
    }

    @Test("alone in its cgroup a server moves into a leaf, and then controllers can be handed on")
    func alone() throws {
        try make("unit", processes: [pid])
        try live(in: "/unit")
        #expect(CgroupHierarchy.look(procRoot: procRoot, pid: pid).availability == .available)
        let hierarchy = try hierarchy()
        #expect(hierarchy.moveIntoLeaf(procRoot: procRoot, pid: pid) == nil)
        #expect(try text("ergometer.9.1.4711/server/cgroup.procs") == "4711")
        #expect(hierarchy.enable(.memory) == nil)
        #expect(try text("cgroup.subtree_control") == "+memory")
        #expect(try text("ergometer.9.1.4711/cgroup.subtree_control") == "+memory")
    }

    @Test("on its end a server takes the controllers back and returns")
    func leaving() throws {
        try make("unit", processes: [])
        let hierarchy = try hierarchy()
        hierarchy.remove()
        for file in ["cgroup.subtree_control", "ergometer.9.1.4711/cgroup.subtree_control"] {
            #expect(try text(file).hasPrefix("-io"), "an ordinary file keeps the last word only")
        }
        #expect(try text("cgroup.procs") == "\(getpid())")
    }

    @Test("a server that has not moved leaves what others have set")
    func untouched() throws {
        try make("unit", processes: [pid])
        let hierarchy = CgroupHierarchy(directory: "\(unit)/ergometer.9.1.\(pid)")
        hierarchy.remove()
        #expect(try text("cgroup.subtree_control") == "")
        #expect(try text("cgroup.procs") == "4711")
    }

    @Test("where others live too nobody is moved, and it is said")
    func shared() throws {
        try live(in: "/unit")
        for (processes, who) in [([1, pid], "process 1 lives"), ([1, pid, 9000], "2 other processes live")] {
            try make("unit", processes: processes)
            let obstacle = "\(who) in \(unit), so it cannot hand on the controllers of cgroup v2"
            let hierarchy = try hierarchy()
            #expect(hierarchy.moveIntoLeaf(procRoot: procRoot, pid: pid) == obstacle)
            #expect(try text("ergometer.9.1.4711/server/cgroup.procs") == "")
            let (path, availability) = CgroupHierarchy.look(procRoot: procRoot, pid: pid)
            #expect(path == unit)
            guard case .limited(let said) = availability else { Issue.record("\(availability)"); continue }
            #expect(said.reason == "\(obstacle): limits of runs hold by other means")
        }
    }

    @Test("in the root of the tree a server may stay")
    func root() throws {
        try tree.write("1\n\(pid)\n", to: "cg/cgroup.procs")
        try tree.write("memory pids", to: "cg/cgroup.controllers")
        try live(in: "/")
        #expect(try place().isRoot)
        let hierarchy = CgroupHierarchy(directory: "\(tree.root)/cg/ergometer.9.1.\(pid)")
        #expect(hierarchy.moveIntoLeaf(procRoot: procRoot, pid: pid) == nil)
        #expect(CgroupHierarchy.look(procRoot: procRoot, pid: pid).availability == .available)
    }

    @Test("a leaf that refuses the server is named with what the kernel says")
    func refused() throws {
        try make("unit", processes: [pid])
        try live(in: "/unit")
        let hierarchy = CgroupHierarchy(directory: "\(unit)/ergometer.9.1.\(pid)")
        #expect(
            hierarchy.moveIntoLeaf(procRoot: procRoot, pid: pid)
                == "the server cannot move to \(unit)/ergometer.9.1.4711/server (No such file or directory)")
    }

    @Test("controllers that were not handed down are named")
    func missing() throws {
        try make("unit", processes: [pid], controllers: "cpu memory")
        try live(in: "/unit")
        guard case .limited(let said) = CgroupHierarchy.look(procRoot: procRoot, pid: pid).availability else {
            Issue.record("pids is missing")
            return
        }
        #expect(said.reason == "\(unit) has no controller for pids: limits of runs hold by other means")
    }
}
