import CLinux
import LinuxSystem
import Measurement
import Sampling
import SystemPackage

/// What a launch needs that can be had before it is certain: open counters, a cgroup, a place for the output.
///
/// Made on the thread that launches: counters are inherited from the one that opened them.
struct LaunchPreparation: ~Copyable {
    let source: any RunSource
    let cgroup: RunCgroup?
    /// What is read of the cgroup.
    let ofCgroup: (any RunSource)?
    /// What is to be said of a run that has no cgroup though others have, or whose cgroup cannot be read.
    let remarks: [String]
    let streams: CommandStreams
    let recording: Recording
}

extension RunLaunch {
    /// Prepares a launch. Nothing of the run exists yet that could do anything.
    ///
    /// - Throws: what the counters said when they were opened, or a shortage; nothing is left then.
    func prepare(_ active: ActiveRun) throws -> LaunchPreparation {
        if let fault = launcher.policy.faults(of: active.specification).first { throw LaunchRefusal(fault: fault) }
        // For the child, which inherits it; this thread lives for nothing else.
        if launcher.policy.isIsolated { ergo_drop_bounding_set() }
        let source = try active.plan.open()
        let (cgroup, ofCgroup, remarks) = try makeCgroup(for: active.id)
        return LaunchPreparation(
            source: source, cgroup: cgroup, ofCgroup: ofCgroup, remarks: remarks,
            streams: try makeStreams(for: active, cgroup),
            recording: sampler.makeRecording(
                interval: active.specification.interval, sources: [source] + (ofCgroup.map { [$0] } ?? [])))
    }

    /// Takes away what was made for a launch that does not come.
    func abandon(_ preparation: consuming LaunchPreparation, of active: ActiveRun) {
        preparation.cgroup?.remove()
        outputs?.remove(active.id)
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

    static func remark(aboutNoCgroup error: Errno) -> String {
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
}
