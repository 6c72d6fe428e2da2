import CLinux
import Runs

/// What a program of ours does before it opens anything or starts a thread.
package enum OwnProcess {
    /// Notes what it has inherited, takes the capabilities it may have, and blocks the signals that are waited for.
    ///
    /// - Parameters:
    ///   - signals: what is waited for besides the signals that every command waits for.
    ///   - wanted: come also where they are ignored.
    package static func begin(handling signals: [Int32] = [], wanted: [Int32] = []) {
        StandardStream.reserveClosed()
        _ = InheritedLimits.atStart
        // Before any thread: each begins with those of its maker.
        _ = ergo_use_permitted_capabilities()
        // Signals are waited for, on the main thread; every other thread inherits that they are blocked.
        HandledSignals.block(signals, wanted: wanted)
    }
}

extension InheritedLimits {
    /// Of this process before it changed anything: it is taken at the first use, which is the program's first step.
    package static let atStart = ofThisProcess()
}
