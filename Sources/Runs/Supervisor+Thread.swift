import CLinux
import Glibc
import LinuxSystem
import Measurement
import Sampling
import SystemPackage

/// The supervisor's thread.
extension Supervisor {
    func run(_ onEnd: (EndedCommand) -> Void) {
        // The end of a command closes its window: on a loaded machine that must not wait.
        SchedulingPolicy.hastenCallingThread()
        var watch = SupervisorWatch()
        var mustRetryOrphans = false
        while !isStopping.load(ordering: .acquiring) {
            let timeout = mustRetryOrphans ? .milliseconds(10) : timeUntilDeadline(of: watch)
            attend(to: epoll.wait(timeout: timeout), &watch)
            carryOutOrders(&watch)
            mustRetryOrphans = !children.reapOrphans()
            let now = MonotonicInstant.now
            waiters.expire(at: now)
            for (tag, run) in watch.runs where run.deadline.map({ $0 <= now }) ?? false {
                watch.runs[tag]!.meetDeadline(at: now)
            }
            for ended in watch.takeEnded() { onEnd(ended) }
        }
    }

    private func attend(to tags: [UInt64], _ watch: inout SupervisorWatch) {
        let ended = tags.filter(SupervisorTag.isProcess)
        // All windows close first, whatever else has come.
        let recordings = ended.map { closeWindow($0, watch) }
        for (tag, recording) in zip(ended, recordings) { commandEnded(tag, recording, &watch) }
        if tags.contains(SupervisorTag.wakeUp) { wakeUp.clear() }
        if tags.contains(SupervisorTag.orphan) { drainSignals() }
        pump(tags.filter(SupervisorTag.isStream), &watch)
    }

    private func timeUntilDeadline(of watch: SupervisorWatch) -> Duration? {
        let deadlines = [watch.nextDeadline, waiters.nextDeadline].compactMap { $0 }
        return deadlines.min().map { max(.zero, $0 - .now) }
    }

    private func drainSignals() {
        var info = signalfd_siginfo()
        while read(orphanEnds.rawValue, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {}
    }

    private func carryOutOrders(_ watch: inout SupervisorWatch) {
        let orders = orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
        for order in orders {
            switch order {
            case .supervise(let launched, let startedAt): begin(launched, startedAt, &watch)
            case .end(let id, let outcome): watch.terminate(as: outcome) { $0 == id }
            case .endAll(let outcome): watch.terminate(as: outcome) { _ in true }
            case .signal(let id, let signal): watch.forward(signal, to: id)
            case .hurry: watch.hurry()
            }
        }
    }

    private func begin(_ launched: LaunchedRun, _ startedAt: MonotonicInstant, _ watch: inout SupervisorWatch) {
        let deadline = launched.active.specification.timeout.map(startedAt.advanced)
        let tag = watch.add(SupervisedRun(launched: launched, deadline: deadline))
        watch.forwardEarlySignals(to: launched.active.id)
        do {
            for (stream, pipe) in launched.pipes.enumerated() {
                try epoll.add(pipe.descriptor, tag: SupervisorTag.ofStream(stream, of: tag))
            }
            try epoll.add(launched.tree.main.descriptor, tag: tag)
        } catch {
            // Nobody would hear of its end: it is ended now, and reaping waits for that.
            watch.runs[tag]!.giveUp(as: .launchFailed(errno: error.rawValue, message: "watching the process: \(error)"))
            commandEnded(tag, closeWindow(tag, watch), &watch)
        }
    }

    /// Takes the last frame of a run: everything else can wait.
    private func closeWindow(_ tag: UInt64, _ watch: SupervisorWatch) -> FinishedRecording? {
        watch.runs[tag].flatMap { run in
            sampler.finish(run.launched.recording) {
                ProcessTree.canLook && run.launched.tree.descendants.isEmpty
            }
        }
    }

    private func commandEnded(_ tag: UInt64, _ recording: FinishedRecording?, _ watch: inout SupervisorWatch) {
        guard let launched = watch.runs[tag]?.launched else { return }
        epoll.remove(launched.tree.main.descriptor)
        watch.runs[tag]!.commandEnded(try? children.reap(launched.tree.main), recording: recording, now: .now)
    }
}
