import LinuxSystem
import Measurement
import Sampling

/// One launch, from open counters to a process under measurement. Runs on a thread of its own, which is gone
/// afterwards: counters opened on a thread are inherited by everything that it starts.
struct RunLaunch: Sendable {
    private let launcher: CommandLauncher
    private let cgroups: CgroupHierarchy?
    private let endsLeftovers: Bool
    private let sampler: Sampler
    private let children: ChildRegistry

    init(configuration: RunEngineConfiguration, sampler: Sampler, children: ChildRegistry) {
        launcher = CommandLauncher(policy: configuration.policy)
        cgroups = configuration.cgroups
        endsLeftovers = configuration.policy.endsLeftovers
        self.sampler = sampler
        self.children = children
    }

    /// Launches a run and writes its start into it.
    ///
    /// - Throws: ``LaunchError``, or what the counters said when they were opened; nothing is left then.
    func callAsFunction(_ active: ActiveRun) throws -> LaunchedRun {
        let source = try active.plan.open()
        let cgroup = cgroups?.makeCgroup(for: active.id)
        let recording = sampler.makeRecording(interval: active.specification.interval, sources: [source])
        // The window opens here. `execve` starts the counters by itself.
        let startedAt = sampler.begin(recording)
        do {
            let (child, home) = try launch(specification(of: active), in: cgroup)
            let identity = endsLeftovers ? ProcessIdentity(of: child.pid) : nil
            active.update { run in
                run.state = .running
                run.pid = child.pid
                run.process = identity
                run.startedAt = startedAt
                run.layout = .joined([sampler.machineLayout, source.layout(consumer: .process(child.pid))])
            }
            let tree = ProcessTree(
                id: active.id, main: child, cgroup: home, children: children)
            return LaunchedRun(active: active, tree: tree, recording: recording, endsLeftovers: endsLeftovers)
        } catch {
            _ = sampler.finish(recording)
            cgroup?.remove()
            throw error
        }
    }

    /// What is launched: a server's command is marked, so that what it leaves is known even to the next server.
    private func specification(of active: ActiveRun) -> RunSpecification {
        var specification = active.specification
        if endsLeftovers { specification.environment[RunRemains.variable] = active.id.description }
        return specification
    }

    /// Launches into the cgroup, or without one where the kernel refuses that.
    private func launch(
        _ specification: RunSpecification, in cgroup: RunCgroup?
    ) throws -> (ChildProcess, RunCgroup?) {
        do {
            let child = try children.register { try launcher.launch(specification, cgroup: cgroup?.descriptor) }
            return (child, cgroup)
        } catch let error as LaunchError where error.step == .cgroup {
            cgroup?.remove()
            return (try children.register { try launcher.launch(specification, cgroup: nil) }, nil)
        }
    }
}
