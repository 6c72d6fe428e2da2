import HTTPServer
import Runs

@testable import API

/// The head of a request: its first line is the target, the others are fields. What the access policy, the framing, the
/// query and the negotiation make of it.
@Sendable func fuzzRequest(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 64, omittingEmptySubsequences: false)
    var headers = HTTPHeaders()
    for line in lines.dropFirst() {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        headers.append(
            name: String(decoding: parts[0], as: UTF8.self),
            value: String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self))
    }
    _ = try? HTTPFraming(HTTPHead(method: "GET", target: Array(lines[0]), headers: headers))
    for (_, value) in headers.fields { checkPreferences(value) }
    guard let target = try? HTTPTarget(Array(lines[0])) else { return }
    checkPath(target.path)
    let request = HTTPRequest(method: .get, path: target.path, query: target.query, headers: headers)
    checkQuery(request)
    checkDoor(request)
}

private func checkPreferences(_ value: String) {
    for item in HTTPPreferences([value]).items {
        precondition((0...1).contains(item.weight), "a weight is beyond 0 … 1")
    }
}

/// What was percent-decoded once leads nowhere else, and has nothing in it that a log or a cell cannot hold.
private func checkPath(_ path: String) {
    precondition(path == "*" || path.utf8.first == UInt8(ascii: "/"), "a path does not begin with a slash")
    precondition(!path.utf8.contains { $0 < 0x20 || $0 == 0x7f }, "a path has control characters")
    let segments = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    precondition(!segments.contains(Array("..".utf8)), "a path leads upwards")
}

private func checkQuery(_ request: HTTPRequest) {
    guard
        let parameters = try? QueryParameters(
            request, known: ["state", "label", "limit", "wait"], repeatable: ["label"])
    else { return }
    _ = try? parameters.pairs("label")
    _ = try? parameters.duration("wait")
    if let limit = try? parameters.number("limit", in: 1...100) {
        precondition((1...100).contains(limit), "a number is beyond its range")
    }
}

/// Nothing but the token opens the door, or what a browser got for it.
private func checkDoor(_ request: HTTPRequest) {
    let token = AccessToken("0123456789abcdef0123456789abcdef")
    let policy = AccessPolicy(keys: AccessKeys([.owner: token]), hosts: HostList(names: []))
    var admitted = request
    guard policy.admit(&admitted) == nil else { return }
    let isOpen = AccessPolicy.openPaths.contains(request.path) || request.path.hasPrefix(AccessPolicy.openDirectory)
    let isShown = request.headers.fields.contains { field in
        [token, token.forBrowsers].contains { field.value.contains($0.text) }
    }
    precondition(
        isOpen ? admitted.role == nil : isShown && admitted.role == .owner, "the door is open without the token")
}
