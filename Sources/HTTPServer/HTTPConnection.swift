import CMicrohttpd
import Glibc

/// A connection of libmicrohttpd, valid while a request of it is.
///
/// Sendable, because the one call that is made from other threads is `MHD_resume_connection`, which the library allows
/// from any thread; a suspended connection is not freed before it is resumed.
struct HTTPConnection: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// Its number among the descriptors, or -1.
    var socket: Int32 { mhd_descriptor(pointer) }

    /// Takes the connection out of the event loop. On the server's thread only, from within a callback.
    func suspend() {
        MHD_suspend_connection(pointer)
    }

    /// Puts it back, exactly once for each `suspend`.
    func resume() {
        MHD_resume_connection(pointer)
    }

    /// Bounds what the kernel keeps of a body for a client that does not read (SO_SNDBUF; it takes twice as much).
    func boundSendBuffer(to bytes: Int32) {
        var bytes = bytes
        setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The status of what was queued, also by the library itself.
    var queuedStatus: Int {
        Int(mhd_status(pointer))
    }

    /// Hands the response over; libmicrohttpd sends it.
    ///
    /// - Returns: whether it was accepted; otherwise nothing can be answered any more.
    func queue(
        _ response: HTTPResponse, toHEAD isHEAD: Bool, of dispatcher: HTTPDispatcher, closing: Bool
    ) -> Bool {
        let make = {
            var response = response.explained().guarded()
            if closing { response.headers["Connection"] = "close" }
            if let name = dispatcher.configuration.serverName { response.headers["Server"] = name }
            return HTTPResponseBuilder.build(response, toHEAD: isHEAD, on: self, of: dispatcher)
        }
        let status = UInt32(response.status.code)
        if !closing, let reusable = response.reusable {
            return withExtendedLifetime(reusable) {
                reusable.built(by: make).map { mhd_queue(pointer, status, $0) != 0 } ?? false
            }
        }
        guard let built = make() else { return false }
        defer { MHD_destroy_response(built) }
        return mhd_queue(pointer, status, built) != 0
    }
}
