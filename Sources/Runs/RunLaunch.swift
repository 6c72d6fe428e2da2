import Analysis
import LinuxSystem
import Measurement
import Sampling
import SystemPackage

/// One launch, from open counters (``LaunchPreparation``) to a process under measurement. Runs on a thread of its own,
/// which is gone afterwards: counters opened on a thread are inherited by everything that it starts.
struct RunLaunch: Sendable {
    let launcher: CommandLauncher
    let cgroups: CgroupHierarchy?
    let cgroupSource: CgroupSourceOpener?
    let outputs: OutputDirectory?
    private let endsLeftovers: Bool
    let sampler: Sampler
    private let children: ChildRegistry

    init(configuration: RunEngineConfiguration, sampler: Sampler, children: ChildRegistry) {
        launcher = CommandLauncher(policy: configuration.policy)
        cgroups = configuration.cgroups
        cgroupSource = configuration.cgroupSource
        outputs = configuration.output
        endsLeftovers = configuration.policy.endsLeftovers
        self.sampler = sampler
        self.children = children
    }

    /// Launches a run and writes its start into it.
    ///
    /// - Parameters:
    ///   - preparation: made by ``prepare(_:)`` on the calling thread; nil to do that now.
    ///   - idlePowers: what the run's energy is divided by.
    /// - Throws: ``LaunchError``, or what ``prepare(_:)`` throws; nothing is left then.
    func callAsFunction(
        _ active: ActiveRun, _ preparation: consuming LaunchPreparation?, idlePowers: [Series: IdlePower]
    ) throws -> LaunchedRun {
        let ready = try preparation ?? prepare(active)
        // Not before: it counts the processes that there are.
        let enforcement = LimitEnforcement(
            active.specification.limits, cgroup: ready.cgroup, in: cgroups, user: launcher.policy.commandUser)
        // The window opens here. `execve` starts the counters by itself.
        let startedAt = sampler.begin(ready.recording)
        do {
            let birth = try launch(specification(of: active), ready.streams, in: ready.cgroup, enforcement)
            let opening = sampler.opening(of: ready.recording)
            let identity = endsLeftovers ? ProcessIdentity(of: birth.child.pid) : nil
            let layouts = Self.layouts(
                of: ready.source, ready.ofCgroup, hasCgroup: birth.cgroup != nil, pid: birth.child.pid)
            let remarks = ready.remarks
            active.update { run in
                run.state = .running
                run.pid = birth.child.pid
                run.process = identity
                run.startedAt = startedAt
                run.opening = opening
                run.layout = SourceLayout.joined([sampler.machineLayout] + layouts).attributing(by: idlePowers)
                run.warnings +=
                    remarks + launcher.policy.remarks(on: active.specification) + birth.remarks
                    + birth.enforcement.warnings
            }
            let tree = ProcessTree(id: active.id, main: birth.child, cgroup: birth.cgroup, children: children)
            return LaunchedRun(
                active: active, tree: tree, recording: ready.recording, pipes: ready.streams.pipes,
                enforcement: birth.enforcement, endsLeftovers: endsLeftovers)
        } catch {
            _ = sampler.finish(ready.recording)
            abandon(ready, of: active)
            throw error
        }
    }

    /// - Parameter hasCgroup: without its cgroup nothing that is read there is the run's.
    private static func layouts(
        of source: any RunSource, _ ofCgroup: (any RunSource)?, hasCgroup: Bool, pid: Int32
    ) -> [SourceLayout] {
        let rest = ofCgroup.map { source in
            hasCgroup
                ? source.layout(consumer: .process(pid)) : SourceLayout(columnCount: source.columnCount, series: [])
        }
        return [source.layout(consumer: .process(pid))] + (rest.map { [$0] } ?? [])
    }

    /// What is launched: a server's command is marked, so that what it leaves is known even to the next server.
    private func specification(of active: ActiveRun) -> RunSpecification {
        var specification = active.specification
        if endsLeftovers { specification.environment[RunRemains.variable] = active.id.description }
        return specification
    }

    /// A process, and what the kernel granted it.
    private typealias Birth = (
        child: ChildProcess, cgroup: RunCgroup?, enforcement: LimitEnforcement, remarks: [String]
    )

    /// Launches into the cgroup, or without one where the kernel refuses that.
    private func launch(
        _ specification: RunSpecification, _ streams: borrowing CommandStreams, in cgroup: RunCgroup?,
        _ enforcement: LimitEnforcement
    ) throws -> Birth {
        do {
            let child = try start(specification, streams, in: cgroup, enforcement)
            return (child, cgroup, enforcement, [])
        } catch let error as LaunchError where error.step == .cgroup {
            cgroup?.remove()
            let enforcement = LimitEnforcement(
                specification.limits, cgroup: nil, in: nil, user: launcher.policy.commandUser)
            let child = try start(specification, streams, in: nil, enforcement)
            return (child, nil, enforcement, [Self.remark(aboutNoCgroup: error.error)])
        }
    }

    private func start(
        _ specification: RunSpecification, _ streams: borrowing CommandStreams, in cgroup: RunCgroup?,
        _ enforcement: LimitEnforcement
    ) throws -> ChildProcess {
        try children.register {
            try launcher.launch(
                specification, cgroup: cgroup?.descriptor, streams: streams, limits: enforcement.processLimits)
        }
    }
}
