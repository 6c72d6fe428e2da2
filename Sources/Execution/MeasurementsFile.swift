import Exposition
import Glibc
import LinuxSystem
import Runs
import Synchronization
import SystemPackage

/// The store of a single run in a terminal: its frames go into a CSV file as they come.
final class MeasurementsFile: RunStore {
    private let path: String
    private let options: MeasurementOptions
    private let state: Mutex<State>

    private struct State {
        let file: Int32
        /// As last saved.
        var run: Run?
        /// Once the run has been launched.
        var csv: MeasurementsCSV?
        var text: [UInt8] = []
    }

    /// Opens (and empties) the file and writes the header.
    ///
    /// - Parameter path: `-` for standard output.
    init(path: String, options: MeasurementOptions) throws {
        self.path = path
        self.options = options
        let file =
            path == "-" ? fcntl(1, F_DUPFD_CLOEXEC, 3) : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            throw UserFacingError("cannot write measurements to \(path): \(Errno(rawValue: errno)); see --output")
        }
        state = Mutex(State(file: file))
        try Self.write(MeasurementsCSV.header(options), to: file, path)
    }

    deinit {
        state.withLock { _ = close($0.file) }
    }

    /// As the run was last saved.
    var run: Run? { state.withLock { $0.run } }

    func commit(_ operations: [StoreOperation]) throws {
        // What cannot be written does not keep the rest from being saved.
        var failure: (any Error)?
        state.withLock { state in
            for operation in operations {
                do { try carryOut(operation, &state) } catch { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
    }

    private func carryOut(_ operation: StoreOperation, _ state: inout State) throws {
        switch operation {
        case .save(let run):
            state.run = run
            if run.state == .finished { return try finish(&state) }
            guard state.csv == nil, let layout = run.layout, let anchor = run.startedAt else { return }
            state.csv = MeasurementsCSV(layout: layout, anchor: anchor, options: options)
        case .delete: break
        case .append(let block, _, _):
            state.text.removeAll(keepingCapacity: true)
            state.csv?.render(block, into: &state.text)
            try Self.write(state.text, to: state.file, path)
        }
    }

    private func finish(_ state: inout State) throws {
        state.text.removeAll(keepingCapacity: true)
        state.csv?.finish(into: &state.text)
        state.csv = nil
        try Self.write(state.text, to: state.file, path)
    }

    private static func write(_ text: [UInt8], to file: Int32, _ path: String) throws {
        do {
            try text.withUnsafeBytes { try writeAll($0, to: file) }
        } catch {
            throw UserFacingError("cannot write measurements to \(path == "-" ? "standard output" : path): \(error)")
        }
    }
}
