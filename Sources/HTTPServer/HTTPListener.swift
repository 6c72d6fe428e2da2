import Glibc

/// The listening socket. It is made here and not by libmicrohttpd, because the library only says that it failed.
enum HTTPListener {
    /// - Returns: a descriptor that the caller closes; no child process inherits it.
    static func open(_ address: HTTPListenAddress) throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0, configure(descriptor, address) else {
            let error = HTTPServerError(code: .cannotListen, address: address, errno: errno)
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        return descriptor
    }

    /// Restarts need not wait for the last connections (`SO_REUSEADDR`), and `::` is not `0.0.0.0` too.
    private static func configure(_ descriptor: Int32, _ address: HTTPListenAddress) -> Bool {
        set(descriptor, SOL_SOCKET, SO_REUSEADDR)
            && (!address.isIPv6 || set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY))
            && address.withSocketAddress { bind(descriptor, $0, $1) } == 0
            && listen(descriptor, SOMAXCONN) == 0
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Bool {
        var on: Int32 = 1
        return setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// The port it listens on, also where the system chose it.
    static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 ? UInt16(bigEndian: storage.sin6_port) : 0
    }
}
