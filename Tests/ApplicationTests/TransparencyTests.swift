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
}
