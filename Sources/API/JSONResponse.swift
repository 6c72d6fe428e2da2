import FoundationEssentials
import HTTPServer

extension HTTPResponse {
    /// A document with snake_case keys in alphabetical order.
    static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var bytes = [UInt8](try encoder.encode(value))
        bytes.append(UInt8(ascii: "\n"))
        return HTTPResponse(status: status, contentType: "application/json", body: .bytes(bytes))
    }
}
