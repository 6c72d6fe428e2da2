import HTTPServer
import LinuxSystem
import Measurement
import Page
import Runs
import Storage

extension ErgometerAPI {
    /// `GET /`: the list of runs, for people. `token` is answered before (``AccessPolicy``).
    func showList(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(request, known: ["token", "state", "name", "search", "cursor"])
        let filter = RunFilter(
            state: parameters.word("state") == nil ? nil : try parameters.choice("state"),
            name: parameters.word("name"), search: parameters.word("search"), cursor: try Self.cursor(parameters))
        let query = RunQuery(
            limit: 30, before: filter.cursor, state: filter.state, name: filter.name, search: filter.search)
        let isRefresh = request.isRefresh
        let capabilities = isRefresh ? Capabilities() : capabilities()
        return try answer(query) { [self] page in
            let list = RunListPage(
                runs: page.runs.map { engine.run($0.id) ?? $0 }, damages: page.unreadable.map(\.reason),
                next: page.next, filter: filter,
                capabilities: capabilities, mayStart: request.role == .owner && !isRefresh, now: .now)
            return response(list.document, to: request)
        }
    }

    /// A page with all that keeps it from harm and from doing any.
    func response(_ document: (Site) -> Document, to request: HTTPRequest) -> HTTPResponse {
        let site = Site(
            version: Self.version, address: "\(isSecure ? "https" : "http")://\(request.header("Host") ?? "127.0.0.1")",
            hasChartLibrary: assets.hasChartLibrary)
        var response = HTTPResponse(
            contentType: "text/html; charset=utf-8", body: .text(document(site).html(site).markup))
        response.headers["Content-Security-Policy"] = Self.pagePolicy
        response.headers["Vary"] = "Accept"
        return response
    }

    /// Nothing runs and nothing is shown but what this server serves; nothing inline.
    private static let pagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

extension QueryParameters {
    /// A parameter that forms send empty when nothing was filled in.
    func word(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
