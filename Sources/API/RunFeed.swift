import HTTPServer
import LinuxSystem
import Measurement
import Runs
import Synchronization

/// The server-sent events of one run.
///
/// Events are the run as it stands, so that a follower who is slow, comes late or comes back needs the newest one only.
/// Each is made once, however many follow, and not by the thread that has the news: by the server's, when the first
/// follower takes it. Ids count the changes, and hold for the life of the server; that of the last is always `finished`.
final class RunFeed: Sendable {
    private struct State {
        var version: UInt64 = 0
        var newest: HTTPMessage?
        var state: RunState?
        var changedAt = MonotonicInstant.now
        var isOver = false
        var channels: [HTTPChannel] = []

        /// What the change is called; nil when it is old news, or comes too soon after the one before.
        func name(of run: Run) -> String? {
            if isOver { return nil }
            if run.state == .finished { return "finished" }
            if run.state != state { return state == .running ? nil : "state" }
            return MonotonicInstant.now - changedAt < .milliseconds(250) ? nil : "progress"
        }
    }

    private let state = Mutex(State())

    /// Tells all followers of a change.
    func publish(_ run: Run) {
        state.withLock { feed in
            guard let name = feed.name(of: run) else { return }
            feed.version += 1
            feed.state = run.state
            feed.changedAt = .now
            feed.isOver = run.state == .finished
            let id = feed.isOver ? name : String(feed.version)
            let message = HTTPMessage { Self.event(name, id: id, run) }
            feed.newest = message
            feed.channels.removeAll { !$0.send(message) }
            guard feed.isOver else { return }
            for channel in feed.channels { channel.finish() }
            feed.channels = []
        }
    }

    /// Says something to those who have not heard anything for a while, so that who has gone is noticed, and proxies do
    /// not take the silence for the end.
    func remind() {
        state.withLock { feed in
            feed.channels.removeAll { !$0.isOpen }
            for channel in feed.channels { channel.sendIfIdle(Self.reminder) }
        }
    }

    private static let reminder = HTTPMessage(": nothing new\n\n")

    var followerCount: Int { state.withLock { $0.channels.count { $0.isOpen } } }

    /// The body for a new follower: begins with the newest event, unless that is the last one it has seen.
    func join(lastEventID: String?) -> HTTPBody {
        state.withLock { feed in
            let channel = HTTPChannel()
            if let newest = feed.newest, lastEventID != String(feed.version) { channel.send(newest) }
            if feed.isOver { channel.finish() } else { feed.channels.append(channel) }
            return .channel(channel)
        }
    }

    /// Nothing will come: who has joined, or does yet, is to come again, and finds the run over.
    func end() {
        state.withLock { $0.isOver = true }
        disconnect()
    }

    /// Whoever follows must come again, and show that it may.
    func disconnect() {
        state.withLock { feed in
            for channel in feed.channels { channel.finish() }
            feed.channels = []
        }
    }

    /// One event whose data is the run on one line, without its environment: viewers get it too.
    static func event(_ name: String, id: String, _ run: Run) -> [UInt8] {
        var run = run
        // It changes without an event, and is left out rather than wrong.
        run.queuePosition = nil
        let data = (try? HTTPResponse.jsonLine(RunResource(run, showsEnvironment: false))) ?? []
        return Array("event: \(name)\nid: \(id)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}
