import Glibc
import HTTPServer
import LinuxSystem
import Page
import SystemPackage

/// What pages refer to: files of the program, and the library that draws charts, where it is installed.
package struct PageAssets: Sendable {
    private let responses: [String: HTTPResponse]
    let hasChartLibrary: Bool

    /// Where Debian's `libjs-dygraphs` puts its files.
    package static let libraryDirectory = "/usr/share/javascript/dygraphs"

    /// Reads the library once.
    package init(libraryDirectory: String = libraryDirectory) {
        let library = [("dygraph.min.js", PageAsset.script), ("dygraph.min.css", PageAsset.styleSheet)].compactMap {
            name, type in
            Self.bytes(of: "\(libraryDirectory)/\(name)").map { PageAsset(name: name, contentType: type, bytes: $0) }
        }
        hasChartLibrary = library.count == 2
        let all = PageAsset.embedded + (hasChartLibrary ? library : [])
        responses = Dictionary(uniqueKeysWithValues: all.map { ($0.name, Self.response($0)) })
    }

    private static func response(_ asset: PageAsset) -> HTTPResponse {
        HTTPResponse(contentType: asset.contentType, body: .bytes(asset.bytes))
    }

    /// `GET /assets/{name}`.
    func answer(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        guard let response = responses[request.pathParameters["name"] ?? ""] else {
            throw HTTPProblem(.notFound, title: "No such asset", detail: "Pages of this server refer to no such file.")
        }
        return .now(response.unlessKnown(to: request))
    }

    private static let maximumSize = 1 << 20

    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = try? OwnedDescriptor(checking: open(path, O_RDONLY | O_CLOEXEC)) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: maximumSize) { buffer, count in
            while let more = try? systemCall({ read(file.rawValue, buffer.baseAddress! + count, maximumSize - count) }),
                more > 0
            {
                count += Int(more)
            }
        }
        return bytes.isEmpty || bytes.count == maximumSize ? nil : bytes
    }
}
