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
