import Glibc

/// A listening socket that somebody else has opened and handed on, such as a service manager.
package struct HTTPInheritedListener: Sendable {
    /// Where it listens, as the kernel says.
    package let endpoint: HTTPEndpoint
    let descriptor: Int32

    /// Takes a descriptor over: the server that gets it closes it. From here on it blocks nobody and no child has it.
    ///
    /// - Returns: nil if it is no TCP or Unix socket that listens.
    package init?(adopting descriptor: Int32) {
        guard Self.listens(descriptor), let endpoint = HTTPEndpoint(localEndOf: descriptor),
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
            fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0
        else { return nil }
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    private static func listens(_ descriptor: Int32) -> Bool {
        var answer: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer == 1
    }
}

extension HTTPEndpoint {
    /// What a socket is bound to; nil if that is neither an IP address nor a path.
    init?(localEndOf descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let endpoint: HTTPEndpoint? = withUnsafeMutableBytes(of: &storage) { bytes in
            let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            guard getsockname(descriptor, address, &length) == 0 else { return nil }
            let content = UnsafeRawBufferPointer(rebasing: bytes[..<Int(length)])
            return address.pointee.sa_family == sa_family_t(AF_UNIX)
                ? Self.path(in: content).map { .unixSocket(path: $0) } : Self.address(in: content).map { .network($0) }
        }
        guard let endpoint else { return nil }
        self = endpoint
    }

    /// Names in the abstract namespace, which begin with a zero, are nobody's in particular: no permissions guard them.
    private static func path(in address: UnsafeRawBufferPointer) -> String? {
        let path = address.dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }
        return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
    }

    private static func address(in address: UnsafeRawBufferPointer) -> HTTPListenAddress? {
        guard address.count >= MemoryLayout<sockaddr_in>.size else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Port and family lie in the same place in both kinds of addresses.
        let head = address.loadUnaligned(as: sockaddr_in.self)
        let start = address.baseAddress!
        let written =
            switch Int32(head.sin_family) {
            case AF_INET: inet_ntop(AF_INET, start + 4, &text, socklen_t(text.count)) != nil
            case AF_INET6: inet_ntop(AF_INET6, start + 8, &text, socklen_t(text.count)) != nil
            default: false
            }
        guard written else { return nil }
        let host = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        return HTTPListenAddress(host: host, port: UInt16(bigEndian: head.sin_port))
    }
}
