/// Reads a page as strictly as no browser does: everything that is opened is closed in turn, every attribute is quoted,
/// every id is there once.
struct MarkupReader {
    private(set) var faults: [String] = []
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var text = ""

    private static let void: Set<String> = ["meta", "link", "input", "br", "img"]

    init(_ markup: String) {
        var open: [String] = []
        var rest = markup[...]
        while let start = rest.firstIndex(of: "<") {
            text += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ">") else {
                faults.append("not closed: \(rest[start...].prefix(40))")
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) {
                    faults.append("</\(tag.dropFirst())> closes something else")
                }
                continue
            }
            let element = Self.element(tag, &faults)
            elements.append(element)
            if !Self.void.contains(element.name), !tag.hasSuffix("/") { open.append(element.name) }
        }
        text += rest
        faults += open.map { "<\($0)> is never closed" }
        let ids = elements.compactMap { $0.attributes["id"] }
        faults += Set(ids).filter { id in ids.count { $0 == id } > 1 }.map { "id \($0) twice" }
        faults += references.filter { !ids.contains($0) }.map { "no element has the id \($0)" }
    }

    /// The ids that elements name.
    private var references: [String] {
        elements.flatMap { element in
            ["for", "list", "aria-labelledby", "aria-describedby"].compactMap { element.attributes[$0] }
                .flatMap { $0.split(separator: " ").map(String.init) }
        }
    }

    private static func element(_ tag: Substring, _ faults: inout [String]) -> (
        name: String, attributes: [String: String]
    ) {
        let name = tag.prefix { $0.isLetter || $0.isNumber }
        var attributes: [String: String] = [:]
        for match in tag.dropFirst(name.count).matches(of: /([^\s=\/"]+)(="([^"]*)")?|(\S)/) {
            if let stray = match.4, stray != "/" { faults.append("\(stray) is stray in <\(tag)>") }
            if let attribute = match.1 { attributes[String(attribute)] = match.3.map(String.init) ?? "" }
        }
        return (String(name), attributes)
    }
}
