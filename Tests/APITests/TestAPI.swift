import API
import HTTPServer
import Logging
import PerfEvents
import Runs
import Sampling
import Storage
import TestSupport
import Testing

/// The endpoints over a real engine and database, without a network.
final class TestAPI {
    let api: ErgometerAPI
    let database: RunDatabase
    let engine: RunEngine
    private let sampler: Sampler
    private let directory: TemporaryDirectory

    init(limits: ClientLimits = ClientLimits(connections: 40)) throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path)
        sampler = try Sampler(machineSources: [])
        engine = try RunEngine(
            configuration: RunEngineConfiguration(policy: .isolated(.ofThisProcess())), backend: PerfEventBackend(),
            sampler: sampler, store: database, children: ChildRegistry(adoptsOrphans: false),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        api = ErgometerAPI(
            engine: engine, database: database, sampler: sampler, backends: [], limits: limits)
        try sampler.start()
        try engine.start()
    }

    deinit {
        engine.shutDown()
        sampler.stop()
    }
}

extension TestAPI {
    /// Asks the route that has this method and pattern.
    func reply(_ method: HTTPMethod, _ pattern: String, _ request: HTTPRequest) throws -> HTTPReply {
        let route = try #require(api.routes.first { $0.method == method && $0.pattern == pattern })
        return try route.handler(request)
    }

    /// The answer that comes at once, and its body.
    func get(
        _ pattern: String, query: [(name: String, value: String)] = []
    ) throws -> (response: HTTPResponse, text: String) {
        let reply = try reply(.get, pattern, HTTPRequest(method: .get, path: pattern, query: query))
        guard case .now(let response) = reply, case .bytes(let bytes) = response.body else {
            throw HTTPProblem(.internalServerError, detail: "no answer at once")
        }
        return (response, String(decoding: bytes, as: UTF8.self))
    }

    /// Puts a run that waits, and will for ever, into the store.
    func store(_ specification: RunSpecification, at milliseconds: Int64 = 0) throws -> Run {
        let nanoseconds = 1_715_722_129_000_000_000 + milliseconds * 1_000_000
        let run = Run(
            id: RunID(createdAt: .init(nanosecondsSinceEpoch: nanoseconds)), specification: specification,
            createdAt: .init(nanosecondsSinceEpoch: nanoseconds))
        try database.commit([.save(run)])
        return run
    }
}
