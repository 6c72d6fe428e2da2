import Glibc
import LinuxSystem
import SystemPackage

/// Lays down a tree as it looks below `/sys`, from a compact text.
///
///     cpu 0 package 0 die 0
///     zone intel-rapl:0 package-0 range 262143328850 energy 41234567890
///     zone intel-rapl:0:0 core range - energy directory
///     file bus/event_source/devices/power/type = 21
///
/// A zone gets its directory in `devices/virtual/powercap` and a link in `class/powercap`, as in sysfs. In place of a
/// number, `-` leaves the file out, `directory` puts a directory there (which can be opened and not read) and any other
/// word is written as it is, with `_` for a space. Lines that begin with `#` are comments.
package struct SysfsTree {
    /// What stands in for `/sys`.
    package let root: String

    package init(_ text: String, in directory: TemporaryDirectory) throws {
        root = directory.path
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            try lay(line.split(separator: " ").map { String($0) })
        }
    }

    /// Writes a file in place, keeping its inode.
    package func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    package func write(_ bytes: [UInt8], to path: String) throws {
        try makeParents(of: path)
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let descriptor = try OwnedDescriptor(checking: open("\(root)/\(path)", flags, 0o644))
        try systemCall { Glibc.write(descriptor.rawValue, bytes, bytes.count) }
    }

    /// Removes a file or a directory with all it holds.
    package func remove(_ path: String) {
        removeTree("\(root)/\(path)")
    }

    /// Forbids everybody but root to read a file, as the kernel does with `energy_uj`.
    package func forbidReading(_ path: String) throws {
        try systemCall { chmod("\(root)/\(path)", 0o400) }
    }

    /// The directory of a zone: `intel-rapl:0:1` → `devices/virtual/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:1`.
    package static func directory(ofZone entry: String) -> String {
        let parts = entry.split(separator: ":")
        let ancestors = (1...parts.count).map { parts[..<$0].joined(separator: ":") }
        return (["devices/virtual/powercap"] + ancestors).joined(separator: "/")
    }

    private func lay(_ words: [String]) throws {
        switch words[0] {
        case "cpu": try layCPU(words[1], package: words[3], die: words[5])
        case "zone": try layZone(words[1], name: words[2], range: words[4], energy: words[6])
        case "file": try layFile(words[1], words[3])
        default: preconditionFailure("a tree has no line like \(words)")
        }
    }

    private func layCPU(_ cpu: String, package: String, die: String) throws {
        let directory = "devices/system/cpu/cpu\(cpu)/topology"
        try layFile("\(directory)/physical_package_id", package)
        try layFile("\(directory)/die_id", die)
    }

    private func layZone(_ entry: String, name: String, range: String, energy: String) throws {
        let directory = Self.directory(ofZone: entry)
        try layFile("\(directory)/name", name)
        try layFile("\(directory)/max_energy_range_uj", range)
        try layFile("\(directory)/energy_uj", energy)
        try makeParents(of: "class/powercap/\(entry)")
        try systemCall { symlink("../../\(directory)", "\(root)/class/powercap/\(entry)") }
    }

    private func layFile(_ path: String, _ content: String) throws {
        switch content {
        case "-": try makeParents(of: path)
        case "directory": try makeParents(of: "\(path)/.")
        default: try write(content.replacing("_", with: " ") + "\n", to: path)
        }
    }

    private func makeParents(of path: String) throws {
        var parent = root
        for name in path.split(separator: "/").dropLast() {
            parent += "/\(name)"
            if mkdir(parent, 0o755) != 0, Glibc.errno != EEXIST { throw Errno(rawValue: Glibc.errno) }
        }
    }
}
