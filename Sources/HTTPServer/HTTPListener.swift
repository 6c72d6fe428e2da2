import Glibc

/// A listening socket. It is made here and not by libmicrohttpd, because the library only says that it failed.
struct HTTPListener {
    let endpoint: HTTPEndpoint
    /// No child process inherits it.
    let descriptor: Int32
    private var file: HTTPSocketFile?

    /// Takes up what clients already connect to.
    init(_ inherited: HTTPInheritedListener) {
        endpoint = inherited.endpoint
        descriptor = inherited.descriptor
    }

    /// Begins to listen.
    init(_ endpoint: HTTPEndpoint) throws {
        self.endpoint = endpoint
        switch endpoint {
        case .network(let address):
            descriptor = try Self.socket(address.isIPv6 ? AF_INET6 : AF_INET, endpoint) { descriptor in
                Self.configure(descriptor, address)
            }
        case .unixSocket(let path):
            var file: HTTPSocketFile?
            descriptor = try Self.socket(AF_UNIX, endpoint) { descriptor in
                file = HTTPSocketFile(listening: descriptor, at: path)
                return file != nil
            }
            self.file = file
        }
    }

    private static func socket(
        _ family: Int32, _ endpoint: HTTPEndpoint, configure: (Int32) -> Bool
    ) throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(family, kind, 0)
        guard descriptor >= 0, configure(descriptor) else {
            let error = HTTPServerError(code: .cannotListen, endpoint: endpoint, errno: errno)
            if descriptor >= 0 { Glibc.close(descriptor) }
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

    /// The port it listens on, also where the system chose it; nil for a Unix socket.
    var port: UInt16? {
        guard endpoint.address != nil else { return nil }
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 ? UInt16(bigEndian: storage.sin6_port) : nil
    }

    /// Nobody can connect any more.
    func close() {
        file?.remove()
        Glibc.close(descriptor)
    }
}
