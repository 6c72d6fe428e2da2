import Glibc
import LinuxSystem
import Measurement
import Synchronization

/// A thread that calls a function about every millisecond, by absolute deadlines; ahead of others where it may be, so
/// that a simulated machine keeps its time on a loaded one.
final class LiveDriver: Sendable {
    private let thread = Mutex<NamedThread?>(nil)
    private let isStopping = Atomic(false)
    private static let period = Duration.milliseconds(1)

    /// Starts the thread; it must not run yet.
    ///
    /// - Parameter step: gets the time since it was called before, or since now.
    func start(_ step: @escaping @Sendable (_ elapsed: Duration) -> Void) {
        thread.withLock { thread in
            precondition(thread == nil, "a simulated machine is started once at a time")
            isStopping.store(false, ordering: .relaxed)
            do {
                thread = try NamedThread(name: "simulation") { [self] in run(step) }
            } catch {
                preconditionFailure("cannot start the thread of a simulated machine: \(error)")
            }
        }
    }

    /// Ends the thread and waits for its end; nothing happens when none runs.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        thread.withLock { $0.take() }?.join()
    }

    private func run(_ step: (_ elapsed: Duration) -> Void) {
        _ = SchedulingPolicy.raiseCallingThread()
        guard let timer = try? DeadlineTimer() else { return }
        var last = MonotonicInstant.now
        var deadline = last
        while !isStopping.load(ordering: .relaxed) {
            let now = MonotonicInstant.now
            step(now - last)
            last = now
            deadline = deadline.advanced(by: Self.period)
            timer.arm(at: deadline)
            timer.wait()
        }
    }
}
