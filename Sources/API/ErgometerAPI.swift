import Analysis
import HTTPServer
import Measurement
import Runs
import Sampling
import Storage

/// The endpoints: what HTTP shows of runs, measurements and the machine. The only layer that maps errors to HTTP.
package final class ErgometerAPI: Sendable {
    let engine: RunEngine
    let database: RunDatabase
    let sampler: Sampler
    let backends: [BackendStatus]
    let capabilities: @Sendable () -> Capabilities
    let statistics = HTTPStatistics()
    let pages = RecentPages()
    let feeds: RunFeeds
    let waits: WaitLimit
    let assets: PageAssets
    let isSecure: Bool
    let reductions = BackgroundWork(name: "reducer", limit: 32)
    let searches = BackgroundWork(name: "search", limit: 32)

    /// Larger bodies of `POST /runs` are refused (413): arguments and environment of a command fit many times over.
    package static let maximumBodySize = 1 << 20

    /// - Parameters:
    ///   - backends: what can be measured, for `/metrics`.
    ///   - limits: how many clients may hold a connection for long.
    ///   - assets: what pages refer to.
    ///   - isSecure: whether the server speaks TLS.
    ///   - capabilities: what can be measured in detail; asked for at each request.
    package init(
        engine: RunEngine, database: RunDatabase, sampler: Sampler, backends: [BackendStatus], limits: ClientLimits,
        assets: PageAssets = PageAssets(), isSecure: Bool = false,
        capabilities: @escaping @Sendable () -> Capabilities = { Capabilities() }
    ) {
        self.engine = engine
        self.database = database
        self.sampler = sampler
        self.backends = backends
        feeds = RunFeeds(limits)
        waits = WaitLimit(maximum: limits.waiting)
        self.assets = assets
        self.isSecure = isSecure
        self.capabilities = capabilities
    }

    package var routes: [HTTPRoute] {
        [
            HTTPRoute(.post, "/runs", maximumBodySize: Self.maximumBodySize, handler: submitRun),
            HTTPRoute(.get, "/runs", handler: listRuns),
            HTTPRoute(.get, "/runs/{id}", handler: showRun),
            HTTPRoute(.delete, "/runs/{id}", handler: deleteRun),
            HTTPRoute(.post, "/runs/{id}/cancel", handler: cancelRun),
            HTTPRoute(.get, "/runs/{id}/events", handler: followRun),
            HTTPRoute(.get, "/runs/{id}/measurements.csv", handler: streamMeasurements),
            HTTPRoute(.get, "/runs/{id}/measurements.json", handler: streamMeasurementsJSON),
            HTTPRoute(.get, "/runs/{id}/metrics", handler: showRunMetrics),
            HTTPRoute(.get, "/runs/{id}/power.svg", handler: showPower),
            HTTPRoute(.get, "/runs/{id}/series", handler: showSeries),
            HTTPRoute(.get, "/runs/{id}/stdout", handler: showStandardOutput),
            HTTPRoute(.get, "/runs/{id}/stderr", handler: showStandardError),
            HTTPRoute(.get, "/", handler: showList),
            HTTPRoute(.get, "/compare", handler: showComparison),
            HTTPRoute(.get, "/machine", handler: showMachine),
            HTTPRoute(.get, "/assets/{name}", handler: assets.answer),
            HTTPRoute(.get, "/capabilities", handler: showCapabilities),
            HTTPRoute(.get, "/metrics", handler: showMetrics),
            fixed("/healthz", .text("ok\n")),
            HTTPRoute(.get, "/readyz", handler: checkReadiness),
            fixed(
                "/openapi.yaml",
                HTTPResponse(contentType: "application/yaml", body: .bytes(PackageResources.openapi_yaml))),
        ]
    }

    /// `GET /readyz`: whether runs are taken. The reason names no path: anybody may ask.
    private func checkReadiness(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        guard engine.takesRuns else { throw Self.problem(RunError.shuttingDown) }
        if let failure = engine.storeFailure {
            let reason = (failure as? StorageError)?.code.rawValue ?? "unknown"
            throw HTTPProblem(
                .serviceUnavailable, title: "Not stored",
                detail: "Runs cannot be stored (\(reason)), which is tried again each second; the log says more.",
                headers: ["Retry-After": "1"])
        }
        return .now(.text("ready\n"))
    }

    /// A route that always answers the same.
    private func fixed(_ path: String, _ response: HTTPResponse) -> HTTPRoute {
        let response = response.forMany()
        return HTTPRoute(.get, path) { request in
            _ = try QueryParameters(request, known: [])
            return .now(response)
        }
    }

    /// Ends the streams of those who follow runs, and answers those who wait for one: the token that let them in is good
    /// no more, and they would keep their places.
    package func dismissClients() {
        feeds.disconnect()
        engine.expireWaits()
    }

    /// Takes note of an answered request.
    package func observe(_ exchange: HTTPExchange) {
        statistics.add(exchange)
    }
}

/// Whether a backend measures anything here.
package struct BackendStatus: Sendable {
    /// As it stands in labels: `rapl`, `perf_event`.
    package let name: String
    package let isUp: Bool

    package init(name: String, isUp: Bool) {
        self.name = name
        self.isUp = isUp
    }
}

extension HTTPResponse {
    static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(contentType: "text/plain; charset=utf-8", body: .text(text))
    }
}
