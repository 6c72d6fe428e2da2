import CMicrohttpd
import Glibc

/// Reads the head of a request out of libmicrohttpd, with the positions of its parts where those can be trusted.
struct HTTPHeadReader {
    let connection: OpaquePointer
    let method: UnsafePointer<CChar>?
    let target: UnsafePointer<CChar>?
    let version: UnsafePointer<CChar>?

    /// - Parameter target: as it was received, before the library cut it up.
    func head(target bytes: [UInt8]) -> HTTPHead {
        var fields = FieldCollector(origin: mhd_head_stays_in_place() == 0 ? nil : method.map(UnsafeRawPointer.init))
        withUnsafeMutablePointer(to: &fields) { pointer in
            mhd_each_header(connection, collectField, pointer)
        }
        return HTTPHead(
            method: method.map { String(cString: $0) } ?? "", version: version.map { String(cString: $0) } ?? "",
            target: bytes, headers: fields.headers, layout: layout(targetLength: bytes.count, fields),
            peer: mhd_peer(connection).flatMap(HTTPPeerAddress.init), peerUserID: peerUserID)
    }

    private func layout(targetLength: Int, _ fields: FieldCollector) -> HTTPHeadLayout? {
        guard let origin = fields.origin, let method, let target, let version else { return nil }
        let targetStart = UnsafeRawPointer(target) - origin
        let versionStart = UnsafeRawPointer(version) - origin
        return HTTPHeadLayout(
            methodLength: strlen(method), target: targetStart..<(targetStart + targetLength),
            version: versionStart..<(versionStart + strlen(version)), fields: fields.places,
            size: mhd_head_size(connection))
    }

    /// Of whoever called connect(2), as the kernel noted it then (SO_PEERCRED).
    private var peerUserID: UInt32? {
        guard mhd_peer(connection)?.pointee.sa_family == sa_family_t(AF_UNIX) else { return nil }
        let user = mhd_peer_user(connection)
        return user == UInt32.max ? nil : user
    }
}

/// What the iteration over a request's headers gathers.
private struct FieldCollector {
    /// What places are counted from; nil where they say nothing.
    let origin: UnsafeRawPointer?
    var headers = HTTPHeaders()
    var places: [HTTPHeadLayout.Field] = []

    init(origin: UnsafeRawPointer?) {
        self.origin = origin
        headers.reserveCapacity(fields: FieldCollector.usual.fields, bytes: FieldCollector.usual.bytes)
        if origin != nil { places.reserveCapacity(FieldCollector.usual.fields) }
    }

    /// More than most requests have.
    private static let usual = (fields: 16, bytes: 512)

    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        headers.append(name, value)
        guard let origin else { return }
        places.append(.init(name: Self.range(name, origin), value: Self.range(value, origin)))
    }

    private static func range(_ bytes: UnsafeRawBufferPointer, _ origin: UnsafeRawPointer) -> Range<Int> {
        guard let start = bytes.baseAddress else { return 0..<0 }
        return (start - origin)..<(start - origin + bytes.count)
    }
}

private func collectField(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameLength: Int,
    value: UnsafePointer<CChar>?, valueLength: Int
) -> MHD_Result {
    let collector = context!.assumingMemoryBound(to: FieldCollector.self)
    collector.pointee.add(
        UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameLength),
        UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueLength))
    return mhd_result(1)
}
