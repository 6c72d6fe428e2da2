import CMicrohttpd
import Glibc

// What libmicrohttpd calls, on its own thread. These are functions and not closures, because a closure inherits the
// isolation of where it is written and dies when C calls it elsewhere. Each recovers its object and calls one method.

/// - Parameter context: the dispatcher, which outlives the daemon.
func httpCallbacks(context: UnsafeMutableRawPointer) -> mhd_callbacks {
    mhd_callbacks(
        target: requestLine, unescape: leaveEscaped, access: access, completed: completed,
        connection: connection, context: context)
}

/// The request line has been read: the request's own object is made, and lives until `completed`.
private func requestLine(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    let dispatcher = Unmanaged<HTTPDispatcher>.fromOpaque(context!).takeUnretainedValue()
    let transaction = HTTPTransaction(target: bytes(of: target), dispatcher: dispatcher)
    return Unmanaged.passRetained(transaction).toOpaque()
}

/// Escapes are decoded by `HTTPTarget`, which sees the target as it was received.
private func leaveEscaped(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, value: UnsafeMutablePointer<CChar>?
) -> Int {
    value.map { strlen($0) } ?? 0
}

private func access(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, upload: UnsafePointer<CChar>?,
    uploadCount: UnsafeMutablePointer<Int>?, state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection, let uploadCount, let own = state?.pointee else { return mhd_result(0) }
    let transaction = Unmanaged<HTTPTransaction>.fromOpaque(own).takeUnretainedValue()
    let canGoOn: Bool
    if transaction.awaitsHead {
        let reader = HTTPHeadReader(connection: connection, method: method, target: url, version: version)
        canGoOn = transaction.begin(reader.head(target: transaction.target), on: HTTPConnection(connection))
    } else if uploadCount.pointee > 0 {
        canGoOn = transaction.receive(UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee))
        uploadCount.pointee = 0
    } else {
        canGoOn = transaction.finish(on: HTTPConnection(connection))
    }
    return mhd_result(canGoOn ? 1 : 0)
}

private func completed(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let connection, let own = state?.pointee else { return }
    state?.pointee = nil
    let transaction = Unmanaged<HTTPTransaction>.fromOpaque(own).takeRetainedValue()
    transaction.completed(on: HTTPConnection(connection))
}

private func connection(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, change: MHD_ConnectionNotificationCode
) {
    guard let connection else { return }
    let dispatcher = Unmanaged<HTTPDispatcher>.fromOpaque(context!).takeUnretainedValue()
    dispatcher.connectionChanged(HTTPConnection(connection), isOpen: mhd_has_started(change) != 0)
}

private func bytes(of text: UnsafePointer<CChar>?) -> [UInt8] {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
}
