import Glibc

/// A listening socket that somebody else has opened and handed on, such as a service manager.
package struct HTTPInheritedListener: Sendable {
    /// Where it listens, as the kernel says.
    package let address: HTTPListenAddress
    let descriptor: Int32

    /// Takes a descriptor over: the server that gets it closes it. From here on it blocks nobody and no child has it.
    ///
    /// - Returns: nil if it is no TCP socket that listens.
    package init?(adopting descriptor: Int32) {
        guard Self.listens(descriptor), let address = HTTPListenAddress(localEndOf: descriptor),
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
            fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0
        else { return nil }
        self.descriptor = descriptor
        self.address = address
    }

    private static func listens(_ descriptor: Int32) -> Bool {
        var answer: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer == 1
    }
}

extension HTTPListenAddress {
    /// The address that a socket is bound to; nil if it is none of IPv4 or IPv6.
    init?(localEndOf descriptor: Int32) {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let named = withUnsafeMutableBytes(of: &storage) { bytes in
            getsockname(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        // Port and family lie in the same place in both kinds of addresses.
        guard named == 0, let host = Self.text(of: storage) else { return nil }
        self.init(host: host, port: UInt16(bigEndian: storage.sin6_port))
    }

    private static func text(of address: sockaddr_in6) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written = withUnsafeBytes(of: address) { bytes in
            switch Int32(address.sin6_family) {
            case AF_INET: inet_ntop(AF_INET, bytes.baseAddress! + 4, &text, socklen_t(text.count)) != nil
            case AF_INET6: inet_ntop(AF_INET6, bytes.baseAddress! + 8, &text, socklen_t(text.count)) != nil
            default: false
            }
        }
        return written ? text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } : nil
    }
}
