extension CapturedTree {
    /// PMUs of an Intel server, as far as tests ask for them; `uncore_imc_0` counts for a socket.
    package static let serverPMUs = """
        file bus/event_source/devices/cpu/type = 4
        file bus/event_source/devices/cpu/format/event = config:0-7
        file bus/event_source/devices/cpu/format/umask = config:8-15
        file bus/event_source/devices/cpu/format/edge = config:18
        file bus/event_source/devices/cpu/format/cmask = config:24-31
        file bus/event_source/devices/cpu/format/offcore_rsp = config1:0-63
        file bus/event_source/devices/cpu/format/ldlat = config1:0-15
        file bus/event_source/devices/cpu/events/instructions = event=0xc0
        file bus/event_source/devices/cpu/events/mem-loads = event=0xcd,umask=0x1,ldlat=3
        file bus/event_source/devices/cpu/events/topdown-slots-issued = event=0xe,umask=0x1
        file bus/event_source/devices/cpu/events/topdown-total-slots = event=0x3c,umask=0x0
        file bus/event_source/devices/cpu/events/topdown-total-slots.scale = 4
        file bus/event_source/devices/intel_pt/type = 8
        file bus/event_source/devices/intel_pt/format/pt = config:0
        file bus/event_source/devices/msr/type = 10
        file bus/event_source/devices/msr/format/event = config:0-63
        file bus/event_source/devices/msr/events/tsc = event=0x00
        file bus/event_source/devices/msr/events/cpu_thermal_margin = event=0x05
        file bus/event_source/devices/msr/events/cpu_thermal_margin.snapshot = 1
        file bus/event_source/devices/msr/events/cpu_thermal_margin.unit = C
        file bus/event_source/devices/power/type = 12
        file bus/event_source/devices/power/cpumask = 0,18
        file bus/event_source/devices/power/format/event = config:0-7
        file bus/event_source/devices/power/events/energy-pkg = event=0x02
        file bus/event_source/devices/software/type = 1
        file bus/event_source/devices/tracepoint/type = 2
        file bus/event_source/devices/breakpoint/type = 5
        file bus/event_source/devices/kprobe/type = 6
        file bus/event_source/devices/uprobe/type = 7
        file bus/event_source/devices/uprobe/format/retprobe = config:0
        file bus/event_source/devices/uncore_imc_0/type = 20
        file bus/event_source/devices/uncore_imc_0/cpumask = 0,18
        file bus/event_source/devices/uncore_imc_0/format/event = config:0-7
        file bus/event_source/devices/uncore_imc_0/events/cas_count_read = event=0x04,umask=0x03
        file bus/event_source/devices/uncore_imc_0/events/cas_count_read.unit = MiB
        """

    /// An Intel client with cores of two types. The performance cores have the type of raw events.
    package static let hybridPMUs = """
        file bus/event_source/devices/cpu_core/type = 4
        file bus/event_source/devices/cpu_core/cpus = 0-7
        file bus/event_source/devices/cpu_core/format/event = config:0-7
        file bus/event_source/devices/cpu_core/format/umask = config:8-15
        file bus/event_source/devices/cpu_core/events/slots = event=0x00,umask=0x4
        file bus/event_source/devices/cpu_atom/type = 10
        file bus/event_source/devices/cpu_atom/cpus = 8-15
        file bus/event_source/devices/cpu_atom/format/event = config:0-7
        file bus/event_source/devices/cpu_atom/events/mem-stores = event=0xd0,umask=0x6
        file bus/event_source/devices/cpu_atom/format/umask = config:8-15
        file bus/event_source/devices/power/type = 21
        file bus/event_source/devices/power/cpumask = 0
        """

    /// AMD: the event's number is in two places of the word.
    package static let amdPMUs = """
        file bus/event_source/devices/cpu/type = 4
        file bus/event_source/devices/cpu/format/event = config:0-7,32-35
        file bus/event_source/devices/cpu/format/umask = config:8-15
        file bus/event_source/devices/cpu/format/inv = config:23
        file bus/event_source/devices/cpu/events/cpu-cycles = event=0x76
        file bus/event_source/devices/amd_df/type = 9
        file bus/event_source/devices/amd_df/cpumask = 0
        file bus/event_source/devices/amd_l3/type = 11
        file bus/event_source/devices/amd_l3/cpumask = 0,4
        file bus/event_source/devices/power_core/type = 13
        file bus/event_source/devices/power_core/cpumask = 0-7
        """
}
