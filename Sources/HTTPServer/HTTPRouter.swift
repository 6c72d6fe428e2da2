/// Finds the route of a path.
package struct HTTPRouter: Sendable {
    package enum Match: Sendable {
        case found(HTTPRoute, parameters: [String: String])
        /// The path is known, the method is not among those it allows.
        case otherMethod(pattern: String, allowed: [HTTPMethod])
        case notFound
    }

    private enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)

        init(_ text: Substring) {
            let isParameter = text.hasPrefix("{") && text.hasSuffix("}")
            self = isParameter ? .parameter(String(text.dropFirst().dropLast())) : .literal(String(text))
        }

        /// Literals first.
        var rank: Int {
            if case .parameter = self { 1 } else { 0 }
        }
    }

    private struct Entry: Sendable {
        let route: HTTPRoute
        let segments: [Segment]
    }

    private let entries: [Entry]

    /// Whatever the order of the routes, a literal segment goes before a parameter.
    package init(_ routes: [HTTPRoute]) {
        entries = routes.map { Entry(route: $0, segments: HTTPRouter.segments(of: $0.pattern).map(Segment.init)) }
            .sorted { one, other in
                one.segments.map(\.rank).lexicographicallyPrecedes(other.segments.map(\.rank))
            }
    }

    package func match(_ method: HTTPMethod, _ path: String) -> Match {
        let segments = HTTPRouter.segments(of: path)
        let matches = entries.compactMap { entry in
            HTTPRouter.parameters(of: entry.segments, in: segments).map { (entry.route, $0) }
        }
        guard let best = matches.first else { return .notFound }
        let wanted = method == .head && !matches.contains { $0.0.method == .head } ? .get : method
        if let (route, parameters) = matches.first(where: { $0.0.method == wanted }) {
            return .found(route, parameters: parameters)
        }
        return .otherMethod(pattern: best.0.pattern, allowed: HTTPRouter.allowed(matches.map(\.0.method)))
    }

    /// What `OPTIONS *` tells: every method that some path allows.
    package var allowed: [HTTPMethod] {
        HTTPRouter.allowed(entries.map(\.route.method))
    }

    private static func allowed(_ methods: [HTTPMethod]) -> [HTTPMethod] {
        HTTPMethod.understood.filter {
            methods.contains($0) || $0 == .options || ($0 == .head && methods.contains(.get))
        }
    }

    /// Split by bytes: a combining mark behind a slash must not hide it.
    private static func segments(of path: String) -> [Substring] {
        path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    }

    /// What the pattern's parameters are in this path, or nil if it does not match. No parameter is empty.
    private static func parameters(of pattern: [Segment], in path: [Substring]) -> [String: String]? {
        guard pattern.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(pattern, path) {
            switch segment {
            case .literal(let literal):
                guard literal.utf8.elementsEqual(text.utf8) else { return nil }
            case .parameter(let name):
                guard !text.isEmpty else { return nil }
                parameters[name] = String(text)
            }
        }
        return parameters
    }
}
