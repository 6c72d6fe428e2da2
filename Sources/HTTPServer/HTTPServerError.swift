import Glibc

/// Why a server could not start.
package struct HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case cannotListen
        case cannotStart
    }

    package let code: Code
    package let address: HTTPListenAddress
    /// What the system answered.
    package let errno: Int32

    package var description: String {
        let answer = String(cString: strerror(errno))
        switch code {
        case .cannotListen: return "cannot listen on \(address): \(answer)\(remedy.map { "; \($0)" } ?? "")"
        case .cannotStart: return "cannot start the HTTP server on \(address): \(answer)"
        }
    }

    private var remedy: String? {
        switch errno {
        case EADDRINUSE: "another program listens there: stop it, or choose another port (ss -ltnp names it)"
        case EADDRNOTAVAIL: "this machine does not have that address: choose one that `ip address` lists"
        case EACCES: "ports below 1024 need CAP_NET_BIND_SERVICE: grant it, or choose a higher port"
        case EAFNOSUPPORT: "IPv6 is switched off on this machine: choose an IPv4 address"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        default: nil
        }
    }
}
