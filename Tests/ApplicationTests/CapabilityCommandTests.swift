import Foundation
import Glibc
import TestSupport
import Testing

/// `ergometer doctor` and `ergometer events`, as several users.
@Suite struct CapabilityCommandTests {
    /// Who asks: a prefix of the command line.
    private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    private static let perfmon = nobody + ["--inh-caps=+perfmon", "--ambient-caps=+perfmon"]

    private static let canBecomeNobody = getuid() == 0 && Tool.find("setpriv") != nil
    private static let paranoid =
        (try? String(contentsOfFile: "/proc/sys/kernel/perf_event_paranoid", encoding: .utf8))
        .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0
    private static let canMount =
        getuid() == 0
        && (try? Tool.run("unshare", ["-m", "mount", "-t", "tracefs", "nodev", "/sys/kernel/tracing"]))?.status == 0

    private func ergometer(_ arguments: [String], as user: [String] = []) throws -> Tool {
        let command = user + [Tool.built("ergometer")] + arguments
        return try Tool.run(command[0], Array(command.dropFirst()))
    }

    /// Status by name of an array in the document.
    private func status(of list: String, _ name: String, as user: [String] = []) throws -> [String: [String: Any]] {
        let tool = try ergometer(["doctor", "--json"], as: user)
        let json = try JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any]
        let items = try #require(json?[list] as? [[String: Any]])
        return Dictionary(items.map { ($0[name] as? String ?? "", $0) }) { first, _ in first }
    }

    @Test func `doctor speaks of everything that is measured with`() throws {
        let tool = try ergometer(["doctor"])
        for word in ["perf_event", "rapl", "sampler", "cgroup", "tracefs", "libpfm4", "tracepoint", "hardware"] {
            #expect(tool.output.contains("  \(word) "), "\(word)")
        }
        #expect(tool.errors == "")
        // The lines fit a terminal.
        #expect(tool.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `nothing is unavailable without a reason`() throws {
        for (list, name) in [("backends", "name"), ("event_families", "family"), ("events", "name")] {
            for (item, fields) in try status(of: list, name) {
                let status = try #require(fields["status"] as? String)
                #expect((status == "available") == (fields["reason"] == nil), "\(item)")
            }
        }
    }

    @Test(.enabled(if: canBecomeNobody && paranoid == 2, "needs root, setpriv and perf_event_paranoid 2"))
    func `a user without capabilities counts user mode, and is told what would help`() throws {
        let events = try status(of: "events", "name", as: Self.nobody)
        #expect(events["TASK_CLOCK"]?["status"] as? String == "available")
        #expect(events["PAGE_FAULTS"]?["status"] as? String == "limited")
        #expect((events["PAGE_FAULTS"]?["reason"] as? String)?.contains("kernel.perf_event_paranoid is 2") == true)
        #expect(events["CONTEXT_SWITCHES"]?["status"] as? String == "unavailable")
        #expect((events["CONTEXT_SWITCHES"]?["remedy"] as? String)?.contains("CAP_PERFMON") == true)
        if !LiveMachine.hasHardwareCounters {
            #expect(events["CPU_CYCLES"]?["reason"] as? String == "this machine has no hardware counters")
        }
        let backends = try status(of: "backends", "name", as: Self.nobody)
        #expect(backends["sampler"]?["detail"] as? String == "SCHED_OTHER")
        #expect((backends["sampler"]?["remedy"] as? String)?.contains("CAP_SYS_NICE") == true)
        #expect(try ergometer(["doctor"], as: Self.nobody).status == 0)
    }

    @Test(.enabled(if: canBecomeNobody && paranoid == 2, "needs root, setpriv and perf_event_paranoid 2"))
    func `CAP_PERFMON alone counts the kernel too`() throws {
        let events = try status(of: "events", "name", as: Self.perfmon)
        #expect(events["PAGE_FAULTS"]?["status"] as? String == "available")
        #expect(events["CONTEXT_SWITCHES"]?["status"] as? String == "available")
        let backends = try status(of: "backends", "name", as: Self.perfmon)
        #expect(backends["perf_event"]?["status"] as? String == "available")
        #expect(backends["tracefs"]?["status"] as? String == "unavailable")
    }

    @Test(.enabled(if: canMount, "needs root, and a mount namespace of its own for tracefs"))
    func `tracepoints are counted and listed where tracefs can be read`() throws {
        let script = """
            mount -t tracefs nodev /sys/kernel/tracing &&
            \(Tool.built("ergometer")) events sched:sched_sw && \(Tool.built("ergometer")) exec --output - \
            --events cs,sched:sched_switch,syscalls:sys_enter_clock_nanosleep \(Tool.built("workload")) switches 100
            """
        let tool = try Tool.run("unshare", ["-m", "sh", "-c", script])
        #expect(tool.output.contains("  sched:sched_switch\n"))
        let header = try #require(tool.output.range(of: "metric;"))
        let rows = CSVRows.parse(String(tool.output[header.lowerBound...]))
        #expect(CSVRows.sum("perf_tracepoint_syscalls_sys_enter_clock_nanosleep", in: rows) == 100)
        let switches = CSVRows.sum("perf_software_CONTEXT_SWITCHES", in: rows)
        #expect(switches > 0 && CSVRows.sum("perf_tracepoint_sched_sched_switch", in: rows) == switches)
    }

    /// Where a function begins in the file of a program.
    private func fileOffset(of symbol: String, in program: String) throws -> Int {
        let symbols = try Tool.run("nm", [program]).output.split(separator: "\n")
        let sections = try Tool.run("readelf", ["-SW", program]).output.split(separator: "\n")
        let address = try #require(symbols.first { $0.hasSuffix(" \(symbol)") }?.split(separator: " ").first)
        let text = try #require(sections.first { $0.contains(" .text ") }?.split(separator: " ").drop { $0 != ".text" })
        let numbers = [address, text[text.startIndex + 2], text[text.startIndex + 3]].compactMap { Int($0, radix: 16) }
        try #require(numbers.count == 3)
        return numbers[0] - numbers[1] + numbers[2]
    }

    /// From Linux 6.12 on; before, a shell that has had a child may lose its probes.
    private static let keepsTasksFromSwapping: Bool = {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 12)
    }()

    /// Through its number in tracefs: an inherited event of the `uprobe` PMU would make the forks fail.
    @Test(
        .enabled(
            if: canMount && Tool.find("nm") != nil && Tool.find("readelf") != nil, "needs root, tracefs and binutils"))
    func `a probe in the program is counted in it and in its children, which it can fork`() throws {
        // The last ones begin when the thread that has launched them has long ended, which once took probes out.
        let rounds = Self.keepsTasksFromSwapping ? 8 : 0
        let workload = Tool.built("workload")
        let touch = try fileOffset(of: "touch", in: workload)
        let probe = "ergometer_\(getpid())"
        let script = """
            mount -t tracefs nodev /sys/kernel/tracing && cd /sys/kernel/tracing || exit 9
            echo 'p:\(probe)/touch \(workload):\(touch)' >> uprobe_events || exit 9
            measure() {
                \(Tool.built("ergometer")) exec --interval 1h --output - --events \(probe):touch "$@"
            }
            for place in main child grandchild; do measure \(workload) pages 10 $place; done
            for round in $(seq \(rounds)); do measure sh -c 'sleep 0.2; exec \(workload) pages 10 main'; done
            echo '-:\(probe)/touch' >> uprobe_events
            """
        let tool = try Tool.run("unshare", ["-m", "sh", "-c", script])
        let rows = tool.output.split(separator: "\n").filter { $0.hasPrefix("perf_tracepoint_\(probe)_touch;") }
        #expect(tool.errors.components(separatedBy: "exited with code 0").count == 1 + 3 + rounds, "\(tool.errors)")
        let counts = rows.map { String($0.split(separator: ";", omittingEmptySubsequences: false)[2]) }
        #expect(counts == Array(repeating: "1", count: 3 + rounds))
    }

    @Test func `events are found by a part of their name, perf's included`() throws {
        let tool = try ergometer(["events", "LLC-LOAD-m"])
        #expect(tool.status == 0)
        #expect(tool.output.contains("  LL_READ_MISS "))
        #expect(!tool.output.contains("PAGE_FAULTS"))
        #expect(try ergometer(["events", "no such event"]).status == 1)
        let json = try ergometer(["events", "--json", "page-faults-m"])
        #expect(json.output.contains("\"events\" : [") && !json.output.contains("PAGE_FAULTS"))
        #expect(try ergometer(["events", "--json", "PAGE_FAULTS"]).output.contains("perf_software_PAGE_FAULTS_MAJ"))
    }

    @Test func `the server and the terminal give the same answer`() throws {
        let directory = try TemporaryDirectory()
        let server = try RunningServer(in: directory)
        #expect(try server.curl("/capabilities", authorized: false).status == 401)
        let served = try server.curl("/capabilities").json
        let tool = try ergometer(["doctor", "--json"])
        let said = try JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any]
        for key in ["events", "event_families", "machine"] {
            #expect(served[key] as? NSObject == said?[key] as? NSObject, "\(key)")
        }
    }
}
