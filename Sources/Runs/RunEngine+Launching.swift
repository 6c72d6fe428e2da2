import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// From the queue to a running command.
extension RunEngine {
    /// Takes over what an earlier server had accepted: what this one would refuse fails to be launched.
    func resume(_ run: Run) {
        registry.readmit(run, plan: plan(resuming: run.specification))
    }

    private func plan(resuming specification: RunSpecification) -> any RunSourcePlan {
        if let fault = specification.faults.first {
            return UnavailablePlan(reason: "this server does not run it any more: \(LaunchRefusal(fault: fault))")
        }
        do {
            return try backend.plan(events: specification.events)
        } catch {
            let faults = error.faults.map { "\($0.name) \($0.message)" }.joined(separator: "; ")
            return UnavailablePlan(reason: "the events can no longer be counted: \(faults)")
        }
    }

    /// Does what a launch needs while the claim is on its way to the disk, where nothing is to be watched before.
    func prepareLaunch(of active: ActiveRun) {
        guard active.specification.baseline == nil else { return }
        active.earlyLaunch.begin { [self] permission in
            let preparation = Result { try launch.prepare(active) }
            if permission.wait() { launchNow(active, preparation) } else { abandon(preparation, of: active) }
        }
    }

    private func abandon(_ preparation: consuming Result<LaunchPreparation, any Error>?, of active: ActiveRun) {
        if let ready = try? preparation?.get() { launch.abandon(ready, of: active) }
    }

    /// Launches the runs whose claim is on disk.
    ///
    /// - Returns: false when there was no thread for one: then this wants to be called again soon.
    func launchClaimed() -> Bool {
        while let active = registry.takeNext() {
            if active.earlyLaunch.goOn() { continue }
            do throws(Errno) {
                try NamedThread(name: "launcher") { [self] in launchNow(active) }.detach()
            } catch {
                if canWait(active, for: error, "starting a thread: \(error)") {
                    registry.putBack(active)
                    runSettled.set()
                    return false
                }
                finish(active, as: .launchFailed(errno: error.rawValue, message: "starting a thread: \(error)"))
            }
        }
        return true
    }

    /// Between two attempts to launch a run that lacks something, in milliseconds.
    private static let attemptInterval: Int32 = 100

    /// On a thread of its own, which may wait.
    ///
    /// - Parameter preparation: what came of it on this thread; nil when it has not been tried.
    private func launchNow(
        _ active: ActiveRun, _ preparation: consuming Result<LaunchPreparation, any Error>? = nil
    ) {
        // Watched while nothing of the run exists yet.
        let baseline = active.specification.baseline.map { duration in
            idlePower.measure(for: duration) { [registry] in active.isCancelled || registry.isClosed }
        }
        while true {
            if active.isCancelled || registry.isClosed {
                // Before others learn that nothing is launched.
                abandon(preparation.take(), of: active)
                if active.isCancelled { return finish(active, as: .cancelled) }
                if registry.putBackIfClosed(active) { return runSettled.set() }
            }
            do {
                return try launchOnce(
                    active, preparation.take()?.get(), idlePowers: baseline ?? idlePower.learned)
            } catch {
                guard canWait(active, for: error, "\(error)") else {
                    let errno = (error as? any SystemFailure)?.code ?? (error as? Errno)?.rawValue
                    return finish(active, as: .launchFailed(errno: errno, message: "\(error)"))
                }
                poll(nil, 0, Self.attemptInterval)
            }
        }
    }

    private func launchOnce(
        _ active: ActiveRun, _ preparation: consuming LaunchPreparation?, idlePowers: [Series: IdlePower]
    ) throws {
        registry.noteLaunch(active)
        do {
            let launched = try launch(active, preparation, idlePowers: idlePowers)
            recorder.order(.begin(active, launched.recording))
            supervisor.supervise(launched, startedAt: active.run.startedAt!.monotonic)
            // Whoever asked for its end before it was supervised was not heard.
            if active.isCancelled || registry.isClosed { supervisor.end(active.id, as: .cancelled) }
        } catch {
            registry.noteFailedLaunch(active)
            throw error
        }
    }

    /// Whether a launch that failed is tried again: when the machine or the server was short of something.
    private func canWait(_ active: ActiveRun, for error: any Error, _ message: String) -> Bool {
        guard LaunchShortage.isOne(error) else { return false }
        let (isFirst, elapsed) = active.noteShortage()
        guard elapsed < registry.configuration.launchPatience else { return false }
        if isFirst { logger.warning("run \(active.id) waits to be launched: \(message)") }
        return true
    }
}
