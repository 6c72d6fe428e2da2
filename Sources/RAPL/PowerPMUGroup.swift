import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Counters of the `power` PMU on one CPU that are read together: one system call, and one interrupt of that CPU.
///
/// Not thread-safe: its owner guards it.
final class PowerPMUGroup {
    /// The leader first. The kernel lets members be closed in any order.
    private let descriptors: [Int32]
    /// {nr, time_enabled, time_running, value[nr]}
    private let buffer: UnsafeMutableBufferPointer<UInt64>
    private let headerCount = 3

    /// Takes over the descriptors of a group, the leader first.
    init(owning descriptors: [Int32]) {
        self.descriptors = descriptors
        buffer = .allocate(capacity: headerCount + descriptors.count)
        buffer.initialize(repeating: 0)
    }

    deinit {
        for descriptor in descriptors { Glibc.close(descriptor) }
        buffer.deallocate()
    }

    /// Fetches the counts of all members.
    ///
    /// - Throws: what `read(2)` answers; `ioError` when the kernel gives less than the group, which is how it says
    ///   that an event is in an error state.
    func read() throws(Errno) {
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        let count = try systemCall { Glibc.read(descriptors[0], bytes.baseAddress, bytes.count) }
        guard count == bytes.count, buffer[0] == UInt64(descriptors.count) else { throw .ioError }
    }

    /// The count of a member as of the last ``read()``, in units of the event's scale.
    func count(of member: Int) -> UInt64 { buffer[headerCount + member] }
}

extension PowerPMUGroup {
    /// What came of opening some events on one CPU.
    struct Opened {
        /// Groups, each with the positions of its members in the list that was asked for.
        var groups: [(group: PowerPMUGroup, members: [Int])] = []
        /// By position, what the system answered for events that could not be opened.
        var failures: [Int: Errno] = [:]
    }

    /// Opens all events in one group, or, where the kernel refuses that, each on its own.
    static func open(type: UInt32, configs: [UInt64], cpu: Int) -> Opened {
        if let group = openTogether(type, configs, cpu) {
            return Opened(groups: [(group, Array(configs.indices))])
        }
        var opened = Opened()
        for (position, config) in configs.enumerated() {
            do throws(Errno) {
                let descriptor = try openEvent(type, config, cpu, leader: -1)
                opened.groups.append((PowerPMUGroup(owning: [descriptor]), [position]))
            } catch {
                opened.failures[position] = error
            }
        }
        return opened
    }

    private static func openTogether(_ type: UInt32, _ configs: [UInt64], _ cpu: Int) -> PowerPMUGroup? {
        var descriptors: [Int32] = []
        for config in configs {
            guard let descriptor = try? openEvent(type, config, cpu, leader: descriptors.first ?? -1) else {
                for descriptor in descriptors { Glibc.close(descriptor) }
                return nil
            }
            descriptors.append(descriptor)
        }
        return descriptors.isEmpty ? nil : PowerPMUGroup(owning: descriptors)
    }

    private static func openEvent(_ type: UInt32, _ config: UInt64, _ cpu: Int, leader: Int32) throws(Errno) -> Int32 {
        var event = ergo_perf_event()
        event.type = type
        event.config = config
        return try systemCall { ergo_perf_event_open(&event, -1, Int32(cpu), leader) }
    }
}
