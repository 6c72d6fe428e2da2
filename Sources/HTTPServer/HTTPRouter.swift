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
    /// Places among them of the patterns without parameters, which most requests ask for.
    private let literals: [String: [Int]]

    /// Whatever the order of the routes, a literal segment goes before a parameter.
    package init(_ routes: [HTTPRoute]) {
        let entries = routes.map { Entry(route: $0, segments: HTTPRouter.segments(of: $0.pattern).map(Segment.init)) }
            .sorted { one, other in
                one.segments.map(\.rank).lexicographicallyPrecedes(other.segments.map(\.rank))
            }
        self.entries = entries
        literals = Dictionary(
            grouping: entries.indices.filter { place in entries[place].segments.allSatisfy { $0.rank == 0 } },
            by: { entries[$0].route.pattern })
    }

    package func match(_ method: HTTPMethod, _ path: String) -> Match {
        if let place = literals[path]?.first(where: { entries[$0].route.method == method }),
            // Strings are equal that are written in two ways; the pattern's, of ASCII alone, is the shortest.
            entries[place].route.pattern.utf8.count == path.utf8.count
        {
            return .found(entries[place].route, parameters: [:])
        }
        return search(method, path)
    }

    private func search(_ method: HTTPMethod, _ path: String) -> Match {
        let segments = HTTPRouter.segments(of: path)
        // By index: a copy of an entry costs as much as looking at ten.
        let matches = entries.indices.filter { HTTPRouter.matches(entries[$0].segments, segments) }
        guard let best = matches.first else { return .notFound }
        let wanted = method == .head && !matches.contains { entries[$0].route.method == .head } ? .get : method
        if let index = matches.first(where: { entries[$0].route.method == wanted }) {
            let parameters = HTTPRouter.parameters(of: entries[index].segments, in: segments)
            return .found(entries[index].route, parameters: parameters)
        }
        return .otherMethod(
            pattern: entries[best].route.pattern, allowed: HTTPRouter.allowed(matches.map { entries[$0].route.method }))
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

    /// Whether a path has this form. No parameter is empty.
    private static func matches(_ pattern: [Segment], _ path: [Substring]) -> Bool {
        guard pattern.count == path.count else { return false }
        for index in pattern.indices {
            switch pattern[index] {
            case .literal(let literal):
                let text = path[index].utf8
                guard literal.utf8.count == text.count, literal.utf8.elementsEqual(text) else { return false }
            case .parameter:
                if path[index].isEmpty { return false }
            }
        }
        return true
    }

    /// What the pattern's parameters are in a path of its form.
    private static func parameters(of pattern: [Segment], in path: [Substring]) -> [String: String] {
        var parameters: [String: String] = [:]
        for (segment, text) in zip(pattern, path) {
            if case .parameter(let name) = segment { parameters[name] = String(text) }
        }
        return parameters
    }
}
