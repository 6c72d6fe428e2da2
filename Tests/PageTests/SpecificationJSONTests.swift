import Runs
import Testing

@testable import Page

@Suite struct SpecificationJSONTests {
    @Test func `what a page would show as something else is escaped, so that a copy is the same command`() {
        let command = RunSpecification.Command.arguments(["rm", "a\u{200f}b\u{7f}", "\u{e0001}", "\u{e9}"])
        #expect(
            SpecificationJSON.text(RunSpecification(command: command))
                == #"{"command": ["rm", "a\u200fb\u007f", "\udb40\udc01", "\#u{e9}"]}"#)
    }
}
