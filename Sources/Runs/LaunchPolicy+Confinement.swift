import Glibc
import LinuxSystem
import SystemPackage

/// What a command may be, and what is kept from it.
extension LaunchPolicy {
    /// The user whose processes commands are.
    var commandUser: UInt32 { user?.id ?? getuid() }

    /// Why this server does not run such a command, or not so; empty when it does.
    func faults(of specification: RunSpecification) -> [SpecificationFault] {
        var faults: [SpecificationFault] = []
        if isSandboxed(specification), let obstacle = Sandbox.obstacle {
            faults.append(.init("/sandbox", "cannot be had: \(obstacle)"))
        }
        guard allowedPrograms != nil else { return faults }
        // LD_PRELOAD, BASH_ENV, PERL5OPT, GCONV_PATH: nobody knows all that turn a program into another.
        for name in specification.environment.keys.sorted() {
            faults.append(
                .init(
                    "/environment/\(name.escapedForPointer)",
                    "must not be set on a server that runs certain programs only (--allow-command): it can make another "
                        + "program of one that is allowed"))
        }
        do {
            _ = try program(of: CommandLauncher(policy: self).candidates(for: specification))
        } catch {
            faults.append(.init("/command", "must be a program that this server runs (--allow-command)"))
        }
        return faults
    }

    func isSandboxed(_ specification: RunSpecification) -> Bool {
        sandbox == .readonly || specification.sandbox == .readonly
    }

    /// Whether the command gets a /tmp of its own.
    func hasNamespaces(for specification: RunSpecification) -> Bool {
        isSandboxed(specification) && Sandbox.namespaceObstacle == nil
    }

    /// What a run must be told of its sandbox.
    func remarks(on specification: RunSpecification) -> [String] {
        guard isSandboxed(specification) else { return [] }
        let namespaces = Sandbox.namespaceObstacle.map {
            "no directory can be written, and no mode or time of a file changed, without a /tmp of its own: \($0)"
        }
        return [namespaces, Sandbox.openSignals].compactMap { $0.map { "sandbox: \($0)" } }
    }

    /// The rules of the sandbox, if there is one.
    func ruleset(for specification: RunSpecification) throws(Errno) -> Ruleset? {
        isSandboxed(specification) ? Ruleset(try Sandbox.makeRuleset(hiding: hiddenDirectory)) : nil
    }

    /// Where the program is looked for: of programs that are allowed one by one, the one that was found is executed,
    /// whatever becomes of the names that led to it.
    func program(of candidates: [[CChar]]) throws(LaunchRefusal) -> [[CChar]] {
        guard let allowedPrograms else { return candidates }
        for candidate in candidates where candidate.first == CChar(UInt8(ascii: "/")) {
            guard access(candidate, X_OK) == 0, let resolved = realpath(candidate, nil) else { continue }
            defer { free(resolved) }
            let path = String(cString: resolved)
            if allowedPrograms.contains(path) { return [Array(path.utf8CString)] }
            break
        }
        throw LaunchRefusal(fault: .init("/command", "must be a program that this server runs (--allow-command)"))
    }
}

/// A descriptor that lives as long as a launch needs it.
final class Ruleset {
    private let owned: OwnedDescriptor

    init(_ owned: consuming OwnedDescriptor) {
        self.owned = owned
    }

    var descriptor: Int32 { owned.rawValue }
}

/// A run that was accepted under other rules than those of now.
struct LaunchRefusal: Error, CustomStringConvertible {
    let fault: SpecificationFault

    var description: String { "\(fault.pointer.dropFirst()) \(fault.message)" }
}
