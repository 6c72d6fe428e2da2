import Glibc

/// What can be chosen about a server.
package struct HTTPServerConfiguration: Sendable {
    package var endpoints: [HTTPEndpoint]
    /// Sockets that listen already; good for one start.
    package var inherited: [HTTPInheritedListener] = []
    /// Whether network connections speak TLS, 1.2 or 1.3; those through a Unix socket never do. There must be an
    /// ``HTTPCertificate`` in use.
    package var isSecure = false
    /// Clients beyond this number wait in the kernel's queue until others leave. The server takes at most half of the
    /// descriptors the process may have (`RLIMIT_NOFILE`), whatever is said here.
    package var maximumConnections = 2048
    /// What one address may hold of a network endpoint, so that one client cannot have them all; nil for as many as there
    /// are. Behind a proxy, and on loopback, all clients are one. More are closed as they come.
    package var maximumConnectionsPerAddress: Int?
    /// In bytes, for each connection: bounds the head of a request (431, 414) and the size of a block of a stream.
    package var memoryPerConnection = 32 * 1024
    /// A connection on which nothing moves for so long is closed. Waiting (`HTTPReply.later`) does not count.
    package var idleTimeoutSeconds = 60
    /// How long a head may take: from the connection on, or, where others came before it, from the answer before, and then
    /// so much longer as a connection may be idle.
    package var headDeadline = Duration.seconds(30)
    /// How long a body may take, also one that is dropped.
    package var bodyDeadline = Duration.seconds(120)
    /// How much of a body that nobody will read is taken in all the same, so that a client that sends everything
    /// before it listens gets its answer instead of a reset connection. What is longer is cut.
    package var maximumDiscardedBytes = 64 * 1024 * 1024
    /// How long `stop` waits for responses that are under way.
    package var stopGraceSeconds = 3
    /// The `Server` header; none by default.
    package var serverName: String?

    package init(address: HTTPListenAddress) {
        self.init(endpoints: [.network(address)])
    }

    package init(endpoints: [HTTPEndpoint]) {
        self.endpoints = endpoints
    }

    /// `maximumConnections` within what the process may open.
    package var connectionLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return maximumConnections }
        return max(1, min(maximumConnections, Int(clamping: limit.rlim_cur / 2)))
    }

    /// A Unix socket has a share that nobody can take from outside, so that the machine's owner always gets in.
    func connectionLimit(of endpoint: HTTPEndpoint) -> Int {
        let all = endpoints + inherited.map(\.endpoint)
        let hasBoth = all.contains { $0.address == nil } && all.contains { $0.address != nil }
        let local = hasBoth ? max(1, connectionLimit / 8) : connectionLimit
        return endpoint.address == nil ? local : max(1, connectionLimit - (hasBoth ? local : 0))
    }
}
