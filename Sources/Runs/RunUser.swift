import CLinux
import Glibc
import SystemPackage

/// A user of this machine whom commands run as, instead of the server's own: what the server may read and kill is then
/// not theirs.
package struct RunUser: Sendable, Hashable {
    let id: UInt32
    let group: UInt32
    /// With `group` among them.
    let groups: [UInt32]
    let environment: [String: String]

    /// - Parameter name: a name or a number of the user database.
    /// - Throws: ``RunUserError`` if there is no such user, or this process cannot become it.
    package init(_ name: String) throws(RunUserError) {
        guard let entry = UInt32(name).map({ getpwuid($0) }) ?? getpwnam(name) else {
            throw RunUserError(description: "there is no user \(name)")
        }
        id = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
        groups = Self.groups(of: entry.pointee.pw_name, group)
        let login = String(cString: entry.pointee.pw_name)
        environment = ["HOME": String(cString: entry.pointee.pw_dir), "USER": login, "LOGNAME": login]
        guard id != geteuid() else {
            throw RunUserError(description: "\(name) is the server's own user: nothing would be kept from commands")
        }
        let needed = [("CAP_SETUID", CAP_SETUID), ("CAP_SETGID", CAP_SETGID), ("CAP_KILL", CAP_KILL)]
        let missing = needed.filter { !ergo_has_capability($0.1) }.map(\.0)
        guard missing.isEmpty else {
            throw RunUserError(description: "running commands as \(name) takes \(missing.joined(separator: ", "))")
        }
    }

    private static func groups(of name: UnsafePointer<CChar>, _ group: UInt32) -> [UInt32] {
        var count: Int32 = 64
        var groups = [gid_t](repeating: 0, count: Int(count))
        while getgrouplist(name, group, &groups, &count) < 0 { groups = .init(repeating: 0, count: Int(count)) }
        return Array(groups.prefix(Int(count)))
    }
}

/// Why commands cannot run as somebody.
package struct RunUserError: Error, CustomStringConvertible {
    package let description: String
}
