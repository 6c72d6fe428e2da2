import Exposition
import HTTPServer
import Runs
import Storage

extension ErgometerAPI {
    /// `GET /runs/{id}/measurements.csv`: what is stored, which lags a running command by a second at most.
    func streamMeasurements(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(request, known: ["units", "values", "separator"])
        let options = MeasurementOptions(
            units: try parameters.choice("units") ?? .symbol, values: try parameters.choice("values") ?? .change,
            separator: try parameters.choice("separator") ?? .semicolon)
        let run = try run(for: request)
        let stream = MeasurementsStream(of: run, in: database, header: MeasurementsCSV.header(options)) {
            MeasurementsCSV(layout: $0, anchor: $1, options: options)
        }
        return download(stream, MeasurementsCSV.contentType, name: "ergometer-\(run.id).csv")
    }

    /// `GET /runs/{id}/measurements.json`: the same rows, each a JSON object on a line of its own.
    func streamMeasurementsJSON(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(request, known: ["units", "values"])
        let options = MeasurementOptions(
            units: try parameters.choice("units") ?? .symbol, values: try parameters.choice("values") ?? .change)
        let run = try run(for: request)
        let stream = MeasurementsStream(of: run, in: database) {
            MeasurementsJSON(layout: $0, anchor: $1, options: options)
        }
        return download(stream, MeasurementsJSON.contentType, name: "ergometer-\(run.id).ndjson")
    }

    private func download(_ stream: MeasurementsStream, _ contentType: String, name: String) -> HTTPReply {
        var response = HTTPResponse(contentType: contentType, body: .stream(stream))
        response.headers["Content-Disposition"] = "attachment; filename=\"\(name)\""
        return .now(response)
    }
}
