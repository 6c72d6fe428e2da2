import FoundationEssentials
import HTTPServer

extension HTTPResponse {
    /// A document with snake_case keys in alphabetical order.
    static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: .bytes(try jsonDocument(value)))
    }

    /// The bytes of such a document.
    static func jsonDocument(_ value: some Encodable) throws -> [UInt8] {
        try encode(value, formatting: .prettyPrinted) + [UInt8(ascii: "\n")]
    }

    /// The same on a single line.
    static func jsonLine(_ value: some Encodable) throws -> [UInt8] {
        try encode(value, formatting: [])
    }

    private static func encode(
        _ value: some Encodable, formatting: JSONEncoder.OutputFormatting
    ) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        return [UInt8](try encoder.encode(value))
    }
}
