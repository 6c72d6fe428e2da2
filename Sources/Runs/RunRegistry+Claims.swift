/// Who is launched next. A run is claimed before it is launched, and the claim is on disk before the command is executed:
/// after a crash nobody takes it for one that has never begun.
///
/// A claim shares the transaction of what makes room for it: the acceptance of the run, or the end of the one before.
extension RunRegistry {
    /// Claims the runs that can be launched when a transaction has succeeded.
    ///
    /// - Parameters:
    ///   - accepting: runs that the transaction puts on disk.
    ///   - finishing: how many runs have their end in it, and leave their place to others.
    func claim(accepting: some Sequence<RunID>, finishing: Int) -> [ActiveRun] {
        state.withLock { state in
            let places =
                configuration.maximumConcurrentRuns + finishing - state.running.count - state.ending.count
                - state.claims.count
            guard !state.isClosed, places > 0 else { return [] }
            let accepted = accepting.sorted().compactMap { state.admitted[$0] }
            let taken = state.claims
            let waiting = state.queue.lazy.filter { taken[$0.id] == nil }.prefix(places)
            let claimed = Array((Array(waiting) + accepted).prefix(places))
            for active in claimed { state.claims[active.id] = false }
            return claimed
        }
    }

    /// The transaction with the claims is over. What has been prepared for those that do not hold, because they were not
    /// stored or the run was cancelled meanwhile, is taken away.
    func settle(claims: [ActiveRun], areStored: Bool) {
        let lost = state.withLock { state in
            for active in claims where state.claims[active.id] != nil {
                state.claims[active.id] = areStored ? true : nil
            }
            return claims.filter { state.claims[$0.id] == nil }
        }
        for active in lost { active.earlyLaunch.giveUp() }
    }

    /// The run to be launched now; nil when none is claimed.
    func takeNext() -> ActiveRun? {
        state.withLock { state in
            guard !state.isClosed, let place = state.queue.firstIndex(where: { state.claims[$0.id] == true }) else {
                return nil
            }
            let active = state.queue.remove(at: place)
            state.claims[active.id] = nil
            state.running.insert(active.id)
            return active
        }
    }

    /// A run that was taken could not be launched for now: it is the next one again, and its claim holds.
    func putBack(_ active: ActiveRun) {
        state.withLock { state in
            state.running.remove(active.id)
            state.insert(active)
            state.claims[active.id] = true
        }
    }

    /// Gives up all claims, because nothing is launched any more.
    ///
    /// - Returns: the runs whose claim is, or may be, on disk.
    func withdrawClaims() -> [ActiveRun] {
        state.withLock { state in
            defer { state.claims = [:] }
            return state.queue.filter { state.claims[$0.id] != nil }
        }
    }
}

/// Who shares the machine.
extension RunRegistry {
    /// A command is about to be executed.
    func noteLaunch(_ active: ActiveRun) {
        state.withLock { state in
            let others = state.companions.count
            for id in state.companions.keys { state.companions[id]! += 1 }
            state.companions[active.id] = others
        }
    }

    /// A command was not executed after all.
    func noteFailedLaunch(_ active: ActiveRun) {
        state.withLock { state in
            state.companions[active.id] = nil
            for id in state.companions.keys { state.companions[id]! -= 1 }
        }
    }
}
