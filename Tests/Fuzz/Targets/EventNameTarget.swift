import TestSupport

@testable import PerfEvents

/// The names in `events`, on a machine with the PMUs of an Intel server.
@Sendable func fuzzEventName(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let events = try? Machine.resolver.resolve(text) else { return }
    precondition(!events.isEmpty, "a name stands for no event")
    for event in events {
        precondition(
            event.metric.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ";") },
            "a metric's name is not fit for a cell")
    }
}

private enum Machine {
    private static let directory = try! TemporaryDirectory()
    private static let tree = try! SysfsTree(CapturedTree.serverPMUs, in: directory)
    /// Without names from outside the project: what is tried here is our own reading.
    static let resolver = PerfEventResolver(
        pmus: PMUDirectory(sysfsRoot: tree.root, isLive: true), tracefs: Tracefs(procRoot: tree.root),
        models: ModelEventNames(path: "/nonexistent"))
}
