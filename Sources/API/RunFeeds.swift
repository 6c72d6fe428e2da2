import Measurement
import Runs
import Synchronization

/// The feeds of the runs that somebody follows.
final class RunFeeds: Sendable {
    private let feeds = Mutex<[RunID: RunFeed]>([:])
    private let reminderInterval: Duration
    /// Of all runs together.
    let maximumFollowers: Int

    init(_ limits: ClientLimits) {
        maximumFollowers = limits.followers
        reminderInterval = limits.reminderInterval
    }

    /// Of all runs together.
    var followerCount: Int { feeds.withLock { Array($0.values) }.reduce(0) { $0 + $1.followerCount } }

    /// The feed of a run that is not over; nil when it is.
    func feed(of run: Run, in engine: RunEngine) -> RunFeed? {
        let (feed, isNew) = feeds.withLock { feeds in
            if let feed = feeds[run.id] { return (feed, false) }
            let feed = RunFeed()
            feeds[run.id] = feed
            return (feed, true)
        }
        guard isNew else { return feed }
        // A change may come at once, on another thread.
        let isFollowed = engine.follow(run.id) { [self] changed in
            feed.publish(changed)
            if changed.state == .finished { feeds.withLock { $0[changed.id] = nil } }
        }
        guard isFollowed, let current = engine.run(run.id) else {
            feeds.withLock { $0[run.id] = nil }
            feed.end()
            return nil
        }
        feed.publish(current)
        // It may have ended before it was followed.
        guard current.state != .finished else {
            feeds.withLock { $0[run.id] = nil }
            return feed
        }
        remind(followersOf: run.id, in: engine)
        return feed
    }

    /// Ends all streams; the runs go on.
    func disconnect() {
        for feed in feeds.withLock({ Array($0.values) }) { feed.disconnect() }
    }

    /// Reminds the followers of a run, again and again until it is over or the engine goes down.
    private func remind(followersOf id: RunID, in engine: RunEngine) {
        engine.wait(for: id, until: .now.advanced(by: reminderInterval)) { [self] end in
            guard end == .expired, engine.takesRuns, let feed = feeds.withLock({ $0[id] }) else { return }
            feed.remind()
            remind(followersOf: id, in: engine)
        }
    }
}
