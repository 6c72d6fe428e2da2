import CLinux
import Glibc
import LinuxSystem
import Synchronization

/// Which children of this process are main processes of runs, and which are orphans that it inherited.
///
/// A process that adopts the orphans of its commands (`PR_SET_CHILD_SUBREAPER`) can see and end them; it must reap
/// them too, and must not take a main process for one of them.
package final class ChildRegistry: Sendable {
    private struct State {
        var mains: Set<Int32> = []
        /// Launches under way: a child that is not known yet may be a main process.
        var launching = 0
    }

    private let state = Mutex(State())

    let adoptsOrphans: Bool
    /// What descended from this process before it adopted anything, by what started it (a shell before `exec`).
    let strangers: Set<ProcessTable.Birth>

    /// - Parameter adoptsOrphans: whether this process becomes the parent of its descendants' orphans. Every later child
    ///   of the process that was not launched through this registry is then taken for one.
    package init(adoptsOrphans: Bool) {
        strangers = adoptsOrphans ? ProcessTable.descendantsOfThisProcess : []
        self.adoptsOrphans = adoptsOrphans && ergo_become_subreaper() == 0
    }

    /// The main processes; nil while one is being launched and cannot be told from an orphan.
    var mains: Set<Int32>? { state.withLock { $0.launching > 0 ? nil : $0.mains } }

    /// Launches a main process. Nobody reaps orphans between its birth and its registration; otherwise nobody waits for
    /// it, because an `execve` from a file system that does not answer lasts as long as it likes.
    func register(_ launch: () throws -> ChildProcess) throws -> ChildProcess {
        state.withLock { $0.launching += 1 }
        var child: ChildProcess?
        defer {
            state.withLock { state in
                state.launching -= 1
                if let child { state.mains.insert(child.pid) }
            }
        }
        let launched = try launch()
        child = launched
        return launched
    }

    /// Reaps a main process.
    func reap(_ child: ChildProcess) throws -> ProcessEnd {
        defer { _ = state.withLock { $0.mains.remove(child.pid) } }
        return try child.reap()
    }

    /// Reaps the orphans that have ended. False when a launch is under way: then it wants to be called again.
    func reapOrphans() -> Bool {
        guard adoptsOrphans else { return true }
        return state.withLock { state in
            guard state.launching == 0 else { return false }
            while let pid = Self.endedChild(), !state.mains.contains(pid) { waitpid(pid, nil, WNOHANG) }
            return true
        }
    }

    /// Whether anything of all commands lives: the orphans of a main process that has been reaped are our children.
    /// True as well where they are not adopted and it cannot be known.
    var mayHaveDescendants: Bool {
        var info = siginfo_t()
        return !adoptsOrphans || waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// A child that has ended, left as it is.
    private static func endedChild() -> Int32? {
        var info = siginfo_t()
        guard waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return nil }
        let pid = info._sifields._sigchld.si_pid
        return pid == 0 ? nil : pid
    }
}
