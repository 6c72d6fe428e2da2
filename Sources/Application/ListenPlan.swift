import HTTPServer

/// Where a server is to be reached: what the options say, and in its place what a service manager hands on.
struct ListenPlan {
    let network: HTTPListenAddress?
    let unixSocket: String?
    /// Nil without TLS.
    let certificateFiles: CertificateFiles?
    private let inherited: [HTTPInheritedListener]

    /// - Throws: when other machines could reach it and nobody has agreed to that.
    init(_ options: ServeCommand) throws {
        inherited = try ServiceManager.sockets()
        let handedOn = inherited.map(\.endpoint)
        network = handedOn.isEmpty ? options.listenAddress : handedOn.lazy.compactMap(\.address).first
        let path = handedOn.lazy.compactMap(\.path).first
        unixSocket = path ?? options.unixSocket
        certificateFiles = network == nil ? nil : options.certificateFiles
        if let network { try options.refuseIfRemote(network) }
    }

    /// Whether other machines can reach it, and thus under its addresses.
    var isRemote: Bool { network?.isLoopback == false }

    var configuration: HTTPServerConfiguration {
        let handedOn = inherited.map(\.endpoint)
        let wanted = [network.map(HTTPEndpoint.network), unixSocket.map { .unixSocket(path: $0) }].compactMap { $0 }
        var configuration = HTTPServerConfiguration(endpoints: wanted.filter { !handedOn.contains($0) })
        configuration.inherited = inherited
        if isRemote { configuration.maximumConnectionsPerAddress = max(1, configuration.connectionLimit / 4) }
        configuration.isSecure = certificateFiles != nil
        return configuration
    }
}

extension HTTPEndpoint {
    fileprivate var path: String? {
        if case .unixSocket(let path) = self { path } else { nil }
    }
}
