import Glibc
import SystemPackage

/// Turns the answer of a system call into a value or an `Errno`; the one place that looks at `errno`.
///
/// - Parameter retrying: whether the call is made again when a signal interrupted it.
@discardableResult
package func systemCall<Answer: FixedWidthInteger & SignedInteger>(
    retrying: Bool = true, _ call: () -> Answer
) throws(Errno) -> Answer {
    while true {
        let answer = call()
        if answer >= 0 { return answer }
        let code = Errno(rawValue: Glibc.errno)
        if code != .interrupted || !retrying { throw code }
    }
}
