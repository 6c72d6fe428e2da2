/// A RAPL domain of a ``SimulatedMachine``.
package struct SimulatedZone: Sendable {
    /// `package-0`, `package-0-die-1`, `psys`, or a part behind its package: `package-0/core`.
    package let name: String
    /// What it draws all of the time.
    package let microwatts: UInt64
    /// What it draws on top for each CPU that is busy: µJ per second of CPU time.
    package let microwattsPerBusyCPU: UInt64
    /// `max_energy_range_uj`; the counter goes from there to 0.
    package let rangeMicrojoules: UInt64
    package let startMicrojoules: UInt64

    /// The range that is preset is that of most Intel processors.
    package init(
        _ name: String, watts: Double, wattsPerBusyCPU: Double = 0, rangeMicrojoules: UInt64 = 262_143_328_850,
        startMicrojoules: UInt64 = 0
    ) {
        self.name = name
        self.microwatts = UInt64((watts * 1e6).rounded())
        self.microwattsPerBusyCPU = UInt64((wattsPerBusyCPU * 1e6).rounded())
        self.rangeMicrojoules = rangeMicrojoules
        self.startMicrojoules = startMicrojoules
    }

    /// The package that it is, or is a part of; nil for psys, which depends on all CPUs.
    package var package: Int? {
        let digits = name.split(separator: "/")[0].split(separator: "-")
        return digits.count > 1 && digits[0] == "package" ? Int(digits[1]) : nil
    }

    /// The names of the entries in `class/powercap` that belong to zones, in the same order.
    static func entries(for zones: [SimulatedZone]) -> [String] {
        var top: [String: Int] = [:]
        var children: [String: Int] = [:]
        return zones.map { zone in
            let parts = zone.name.split(separator: "/").map { String($0) }
            let number = top[parts[0], default: top.count]
            top[parts[0]] = number
            guard parts.count > 1 else { return "intel-rapl:\(number)" }
            defer { children[parts[0], default: 0] += 1 }
            return "intel-rapl:\(number):\(children[parts[0], default: 0])"
        }
    }
}
