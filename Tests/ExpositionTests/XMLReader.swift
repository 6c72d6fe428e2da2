import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The names of a document's elements.
final class Elements: NSObject, XMLParserDelegate {
    var names: Set<String> = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names.insert(name)
    }
}

/// Reads a document as any program would.
struct XMLReader {
    let isWellFormed: Bool
    let problem: String

    init(_ document: String, _ elements: Elements) {
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = elements
        isWellFormed = parser.parse()
        problem = parser.parserError.map { "\($0)" } ?? ""
    }
}
