import Exposition
import HTTPServer
import LinuxSystem
import Measurement
import Page
import Runs
import Synchronization
import TestSupport

@testable import API
@testable import Storage

/// The record of a run as it lies in the database: what is taken for one reads back as it is, can be shown in every form,
/// and be brought to its end by the next server.
@Sendable func fuzzRecord(_ bytes: [UInt8]) {
    guard let run = record(bytes) else { return }
    let text = try! RunDocument.encode(run)
    precondition(
        try! RunDocument.encode(RunDocument.decode(text, id: RecordArchive.id)) == text, "a record has changed")
    RecordArchive.shared.withLock { archive in
        show(run)
        read(run, in: archive.database)
        archive.recover(run)
    }
}

private func record(_ bytes: [UInt8]) -> Run? {
    try? RunDocument.decode(String(decoding: bytes, as: UTF8.self), id: RecordArchive.id)
}

/// Whether the bytes are taken for the record.
func isRecord(_ bytes: [UInt8]) -> Bool { record(bytes) != nil }

private func show(_ run: Run) {
    _ = try! HTTPResponse.json(RunResource(run))
    _ = RunFeed.event("finished", id: "1", run)
    let site = Site(version: "0", address: "http://127.0.0.1", hasChartLibrary: true)
    let documents = [
        RunPage(run, output: [], isOwners: true, now: .now).document,
        RunListPage(
            runs: [run], next: nil, filter: RunFilter(), capabilities: Capabilities(), mayStart: true, now: .now
        ).document,
        ComparePage([run, run], now: .now).document,
    ]
    for document in documents { _ = document(site).html(site).markup }
    _ = PrometheusText(.text, of: run)
}

/// The measurements as rows and as pictures.
private func read(_ run: Run, in database: RunDatabase) {
    let options = MeasurementOptions()
    drain(MeasurementsStream(of: run, in: database) { MeasurementsCSV(layout: $0, anchor: $1, options: options) })
    drain(MeasurementsStream(of: run, in: database) { MeasurementsJSON(layout: $0, anchor: $1, options: options) })
    for points in [1, 400] {
        var request = PictureRequest()
        request.points = points
        guard let picture = try? PictureReader.picture(of: run, request, in: database) else { continue }
        _ = ErgometerAPI.series(picture, of: run)
        for style in PictureStyle.allCases {
            _ = ErgometerAPI.power(picture, of: run, style, width: style.size.width, height: style.size.height)
        }
    }
}

private func drain(_ stream: MeasurementsStream) {
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { buffer in
        while let count = try? stream.read(into: buffer), count > 0 {}
    }
}

/// A database with the frames of one run, whatever its record says.
private struct RecordArchive: ~Copyable {
    static let id = "01j00000000000000000000000"
    static let shared = Mutex(RecordArchive())

    private let directory: TemporaryDirectory
    let database: RunDatabase

    /// The columns of the record in the corpus.
    private static let columnCount = 8

    private init() {
        // In memory where that can be had: each record is committed twice.
        directory = try! (try? TemporaryDirectory(in: "/dev/shm")) ?? TemporaryDirectory()
        database = try! RunDatabase(directory: directory.path)
        let id = RunID(Self.id)!
        let run = Run(
            id: id, specification: RunSpecification(command: .arguments(["true"])),
            createdAt: WallInstant(nanosecondsSinceEpoch: 0))
        try! database.commit([.save(run)])
        for chunk in 0..<3 as Range<Int64> {
            var block = FrameBlock(columnCount: Self.columnCount, capacity: 10)
            for frame in chunk * 10..<(chunk + 1) * 10 {
                block.append(
                    at: MonotonicInstant(nanoseconds: 1_000_000_000 + frame * 100_000_000),
                    values: (1...Int64(Self.columnCount)).map { $0 * frame * 90_000_000 })
            }
            try! database.commit([.append(block, to: id)])
        }
    }

    /// Does what a server does that finds the run under way.
    func recover(_ run: Run) {
        var run = run
        run.state = .running
        try! database.commit([.save(run)])
        precondition(try! database.recover().interrupted.count == 1, "a run that was under way stays so")
    }
}
