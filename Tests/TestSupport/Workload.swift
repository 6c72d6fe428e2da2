import Glibc
import LinuxSystem

/// The program whose cost is known; the package builds it beside the tests.
package enum Workload {
    package static let path: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own[..<(own.lastIndex(of: "/") ?? own.endIndex)] + "/workload"
    }()
}
