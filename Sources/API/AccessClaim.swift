import HTTPServer

/// What a request shows to be let in.
enum AccessClaim {
    case nothing
    case token(Substring)
    /// All values of our cookie's name.
    case cookies([Substring])

    /// A header `Authorization` counts alone, right or wrong; whoever sends one is no browser that was led here. One
    /// that is not understood, or comes twice, shows nothing.
    init(_ request: HTTPRequest, _ cookie: AccessCookie) {
        let fields = request.headers.values(of: "Authorization")
        guard fields.isEmpty else {
            let words = fields[0].split(separator: " ", maxSplits: 1)
            let isToken = fields.count == 1 && words.count == 2 && HTTPHeaders.same(String(words[0]), "Bearer")
            self = isToken ? .token(words[1]) : .nothing
            return
        }
        let values = cookie.values(in: request)
        self = values.isEmpty ? .nothing : .cookies(values)
    }
}
