import Foundation
import Testing

/// Every input that ever mattered is tried again: what a fuzzer found once stays found.
@Suite(.serialized) struct FuzzCorpusTests {
    static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "corpus")

    @Test("All inputs of the corpus are answered or refused", arguments: FuzzTarget.all.map(\.name))
    func corpus(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appending(path: name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { target.run([UInt8](try Data(contentsOf: file))) }
    }

    @Test("Each input is tried with every target too: a parser is not choosy about where bytes come from")
    func everything() throws {
        for target in FuzzTarget.all {
            let files = try FileManager.default.subpathsOfDirectory(atPath: Self.corpus.path)
            for file in files {
                guard let data = try? Data(contentsOf: Self.corpus.appending(path: file)) else { continue }
                target.run([UInt8](data))
            }
        }
    }
}
