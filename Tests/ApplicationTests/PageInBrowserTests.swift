import Foundation
import TestSupport
import Testing

/// The page as people use it, in a real browser: Tests/Browser/page.py.
@Suite struct PageInBrowserTests {
    @Test(
        .enabled(if: LiveMachine.hasBrowser, "chromium, its driver, selenium, axe or libjs-dygraphs is not installed"))
    func `somebody signs in, starts a run, watches it, and takes the measurements home`() throws {
        let directory = try TemporaryDirectory()
        let machine = try SimulatedMachine([SimulatedZone("package-0", watts: 40), SimulatedZone("psys", watts: 60)])
        let server = try RunningServer(in: directory, options: ["--sysfs-root", machine.root])
        machine.startLive()
        defer { machine.stop() }
        let downloads = URL(fileURLWithPath: directory.path).appendingPathComponent("downloads")
        try FileManager.default.createDirectory(at: downloads, withIntermediateDirectories: false)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Browser/page.py").standardized
        let browser = try Tool.run(
            LiveMachine.pythonOfTools,
            [script.path, "http://127.0.0.1:\(server.port)", server.token, downloads.path],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], within: Tool.trial)
        #expect(browser.status == 0, "\(browser.output)\(browser.errors)\(server.log)")
        #expect(browser.output.contains("looked at by everybody"))
    }
}
