import Analysis
import Exposition
import HTTPServer
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}/power.svg`: power over time, drawn by the server.
    func showPower(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(request, known: ["width", "height", "from", "to", "style", "at"])
        let style: PictureStyle = try parameters.choice("style") ?? .chart
        let width = try parameters.number("width", in: 16...4000).map(style.width) ?? style.size.width
        let height = try parameters.number("height", in: 8...4000).map(style.height) ?? style.size.height
        // A number that makes addresses of one picture at several moments differ, for caches.
        _ = try parameters.number("at", in: 0...Int(Int32.max))
        var wanted = try PictureRequest(parameters)
        // Steps of less than two pixels would be seen as a blur.
        wanted.points = max(1, width / 2)
        let run = try run(for: request)
        return picture(of: run, wanted, to: request) { Self.power($0, of: run, style, width: width, height: height) }
    }

    static func power(
        _ reduced: RunPicture, of run: Run, _ style: PictureStyle, width: Int, height: Int
    ) -> HTTPResponse {
        let picture = PowerPicture(reduced, title: run.specification.name ?? run.id.description)
        let bytes =
            switch style {
            case .chart: PowerSVG.document(picture, width: width, height: height)
            case .spark: PowerSpark.document(picture, width: width, height: height)
            }
        var response = HTTPResponse(contentType: "image/svg+xml", body: .bytes(bytes))
        // An SVG that is opened by itself is a document: this one may do nothing but look.
        response.headers["Content-Security-Policy"] =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
        return response
    }
}

/// How much a picture tells.
enum PictureStyle: String, CaseIterable {
    /// With axes, legend and title.
    case chart
    /// One small curve, for lists.
    case spark

    var size: (width: Int, height: Int) { self == .chart ? (900, 320) : (120, 24) }

    /// The next width in which it can be drawn.
    func width(_ wanted: Int) -> Int { self == .chart ? max(240, wanted) : min(1000, wanted) }
    func height(_ wanted: Int) -> Int { self == .chart ? max(160, wanted) : min(400, wanted) }
}
