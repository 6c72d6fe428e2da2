import Foundation
import Glibc
import Runs
import Testing

@testable import Storage

@Suite struct DataDirectoryTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("A second server on the same directory is refused, and may have it afterwards")
    func secondServer() throws {
        do {
            let first = try RunDatabase(directory: directory.path)
            let error = #expect(throws: StorageError.self) { try RunDatabase(directory: directory.path) }
            #expect(error?.code == .locked)
            #expect(error?.message.contains(directory.path) == true)
            try first.commit([.save(sampleRun())])
        }
        #expect(try RunDatabase(directory: directory.path).runs().runs.count == 1)
    }

    @Test("The lock is waited for, for a command that is about to be executed may have it")
    func lockWait() throws {
        let lock = open("\(directory.path)/lock", O_RDWR | O_CREAT, 0o600)
        #expect(flock(lock, LOCK_EX) == 0)
        var attempts = 0
        let data = try DataDirectory(path: directory.path) {
            attempts += 1
            if attempts == 3 { flock(lock, LOCK_UN) }
        }
        #expect(attempts == 3)
        #expect(flock(lock, LOCK_EX | LOCK_NB) != 0, "it is held")
        _ = consume data
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0, "and given back")
        close(lock)
    }

    @Test("Who never gets the lock is refused after a while")
    func lockRefused() throws {
        let lock = open("\(directory.path)/lock", O_RDWR | O_CREAT, 0o600)
        #expect(flock(lock, LOCK_EX) == 0)
        var attempts = 0
        let error = code { _ = try DataDirectory(path: directory.path) { attempts += 1 } }
        #expect(error == .locked && attempts == 100)
        close(lock)
    }

    @Test("A file that is no database is refused and left as it is")
    func noDatabase() throws {
        let text = String(repeating: "This is no database. ", count: 100)
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path + "/runs.sqlite"))
        let error = #expect(throws: StorageError.self) { try RunDatabase(directory: directory.path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(directory.path) == true)
        #expect(try String(contentsOfFile: directory.path + "/runs.sqlite", encoding: .utf8) == text)
    }

    @Test("A path through a file is an error that names it")
    func throughFile() throws {
        try Data().write(to: URL(fileURLWithPath: directory.path + "/file"))
        let error = #expect(throws: StorageError.self) { try RunDatabase(directory: directory.path + "/file/data") }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("/file/data") == true)
    }

    @Test("What others may write is closed to them; a link is refused")
    func otherWriters() throws {
        let (data, output) = ("\(directory.path)/data", "\(directory.path)/data/output")
        for path in [data, output] {
            mkdir(path, 0o700)
            chmod(path, 0o777)
        }
        _ = try DataDirectory(path: data)
        for path in [data, output] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
        }
        rmdir(output)
        symlink("\(directory.path)/nothing", output)
        #expect(code { _ = try DataDirectory(path: data) } == .notPermitted, "where nothing is yet, too")
    }

    @Test(
        "When the disk is full the database stays readable, and works again once there is space",
        .enabled(if: getuid() == 0, "a small file system can only be mounted by root"))
    func diskFull() throws {
        let disk = try SmallDisk(at: directory.path)
        let database = try RunDatabase(directory: disk.path + "/data")
        let run = runningRun()
        try database.commit([.save(run)])
        let ballast = disk.path + "/ballast"
        #expect(FileManager.default.createFile(atPath: ballast, contents: Data(count: 300_000)))

        let block = randomBlock(rows: 100, columns: 9)
        var stored = 0
        let failed = code {
            for _ in 0..<1000 {
                try database.commit([.append(block, to: run.id)])
                stored += 1
            }
        }
        #expect(failed == .diskFull)
        #expect(stored > 0)
        #expect(code { try database.probe() } == .diskFull)
        #expect(try database.chunkOrdinals(of: run.id).count == stored)

        #expect(unlink(ballast) == 0)
        try database.probe()
        try database.commit([.append(block, to: run.id)])
        #expect(try database.chunkOrdinals(of: run.id).count == stored + 1)
        try database.close()
    }

    @Test(
        "A file system that cannot be written is an error that says so",
        .enabled(if: getuid() == 0, "a small file system can only be mounted by root"))
    func readOnly() throws {
        let disk = try SmallDisk(at: directory.path)
        try disk.makeReadOnly()
        #expect(code { _ = try RunDatabase(directory: disk.path + "/data") } == .readOnly)
        #expect(code { _ = try RunDatabase(directory: disk.path) } == .readOnly)
    }
}

/// A file system of one megabyte in memory, as long as a test lasts.
private final class SmallDisk {
    let path: String

    init(at path: String) throws {
        self.path = path
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0, "mount: \(String(cString: strerror(errno)))")
    }

    func makeReadOnly() throws {
        try #require(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=1m") == 0)
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}
