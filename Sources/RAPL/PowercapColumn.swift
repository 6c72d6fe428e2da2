import LinuxSystem
import Measurement
import SystemPackage

/// One powercap zone that is read again and again, and the column it fills.
struct PowercapColumn {
    let column: Int
    private(set) var counter: PowercapCounter
    /// nil once the zone is gone.
    private var file: PseudoFile?

    /// Opens `energy_uj` of the zone at `path`; a zone that cannot be opened is gone from the start.
    init(column: Int, path: String, maximumMicrojoules: UInt64?) {
        self.column = column
        counter = PowercapCounter(maximum: maximumMicrojoules)
        file = try? PseudoFile(path: "\(path)/energy_uj", capacity: 64)
    }

    var isGone: Bool { file == nil }

    /// Reads the zone.
    mutating func read(at instant: MonotonicInstant) -> ColumnReading {
        guard let file else { return .gone }
        do throws(Errno) {
            guard let raw = try file.read({ try? ByteParser.decimal($0) }) else { return unreadable(file) }
            if counter.isUnmoved(by: raw), file.isUnlinked { return end() }
            return .value(counter.advance(to: raw, at: instant))
        } catch {
            return error.meansGone ? end() : .failed
        }
    }

    private mutating func unreadable(_ file: PseudoFile) -> ColumnReading {
        file.isUnlinked ? end() : .failed
    }

    private mutating func end() -> ColumnReading {
        file = nil
        return .vanished
    }
}

/// What reading one column came to.
enum ColumnReading {
    case value(Int64)
    /// Not this time.
    case failed
    /// It has just gone, for good.
    case vanished
    /// It went earlier.
    case gone
}

extension Errno {
    /// Whether the object behind an open file of sysfs or procfs is no more.
    var meansGone: Bool {
        [.operationNotSupportedByDevice, .noSuchAddressOrDevice, .noSuchFileOrDirectory, .noSuchProcess].contains(self)
    }
}
