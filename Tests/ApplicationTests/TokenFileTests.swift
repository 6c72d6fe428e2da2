import Glibc
import TestSupport
import Testing

@testable import API
@testable import Application

@Suite struct TokenFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a token that is there is read, and nothing is written for it`() throws {
        let file = TokenFile(of: .owner, in: directory.path)
        let made = try file.load()
        // Whatever is made or removed in a directory gives it another time.
        let longAgo = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, directory.path, longAgo, 0) == 0)
        let found = try file.load()
        #expect(found.fingerprint == made.fingerprint)
        var status = stat()
        #expect(stat(directory.path, &status) == 0)
        #expect(status.st_mtim.tv_sec == 1)
    }
}
