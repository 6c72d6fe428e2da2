import Analysis
import LinuxSystem
import Measurement
import Sampling
import SystemPackage

/// One launch, from open counters to a process under measurement. Runs on a thread of its own, which is gone
/// afterwards: counters opened on a thread are inherited by everything that it starts.
struct RunLaunch: Sendable {
    private let launcher: CommandLauncher
    private let cgroups: CgroupHierarchy?
    private let cgroupSource: CgroupSourceOpener?
    private let outputs: OutputDirectory?
    private let endsLeftovers: Bool
    private let sampler: Sampler
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
    /// - Parameter idlePowers: what the run's energy is divided by.
    /// - Throws: ``LaunchError``, or what the counters said when they were opened; nothing is left then.
    func callAsFunction(_ active: ActiveRun, idlePowers: [Series: IdlePower]) throws -> LaunchedRun {
        if let fault = launcher.policy.faults(of: active.specification).first { throw LaunchRefusal(fault: fault) }
        let source = try active.plan.open()
        let (cgroup, ofCgroup, remarks) = try makeCgroup(for: active.id)
        let streams = try makeStreams(for: active, cgroup)
        let enforcement = LimitEnforcement(
            active.specification.limits, cgroup: cgroup, in: cgroups, user: launcher.policy.commandUser)
        let recording = sampler.makeRecording(
            interval: active.specification.interval, sources: [source] + (ofCgroup.map { [$0] } ?? []))
        // The window opens here. `execve` starts the counters by itself.
        let startedAt = sampler.begin(recording)
        do {
            let birth = try launch(specification(of: active), streams, in: cgroup, enforcement)
            let opening = sampler.opening(of: recording)
            let identity = endsLeftovers ? ProcessIdentity(of: birth.child.pid) : nil
            active.update { run in
                run.state = .running
                run.pid = birth.child.pid
                run.process = identity
                run.startedAt = startedAt
                run.opening = opening
                run.layout = SourceLayout.joined(
                    [sampler.machineLayout]
                        + Self.layouts(of: source, ofCgroup, hasCgroup: birth.cgroup != nil, pid: birth.child.pid)
                ).attributing(by: idlePowers)
                run.warnings +=
                    remarks + launcher.policy.remarks(on: active.specification) + birth.remarks
                    + birth.enforcement.warnings
            }
            let tree = ProcessTree(id: active.id, main: birth.child, cgroup: birth.cgroup, children: children)
            return LaunchedRun(
                active: active, tree: tree, recording: recording, pipes: streams.pipes, enforcement: birth.enforcement,
                endsLeftovers: endsLeftovers)
        } catch {
            _ = sampler.finish(recording)
            cgroup?.remove()
            outputs?.remove(active.id)
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

    /// - Returns: a cgroup and what is read of it, or what is to be said of a run that has none though others have.
    private func makeCgroup(for id: RunID) throws(Errno) -> (RunCgroup?, (any RunSource)?, remarks: [String]) {
        do throws(Errno) {
            guard let cgroup = try cgroups?.makeCgroup(for: id) else { return (nil, nil, []) }
            let (source, remarks) = try openSource(of: cgroup)
            return (cgroup, source, remarks)
        } catch {
            if LaunchShortage.codes.contains(error) { throw error }
            return (nil, nil, [Self.remark(aboutNoCgroup: error)])
        }
    }

    /// - Throws: a shortage; the cgroup is gone then.
    private func openSource(of cgroup: RunCgroup) throws(Errno) -> ((any RunSource)?, remarks: [String]) {
        do throws(Errno) {
            return (try cgroupSource?(cgroup.descriptor), [])
        } catch {
            if LaunchShortage.codes.contains(error) {
                cgroup.remove()
                throw error
            }
            return (nil, Self.remarks(aboutNoSource: error))
        }
    }

    /// Without rights there is nothing new: the attribution of every run says what it lacks.
    private static func remarks(aboutNoSource error: Errno) -> [String] {
        if error == .permissionDenied || error == .notPermitted { return [] }
        return ["the run's CPU time on each package is not known: opening its counters failed: \(error)"]
    }

    private static func remark(aboutNoCgroup error: Errno) -> String {
        "the run had no cgroup of its own (\(error)): its descendants were looked for in /proc, where one that forks fast "
            + "or hides can be missed"
    }

    private func makeStreams(for active: ActiveRun, _ cgroup: RunCgroup?) throws(Errno) -> CommandStreams {
        let limit = active.specification.limits.output
        let place = outputs.map { OutputPlace(directory: $0, limit: limit) }
        do throws(Errno) {
            return try launcher.makeStreams(for: active.specification, id: active.id, place: place)
        } catch {
            cgroup?.remove()
            outputs?.remove(active.id)
            throw error
        }
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
