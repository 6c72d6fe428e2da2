import API
import Glibc
import HTTPServer
import Logging

/// Who gets in: the tokens in the data directory, and what is made of them.
final class Doorkeeper: Sendable {
    let policy: AccessPolicy
    private let directory: String
    private let roles: [HTTPRole]
    private let keys: AccessKeys
    private let logger: Logger

    /// Reads the tokens that are wanted, and makes those that are missing.
    init(_ options: ServeCommand, _ plan: ListenPlan, directory: String, logger: Logger) throws {
        roles = [.owner] + (options.viewerToken ? [.viewer] : []) + (options.metricsToken ? [.scraper] : [])
        keys = AccessKeys(try Self.tokens(of: roles, in: directory))
        policy = AccessPolicy(
            keys: keys,
            hosts: HostList(names: options.allowedHost, takesAnyAddress: options.insecureRemote || plan.isRemote),
            isSecure: plan.certificateFiles != nil,
            owners: [0, geteuid()],
            wrongTokens: WrongTokens { address in
                logger.warning("more than \(WrongTokens.maximumPerAddress) wrong tokens in a minute from \(address)")
            })
        self.directory = directory
        self.logger = logger
    }

    private static func tokens(of roles: [HTTPRole], in directory: String) throws -> [HTTPRole: AccessToken] {
        Dictionary(uniqueKeysWithValues: try roles.map { ($0, try TokenFile(of: $0, in: directory).load()) })
    }

    /// Reads the tokens again. If that fails those before stay good, and the log says so.
    ///
    /// - Returns: whether one is another than before.
    func takesOtherTokens() -> Bool {
        do {
            let before = keys.fingerprints
            keys.replace(try Self.tokens(of: roles, in: directory))
            let areOthers = keys.fingerprints != before
            logger.notice("the tokens have been read again\(areOthers ? ": those before open nothing any more" : "")")
            return areOthers
        } catch {
            logger.error("the tokens are what they were: \(error)")
            return false
        }
    }

    /// Of the tokens that are good now.
    var fingerprints: [HTTPRole: String] { keys.fingerprints }

    var tokenPath: String { TokenFile(of: .owner, in: directory).path }

    func signInLink(at url: String) -> String {
        (try? TokenFile(of: .owner, in: directory).read())?.signInLink(at: url) ?? url
    }
}
