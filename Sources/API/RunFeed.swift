import HTTPServer
import LinuxSystem
import Measurement
import Runs
import Synchronization

/// The server-sent events of one run: an event is made once, however many follow.
///
/// Events are the run as it stands, so that a follower who comes late or comes back needs the newest one only. Ids
/// count the changes, and hold for the life of the server; that of the last event is always `finished`.
final class RunFeed: Sendable {
    private struct State {
        var version: UInt64 = 0
        /// The newest event, as it goes over the wire.
        var newest: [UInt8] = []
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
            feed.newest = Self.event(name, id: name == "finished" ? name : String(feed.version), run)
            feed.isOver = run.state == .finished
            // A channel that takes no more has lost its client, or a client that does not read: it is let go.
            feed.channels.removeAll { channel in
                if channel.write(feed.newest), !feed.isOver { return false }
                channel.finish()
                return true
            }
        }
    }

    var followerCount: Int { state.withLock { $0.channels.count } }

    /// The body for a new follower: begins with the newest event, unless that is the last one it has seen.
    func join(lastEventID: String?) -> HTTPBody {
        state.withLock { feed in
            let channel = HTTPChannel()
            if lastEventID != String(feed.version) { channel.write(feed.newest) }
            if feed.isOver { channel.finish() } else { feed.channels.append(channel) }
            return .channel(channel)
        }
    }

    /// One event whose data is the run on one line.
    static func event(_ name: String, id: String, _ run: Run) -> [UInt8] {
        var run = run
        // It changes without an event, and is left out rather than wrong.
        run.queuePosition = nil
        let data = (try? HTTPResponse.jsonLine(RunResource(run))) ?? []
        return Array("event: \(name)\nid: \(id)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}

/// The feeds of the runs that somebody follows.
final class RunFeeds: Sendable {
    private let feeds = Mutex<[RunID: RunFeed]>([:])

    /// More would leave too few connections to others: one that is gone shows only at the next event.
    static let maximumFollowers = 512

    /// Of all runs together.
    var followerCount: Int { feeds.withLock { Array($0.values) }.reduce(0) { $0 + $1.followerCount } }

    /// The feed of a run that is not over; nil when it is.
    func feed(of run: Run, in engine: RunEngine) -> RunFeed? {
        if let feed = feeds.withLock({ $0[run.id] }) { return feed }
        let feed = RunFeed()
        feeds.withLock { $0[run.id] = feed }
        // A change may come at once, on another thread.
        let isFollowed = engine.follow(run.id) { [self] changed in
            feed.publish(changed)
            if changed.state == .finished { feeds.withLock { $0[changed.id] = nil } }
        }
        guard isFollowed, let current = engine.run(run.id) else {
            feeds.withLock { $0[run.id] = nil }
            return nil
        }
        feed.publish(current)
        return feed
    }
}
