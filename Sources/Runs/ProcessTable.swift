import Glibc
import LinuxSystem

/// The processes of this machine at one moment, as `/proc` shows them.
///
/// Lies a little: processes come and go while it is read.
struct ProcessTable {
    let processes: [Entry]

    struct Entry: Hashable {
        let pid: Int32
        let parent: Int32
        let session: Int32
        /// `Z` has ended and waits to be reaped.
        let state: Character
        /// When it was started, in clock ticks since boot.
        var startTicks: UInt64?

        var birth: Birth { Birth(pid: pid, startTicks: startTicks) }
    }

    /// Tells a process from a later one with the same pid.
    struct Birth: Hashable {
        let pid: Int32
        let startTicks: UInt64?
    }

    /// What lives and comes from this process. Most often nothing, which shows without a walk through `/proc`.
    static var descendantsOfThisProcess: Set<Birth> {
        var info = siginfo_t()
        guard waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return [] }
        let table = ProcessTable()
        let living = Set(table.closure { $0.parent == getpid() })
        return Set(table.processes.filter { living.contains($0.pid) }.map(\.birth))
    }

    init(procRoot: String = "/proc") {
        let names = (try? PseudoDirectory.names(in: procRoot)) ?? []
        processes = names.compactMap { Int32($0) }.compactMap { pid in
            (try? PseudoFile.readText("\(procRoot)/\(pid)/stat")).flatMap { Self.parse($0, pid: pid) }
        }
    }

    /// `728039 (sleep (1)) S 728030 728039 727000 34816 …`: the name may hold anything, also `)` and spaces, and what
    /// makes one character with the `)` behind it.
    static func parse(_ stat: String, pid: Int32) -> Entry? {
        guard let nameEnd = stat.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat.utf8[nameEnd...].dropFirst().split(separator: UInt8(ascii: " ")).map(Substring.init)
        guard fields.count >= 4, let state = fields[0].first, let parent = Int32(fields[1]),
            let session = Int32(fields[3])
        else { return nil }
        // The 22nd field, counted from the pid.
        let startTicks = fields.count > 19 ? UInt64(fields[19]) : nil
        return Entry(pid: pid, parent: parent, session: session, state: state, startTicks: startTicks)
    }

    /// What lives of a run: the descendants of its main process, its session, and what they started.
    func members(ofRun main: Int32) -> [Int32] {
        closure { $0.pid == main || $0.parent == main || $0.session == main }.filter { $0 != main }
    }

    /// What lives of commands of this process that has no parent any more but this process, and what that started.
    ///
    /// - Parameter strangers: what is no command's, though it may be a child of this process.
    func orphans(
        except mains: Set<Int32>, strangers: Set<Birth> = [], where isMeant: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        closure {
            $0.parent == getpid() && !mains.contains($0.pid) && !strangers.contains($0.birth) && isMeant($0.pid)
        }.filter { !mains.contains($0) }
    }

    /// What lives and is a seed, or descends from one.
    func closure(from isSeed: (Entry) -> Bool) -> [Int32] {
        let living = processes.filter { $0.state != "Z" }
        var members = Set(living.filter(isSeed).map(\.pid))
        var count = -1
        while count != members.count {
            count = members.count
            for entry in living where members.contains(entry.parent) { members.insert(entry.pid) }
        }
        return members.sorted()
    }
}
