/// Where clients reach a server.
package enum HTTPEndpoint: Hashable, Sendable, CustomStringConvertible {
    case network(HTTPListenAddress)
    /// A socket in the file system, for this machine alone: who connects is known by user.
    case unixSocket(path: String)

    package var description: String {
        switch self {
        case .network(let address): "\(address)"
        case .unixSocket(let path): "the Unix socket \(path)"
        }
    }

    package var address: HTTPListenAddress? {
        if case .network(let address) = self { address } else { nil }
    }
}
