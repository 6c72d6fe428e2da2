import Measurement
import Sampling

/// From the end of a command to a finished run on disk.
extension RunEngine {
    func commandEnded(_ ended: EndedCommand) {
        finish(
            ended.active, as: ended.outcome, recording: ended.recording, usage: ended.usage,
            warnings: ended.warnings, output: ended.output)
    }

    func finish(
        _ active: ActiveRun, as outcome: Outcome, recording: FinishedRecording? = nil, usage: ResourceUsage? = nil,
        warnings: [String] = [], output: RunOutput? = nil
    ) {
        let companions = registry.beginEnding(active)
        recorder.order(
            .finish(
                FinishedRun(
                    active: active, outcome: outcome, recording: recording, usage: usage,
                    warnings: warnings + RunCompanions.warnings(count: companions), output: output,
                    settle: { [self] failure in settle(active, isStored: failure == nil) },
                    storedLater: { [self] in registry.forget(active) })))
    }

    /// The end of a run has been put on disk, or the disk has refused it for now.
    private func settle(_ active: ActiveRun, isStored: Bool) -> @Sendable () -> Void {
        registry.retire(active, isStored: isStored)
        return { [self] in
            active.announce()
            waiters.finish(active.id)
            runSettled.set()
        }
    }

    /// The next server may run it.
    func saveUnclaimed(_ active: ActiveRun) {
        recorder.order(.save(active.run) { _ in {} })
    }
}
