/// Trees as machines of several kinds show them, as texts for ``SysfsTree``.
///
/// Names, ranges and layout are those of the kernel; the energies are made up so that each is recognised.
package enum CapturedTree {
    /// A desktop with one Intel processor.
    package static let singleSocket = """
        cpu 0 package 0 die 0
        cpu 1 package 0 die 0
        zone intel-rapl:0 package-0 range 262143328850 energy 41234567890
        zone intel-rapl:0:0 core range 262143328850 energy 20000000001
        zone intel-rapl:0:1 uncore range 262143328850 energy 300000002
        zone intel-rapl:0:2 dram range 65712999613 energy 4000000003
        """

    /// A server with two Intel processors.
    package static let dualSocket = """
        cpu 0 package 0 die 0
        cpu 1 package 1 die 0
        zone intel-rapl:0 package-1 range 262143328850 energy 1000
        zone intel-rapl:0:0 dram range 65712999613 energy 1001
        zone intel-rapl:1 package-0 range 262143328850 energy 2000
        zone intel-rapl:1:0 dram range 65712999613 energy 2001
        """

    /// Cascade Lake-AP: two dies in a package, each with counters of its own.
    package static let multiDie = """
        cpu 0 package 0 die 0
        cpu 1 package 0 die 1
        zone intel-rapl:0 package-0-die-0 range 262143328850 energy 100
        zone intel-rapl:0:0 dram range 65712999613 energy 101
        zone intel-rapl:1 package-0-die-1 range 262143328850 energy 200
        zone intel-rapl:1:0 dram range 65712999613 energy 201
        """

    /// A laptop with psys and graphics, and the copy of its package counter in memory-mapped registers.
    package static let client = """
        cpu 0 package 0 die 0
        zone intel-rapl:0 package-0 range 262143328850 energy 11
        zone intel-rapl:0:0 core range 262143328850 energy 12
        zone intel-rapl:0:1 uncore range 262143328850 energy 13
        zone intel-rapl:1 psys range 262143328850 energy 14
        zone intel-rapl-mmio:0 package-0 range 262143328850 energy 15
        """

    /// AMD: the driver, the names and the interface are Intel's, and `core` is that of one core.
    package static let amd = """
        file devices/system/cpu/modalias = cpu:type:x86,ven0002fam0019mod0061:feature:,0000,0001
        cpu 0 package 0 die 0
        zone intel-rapl:0 package-0 range 65532610987 energy 31
        zone intel-rapl:0:0 core range 65532610987 energy 32
        """

    /// The PMUs of an AMD server with two packages of two cores, two CPUs each (Linux 6.14).
    package static let powerCorePMU = """
        file devices/system/cpu/modalias = cpu:type:x86,ven0002fam0019mod0011:feature:,0000,0001
        cpu 0 package 0 die 0
        cpu 1 package 0 die 0
        cpu 2 package 1 die 0
        cpu 3 package 1 die 0
        file bus/event_source/devices/power/type = 21
        file bus/event_source/devices/power/cpumask = 0,2
        file bus/event_source/devices/power/events/energy-pkg = event=0x02
        file bus/event_source/devices/power/events/energy-pkg.scale = 2.3283064365386962890625e-10
        file bus/event_source/devices/power/events/energy-pkg.unit = Joules
        file bus/event_source/devices/power_core/type = 22
        file bus/event_source/devices/power_core/cpumask = 0-3
        file bus/event_source/devices/power_core/format/event = config:0-7
        file bus/event_source/devices/power_core/events/energy-core = event=0x01
        file bus/event_source/devices/power_core/events/energy-core.scale = 2.3283064365386962890625e-10
        file bus/event_source/devices/power_core/events/energy-core.unit = Joules
        """

    /// A machine whose firmware locks the MSRs and leaves the memory-mapped registers.
    package static let onlyMMIO = """
        zone intel-rapl-mmio:0 package-0 range 262143328850 energy 41
        """

    /// A server with psys on both packages, as Sapphire Rapids has it.
    package static let twoPsys = """
        zone intel-rapl:0 psys-1 range 262143328850 energy 51
        zone intel-rapl:1 psys range 262143328850 energy 52
        """

    /// Zones with one fault each, and a driver that is not RAPL.
    package static let faulty = """
        zone intel-rapl:0 package-0 range 262143328850 energy directory
        zone intel-rapl:0:0 core range 262143328850 energy 12_34
        zone intel-rapl:0:1 uncore range 262143328850 energy -
        zone intel-rapl:0:2 dram range - energy 61
        zone intel-rapl:0:3 cache range 262143328850 energy 62
        zone intel-rapl:1 - range 262143328850 energy 63
        zone intel-rapl:2 package-1 range zero energy 64
        zone dtpm:0 devfreq range 1 energy 65
        file class/powercap/intel-rapl/enabled = 1
        """

    /// The `power` PMU of a server with two packages, beside their zones.
    package static let powerPMU = """
        cpu 0 package 0 die 0
        cpu 18 package 1 die 0
        file bus/event_source/devices/power/type = 21
        file bus/event_source/devices/power/cpumask = 0,18
        file bus/event_source/devices/power/format/event = config:0-7
        file bus/event_source/devices/power/events/energy-pkg = event=0x02
        file bus/event_source/devices/power/events/energy-pkg.scale = 2.3283064365386962890625e-10
        file bus/event_source/devices/power/events/energy-pkg.unit = Joules
        file bus/event_source/devices/power/events/energy-ram = event=0x03
        file bus/event_source/devices/power/events/energy-ram.scale = 2.3283064365386962890625e-10
        file bus/event_source/devices/power/events/energy-ram.unit = Joules
        zone intel-rapl:0 package-0 range 262143328850 energy 71
        zone intel-rapl:1 package-1 range 262143328850 energy 72
        """
}
