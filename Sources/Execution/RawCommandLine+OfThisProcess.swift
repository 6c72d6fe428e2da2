import Glibc
import Runs

extension RawCommandLine {
    /// The last words of this process's own command line, with the environment as it is now.
    ///
    /// - Parameter count: how many words of it are the command.
    static func ofThisProcess(last count: Int) -> RawCommandLine {
        let words = (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] }
        var entries: [[CChar]] = []
        var entry = environ
        while let pointer = entry.pointee {
            entries.append(bytes(pointer))
            entry += 1
        }
        return RawCommandLine(arguments: words.suffix(count).map(bytes), environment: entries)
    }

    /// A C string with its NUL.
    private static func bytes(_ string: UnsafeMutablePointer<CChar>) -> [CChar] {
        Array(UnsafeBufferPointer(start: string, count: strlen(string) + 1))
    }
}
