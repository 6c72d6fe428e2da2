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

    private static func withoutPort(_ host: String) -> String {
        let bytes = host.utf8
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            UInt16(Substring(bytes[bytes.index(after: colon)...])) != nil
        else { return host }
        return String(Substring(bytes[..<colon]))
    }
}
