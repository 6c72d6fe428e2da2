import Analysis
import HTTPServer
import Measurement
import Page
import Runs

extension ErgometerAPI {
    /// `GET /machine`: the machine, for people. Reads no sensor.
    func showMachine(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        let status = sampler.status
        let power = PowerHistory(heartbeats: sampler.heartbeats(), layout: sampler.machineLayout) {
            status.hasProvedItself($0) == false
        }
        let page = MachinePage(
            capabilities: request.isRefresh && !power.domains.isEmpty ? nil : capabilities(), power: power,
            idlePowers: engine.idlePowers, status: status, census: engine.census, runs: engine.runs, now: .now)
        return .now(response(page.document, to: request))
    }

    /// `GET /compare`: runs beside each other, for people.
    func showComparison(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: ["run"], repeatable: ["run"])
        let names = request.query.map(\.value)
        guard names.count <= ComparePage.maximumRuns else {
            throw QueryParameters.problem("run", "can be given \(ComparePage.maximumRuns) times at most")
        }
        // Long runs take long to read, and to compare.
        return inBackground(searches) { [self] in
            do {
                let runs = try names.map(run(named:))
                return response(ComparePage(runs, now: .now).document, to: request)
            } catch let problem as HTTPProblem where request.prefersPage {
                return problemPage(problem, to: request)
            }
        }
    }
}
