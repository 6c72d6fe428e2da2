import Foundation
import Glibc
import TestSupport
import Testing

/// What a command finds under `ergometer exec` that it would have found without.
@Suite struct TransparencyTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// - Parameter script: for bash; the program is `$ergometer`.
    private func bash(_ script: String) throws -> Tool {
        try Tool.run(
            "bash", ["-c", script], environment: ["ergometer": Tool.built("ergometer")], directory: directory.path)
    }

    @Test func `arguments that are not UTF-8 arrive byte by byte`() throws {
        #expect(try bash(#"$ergometer exec printf %s $'a\xff\xfeb' 2>&- | od -An -tx1"#).output == " 61 ff fe 62\n")
        #expect(try bash(#"$ergometer exec -- printf %s $'\xe4' 2>&- | od -An -tx1"#).output == " e4\n")
    }

    @Test func `the environment arrives in its order, with bytes that are not UTF-8`() throws {
        let tool = try bash(#"env -i B=$'\xff' A=1 $ergometer exec /usr/bin/env 2>/dev/null | od -An -c"#)
        #expect(tool.output.split(whereSeparator: \.isWhitespace).joined() == #"B=377\nA=1\n"#)
    }

    @Test func `a program is found in a directory whose name is not UTF-8`() throws {
        let script = #"mkdir $'\xe4' && printf '#!/bin/sh\necho found' >$'\xe4'/tool && chmod +x $'\xe4'/tool"#
        #expect(try bash(script + #" && PATH=$'\xe4':$PATH $ergometer exec tool"#).output == "found\n")
    }

    // MARK: Signals

    @Test func `a signal that nohup ignores does not reach the command through us`() throws {
        let command = "trap 'exit 5' USR1; kill -HUP $PPID; kill -USR1 $PPID; while :; do :; done"
        try write(command, to: "command")
        let tool = try bash("trap '' HUP; exec $ergometer exec env --default-signal=HUP bash command")
        #expect(tool.status == 5)
    }

    @Test func `the command finds those signals blocked that were blocked for us`() throws {
        let show = "grep SigBlk /proc/self/status"
        let blocked = try bash("env --block-signal=USR1 $ergometer exec \(show)").output
        #expect(blocked == "SigBlk:\t0000000000000200\n")
        #expect(try bash("$ergometer exec \(show)").output == (try bash(show)).output)
    }

    private static let forwarded: [(signal: String, number: Int32)] = [
        ("TERM", SIGTERM), ("HUP", SIGHUP), ("USR1", SIGUSR1), ("USR2", SIGUSR2),
    ]

    @Test(arguments: forwarded)
    func `a signal is passed on to the command, which decides for itself`(signal: String, number: Int32) throws {
        try write("trap 'exit 7' \(signal); kill -\(signal) $PPID; while :; do :; done", to: "trapping")
        #expect(try bash("exec $ergometer exec bash trapping").status == 7)
        try write("kill -\(signal) $PPID; exec sleep 60", to: "dying")
        let tool = try bash("exec $ergometer exec bash dying")
        #expect(tool.status == 128 + number)
        #expect(tool.errors.contains("was ended by signal \(number)"))
    }

    @Test func `a signal goes to the main process alone`() throws {
        let command = """
            bash -c 'trap "echo child" TERM; exec 3<>fifo; echo >ready; read line <&3' &
            read line <ready
            trap 'echo main; echo >fifo; wait; exit 7' TERM
            kill -TERM $PPID
            while :; do :; done
            """
        try write(command, to: "command")
        let tool = try bash("mkfifo fifo ready; exec $ergometer exec bash command")
        #expect(tool.output == "main\n")
        #expect(tool.status == 7)
    }

    @Test func `a signal that comes before the run is not lost`() throws {
        // It is blocked and pending when ergometer begins; the command finds it blocked too, and lets it in.
        let command = "sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGTERM)); sleep 60"
        try write("kill -TERM $$; exec $ergometer exec perl -MPOSIX -e '\(command)'", to: "script")
        #expect(try bash("exec env --block-signal=TERM bash script").status == 143)
    }

    // MARK: Processes and descriptors

    @Test func `children that were there before are neither reported nor ended`() throws {
        let tool = try bash(
            "(\(Tool.closingInherited); exec sleep 61) >/dev/null 2>&1 & echo $!; exec $ergometer exec --timeout 50ms sleep 60"
        )
        let pid = Int32(tool.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        #expect(tool.status == 124)
        #expect(!tool.errors.contains("pid \(pid))"))
        #expect(try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") S "))
        #expect(kill(pid, SIGKILL) == 0)
    }

    @Test func `the report does not go into the measurements when standard error is closed`() throws {
        _ = try bash("$ergometer exec --output b.csv true 2>&-")
        let text = try String(contentsOfFile: "\(directory.path)/b.csv", encoding: .utf8)
        #expect(text.hasPrefix("metric"))
        #expect(!text.contains("elapsed"))
    }

    @Test func `the command finds the streams closed that were closed for us`() throws {
        // Beyond 2 there may be descriptors of other tests.
        let streams = "\(Tool.built("workload")) fds <&- 2>&- | grep -x '[0-2]'"
        #expect(try bash("$ergometer exec \(streams)").output == (try bash(streams)).output)
        #expect(try bash("$ergometer exec --output - true >&-").status == 125)
    }

    private func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(directory.path)/\(name)", atomically: true, encoding: .utf8)
    }
}
