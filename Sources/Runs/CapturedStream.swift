import CLinux
import Glibc
import SystemPackage

/// One stream of a command on its way from the pipe to the file, and past the limit into nothing.
///
/// Belongs to the supervisor's thread. It works in turns: a command that floods its output gets one turn, and then
/// others are looked after.
struct CapturedStream {
    let pipe: OutputPipe
    private var kept: UInt64 = 0
    private var written: UInt64 = 0
    /// False when the last writer has gone and all has been read.
    private(set) var isOpen = true
    /// Why no more is kept, besides the limit.
    private var failure: String?

    /// Bytes of a turn, kept and dropped; dropping costs nothing per byte.
    private static let keepTurn = 64 * 1024
    private static let dropTurn = 1 << 20
    /// Open for the life of the process.
    private static let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)

    init(_ pipe: OutputPipe) {
        self.pipe = pipe
        failure = pipe.failure
    }

    /// Takes one turn's bytes out of the pipe. Does not wait.
    ///
    /// - Returns: how many; 0 when there are none now, or none will come.
    @discardableResult
    mutating func pump() -> Int {
        guard isOpen else { return 0 }
        let room = pipe.limit - kept
        let count = failure == nil && room > 0 ? keep(Int(clamping: min(room, UInt64(Self.keepTurn)))) : drop()
        if count > 0 { written += UInt64(count) }
        // -1 is "none now": the pipe says nothing else.
        if count == 0 { isOpen = false }
        return max(0, count)
    }

    /// Takes what was in the pipe when this was called; with writers that have escaped there may always be more.
    mutating func drain() {
        var left = pipe.capacity
        while left > 0 {
            let count = pump()
            if count == 0 { return }
            left -= count
        }
    }

    var summary: RunOutput.StreamSummary {
        var summary = RunOutput.StreamSummary()
        summary.bytes = written
        summary.keptBytes = kept
        return summary
    }

    /// What a reader of the output must know.
    var warnings: [String] {
        var warnings: [String] = []
        let amount = "the first \(counted(kept, "byte")) of \(written)"
        if kept < written {
            warnings.append(
                "of \(pipe.channel.rawValue) only \(amount) are kept: \(failure ?? "limits.output is reached")")
        }
        if isOpen {
            warnings.append(
                "\(pipe.channel.rawValue) was still open in a process that escaped from the run: what it writes later "
                    + "is lost")
        }
        return warnings
    }

    private mutating func keep(_ most: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: most, alignment: 16) { buffer in
            let count = read(pipe.descriptor, buffer.baseAddress!, most)
            if count > 0 { write(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count
        }
    }

    /// Writes as much as the disk takes. After a refusal nothing more is kept, because it would leave a gap.
    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(pipe.fileDescriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                failure = "writing it to disk: \(Errno(rawValue: errno))"
                return
            }
            done += count
            kept += UInt64(count)
        }
    }

    private func drop() -> Int {
        let count = Int(ergo_splice(pipe.descriptor, Self.nowhere, Self.dropTurn))
        if count >= 0 || errno == EAGAIN { return count }
        return withUnsafeTemporaryAllocation(byteCount: Self.keepTurn, alignment: 16) { buffer in
            read(pipe.descriptor, buffer.baseAddress!, buffer.count)
        }
    }
}
