import CLinux
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Runs

@Suite(.enabled(if: Sandbox.obstacle == nil, "this kernel has no Landlock 4")) struct SandboxTests {
    @Test func `nothing is run where what is to be hidden has been moved away`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: Never.self) { _ = try Sandbox.makeRuleset(hiding: directory.path) }
        #expect(throws: Errno.noSuchFileOrDirectory) {
            _ = try Sandbox.makeRuleset(hiding: "\(directory.path)/moved")
        }
    }
}
