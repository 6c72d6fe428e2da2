import CMicrohttpd
import Dispatch
import Glibc

/// A running daemon of libmicrohttpd and its listening socket.
///
/// Sendable, because the pointer is only used to quiesce and to stop, which is done once, by the one who took it out
/// of the server's state.
final class HTTPDaemon: @unchecked Sendable {
    let port: UInt16
    private let daemon: OpaquePointer
    private let dispatcher: HTTPDispatcher

    init(_ configuration: HTTPServerConfiguration, _ dispatcher: HTTPDispatcher) throws {
        let listener = try configuration.listener?.descriptor ?? HTTPListener.open(configuration.address)
        guard let daemon = HTTPDaemon.start(configuration, dispatcher, listener: listener) else {
            let error = HTTPServerError(code: .cannotStart, address: configuration.address, errno: errno)
            close(listener)
            throw error
        }
        self.daemon = daemon
        self.dispatcher = dispatcher
        port = HTTPListener.port(of: listener)
    }

    /// The callbacks' context is not retained: this object holds the dispatcher until `stop` has joined the thread.
    private static func start(
        _ configuration: HTTPServerConfiguration, _ dispatcher: HTTPDispatcher, listener: Int32
    ) -> OpaquePointer? {
        var settings = mhd_settings(
            listener: listener, is_ipv6: configuration.address.isIPv6 ? 1 : 0,
            maximum_connections: UInt32(configuration.connectionLimit),
            idle_timeout_seconds: UInt32(configuration.idleTimeoutSeconds),
            memory_per_connection: configuration.memoryPerConnection)
        var callbacks = httpCallbacks(context: Unmanaged.passUnretained(dispatcher).toOpaque())
        return mhd_start(&settings, &callbacks)
    }

    func stop() {
        let listener = MHD_quiesce_daemon(daemon)
        if listener >= 0 { close(listener) }
        dispatcher.suspensions.stop()
        _ = dispatcher.inFlight.wait(timeout: .now() + .seconds(dispatcher.configuration.stopGraceSeconds))
        MHD_stop_daemon(daemon)
    }
}
