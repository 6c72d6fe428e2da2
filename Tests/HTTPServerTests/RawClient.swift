import Glibc

/// A TCP client that sends what it is told, well-formed or not. It waits ten seconds at most for anything.
final class RawClient {
    enum Failure: Error {
        /// Ten seconds long the server has neither sent anything nor closed.
        case timeout
        case reset(Int32)
        case ended(received: String)
    }

    private var descriptor: Int32
    private var received: [UInt8] = []

    init(port: UInt16, host: String = "127.0.0.1", receiveBuffer: Int32? = nil) throws {
        let isIPv6 = host.contains(":")
        descriptor = socket(
            isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = isIPv6 ? connectIPv6(host, port) : connectIPv4(host, port)
        guard result == 0 else { throw Failure.reset(errno) }
    }

    init(unixSocket path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        guard withUnsafePointer(to: address, { connectTo($0) }) == 0 else { throw Failure.reset(errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private func connectIPv4(_ host: String, _ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: address) { connectTo($0) }
    }

    private func connectIPv6(_ host: String, _ port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        inet_pton(AF_INET6, host, &address.sin6_addr)
        return withUnsafePointer(to: address) { connectTo($0) }
    }

    private func connectTo<Address>(_ address: UnsafePointer<Address>) -> Int32 {
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
        }
    }

    // MARK: Sending

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.reset(errno) }
            sent += count
        }
    }

    /// Says that nothing more will be sent, and goes on listening.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Goes away so that the other side gets a reset.
    func abort() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
        descriptor = -1
    }

    // MARK: Receiving

    /// Reads one response. To a HEAD request no body follows.
    func response(toHEAD: Bool = false) throws -> RawResponse {
        var head = try headOfResponse()
        while head.status == 100 { head = try headOfResponse() }
        if toHEAD || head.status == 204 || head.status == 304 { return head }
        if head.header("Transfer-Encoding") == "chunked" {
            head.body = try chunkedBody()
        } else if let length = head.header("Content-Length").flatMap(Int.init) {
            head.body = try take(length)
        } else {
            head.body = try rest()
        }
        return head
    }

    func headOfResponse() throws -> RawResponse {
        var lines: [String] = []
        while true {
            let line = try line()
            if line.isEmpty { return RawResponse(lines: lines) }
            lines.append(line)
        }
    }

    func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeSubrange(...end)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line.replacing("\r", with: "")
            }
            guard try receive() else { throw Failure.ended(received: String(decoding: received, as: UTF8.self)) }
        }
    }

    private func chunkedBody() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            guard let size = Int(try line(), radix: 16) else { throw Failure.ended(received: "no chunk size") }
            body += try take(size)
            _ = try line()
            if size == 0 { return body }
        }
    }

    func take(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try receive() else { throw Failure.ended(received: String(decoding: received, as: UTF8.self)) }
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    /// Lets some time pass, but none once the server has closed: then it throws.
    func pause(milliseconds: Int32) throws {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, milliseconds) > 0 else { return }
        if try !receive() { throw Failure.ended(received: String(decoding: received, as: UTF8.self)) }
    }

    /// Everything until the server closes.
    @discardableResult
    func rest() throws -> [UInt8] {
        while try receive() {}
        defer { received = [] }
        return received
    }

    private func receive() throws -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, 10_000) > 0 else { throw Failure.timeout }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure.reset(errno) }
        received += buffer.prefix(count)
        return count > 0
    }
}

struct RawResponse {
    let status: Int
    let headers: [(name: String, value: String)]
    var body: [UInt8] = []

    init(lines: [String]) {
        status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: String(parts.last ?? "").trimmed)
        }
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var isProblem: Bool { header("Content-Type") == "application/problem+json" && text.hasPrefix("{") }
    var closes: Bool { header("Connection")?.lowercased() == "close" }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
