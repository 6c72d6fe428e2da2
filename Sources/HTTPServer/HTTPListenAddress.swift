import Glibc

/// Where a server listens: an IP address as a literal, and a port. Names are not resolved: a service that runs
/// commands must not depend on what a resolver says today.
package struct HTTPListenAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    /// 0 lets the system choose.
    package let port: UInt16
    package let isIPv6: Bool

    /// - Parameter host: `127.0.0.1`, `::1`, with or without brackets.
    /// - Returns: nil if the host is not an address.
    package init?(host: String, port: UInt16) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        var buffer = in6_addr()
        isIPv6 = inet_pton(AF_INET6, bare, &buffer) == 1
        guard isIPv6 || (bare == host && inet_pton(AF_INET, bare, &buffer) == 1) else { return nil }
        self.host = bare
        self.port = port
    }

    /// `127.0.0.1:9797` or `[::1]:9797`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = String(text[..<colon])
        guard !host.contains(":") || host.hasPrefix("[") else { return nil }
        self.init(host: host, port: port)
    }

    package var description: String {
        isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Calls with the address as the kernel wants it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        isIPv6 ? withBytes(of: ipv6, body) : withBytes(of: ipv4, body)
    }

    private var ipv4: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    private var ipv6: sockaddr_in6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        inet_pton(AF_INET6, host, &address.sin6_addr)
        return address
    }

    private func withBytes<Address, Result>(
        of address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
