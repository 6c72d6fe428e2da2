import API
import Logging
import PerfEvents
import Runs
import Sampling
import Storage
import TestSupport

/// The endpoints over a real engine and database, without a network.
final class TestAPI {
    let api: ErgometerAPI
    let database: RunDatabase
    private let engine: RunEngine
    private let sampler: Sampler
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path)
        sampler = try Sampler(machineSources: [])
        engine = try RunEngine(
            configuration: RunEngineConfiguration(policy: .isolated(.ofThisProcess())), backend: PerfEventBackend(),
            sampler: sampler, store: database, children: ChildRegistry(adoptsOrphans: false),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        api = ErgometerAPI(engine: engine, database: database, sampler: sampler, backends: [])
        try sampler.start()
        try engine.start()
    }

    deinit {
        engine.shutDown()
        sampler.stop()
    }
}
