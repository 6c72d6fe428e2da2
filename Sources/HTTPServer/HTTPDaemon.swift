import CGnuTLS
import CMicrohttpd
import Glibc

/// A running daemon of libmicrohttpd and its listening socket.
///
/// Sendable, because the pointer is only used to quiesce and to stop, which is done once, by the one who took it out
/// of the server's state.
final class HTTPDaemon: @unchecked Sendable {
    /// Where the system chose it as well; nil for a Unix socket.
    let port: UInt16?
    private let listener: HTTPListener
    private let daemon: OpaquePointer
    private let dispatcher: HTTPDispatcher

    /// - Parameter listener: closed by this object, also when it cannot be made.
    init(_ listener: HTTPListener, _ dispatcher: HTTPDispatcher) throws {
        guard let daemon = HTTPDaemon.start(listener, dispatcher) else {
            let error = HTTPServerError(code: .cannotStart, endpoint: listener.endpoint, errno: errno)
            listener.close()
            throw error
        }
        self.listener = listener
        self.daemon = daemon
        self.dispatcher = dispatcher
        port = listener.port
    }

    /// The callbacks' context is not retained: this object holds the dispatcher until `stop` has joined the thread.
    private static func start(_ listener: HTTPListener, _ dispatcher: HTTPDispatcher) -> OpaquePointer? {
        let configuration = dispatcher.configuration
        var settings = mhd_settings(
            listener: listener.descriptor, is_ipv6: listener.endpoint.address?.isIPv6 == true ? 1 : 0,
            maximum_connections: UInt32(configuration.connectionLimit(of: listener.endpoint)),
            maximum_connections_per_address: listener.endpoint.address == nil
                ? 0 : UInt32(configuration.maximumConnectionsPerAddress ?? 0),
            idle_timeout_seconds: UInt32(configuration.idleTimeoutSeconds),
            memory_per_connection: configuration.memoryPerConnection,
            certificate: configuration.isSecure && listener.endpoint.address != nil
                ? gnutls_certificate_callback(presentCertificate) : nil)
        var callbacks = httpCallbacks(context: Unmanaged.passUnretained(dispatcher).toOpaque())
        return mhd_start(&settings, &callbacks)
    }

    /// Takes no more connections.
    func quiesce() {
        if MHD_quiesce_daemon(daemon) >= 0 { listener.close() }
    }

    /// Closes those there are. No connection may be suspended any more.
    func stop() {
        MHD_stop_daemon(daemon)
    }
}
