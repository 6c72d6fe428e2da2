/// How many clients may hold a connection for long, so that enough are left to the others.
package struct ClientLimits: Sendable, Hashable {
    /// Who follows runs (`GET /runs/{id}/events`).
    let followers: Int
    /// Who waits for the end of a run (`?wait=`).
    let waiting: Int

    /// Between two looks at whether followers of a run that has no news are still there.
    package var reminderInterval = Duration.seconds(15)

    /// - Parameter connections: how many the server takes at a time.
    package init(connections: Int) {
        followers = max(1, connections / 2)
        waiting = max(1, connections / 8)
    }
}
