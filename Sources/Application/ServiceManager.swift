import Execution
import Glibc
import HTTPServer

/// What a service manager such as systemd hands to a service, and is told by it. Without one nothing happens.
enum ServiceManager {
    /// The first descriptor that is handed on (sd_listen_fds(3)).
    private static let firstDescriptor: Int32 = 3

    /// The sockets that clients already connect to, where this process was started for them.
    ///
    /// - Throws: when what is handed on is not one listening TCP socket, or one listening Unix socket, or both.
    static func sockets(
        environment: (String) -> String? = environmentVariable
    ) throws -> [HTTPInheritedListener] {
        guard let pid = environment("LISTEN_PID"), Int32(pid) == getpid(), let count = environment("LISTEN_FDS") else {
            return []
        }
        guard let count = Int32(count), (1...2).contains(count) else {
            throw UserFacingError(
                "the service manager hands on \(count) sockets (LISTEN_FDS): one of TCP, one of Unix, or both are expected"
            )
        }
        let listeners = try (firstDescriptor..<(firstDescriptor + count)).map(listener)
        guard count == 1 || listeners.count(where: { $0.endpoint.address == nil }) == 1 else {
            throw UserFacingError("the service manager hands on two sockets of one kind: one of each is expected")
        }
        return listeners
    }

    private static func listener(_ descriptor: Int32) throws -> HTTPInheritedListener {
        if let listener = HTTPInheritedListener(adopting: descriptor) { return listener }
        throw UserFacingError(
            "descriptor \(descriptor), which the service manager hands on (LISTEN_FDS), is no listening TCP or Unix "
                + "socket: ListenStream= must be an address and a port, or a path")
    }

    /// Sends lines such as `READY=1` to the socket in `NOTIFY_SOCKET` (sd_notify(3)). What cannot be sent is dropped:
    /// the service manager will say that it waited in vain.
    static func tell(_ state: String, environment: (String) -> String? = environmentVariable) {
        guard let path = environment("NOTIFY_SOCKET"), var address = sockaddr_un(notifying: path) else { return }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let bytes = Array(state.utf8)
        _ = withUnsafeBytes(of: &address) { pointer in
            sendto(
                descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL),
                pointer.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
        }
    }
}

/// A variable of this process; nil when it is not set, or empty.
func environmentVariable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

extension sockaddr_un {
    /// A path, or a name behind `@` in the abstract namespace; nil if it is neither or too long.
    fileprivate init?(notifying path: String) {
        self.init()
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"),
            bytes.count < MemoryLayout.size(ofValue: sun_path)
        else { return nil }
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { place in
            place.copyBytes(from: bytes)
            if bytes[0] == UInt8(ascii: "@") { place[0] = 0 }
        }
    }
}
