import SystemPackage

/// What is mounted where, as `/proc/self/mountinfo` shows it to this process (proc_pid_mountinfo(5)).
package struct MountTable: Sendable {
    package let mounts: [Mount]

    package struct Mount: Sendable, Hashable {
        /// The directory of the file system that is mounted: `/` for all of it.
        package let root: String
        /// Where it is mounted.
        package let path: String
        /// `cgroup2`, `tracefs`, …
        package let type: String
        /// Of the file system: `cpuacct` is one of those of a cgroup v1 hierarchy.
        package let options: [String]
    }

    /// - Throws: what the system answers for `mountinfo`.
    package init(procRoot: String = "/proc") throws(Errno) {
        mounts = try PseudoFile.readText("\(procRoot)/self/mountinfo").split(separator: "\n").compactMap(Self.parse)
    }

    /// The first mount of a file system.
    package func first(ofType type: String) -> Mount? {
        mounts.first { $0.type == type }
    }

    /// `31 23 0:29 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw`; nil for anything else.
    static func parse(_ line: Substring) -> Mount? {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else { return nil }
        return Mount(
            root: unescaped(fields[3]), path: unescaped(fields[4]), type: String(fields[dash + 1]),
            options: fields[dash + 3].split(separator: ",").map { String($0) })
    }

    /// The kernel writes blanks, tabs, line feeds and backslashes as `\040`.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            if byte == UInt8(ascii: "\\"), let code {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
