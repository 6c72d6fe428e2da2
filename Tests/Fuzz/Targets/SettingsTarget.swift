@testable import Application

/// The file of `serve --config`.
@Sendable func fuzzSettings(_ bytes: [UInt8]) {
    guard let settings = try? SettingsFile.parse(String(decoding: bytes, as: UTF8.self), path: "settings") else {
        return
    }
    precondition(settings.keys.allSatisfy { ServeOption.all[$0] != nil }, "an unknown option was accepted")
}
