import HTTPServer

extension HTTPRequest {
    /// Whether whoever asks would rather read a page than a document for programs.
    var prefersPage: Bool {
        let preferences = HTTPPreferences(headers.values(of: "Accept"))
        guard let page = preferences.weight(where: { $0.name == "text/html" }) else { return false }
        let document = preferences.weight { $0.name == "application/problem+json" || $0.name == "application/json" }
        return page > document ?? 0
    }

    /// Whether a page asks for itself again, for the sake of what changes; browsers say so. What does not change, and
    /// what takes long to find out while somebody measures, is left out then.
    var isRefresh: Bool { header("Sec-Fetch-Dest") == "empty" }
}
