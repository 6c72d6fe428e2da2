import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Makes the rules of a sandbox in the kernel (Landlock).
struct Sandbox {
    /// What it takes: files since version 1, truncating since 3, TCP since 4. Less would not be what was asked for.
    private static let neededVersion: Int32 = 4

    /// Why there is none on this machine; nil when there is.
    static let obstacle: String? = {
        let version = ergo_landlock_version()
        if version >= neededVersion { return nil }
        let found = version < 0 ? "this kernel has no Landlock" : "this kernel's Landlock has version \(version)"
        return "\(found): version \(neededVersion) (Linux 6.7) is needed"
    }()

    /// What other processes a command may still signal; nil when that is closed too.
    static var openSignals: String? {
        ergo_landlock_version() >= 6
            ? nil : "it may signal processes of its user outside the sandbox: that takes Landlock 6 (Linux 6.12)"
    }

    /// Where writing changes nothing, or nothing of anybody.
    private static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/random", "/dev/urandom"]

    /// A descriptor of rules: everything may be read and executed but what is hidden, nothing changed but devices that
    /// hold nothing.
    ///
    /// Rules can only allow. So the directories on the way to what is hidden get none: what lies beside that way is
    /// allowed, one by one, and what is made there later is hidden as well. Links among it give no right.
    static func makeRuleset(hiding hidden: String?) throws(Errno) -> OwnedDescriptor {
        let ruleset = try OwnedDescriptor(checking: ergo_sandbox_create(ergo_landlock_version()))
        for path in try readable(hiding: hidden) { try allow(path, in: ruleset, change: false) }
        for path in devices { try allow(path, in: ruleset, change: true) }
        return ruleset
    }

    private static func readable(hiding hidden: String?) throws(Errno) -> [String] {
        guard let hidden, let resolved = realpath(hidden, nil) else { return ["/"] }
        defer { free(resolved) }
        var paths: [String] = []
        var directory = ""
        for component in String(cString: resolved).split(separator: "/") {
            let beside = try PseudoDirectory.names(in: "\(directory)/").filter { $0 != component }
            paths += beside.map { "\(directory)/\($0)" }
            directory += "/\(component)"
        }
        return paths
    }

    /// What has gone meanwhile, or cannot be reached, needs no rule.
    private static func allow(_ path: String, in ruleset: borrowing OwnedDescriptor, change: Bool) throws(Errno) {
        do throws(Errno) {
            let descriptor = ruleset.rawValue
            try systemCall { ergo_sandbox_allow(descriptor, path, change) }
        } catch  where [.noSuchFileOrDirectory, .permissionDenied, .tooManySymbolicLinkLevels].contains(error) {
        }
    }
}
