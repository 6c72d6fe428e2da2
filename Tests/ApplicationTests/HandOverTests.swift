import Foundation
import Glibc
import TestSupport
import Testing

/// What `ergometer` does not do itself reaches `ergometerd` as if that had been called.
@Suite struct HandOverTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: Tool.built("ergometer"), toPath: "\(directory.path)/ergometer")
    }

    /// - Parameter script: for bash, in the directory of the test, where `ergometer` is.
    private func bash(_ script: String) throws -> Tool {
        try Tool.run("bash", ["-c", script], environment: ["GREETING": "hello"], directory: directory.path)
    }

    /// Puts a script in the place of the complete program, which tells what it finds and exits with 7.
    private func place(_ path: String = "ergometerd") throws {
        let url = URL(fileURLWithPath: "\(directory.path)/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let script = """
            #!/bin/bash
            echo "$$ of $PPID"
            printf '<%s>' "$@" | od -An -c
            env | grep -v '^_=' | sort
            (cd /proc/$$/fd && readlink 0 8 9)
            grep -E '^(SigBlk|SigIgn|Cap|NoNewPrivs)' /proc/self/status
            ulimit -aS
            exit 7
            """
        try script.write(to: url, atomically: true, encoding: .utf8)
        #expect(chmod(url.path, 0o755) == 0)
    }

    @Test(arguments: [
        "serve --listen :0", "", "--version", "help exec", "frobnicate", "exec", "exec --help", "exec -h",
        "exec --no true",
        "exec --interval soon true", #"serve '' $'\xff' 'two words'"#,
    ])
    func `arguments, environment, descriptors, signals and limits are what they would be`(arguments: String) throws {
        try place()
        let circumstances = """
            trap '' HUP; ulimit -S -n 77; exec 8>/dev/null 9</etc/passwd 0<&-
            echo $$; exec env --block-signal=USR1
            """
        let direct = try bash("\(circumstances) ./ergometerd \(arguments)")
        let handedOver = try bash("\(circumstances) ./ergometer \(arguments)")
        #expect(direct.status == 7 && handedOver.status == 7)
        // The first two lines are process ids: bash's is the program's, and each has one of its own.
        let lines = handedOver.output.split(separator: "\n")
        #expect(lines[1].hasPrefix("\(lines[0]) of "))
        #expect(lines.dropFirst(2) == direct.output.split(separator: "\n").dropFirst(2))
        #expect(handedOver.errors == direct.errors)
    }

    @Test(arguments: ["ergometerd", "libexec/ergometer/ergometerd"])
    func `it is found through a symbolic link, beside the file or in libexec`(path: String) throws {
        try place(path == "ergometerd" ? "bin/ergometerd" : path)
        let tool = try bash(
            "mkdir -p bin && mv ergometer bin/ && ln -s bin/ergometer link && PATH=$PWD:$PATH link doctor")
        #expect(tool.status == 7, "\(tool.errors)")
    }

    @Test(arguments: [("serve", 1), ("--version", 1), ("exec", 125), ("exec --help", 125)] as [(String, Int32)])
    func `where it is missing the error says so, and where it was looked for`(arguments: String, code: Int32) throws {
        let tool = try bash("./ergometer \(arguments)")
        #expect(tool.status == code)
        #expect(tool.output.isEmpty)
        #expect(tool.errors.contains("\(directory.path)/ergometerd: No such file or directory"))
        #expect(tool.errors.contains("install both from one package"))
        #expect(try bash("./ergometer exec --output /dev/null sh -c 'exit 5'").status == 5)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to give a file away"))
    func `one that another user has put there is not executed`() throws {
        try place()
        let tool = try bash("chown 65534 ergometerd; ./ergometer doctor")
        #expect(tool.status == 1)
        #expect(tool.errors.contains("/ergometerd: Operation not permitted"))
    }

    @Test func `the error says when it cannot be executed`() throws {
        try place()
        #expect(try bash("chmod 644 ergometerd; ./ergometer").errors.contains("/ergometerd: Permission denied"))
    }
}
