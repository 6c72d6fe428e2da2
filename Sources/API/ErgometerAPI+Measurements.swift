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
        var response = HTTPResponse(
            contentType: MeasurementsCSV.contentType,
            body: .stream(MeasurementsStream(of: run, in: database, options: options)))
        response.headers["Content-Disposition"] = "attachment; filename=\"ergometer-\(run.id).csv\""
        return .now(response)
    }
}
