import HTTPServer

/// The names under which a server is reached.
package struct HostList: Sendable {
    private let names: Set<String>
    private let takesAnyAddress: Bool

    /// - Parameters:
    ///   - names: besides `localhost` and the loopback addresses. Ports do not matter: a page that rebinds its name
    ///     chooses the port, but never the name.
    ///   - takesAnyAddress: whether any IP address will do: for a server that listens beyond loopback.
    package init(names: [String], takesAnyAddress: Bool = false) {
        self.names = Set((["localhost", "127.0.0.1", "[::1]"] + names).map { $0.lowercased() })
        self.takesAnyAddress = takesAnyAddress
    }

    /// - Parameter host: a name or address, with or without a port, as in the header `Host`.
    func contains(_ host: String) -> Bool {
        let name = Self.withoutPort(host).lowercased()
        return names.contains(name) || (takesAnyAddress && HTTPListenAddress(host: name, port: 0) != nil)
    }

    /// The port that stands in a header `Host`; nil where it is the scheme's own.
    static func port(of host: String) -> UInt16? { parts(of: host)?.port }

    private static func withoutPort(_ host: String) -> String { parts(of: host)?.name ?? host }

    /// Nil where there is no port. By bytes, for it is asked of every request.
    private static func parts(of host: String) -> (name: String, port: UInt16)? {
        let bytes = host.utf8
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = UInt16(Substring(bytes[bytes.index(after: colon)...]))
        else { return nil }
        return (String(Substring(bytes[..<colon])), port)
    }
}
