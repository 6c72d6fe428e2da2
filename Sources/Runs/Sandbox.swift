import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Makes the rules of a sandbox in the kernel (Landlock). What they do not know is closed by the launch (seccomp).
struct Sandbox {
    /// What it takes: files since version 1, truncating since 3, TCP since 4. Less would not be what was asked for.
    private static let neededVersion: Int32 = 4

    /// Why there is none on this machine; nil when there is.
    static let obstacle: String? = {
        let version = ergo_landlock_version()
        if version >= neededVersion { return ergo_has_call_filters() ? nil : "there are no seccomp filters here" }
        let error = Errno(rawValue: errno)
        let found =
            version < 0 ? "there is no Landlock here (\(error))" : "this kernel's Landlock has version \(version)"
        return "\(found): version \(neededVersion) (Linux 6.7) is needed"
    }()

    /// Why commands get no /tmp of their own, and see a file system that they could change; nil when they do not.
    ///
    /// The capability is not enough: AppArmor, as docker has it, forbids to mount even with it. So it is tried, once, by a
    /// launch that comes as far as the program, of which there is none.
    static let namespaceObstacle: String? = {
        guard ergo_has_capability(CAP_SYS_ADMIN) else { return "that takes CAP_SYS_ADMIN" }
        let nothing = CStringArray([String]())
        var trial = ergo_launch()
        trial.candidates = nothing.constantAddress
        trial.standard_streams = (-1, -1, -1)
        trial.cgroup = -1
        trial.ruleset = -1
        trial.private_namespaces = true
        (trial.open_files_soft, trial.open_files_hard) = (1024, 1024)
        (trial.data_limit, trial.process_limit, trial.cpu_limit) = (.max, .max, .max)
        let answer = ergo_launch_command(&trial)
        let error = Errno(rawValue: answer.error)
        // What is short now may be there for the commands, which wait for it.
        if answer.step == ERGO_LAUNCH_EXECUTE.rawValue || LaunchShortage.codes.contains(error) { return nil }
        return "there is CAP_SYS_ADMIN, but something else forbids it (\(error))"
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
        guard let hidden else { return ["/"] }
        // One that has been moved away would be open where it is now.
        guard let resolved = realpath(hidden, nil) else { throw Errno(rawValue: errno) }
        defer { free(resolved) }
        var paths: [String] = []
        var directory = ""
        for component in String(cString: resolved).split(separator: "/") {
            let beside = try names(in: "\(directory)/").filter { $0 != component }
            paths += beside.map { "\(directory)/\($0)" }
            directory += "/\(component)"
        }
        return paths
    }

    /// What cannot be listed has nothing that could be allowed.
    private static func names(in directory: String) throws(Errno) -> [String] {
        do throws(Errno) {
            return try PseudoDirectory.names(in: directory)
        } catch  where !LaunchShortage.codes.contains(error) {
            return []
        }
    }

    /// What has gone meanwhile, is out of reach or lies on a dead mount gets no rule: nothing is open without one.
    private static func allow(_ path: String, in ruleset: borrowing OwnedDescriptor, change: Bool) throws(Errno) {
        do throws(Errno) {
            let descriptor = ruleset.rawValue
            try systemCall { ergo_sandbox_allow(descriptor, path, change) }
        } catch  where !LaunchShortage.codes.contains(error) {
        }
    }
}
