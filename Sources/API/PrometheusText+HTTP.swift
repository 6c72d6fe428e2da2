import Exposition
import HTTPServer

extension PrometheusText.Format {
    /// OpenMetrics for clients that name it and would not rather have plain text; nobody is refused.
    init(acceptedBy request: HTTPRequest) {
        let preferences = HTTPPreferences(request.headers.values(of: "Accept"))
        let openMetrics = preferences.weight { item in
            item.name == "application/openmetrics-text" && [nil, "1.0.0"].contains(item.parameters["version"])
        }
        let text = preferences.weight { $0.name == "text/plain" }
        self = (openMetrics ?? 0) > 0 && openMetrics! >= text ?? 0 ? .openMetrics : .text
    }
}

extension PrometheusText {
    /// The finished page as the answer to a request that may take it compressed.
    func response(to request: HTTPRequest, in format: Format) -> HTTPResponse {
        var response = HTTPResponse(contentType: format.contentType, body: .bytes(finished()))
        response.headers["Vary"] = "Accept, Accept-Encoding"
        return response.compressed(for: request)
    }
}
