import Foundation
import TestSupport
import Testing

@Suite struct SchemathesisTests {
    /// The check for a missing header is left out: the token is given to the client itself, which sends it always. That
    /// nothing goes without a token is tested in ``BadRequestTests``. So is the one for wrong tokens, which knows of no
    /// limit on them: ``TokenTests`` has that.
    @Test(.enabled(if: LiveMachine.hasSchemathesis, "schemathesis is not installed"))
    func `the server does what the contract says, whatever is asked`() throws {
        let directory = try TemporaryDirectory()
        let server = try RunningServer(in: directory)
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let tool = try Tool.run(
            "st",
            [
                "run", repository.appendingPathComponent("openapi.yaml").standardized.path, "--url",
                "http://127.0.0.1:\(server.port)", "--header",
                "Authorization: Bearer \(server.token)", "--checks", "all", "--exclude-checks",
                "missing_required_header,ignored_auth", "--max-examples", "25", "--seed", "1", "--no-color",
                "--suppress-health-check",
                "all",
            ],
            environment: [
                "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": repository.appendingPathComponent("Tests/Contract").path,
                "PYTHONDONTWRITEBYTECODE": "1",
            ], directory: directory.path, within: Tool.trial)
        #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
        #expect(try server.curl("/healthz").status == 200)
    }
}
