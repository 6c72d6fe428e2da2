import HTTPServer

/// The names under which a server is reached.
package struct HostList: Sendable {
    private let hosts: Set<String>
    private let takesAnyAddress: Bool

    /// - Parameters:
    ///   - names: beyond `localhost` and the loopback addresses, with or without a port.
    ///   - takesAnyAddress: whether any IP address will do: for a server that listens beyond loopback. A page that
    ///     rebinds its name comes with that name, never with an address.
    package init(port: UInt16, names: [String], takesAnyAddress: Bool = false) {
        let all = (["localhost", "127.0.0.1", "[::1]"] + names).map { $0.lowercased() }
        // Browsers leave the port out where it is the scheme's own.
        hosts = Set(all.map { "\($0):\(port)" } + (port == 80 ? all : names.map { $0.lowercased() }))
        self.takesAnyAddress = takesAnyAddress
    }

    func contains(_ host: String) -> Bool {
        hosts.contains(host.lowercased()) || (takesAnyAddress && Self.isAddress(host))
    }

    private static func isAddress(_ host: String) -> Bool {
        HTTPListenAddress(host) != nil || HTTPListenAddress(host: host, port: 0) != nil
    }
}
