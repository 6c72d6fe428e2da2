/// What the kernel says of this process in `/proc/self/status` (proc(5)).
///
///     VmHWM:	   28416 kB
///     Seccomp:	0
package enum OwnStatus {
    /// The first word behind a name; nil where there is no such line.
    ///
    /// - Parameter root: another than `""` is a captured machine.
    package static func value(of name: String, root: String = "") -> String? {
        guard let text = try? PseudoFile.readText("\(root)/proc/self/status") else { return nil }
        // By bytes: a hundred times as fast as by characters, and every launch waits for it.
        let prefix = Array("\(name):".utf8)
        let line = Array(text.utf8).split(separator: UInt8(ascii: "\n")).first { $0.starts(with: prefix) }
        let word = line?.dropFirst(prefix.count).split(whereSeparator: ByteParser.isWhiteSpace).first
        return word.map { String(decoding: $0, as: UTF8.self) }
    }
}
