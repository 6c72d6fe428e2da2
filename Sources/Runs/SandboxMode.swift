/// How much of the machine is kept from a command.
package enum SandboxMode: String, Sendable, Codable, Hashable, CaseIterable {
    /// It does what its user may do.
    case none
    /// It changes no file outside a /tmp of its own, has no network, and does not see the server's data; Landlock and
    /// seccomp hold it and all its descendants, and namespaces where the server may make them.
    case readonly

    /// Why this machine has no sandbox; nil when it has.
    package static var obstacle: String? { Sandbox.obstacle }

    /// Why sandboxes of this server are Landlock's alone; nil when namespaces come on top.
    package static var namespaceObstacle: String? { Sandbox.namespaceObstacle }
}
