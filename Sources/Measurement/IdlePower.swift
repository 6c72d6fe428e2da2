/// What a RAPL domain draws while nobody uses the machine, in watts.
///
/// Lies when the machine was not as idle as it looked: devices that work without a CPU, a governor that has not come to
/// rest, a package that was warmer then than it is now.
package struct IdlePower: Sendable, Codable, Hashable {
    package let watts: Double
    package let origin: Origin

    package init(watts: Double, origin: Origin) {
        self.watts = watts
        self.origin = origin
    }

    package enum Origin: Sendable, Codable, Hashable {
        /// A low percentile of so many quiet seconds; the newest of them was so long ago.
        case learned(windows: Int, age: Duration)
        /// The mean of so long a time just before the run, in which the CPUs were busy for that share, 0…1.
        case measured(over: Duration, busyShare: Double)
    }
}
