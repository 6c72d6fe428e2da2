import Measurement
import Synchronization
import SystemPackage
import Testing

@testable import Runs

/// What is read of a run's cgroup, where that cannot be opened.
extension CgroupTests {
    private func run(failing errors: [Errno]) throws -> (run: Run, attempts: Int) {
        let attempts = Atomic(0)
        let open: CgroupSourceOpener = { _ throws(Errno) in
            let attempt = attempts.wrappingAdd(1, ordering: .relaxed).oldValue
            if attempt < errors.count { throw errors[attempt] }
            return FakeRunSource()
        }
        let fixture = try EngineFixture {
            $0.launchPatience = .seconds(60)
            $0.cgroups = hierarchy
            $0.cgroupSource = open
        }
        defer { fixture.stop() }
        return (try fixture.run("true"), attempts.load(ordering: .relaxed))
    }

    @Test("a run waits for what is short, as for its other counters", arguments: [Errno.tooManyOpenFiles, .noMemory])
    func shortage(code: Errno) throws {
        defer { hierarchy.remove() }
        let (run, attempts) = try run(failing: [code, code])
        #expect(run.outcome == .exited(code: 0))
        #expect(attempts == 3)
        #expect(!run.warnings.contains { $0.contains("package") })
    }

    @Test("a run without rights goes on and has no more to say than others; any other reason is told")
    func refused() throws {
        defer { hierarchy.remove() }
        let (forbidden, attempts) = try run(failing: [.permissionDenied])
        #expect(attempts == 1)
        #expect(forbidden.outcome == .exited(code: 0))
        #expect(!forbidden.warnings.contains { $0.contains("package") })
        let (broken, _) = try run(failing: [.invalidArgument])
        #expect(broken.outcome == .exited(code: 0))
        #expect(
            broken.warnings.contains { $0.contains("each package is not known") && $0.contains("Invalid argument") })
    }
}
