import HTTPServer
import Synchronization

extension HTTPRole {
    /// May do everything.
    package static let owner = HTTPRole(rawValue: "owner")
    /// May look at runs and their measurements: not at what goes into commands and comes out of them, where secrets are.
    package static let viewer = HTTPRole(rawValue: "viewer")
    /// May read `/metrics`.
    package static let scraper = HTTPRole(rawValue: "scraper")
}

/// The tokens that open the server, and what for. They can be exchanged while it runs.
package final class AccessKeys: Sendable {
    private struct Key {
        let role: HTTPRole
        let token: AccessToken
        let browserSecret: AccessToken
    }

    private let keys: Mutex<[Key]>

    package init(_ tokens: [HTTPRole: AccessToken]) {
        keys = Mutex(Self.keys(tokens))
    }

    /// From here on these are the tokens: others, and the cookies that stand for them, open nothing any more.
    package func replace(_ tokens: [HTTPRole: AccessToken]) {
        let new = Self.keys(tokens)
        keys.withLock { $0 = new }
    }

    /// Which tokens these are, for whoever has them.
    package var fingerprints: [HTTPRole: String] {
        let tokens = keys.withLock { $0 }.map { ($0.role, $0.token.fingerprint) }
        return Dictionary(uniqueKeysWithValues: tokens)
    }

    private static func keys(_ tokens: [HTTPRole: AccessToken]) -> [Key] {
        tokens.map { Key(role: $0.key, token: $0.value, browserSecret: $0.value.forBrowsers) }
    }

    /// Whether `/metrics` is for those who have a token.
    var locksMetrics: Bool {
        keys.withLock { $0.contains { $0.role == .scraper } }
    }

    /// What a token is for; nil when it is none.
    func role(showing token: some StringProtocol) -> HTTPRole? {
        matching { $0.token.matches(token.utf8) }?.role
    }

    /// What a browser that shows these values of our cookie has signed in for.
    func role(showing cookies: [Substring]) -> HTTPRole? {
        matching { key in cookies.contains { key.browserSecret.matches($0.utf8) } }?.role
    }

    /// What a browser keeps once it has shown this token, and what for; nil when it is none.
    func exchange(_ token: String) -> (role: HTTPRole, browserSecret: AccessToken)? {
        matching { $0.token.matches(token.utf8) }.map { ($0.role, $0.browserSecret) }
    }

    /// Compares with all, so that the time does not tell which it was.
    private func matching(_ matches: (Key) -> Bool) -> Key? {
        keys.withLock { $0 }.filter(matches).first
    }
}
