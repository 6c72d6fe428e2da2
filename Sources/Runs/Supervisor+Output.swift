/// Reading what commands write.
extension Supervisor {
    private static let turnsPerRound = 4

    /// A turn for a few of the streams that have something to say; `epoll` names the others again at once. So an end
    /// is noticed after a few writes, however many commands flood their output.
    func pump(_ tags: [UInt64], _ watch: inout SupervisorWatch) {
        guard !tags.isEmpty else { return }
        for turn in 0..<min(Self.turnsPerRound, tags.count) {
            pump(tags[(watch.nextTurn + turn) % tags.count], &watch)
        }
        // epoll keeps the order: without this the same few would always come first.
        watch.nextTurn = (watch.nextTurn + Self.turnsPerRound) % tags.count
    }

    private func pump(_ tag: UInt64, _ watch: inout SupervisorWatch) {
        let (run, stream) = SupervisorTag.parts(ofStream: tag)
        guard watch.runs[run] != nil else { return }
        // At its end a pipe is readable for ever.
        if !watch.runs[run]!.pump(stream) { epoll.remove(watch.runs[run]!.launched.pipes[stream].descriptor) }
    }
}
