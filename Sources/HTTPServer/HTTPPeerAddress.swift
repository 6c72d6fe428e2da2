import Glibc

/// The IP address of a client, without its port. Its text, which takes longer to write than a request to be looked at,
/// is made for those who ask.
package enum HTTPPeerAddress: Sendable, CustomStringConvertible {
    case ipv4(in_addr)
    case ipv6(in6_addr)

    /// - Returns: nil for a Unix socket.
    init?(_ address: UnsafePointer<sockaddr>) {
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: self = .ipv4(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6: self = .ipv6(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .ipv4(var address): Self.text(AF_INET, &address)
        case .ipv6(var address): Self.text(AF_INET6, &address)
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            inet_ntop(family, address, text.baseAddress, socklen_t(text.count)).map { String(cString: $0) } ?? ""
        }
    }
}
