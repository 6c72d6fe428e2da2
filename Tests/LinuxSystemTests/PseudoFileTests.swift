import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct PseudoFileTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree("file value = 1", in: directory)
    }

    private var path: String { "\(tree.root)/value" }

    private func text(_ file: PseudoFile) throws -> String {
        try file.read { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }

    @Test("each reading begins at the start and shows what the file holds now")
    func rereads() throws {
        let file = try PseudoFile(path: path)
        #expect(try text(file) == "1\n")
        try tree.write("22\n", to: "value")
        #expect(try text(file) == "22\n")
        try tree.write("", to: "value")
        #expect(try text(file) == "")
    }

    @Test("a file longer than the buffer is read as a whole", arguments: [1, 7, 8, 9, 16, 4096])
    func grows(capacity: Int) throws {
        try tree.write("0123456789abcdef", to: "value")
        let file = try PseudoFile(path: path, capacity: capacity)
        #expect(try text(file) == "0123456789abcdef")
        #expect(try text(file) == "0123456789abcdef")
    }

    @Test("a file of the kernel is read again and again")
    func kernelFile() throws {
        let file = try PseudoFile(path: "/proc/self/stat", capacity: 16)
        for _ in 0..<3 { #expect(try text(file).hasSuffix("\n")) }
    }

    @Test("opening and reading fail with the system's answer")
    func fails() throws {
        #expect(throws: Errno.noSuchFileOrDirectory) { try PseudoFile(path: "\(tree.root)/absent") }
        #expect(throws: Errno.isDirectory) { try PseudoFile(path: tree.root).read { $0.count } }
        #expect(throws: Errno.noSuchFileOrDirectory) { try PseudoFile.readText("\(tree.root)/absent") }
        #expect(throws: Errno.isDirectory) { try PseudoFile.readText(tree.root) }
        #expect(throws: Errno.noSuchFileOrDirectory) { try PseudoDirectory.names(in: "\(tree.root)/absent") }
        #expect(throws: Errno.notDirectory) { try PseudoDirectory.names(in: path) }
    }

    @Test("a deleted file is known as such, and still answers")
    func unlinked() throws {
        let file = try PseudoFile(path: path)
        #expect(!file.isUnlinked)
        tree.remove("value")
        #expect(file.isUnlinked)
        #expect(try text(file) == "1\n")
    }

    @Test(
        "text comes without white space at its ends",
        arguments: [("", ""), (" \n", ""), ("a", "a"), ("\n a b \n", "a b"), ("\u{FF}", "\u{FF}")])
    func trims(content: String, text: String) throws {
        try tree.write(content, to: "value")
        #expect(try PseudoFile.readText(path) == text)
    }

    @Test("text of any length is read to its end")
    func longText() throws {
        let long = String(repeating: "0123456789", count: 2_000)
        try tree.write(long, to: "value")
        #expect(try PseudoFile.readText(path) == long)
    }

    @Test("names of a directory are sorted and complete")
    func names() throws {
        try tree.write("", to: "b/x")
        try tree.write("", to: ".hidden")
        #expect(try PseudoDirectory.names(in: tree.root) == [".hidden", "b", "value"])
    }
}
