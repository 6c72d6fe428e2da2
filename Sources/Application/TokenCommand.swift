import API
import ArgumentParser
import Glibc
import HTTPServer

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
            discussion: "A running server is told with SIGHUP. Streams end; commands that run go on.")

        @OptionGroup var directory: Directory

        @Flag(help: "The token of viewers instead of the owner's.")
        var viewer = false

        @Flag(help: "The token for /metrics instead of the owner's.")
        var metrics = false

        func validate() throws {
            guard !viewer || !metrics else { throw ValidationError("--viewer or --metrics: one at a time") }
        }

        func run() throws {
            let file = TokenFile(of: viewer ? .viewer : metrics ? .scraper : .owner, in: directory.path)
            _ = try file.replace()
            StandardStream.output.write("new token: \(file.path)\n")
            guard let server = ServerNotice(in: directory.path) else {
                StandardStream.error.write("No server was found on \(directory.path); if one runs, send it SIGHUP.\n")
                return
            }
            guard kill(server.pid, SIGHUP) == 0 else {
                throw ApplicationError(
                    "cannot tell the server (pid \(server.pid)): \(String(cString: strerror(errno))); send it SIGHUP")
            }
        }
    }
}
