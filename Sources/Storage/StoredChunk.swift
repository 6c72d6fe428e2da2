import FoundationEssentials
import Measurement
import Runs

/// Some frames of a run, and their place among its chunks.
package struct StoredChunk: Sendable {
    package let ordinal: Int
    package let block: FrameBlock

    /// The frames, which have as many columns as the layout of their run.
    ///
    /// - Throws: ``StorageError/Code/corrupt``.
    package func block(of layout: SourceLayout) throws -> FrameBlock {
        guard block.columnCount == layout.columnCount else {
            throw StorageError(.corrupt, "chunk \(ordinal) holds other columns than its run has.", chunk: ordinal)
        }
        return block
    }

    /// - Throws: ``StorageError/Code/corrupt``, naming the run and the chunk.
    init(ordinal: Int, data: Data, of id: RunID) throws {
        self.ordinal = ordinal
        do {
            block = try ChunkCodec.decode([UInt8](data))
            guard block.instantsAreSound else { throw StorageError(.corrupt, "its times do not rise") }
        } catch let error as StorageError {
            throw StorageError(
                .corrupt, "chunk \(ordinal) of the measurements of run \(id) is damaged: \(error.message)",
                chunk: ordinal)
        }
    }
}

extension FrameBlock {
    /// Whether they rise, on a clock that exists.
    fileprivate var instantsAreSound: Bool {
        let instants = (0..<count).lazy.map { instant(at: $0) }
        return instants.allSatisfy(RecordCheck.isSound) && zip(instants, instants.dropFirst()).allSatisfy(<=)
    }
}
