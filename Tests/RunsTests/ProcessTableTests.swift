import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct ProcessTableTests {
    private typealias Entry = ProcessTable.Entry

    @Test(
        "the name of a process may be anything",
        arguments: [
            "sleep", "a) R 1 1 1", "a) R 1 1 1 (b", ") ) )", "((", "", " ", "a\nb", ") Z 1 1 1\n(", "é", "(sd-pam)",
            "a\u{600}", ") S 1 1 1\u{600}",
        ])
    func hostileNames(name: String) {
        let stat = "728039 (\(name)) S 728030 728039 727000 34816 0"
        #expect(
            ProcessTable.parse(stat, pid: 728039) == Entry(pid: 728039, parent: 728030, session: 727000, state: "S"))
    }

    @Test(
        "what is cut off or torn is no process",
        arguments: ["", "1", "1 (a", "1 (a)", "1 (a) S", "1 (a) S 1", "1 (a) S 1 2", "1 (a) S x 2 3", "1 (a) S 1 2 y"])
    func malformed(stat: String) {
        #expect(ProcessTable.parse(stat, pid: 1) == nil)
    }

    private func table(_ processes: [(pid: Int, parent: Int, session: Int, state: String)]) throws -> ProcessTable {
        let directory = try TemporaryDirectory()
        let tree = try SysfsTree("", in: directory)
        for process in processes {
            try tree.write(
                "\(process.pid) (a b) \(process.state) \(process.parent) 0 \(process.session) 0\n",
                to: "\(process.pid)/stat")
        }
        try tree.write("", to: "self/stat")
        try tree.write("garbage", to: "99/stat")
        return withExtendedLifetime(directory) { ProcessTable(procRoot: tree.root) }
    }

    @Test("to a run belong its descendants, its session, and what these started; what has ended does not")
    func members() throws {
        let table = try table([
            (100, 1, 100, "S"), (101, 100, 100, "R"), (102, 101, 102, "S"), (103, 1, 100, "D"), (104, 103, 104, "S"),
            (105, 100, 100, "Z"), (106, 105, 100, "S"), (200, 1, 200, "S"), (201, 200, 200, "S"),
        ])
        #expect(table.members(ofRun: 100) == [101, 102, 103, 104, 106])
        #expect(table.members(ofRun: 200) == [201])
        #expect(table.members(ofRun: 300) == [])
    }

    @Test("orphans are our children that are no main process, and what they started")
    func orphans() throws {
        let own = Int(getpid())
        let table = try table([
            (own, 1, 1, "S"), (100, own, 100, "S"), (101, 100, 100, "S"), (102, own, 102, "S"), (103, 102, 102, "S"),
        ])
        #expect(table.orphans(except: [100]) == [102, 103])
    }

    @Test("this process is in the table of the machine")
    func live() {
        let own = ProcessTable().processes.first { $0.pid == getpid() }
        #expect(own?.parent == getppid())
        #expect(own?.session == getsid(0))
    }
}
