import HTTPServer
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}/stdout`: byte for byte, of a command that goes on what is there so far.
    func showStandardOutput(_ request: HTTPRequest) throws -> HTTPReply { try showOutput(.stdout, request) }

    /// `GET /runs/{id}/stderr`.
    func showStandardError(_ request: HTTPRequest) throws -> HTTPReply { try showOutput(.stderr, request) }

    private func showOutput(_ channel: OutputChannel, _ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        guard request.role == .owner else { throw AccessPolicy.forOwners }
        let run = try run(for: request)
        // Bytes that a stranger's command chose: a type that no browser renders, in a file of its own.
        var response = HTTPResponse(contentType: "application/octet-stream", body: .bytes([]))
        response.headers["Content-Disposition"] = "attachment; filename=\"ergometer-\(run.id).\(channel.rawValue)\""
        do {
            if let file = try engine.openOutput(channel, of: run.id) {
                response.body = .stream(try FileStream(file))
            }
        } catch {
            throw HTTPProblem(
                .serviceUnavailable, title: "Output cannot be read",
                detail: "Opening the \(channel.rawValue) of the run: \(error).")
        }
        return .now(response)
    }
}
