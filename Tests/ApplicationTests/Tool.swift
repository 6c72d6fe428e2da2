import Foundation
import Glibc
import TestSupport

extension Process {
    /// Starts the program with no signal blocked. The threads that tests run on have nearly all of them blocked, and a
    /// child begins with the mask of the thread that starts it.
    func runWithAllSignals() throws {
        var none = sigset_t()
        var own = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &own)
        defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
        try run()
    }

    /// Waits for what comes with the program's end at the latest, and where that takes too long kills it with all that it
    /// has started (Foundation gives it a process group of its own).
    ///
    /// - Throws: ``WaitedInVain``
    func bounded<Value>(
        by patience: Duration = WaitedInVain.patience, fileID: String = #fileID, line: Int = #line,
        _ wait: () throws -> Value
    ) throws -> Value {
        let (pid, start) = (processIdentifier, ContinuousClock.now)
        let end = DispatchWorkItem { kill(-pid, SIGKILL) }
        DispatchQueue(label: "patience").asyncAfter(deadline: .now() + patience / .seconds(1), execute: end)
        defer { end.cancel() }
        let value = try wait()
        guard ContinuousClock.now - start < patience else { throw WaitedInVain(fileID: fileID, line: line) }
        return value
    }
}

/// Another program, run to its end.
struct Tool {
    /// The exit code, or minus the signal.
    let status: Int32
    let output: String
    let errors: String

    /// - Parameters:
    ///   - path: a path, or a name that is looked for on the PATH.
    ///   - patience: how long it may take.
    @discardableResult
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
        within patience: Duration = WaitedInVain.patience, fileID: String = #fileID, line: Int = #line
    ) throws -> Tool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: find(path) ?? path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.runWithAllSignals()
        let text = try process.bounded(by: patience, fileID: fileID, line: line) {
            defer { process.waitUntilExit() }
            return output.fileHandleForReading.readDataToEndOfFile()
        }
        return Tool(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// For a shell (bash) that is to leave a process behind: Foundation gives its children a descriptor and waits until
    /// nobody has it any more, so whatever outlives them must close it.
    static let closingInherited =
        "for fd in /proc/self/fd/*; do fd=${fd##*/}; [ $fd -gt 2 ] && eval \"exec $fd>&-\"; done"

    /// Where a program is on the PATH; nil when it is nowhere.
    static func find(_ name: String) -> String? {
        if name.contains("/") { return name }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// How long a script may take that tries many things.
    static let trial = Duration.seconds(600)

    /// A program that this package builds: it lies beside the test bundle.
    static func built(_ name: String) -> String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent(name).path
    }
}
