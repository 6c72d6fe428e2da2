import Glibc
import LinuxSystem
import Measurement
import Synchronization

/// A machine whose energy is known: a powercap tree in a temporary directory with counters that move.
///
/// By hand: ``advance(by:)`` moves the counters and ``now``, exactly and instantly. Live: a thread moves them about
/// each millisecond by CLOCK_MONOTONIC, between ``startLive()`` and ``stop()``. Counters wrap as the kernel's do.
///
/// The real CPUs are dealt to the packages that the zones name. What a zone draws per busy CPU goes, live, with the busy
/// time of those CPUs.
package final class SimulatedMachine: Sendable {
    /// What stands in for `/sys`; hand it to `--sysfs-root` or `RAPLInventory.discover`.
    package let root: String
    private let directory: TemporaryDirectory
    private let state: Mutex<State>
    private let driver = LiveDriver()

    /// Zones of one package are listed behind it: `package-0`, `package-0/core`, `package-0/dram`.
    package init(_ zones: [SimulatedZone]) throws {
        directory = try TemporaryDirectory()
        root = directory.path
        state = Mutex(try State(zones, in: directory))
    }

    deinit { driver.stop() }

    /// The manual clock: 0 at first, moved by ``advance(by:)``.
    package var now: MonotonicInstant { state.withLock { $0.now } }

    /// Lets time pass: the clock and all counters move on.
    ///
    /// - Parameter busy: by CPU, how much of the time it was busy.
    package func advance(by duration: Duration, busy: [Int: Duration] = [:]) {
        state.withLock { $0.advance(by: duration, busy: busy) }
    }

    /// How long the CPUs of a package, nil for all of them, have been busy while the machine lived.
    package func busyTime(ofPackage package: Int?) -> Duration {
        state.withLock { $0.busyTime(ofPackage: package) }
    }

    /// Energy that a zone has truly consumed since the machine was made, in µJ.
    package func consumed(_ zone: String) -> UInt64 {
        state.withLock { $0[zone].consumedMicrojoules }
    }

    /// Waits until a zone of a machine that lives has used so much more, in joules.
    package func waitForEnergy(_ joules: Double, of zone: String) {
        let target = consumed(zone) + UInt64((joules * 1e6).rounded())
        while consumed(zone) < target { poll(nil, 0, 1) }
    }

    package func setWatts(_ watts: Double, of zone: String) {
        state.withLock { $0[zone].microwatts = UInt64((watts * 1e6).rounded()) }
    }

    package func setWattsPerBusyCPU(_ watts: Double, of zone: String) {
        state.withLock { $0[zone].microwattsPerBusyCPU = UInt64((watts * 1e6).rounded()) }
    }

    /// Sets a zone's counter back to a value, as a suspend or a reloaded driver does; ``consumed(_:)`` goes on.
    package func resetCounter(of zone: String, to microjoules: UInt64) {
        state.withLock { $0[zone].setCounter(to: microjoules) }
    }

    /// Makes a zone show something that is no number, until the next ``advance(by:)``.
    package func showGarbage(_ text: String, in zone: String) {
        state.withLock { $0[zone].file.write(text) }
    }

    /// Removes a zone from the tree, as when the last CPU of a package goes offline.
    package func remove(_ zone: String) {
        state.withLock { $0.remove(zone) }
    }

    /// Moves the counters by themselves from now on.
    package func startLive() {
        // Not retained, or the thread would keep the machine alive for ever; deinit waits for the thread's end.
        let clock = Mutex(BusyClock())
        driver.start { [machine = Unmanaged.passUnretained(self)] elapsed in
            let busy = clock.withLock { $0.advance() }
            machine._withUnsafeGuaranteedRef { $0.advance(by: elapsed, busy: busy) }
        }
    }

    /// Ends what ``startLive()`` began; the counters stand still afterwards.
    package func stop() {
        driver.stop()
    }
}
