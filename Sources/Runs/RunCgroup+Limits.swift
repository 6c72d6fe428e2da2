import Glibc
import LinuxSystem
import SystemPackage

extension RunCgroup {
    /// Bounds the memory of all processes in it together, page cache included; what is beyond is killed, not swapped.
    ///
    /// - Returns: why it cannot, or nil.
    func limitMemory(to bytes: UInt64) -> Errno? {
        // Missing where the kernel does not account for swap.
        _ = write("0", to: "memory.swap.max")
        return write("\(bytes)", to: "memory.max")
    }

    /// Bounds the number of processes and threads in it; beyond, fork(2) fails with EAGAIN.
    ///
    /// - Returns: why it cannot, or nil.
    func limitProcesses(to count: UInt64) -> Errno? {
        write("\(count)", to: "pids.max")
    }

    /// How many processes the kernel has killed for their memory: `oom_kill 1` in `memory.events`.
    var killedForMemory: Int { event("oom_kill", in: "memory.events") }

    /// How often no process could be started any more: `max 3` in `pids.events`.
    var refusedProcesses: Int { event("max", in: "pids.events") }

    private func event(_ name: String, in file: String) -> Int {
        guard let text = try? PseudoFile.readText("\(path)/\(file)") else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line.flatMap { Int($0.dropFirst(name.utf8.count + 1)) } ?? 0
    }

    private func write(_ text: String, to file: String) -> Errno? {
        PseudoFileText.write(text, to: "\(path)/\(file)")
    }
}

/// Writing to the files of cgroupfs.
enum PseudoFileText {
    /// - Returns: what the kernel answers, or nil.
    static func write(_ text: String, to path: String) -> Errno? {
        do throws(Errno) {
            let file = try OwnedDescriptor(checking: open(path, O_WRONLY | O_CLOEXEC))
            try systemCall { Glibc.write(file.rawValue, text, text.utf8.count) }
            return nil
        } catch {
            return error
        }
    }
}
