import Glibc
import LinuxSystem
import Logging
import Measurement
import Sampling
import SystemPackage

/// Takes specifications and turns them into finished runs: the queue, the launches, the supervision, the records.
package final class RunEngine: Sendable {
    let backend: any RunBackend
    let machineWarnings: [String]
    let outputs: OutputDirectory?
    let registry: RunRegistry
    let waiters = RunWaiters()
    let recorder: Recorder
    let supervisor: Supervisor
    let launch: RunLaunch
    let idlePower: IdlePowerMeter
    /// Set whenever a run is over, or has been accepted or refused for good.
    let runSettled: EventDescriptor
    let logger: Logger

    /// - Parameter sampler: started by the caller, and stopped after this engine.
    package init(
        configuration: RunEngineConfiguration, backend: any RunBackend, sampler: Sampler, store: any RunStore,
        children: ChildRegistry, logger: Logger
    ) throws(Errno) {
        self.backend = backend
        machineWarnings = configuration.machineWarnings
        outputs = configuration.output
        self.logger = logger
        registry = RunRegistry(configuration: configuration)
        recorder = try Recorder(
            store: store, outputs: configuration.output, registry: registry, sampler: sampler, logger: logger)
        supervisor = try Supervisor(children: children, waiters: waiters, sampler: sampler)
        idlePower = IdlePowerMeter(sampler: sampler)
        launch = RunLaunch(configuration: configuration, sampler: sampler, children: children)
        runSettled = try EventDescriptor()
    }

    /// Starts the threads, and launches what an earlier server had accepted and not run.
    package func start(resuming queued: [Run] = []) throws(Errno) {
        for run in queued { resume(run) }
        try supervisor.start { [self] ended in commandEnded(ended) }
        try recorder.start(prepare: { [self] in prepareLaunch(of: $0) }, launch: { [self] in launchClaimed() })
    }

    /// Ends all running commands in order, stores their results, and ends the threads. Runs that wait stay on disk;
    /// who waits for one is answered.
    package func shutDown() {
        registry.close()
        supervisor.endAll(as: .cancelled)
        while !registry.isIdle { runSettled.wait() }
        for active in registry.withdrawClaims() {
            active.earlyLaunch.giveUp()
            saveUnclaimed(active)
        }
        supervisor.stop()
        recorder.stop()
        waiters.close()
    }

    /// Makes a ``shutDown()`` that goes on faster: commands that are being ended get no grace any more.
    package func hurry() {
        supervisor.hurry()
    }
}
