/// What `epoll` says is readable: tags that the supervisor gave its descriptors.
enum SupervisorTag {
    static let wakeUp: UInt64 = 0
    static let orphan: UInt64 = 1
    static let firstRun: UInt64 = 2 * tagsPerRun
    /// A run's own tag stands for its pidfd, and the next two for its output.
    static let tagsPerRun: UInt64 = 4

    static func isProcess(_ tag: UInt64) -> Bool { tag >= firstRun && tag % tagsPerRun == 0 }

    static func isStream(_ tag: UInt64) -> Bool { tag >= firstRun && tag % tagsPerRun != 0 }

    static func ofStream(_ stream: Int, of run: UInt64) -> UInt64 { run + 1 + UInt64(stream) }

    static func parts(ofStream tag: UInt64) -> (run: UInt64, stream: Int) {
        (tag - tag % tagsPerRun, Int(tag % tagsPerRun) - 1)
    }
}
