import Glibc

/// Why a server could not start.
package struct HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case cannotListen
        case cannotStart
    }

    package let code: Code
    package let endpoint: HTTPEndpoint
    /// What the system answered.
    package let errno: Int32

    package var description: String {
        let answer = String(cString: strerror(errno))
        switch code {
        case .cannotListen: return "cannot listen on \(endpoint): \(answer)\(remedy.map { "; \($0)" } ?? "")"
        case .cannotStart: return "cannot start the HTTP server on \(endpoint): \(answer)"
        }
    }

    private var remedy: String? {
        if case .unixSocket(let path) = endpoint, let remedy = remedy(at: path) { return remedy }
        return switch errno {
        case EADDRINUSE: "another program listens there: stop it, or choose another port (ss -ltnp names it)"
        case EADDRNOTAVAIL: "this machine does not have that address: choose one that `ip address` lists"
        case EACCES: "ports below 1024 need CAP_NET_BIND_SERVICE: grant it, or choose a higher port"
        case EAFNOSUPPORT: "IPv6 is switched off on this machine: choose an IPv4 address"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        default: nil
        }
    }

    private func remedy(at path: String) -> String? {
        switch errno {
        case EADDRINUSE: "another server listens there: stop it, or choose another path"
        case EEXIST: "that is no socket: choose another path"
        case ENAMETOOLONG: "a path of a socket, with a number behind it, has 107 bytes at most"
        case ENOENT: "make its directory"
        case EACCES: "the directory must be writable: make \(path) one of your own"
        default: nil
        }
    }
}
