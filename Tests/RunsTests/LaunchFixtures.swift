import Glibc
import LinuxSystem
import TestSupport

@testable import Runs

/// Commands launched for the sake of what they say about themselves.
struct LaunchFixture {
    static let inherited = InheritedLimits.ofThisProcess()
    let directory: TemporaryDirectory
    var policy = LaunchPolicy.isolated(inherited)

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Where commands write what they say.
    var output: String { "\(directory.path)/output" }

    func text(of path: String) throws -> String { try PseudoFile.readText(path) }

    /// Launches a command and waits for its end.
    @discardableResult
    func run(
        _ arguments: [String], environment: [String: String] = [:], in workingDirectory: String? = nil
    ) throws -> Outcome {
        let specification = RunSpecification(
            command: .arguments(arguments), environment: environment, workingDirectory: workingDirectory)
        return try CommandLauncher(policy: policy).launch(specification, cgroup: nil).reap().outcome
    }

    /// What the kernel says about a command in a file of its `/proc/self`.
    func procSelf(_ file: String, environment: [String: String] = [:], in workingDirectory: String? = nil) throws
        -> String
    {
        // The copy is read-only, as what it was made of, and the command is not privileged to overwrite it.
        unlink(output)
        let outcome = try run(
            ["/bin/cp", "/proc/self/\(file)", output], environment: environment, in: workingDirectory)
        guard outcome == .exited(code: 0) else { return "cp: \(outcome)" }
        return try text(of: output)
    }

    /// The error of a launch that must fail.
    func failure(
        _ arguments: [String], environment: [String: String] = [:], in workingDirectory: String? = nil
    ) throws -> LaunchError? {
        do {
            try run(arguments, environment: environment, in: workingDirectory)
            return nil
        } catch {
            return error as? LaunchError
        }
    }

    /// Puts a file there; a program when it may be executed.
    ///
    /// By a command, because a descriptor that this process writes through may be in the hands of a child that another
    /// test is just launching, and then executing the file fails with ETXTBSY.
    func write(_ text: String, to name: String, mode: String = "755") throws -> String {
        let path = "\(directory.path)/\(name)"
        let script = "mkdir -p \"${2%/*}\" && printf %s \"$1\" > \"$2\" && chmod \"$3\" \"$2\""
        let outcome = try run(["/bin/sh", "-c", script, "sh", text, path, mode])
        precondition(outcome == .exited(code: 0), "cannot write \(path)")
        return path
    }
}

extension CommandLauncher {
    /// With output that leads nowhere.
    func launch(_ specification: RunSpecification, cgroup: Int32?) throws -> ChildProcess {
        try launch(specification, cgroup: cgroup, streams: makeStreams(for: specification))
    }
}

/// The field of a file such as `/proc/self/status`, which has one a line.
func field(_ name: String, of text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix("\(name):") }.map {
        $0.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
