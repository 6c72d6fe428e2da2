import HTTPServer
import Measurement

/// Capabilities as JSON, for `GET /capabilities` and for the terminal.
package enum CapabilitiesDocument {
    package static func json(of capabilities: Capabilities) throws -> [UInt8] {
        try HTTPResponse.jsonDocument(CapabilitiesResource(capabilities))
    }

    package static func json(of events: [EventCapability]) throws -> [UInt8] {
        try HTTPResponse.jsonDocument(["events": events.map(EventResource.init)])
    }
}

extension ErgometerAPI {
    /// `GET /capabilities`: what can be measured here, and for what cannot the reason and the remedy.
    func showCapabilities(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        return .now(try .json(CapabilitiesResource(capabilities())))
    }
}
