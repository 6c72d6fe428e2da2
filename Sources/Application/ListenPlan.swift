import HTTPServer

/// Where a server is to be reached: what the options say, and in its place what a service manager hands on.
struct ListenPlan {
    let network: HTTPListenAddress?
    let unixSocket: String?
    private let inherited: [HTTPInheritedListener]

    /// - Throws: when other machines could reach it and nobody has agreed to that.
    init(_ options: ServeCommand) throws {
        inherited = try ServiceManager.sockets()
        let handedOn = inherited.map(\.endpoint)
        network = handedOn.isEmpty ? options.listenAddress : handedOn.lazy.compactMap(\.address).first
        let path = handedOn.lazy.compactMap(\.path).first
        unixSocket = path ?? options.unixSocket
        if let network { try options.refuseIfRemote(network) }
    }

    var configuration: HTTPServerConfiguration {
        let handedOn = inherited.map(\.endpoint)
        let wanted = [network.map(HTTPEndpoint.network), unixSocket.map { .unixSocket(path: $0) }].compactMap { $0 }
        var configuration = HTTPServerConfiguration(endpoints: wanted.filter { !handedOn.contains($0) })
        configuration.inherited = inherited
        return configuration
    }
}

extension HTTPEndpoint {
    fileprivate var path: String? {
        if case .unixSocket(let path) = self { path } else { nil }
    }
}
