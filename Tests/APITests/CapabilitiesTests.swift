import Foundation
import HTTPServer
import Measurement
import PerfEvents
import Testing

@testable import API

@Suite struct CapabilitiesTests {
    private static let capabilities = Capabilities(
        machine: MachineDescription(kernel: "6.18", architecture: "x86_64", isVirtual: true),
        backends: [
            Capability(
                name: "sampler", purpose: "Reads.", detail: "SCHED_OTHER",
                availability: .limited(Obstacle("late", remedy: "a right"))),
            Capability(name: "tracefs", purpose: "Names.", availability: .unavailable(Obstacle("not there"))),
        ],
        domains: [
            DomainCapability(domain: "package", package: 0, die: nil, interface: "powercap", availability: .available)
        ],
        families: [EventFamilyCapability(family: .raw, count: nil, availability: .available)],
        events: [
            EventCapability(
                name: "TASK_CLOCK", aliases: ["clock"], family: .software,
                metric: Metric(name: "perf_software_TASK_CLOCK", unit: .nanoseconds), summary: "Time.",
                availability: .available)
        ])

    private func document(_ json: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    }

    @Test func `what is in the way has a reason, and a remedy where there is one`() throws {
        let document = try document(CapabilitiesDocument.json(of: Self.capabilities))
        let backends = try #require(document["backends"] as? [[String: Any]])
        #expect(
            backends[0] as NSDictionary == [
                "name": "sampler", "description": "Reads.", "detail": "SCHED_OTHER", "status": "limited",
                "reason": "late", "remedy": "a right",
            ])
        #expect(
            backends[1] as NSDictionary == [
                "name": "tracefs", "description": "Names.", "status": "unavailable", "reason": "not there",
            ])
    }

    @Test func `events and domains have what a client asks for them by`() throws {
        let document = try document(CapabilitiesDocument.json(of: Self.capabilities))
        #expect(
            (document["domains"] as? [[String: Any]])?.first as NSDictionary? == [
                "domain": "package", "package": 0, "interface": "powercap", "status": "available",
            ])
        #expect(
            (document["events"] as? [[String: Any]])?.first as NSDictionary? == [
                "name": "TASK_CLOCK", "aliases": ["clock"], "family": "software", "unit": "ns",
                "metric": "perf_software_TASK_CLOCK", "description": "Time.", "status": "available",
            ])
        #expect((document["event_families"] as? [[String: Any]])?.first?["metric"] as? String == "perf_raw_r<HEX>")
        #expect(document["machine"] as? NSDictionary == ["kernel": "6.18", "architecture": "x86_64", "virtual": true])
    }

    @Test func `the route answers, and takes no parameter`() throws {
        let test = try TestAPI()
        let (response, text) = try test.get("/capabilities")
        #expect(response.status == .ok)
        #expect(try document([UInt8](text.utf8))["events"] != nil)
        #expect(throws: HTTPProblem.self) { try test.get("/capabilities", query: [("verbose", "1")]) }
    }
}
