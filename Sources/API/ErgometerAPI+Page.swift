import HTTPServer

extension ErgometerAPI {
    /// `GET /`: what people see first. `token` is answered before (``AccessPolicy``).
    func showPage(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: ["token"])
        return .now(
            HTTPResponse(
                contentType: "text/html; charset=utf-8",
                body: .text("<!DOCTYPE html><title>Ergometer</title><p>Ergometer \(Self.version)</p>\n")))
    }
}
