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
        var fields = FieldCollector()
        withUnsafeMutablePointer(to: &fields) { pointer in
            mhd_each_header(connection, collectField, pointer)
        }
        return HTTPHead(
            method: method.map { String(cString: $0) } ?? "", version: version.map { String(cString: $0) } ?? "",
            target: bytes, headers: fields.headers, layout: layout(targetLength: bytes.count, fields.places),
            peerAddress: peerAddress, peerUserID: peerUserID)
    }

    private func layout(targetLength: Int, _ places: [FieldCollector.Place]) -> HTTPHeadLayout? {
        guard mhd_head_stays_in_place() != 0, let method, let target, let version else { return nil }
        let origin = UnsafeRawPointer(method)
        let methodLength = strlen(method)
        let targetStart = UnsafeRawPointer(target) - origin
        let versionStart = UnsafeRawPointer(version) - origin
        return HTTPHeadLayout(
            methodLength: methodLength, target: targetStart..<(targetStart + targetLength),
            version: versionStart..<(versionStart + strlen(version)),
            fields: places.map { $0.field(from: origin) }, size: mhd_head_size(connection))
    }

    /// Of whoever called connect(2), as the kernel noted it then (SO_PEERCRED).
    private var peerUserID: UInt32? {
        guard mhd_peer(connection)?.pointee.sa_family == sa_family_t(AF_UNIX) else { return nil }
        let user = mhd_peer_user(connection)
        return user == UInt32.max ? nil : user
    }

    private var peerAddress: String? {
        guard let address = mhd_peer(connection) else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            mhd_address_text(address, text.baseAddress, text.count) == 0 ? nil : String(cString: text.baseAddress!)
        }
    }
}

/// What the iteration over a request's headers gathers.
private struct FieldCollector {
    struct Place {
        let name: UnsafeRawBufferPointer
        let value: UnsafeRawBufferPointer

        func field(from origin: UnsafeRawPointer) -> HTTPHeadLayout.Field {
            HTTPHeadLayout.Field(name: Place.range(name, origin), value: Place.range(value, origin))
        }

        private static func range(_ bytes: UnsafeRawBufferPointer, _ origin: UnsafeRawPointer) -> Range<Int> {
            guard let start = bytes.baseAddress else { return 0..<0 }
            return (start - origin)..<(start - origin + bytes.count)
        }
    }

    var headers = HTTPHeaders()
    var places: [Place] = []

    init() {
        headers.reserveCapacity(FieldCollector.usual)
        places.reserveCapacity(FieldCollector.usual)
    }

    /// More than most requests have.
    private static let usual = 16

    mutating func add(_ place: Place) {
        headers.append(
            name: String(decoding: place.name, as: UTF8.self), value: String(decoding: place.value, as: UTF8.self))
        places.append(place)
    }
}

private func collectField(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameLength: Int,
    value: UnsafePointer<CChar>?, valueLength: Int
) -> MHD_Result {
    let collector = context!.assumingMemoryBound(to: FieldCollector.self)
    collector.pointee.add(
        .init(
            name: UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameLength),
            value: UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueLength)))
    return mhd_result(1)
}
