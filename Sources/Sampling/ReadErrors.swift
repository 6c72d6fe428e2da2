import Measurement

/// Readings of sources that failed, by backend. Takes no memory of its own: it is written on the sampling thread.
package struct ReadErrors: Sendable {
    private var counts = InlineArray<4, UInt64>(repeating: 0)

    package subscript(backend: SourceBackend) -> UInt64 { counts[backend.rawValue] }

    package var total: UInt64 { counts.indices.reduce(0) { $0 + counts[$1] } }

    mutating func add(_ backend: SourceBackend) { counts[backend.rawValue] += 1 }

    mutating func add(_ others: ReadErrors) {
        for index in counts.indices { counts[index] += others.counts[index] }
    }
}
