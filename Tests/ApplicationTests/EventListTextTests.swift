import Testing

@testable import Execution

@Suite struct EventListTextTests {
    @Test(arguments: [
        ("a", ["a"]), ("a,b:u", ["a", "b:u"]), ("cpu/event=1,umask=2/u,faults", ["cpu/event=1,umask=2/u", "faults"]),
        ("a,,b,", ["a", "b"]), ("", []), ("msr/tsc/,cpu/config=1/", ["msr/tsc/", "cpu/config=1/"]),
    ])
    func `commas between the slashes of a PMU's event separate nothing`(text: String, names: [String]) {
        #expect(EventListText.split(text) == names)
    }
}
