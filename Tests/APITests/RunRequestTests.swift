import HTTPServer
import Runs
import Testing

@testable import API

@Suite struct RunRequestTests {
    private func parse(_ json: String) throws -> RunSpecification {
        try RunRequest.parse(Array(json.utf8))
    }

    /// The pointers of all faults; nil when there are none.
    private func faults(of json: String) -> [String: String]? {
        do {
            _ = try parse(json)
            return nil
        } catch let problem as HTTPProblem {
            return Dictionary(problem.errors.map { ($0.pointer, $0.detail) }) { "\($0); \($1)" }
        } catch {
            return ["": "\(error)"]
        }
    }

    @Test func `every field reaches the specification`() throws {
        let specification = try parse(
            #"""
            {"command": ["a", "b c", ""], "name": "n", "labels": {"k": "v"}, "environment": {"X": "1=2"},
             "working_directory": "/tmp", "events": ["cs"], "interval": "1.5ms", "timeout": "2m", "kill_grace": "0s",
             "stdin": "a\u0000\u00e9\n", "limits": {"memory": "64MiB", "processes": 9, "cpu_seconds": 3, "output": 0}}
            """#)
        #expect(
            specification
                == RunSpecification(
                    command: .arguments(["a", "b c", ""]), name: "n", labels: ["k": "v"], environment: ["X": "1=2"],
                    workingDirectory: "/tmp", stdin: "a\0\u{e9}\n", events: ["cs"], interval: .microseconds(1500),
                    timeout: .seconds(120), killGrace: .zero,
                    limits: RunLimits(memory: 64 << 20, processes: 9, cpuSeconds: 3, output: 0)))
    }

    @Test func `what is left out, or null, has its default`() throws {
        let plain = try parse(#"{"command": "echo $HOME"}"#)
        #expect(plain == RunSpecification(command: .shell("echo $HOME")))
        #expect(plain.command.arguments == ["/bin/sh", "-c", "echo $HOME"])
        #expect(try parse(#"{"command": "true", "timeout": null, "events": null, "labels": null}"#).timeout == nil)
        let limits = #"{"memory": null, "processes": null, "cpu_seconds": null, "output": null}"#
        for same in ["{}", limits, #"{"output": "16MiB"}"#, #"{"output": 16777216}"#, "null"] {
            let json = #"{"command": "echo $HOME", "stdin": null, "limits": \#(same)}"#
            #expect(try parse(json) == plain, "\(same): a submission that is sent again is found to be the same")
        }
    }

    @Test(arguments: [
        (#"{}"#, "/command"), (#"{"command": null}"#, "/command"), (#"{"command": []}"#, "/command"),
        (#"{"command": [""]}"#, "/command"), (#"{"command": ""}"#, "/command"), (#"{"command": {}}"#, "/command"),
        (#"{"command": ["a", 1]}"#, "/command/1"), (#"{"command": ["a", "\u0000"]}"#, "/command/1"),
        (#"{"command": "a", "name": ""}"#, "/name"), (#"{"command": "a", "name": 5}"#, "/name"),
        (#"{"command": "a", "labels": []}"#, "/labels"),
        (#"{"command": "a", "labels": {"a/b~c": 1}}"#, "/labels/a~1b~0c"),
        (#"{"command": "a", "environment": {"A=B": ""}}"#, "/environment/A=B"),
        ("{\"command\": \"a\", \"environment\": {\"A=\u{301}B\": \"\"}}", "/environment/A=\u{301}B"),
        (#"{"command": "a", "environment": {"": ""}}"#, "/environment/"),
        (#"{"command": "a", "working_directory": "relative"}"#, "/working_directory"),
        (#"{"command": "a", "events": "cycles"}"#, "/events"), (#"{"command": "a", "events": [null]}"#, "/events/0"),
        (#"{"command": "a", "interval": "99us"}"#, "/interval"), (#"{"command": "a", "interval": "2h"}"#, "/interval"),
        (#"{"command": "a", "interval": 0.1}"#, "/interval"), (#"{"command": "a", "interval": "100"}"#, "/interval"),
        (#"{"command": "a", "timeout": "0s"}"#, "/timeout"), (#"{"command": "a", "timeout": "-1s"}"#, "/timeout"),
        (#"{"command": "a", "kill_grace": "2h"}"#, "/kill_grace"), (#"{"command": "a", "colour": "red"}"#, "/colour"),
        (#"{"command": "a", "stdin": 5}"#, "/stdin"), (#"{"command": "a", "limits": 5}"#, "/limits"),
        (#"{"command": "a", "limits": {"mem/ory": 1}}"#, "/limits/mem~1ory"),
        (#"{"command": "a", "limits": {"memory": "64"}}"#, "/limits/memory"),
        (#"{"command": "a", "limits": {"memory": 1048575}}"#, "/limits/memory"),
        (#"{"command": "a", "limits": {"memory": 2000000.5}}"#, "/limits/memory"),
        (#"{"command": "a", "limits": {"output": -1}}"#, "/limits/output"),
        (#"{"command": "a", "limits": {"output": 1e300}}"#, "/limits/output"),
        (#"{"command": "a", "limits": {"output": []}}"#, "/limits/output"),
        (#"{"command": "a", "limits": {"processes": 0}}"#, "/limits/processes"),
        (#"{"command": "a", "limits": {"processes": "5"}}"#, "/limits/processes"),
        (#"{"command": "a", "limits": {"cpu_seconds": 0}}"#, "/limits/cpu_seconds"),
        (#"{"command": "a", "limits": {"cpu_seconds": 1.5}}"#, "/limits/cpu_seconds"),
        (#"[]"#, ""), (#""true""#, ""), (#"7"#, ""),
    ])
    func `a fault is named with its place`(json: String, pointer: String) {
        #expect(faults(of: json)?.keys.sorted() == [pointer])
    }

    @Test(arguments: [
        "", "{", "\u{0}", "{\"command\": \"\u{1}\"", String(repeating: "[", count: 100_000),
    ])
    func `what is no JSON is a 400`(text: String) {
        let problem = #expect(throws: HTTPProblem.self) { try parse(text) }
        #expect(problem?.status == .badRequest)
    }

    @Test(arguments: [
        "{\"command\": [\(Array(repeating: "1", count: 1000).joined(separator: ","))]}",
        "{\"command\": [\(Array(repeating: "\"\\u0000\"", count: 1000).joined(separator: ","))]}",
        "{\"command\": \"a\", \((1...1000).map { "\"x\($0)\":0" }.joined(separator: ","))}",
        "{\"command\": \"a\", \"limits\": {\((1...1000).map { "\"x\($0)\":0" }.joined(separator: ","))}}",
        "{\"command\": \"a\", \"labels\": {\((1...1000).map { "\"x\($0)\":0" }.joined(separator: ","))}}",
    ])
    func `of many faults a hundred are listed and the rest is counted`(json: String) {
        let problem = #expect(throws: HTTPProblem.self) { try parse(json) }
        #expect(problem?.errors.count == 100)
        #expect(
            problem?.detail == "1000 faults: the first 100 are listed, and 900 more are there; nothing was run.")
    }

    @Test func `a fault says what is wrong and what would be right`() {
        #expect(faults(of: #"{"command": ["a", 1]}"#) == ["/command/1": "command[1] must hold strings, not a number"])
        #expect(
            faults(of: #"{"command": "a", "interval": "1us"}"#)
                == ["/interval": "interval must be between 100us and 1h"])
    }
}
