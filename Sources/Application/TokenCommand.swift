import API
import ArgumentParser
import Execution
import Glibc
import HTTPServer
import Storage

/// `ergometer token`: how people and programs get in, and new tokens for old.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Show how to get in, or change the token.",
        subcommands: [Show.self, Rotate.self], defaultSubcommand: Show.self)

    struct Directory: ParsableArguments {
        @Option(help: "The data directory of the server. Default: as for serve.")
        var dataDir: String?

        var path: String { dataDir ?? DataDirectoryPath.standard() }
    }

    /// `ergometer token`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print where the token is, and the link that signs a browser in.")

        @OptionGroup var directory: Directory

        func run() throws {
            let file = TokenFile(of: .owner, in: directory.path)
            let token = try file.read()
            StandardStream.output.write("token: \(file.path)\n")
            guard let url = ServerNotice(in: directory.path)?.url else {
                StandardStream.error.write(
                    "No server of \(directory.path) listens on an address: there is no link.\n")
                return
            }
            StandardStream.output.write("link: \(token.signInLink(at: url))\n")
            guard let viewer = try? TokenFile(of: .viewer, in: directory.path).read() else { return }
            StandardStream.output.write("link for viewers: \(viewer.signInLink(at: url))\n")
        }
    }

    /// `ergometer token rotate`
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new token; the old one, and browsers that signed in with it, are locked out.",
            discussion: """
                A running server is told with SIGHUP, and has locked the old one out when this command succeeds. All \
                connections end; commands that run go on.
                """)

        @OptionGroup var directory: Directory

        @Flag(help: "The token of viewers instead of the owner's.")
        var viewer = false

        @Flag(help: "The token for /metrics instead of the owner's.")
        var metrics = false

        func validate() throws {
            guard !viewer || !metrics else { throw ValidationError("--viewer or --metrics: one at a time") }
        }

        func run() throws {
            let role: HTTPRole = viewer ? .viewer : metrics ? .scraper : .owner
            let file = TokenFile(of: role, in: directory.path)
            let token = try file.replace()
            StandardStream.output.write("new token: \(file.path)\n")
            try tell(token, as: role)
        }

        /// Between two looks at what the server says of itself, in milliseconds, and how many looks there are.
        private static let lookInterval: Int32 = 20
        private static let looks = 250

        /// Waits until whoever holds the directory takes the token. A server that starts, or starts again, reads it then,
        /// but may have read the old one a moment ago: nothing is over while somebody holds the directory.
        private func tell(_ token: AccessToken, as role: HTTPRole) throws {
            var told: pid_t?
            for _ in 0..<Self.looks {
                if let server = ServerNotice(in: directory.path) {
                    guard let taken = server.fingerprints[role] else {
                        let pid = server.pid
                        return StandardStream.error.write(
                            "The server (pid \(pid)) was not started to take this token.\n")
                    }
                    if taken == token.fingerprint { return }
                    if told != server.pid, kill(server.pid, SIGHUP) != 0 {
                        throw Self.unheard(server.pid, String(cString: strerror(errno)))
                    }
                    told = server.pid
                } else if !DataDirectoryLock.isHeld(in: directory.path) {
                    if told == nil { StandardStream.error.write("No server runs on \(directory.path).\n") }
                    return
                }
                poll(nil, 0, Self.lookInterval)
            }
            throw Self.unheard(told, "it has not said for 5 s that it took the new one, and its log may say why")
        }

        /// - Parameter pid: nil where a server holds the directory that could not be found: of a container, say.
        private static func unheard(_ pid: pid_t?, _ reason: String) -> UserFacingError {
            let server = pid.map { "the server (pid \($0))" } ?? "the server that holds the directory"
            return UserFacingError(
                "the old token still opens \(server): \(reason). Send it SIGHUP, or start it again")
        }
    }
}
