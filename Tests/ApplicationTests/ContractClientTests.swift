import Foundation
import TestSupport
import Testing

@Suite struct ContractClientTests {
    @Test(.enabled(if: LiveMachine.contractPython != nil, "python with jsonschema and yaml is not installed"))
    func `a client made of the contract alone leads runs through their whole life`() throws {
        let directory = try TemporaryDirectory()
        let server = try RunningServer(in: directory)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
            .standardized
        let client = try Tool.run(
            LiveMachine.contractPython!,
            [
                root.appendingPathComponent("Tests/Contract/client.py").path,
                root.appendingPathComponent("openapi.yaml").path, "http://127.0.0.1:\(server.port)", server.token,
            ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], within: Tool.trial)
        #expect(client.status == 0, "\(client.output)\(client.errors)")
        #expect(client.output.contains("untried: none"))
    }
}
