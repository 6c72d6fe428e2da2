import Glibc
import Measurement

/// What a test throws when something that has to come does not: one that waits for ever does not say what is broken.
package struct WaitedInVain: Error, CustomStringConvertible {
    /// Longer than any answer of a server takes (`?wait=60s`).
    package static let patience = Duration.seconds(70)
    package let description: String

    package init(fileID: String, line: Int) {
        description = "line \(line) of \(fileID) waited for \(Self.patience) in vain"
    }
}

/// Looks again and again until there is something.
///
/// - Parameter pausing: waits between two looks, so long at most.
package func awaited<Value>(
    fileID: String = #fileID, line: Int = #line, pausing: (Duration) -> Void = { _ in sched_yield() },
    _ look: () throws -> Value?
) throws -> Value {
    let end = MonotonicInstant.now.advanced(by: WaitedInVain.patience)
    while true {
        if let value = try look() { return value }
        let rest = end - .now
        guard rest > .zero else { throw WaitedInVain(fileID: fileID, line: line) }
        pausing(rest)
    }
}

/// A descriptor for what a command is to read from a pipe with a name, once it reads there.
package func writer(of pipe: String, fileID: String = #fileID, line: Int = #line) throws -> Int32 {
    try awaited(fileID: fileID, line: line) {
        let descriptor = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        return descriptor >= 0 ? descriptor : nil
    }
}

/// Looks again and again until something is so.
package func waitUntil(fileID: String = #fileID, line: Int = #line, _ isSo: () throws -> Bool) throws {
    try awaited(fileID: fileID, line: line) { try isSo() ? () : nil }
}
