import CMicrohttpd

/// A status code.
package struct HTTPStatus: Hashable, Sendable {
    package let code: Int

    /// - Parameter code: 200…599; interim responses are the library's own business.
    package init(_ code: Int) {
        precondition((200...599).contains(code), "\(code) is no final status code")
        self.code = code
    }

    /// The registered phrase, such as `Not Found`.
    package var phrase: String {
        String(cString: MHD_get_reason_phrase_for(UInt32(code)))
    }

    package var isError: Bool { code >= 400 }

    package static let ok = HTTPStatus(200)
    package static let created = HTTPStatus(201)
    package static let accepted = HTTPStatus(202)
    package static let noContent = HTTPStatus(204)
    package static let seeOther = HTTPStatus(303)
    package static let notModified = HTTPStatus(304)
    package static let badRequest = HTTPStatus(400)
    package static let unauthorized = HTTPStatus(401)
    package static let forbidden = HTTPStatus(403)
    package static let notFound = HTTPStatus(404)
    package static let methodNotAllowed = HTTPStatus(405)
    package static let notAcceptable = HTTPStatus(406)
    package static let conflict = HTTPStatus(409)
    package static let gone = HTTPStatus(410)
    package static let preconditionFailed = HTTPStatus(412)
    package static let contentTooLarge = HTTPStatus(413)
    package static let unsupportedMediaType = HTTPStatus(415)
    package static let expectationFailed = HTTPStatus(417)
    package static let misdirectedRequest = HTTPStatus(421)
    package static let unprocessableContent = HTTPStatus(422)
    package static let tooManyRequests = HTTPStatus(429)
    package static let internalServerError = HTTPStatus(500)
    package static let notImplemented = HTTPStatus(501)
    package static let serviceUnavailable = HTTPStatus(503)
    package static let insufficientStorage = HTTPStatus(507)
}
