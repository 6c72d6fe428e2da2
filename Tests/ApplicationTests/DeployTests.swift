import Foundation
import TestSupport
import Testing
import Yams

/// What is delivered for containers and clusters holds together, and is what the server understands.
@Suite struct DeployTests {
    private func document(_ path: String) throws -> [String: Any] {
        let text = try String(contentsOfFile: Repository.path("deploy/\(path)"), encoding: .utf8)
        return try #require(try Yams.load(yaml: text) as? [String: Any], "\(path)")
    }

    /// What lies in a document behind names and indices.
    private func value(_ document: Any?, _ path: String) -> Any? {
        path.split(separator: "/").reduce(document) { place, step in
            if let index = Int(step) { return (place as? [Any]).flatMap { index < $0.count ? $0[index] : nil } }
            return (place as? [String: Any])?[String(step)]
        }
    }

    @Test(
        .enabled(if: LiveMachine.hasKubernetesValidate, "kubernetes-validate of PyPI is not installed"),
        arguments: ["daemonset", "namespace", "network-policy", "service"])
    func `a manifest follows the schema of Kubernetes`(name: String) throws {
        let tool = try Tool.run(
            LiveMachine.pythonOfTools,
            ["-m", "kubernetes_validate", "--strict", "-k", "1.37", Repository.path("deploy/kubernetes/\(name).yaml")])
        #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
    }

    @Test(.enabled(if: Tool.find("kubectl") != nil, "kubectl is not installed"))
    func `all manifests are put together`() throws {
        let tool = try Tool.run("kubectl", ["kustomize", Repository.path("deploy/kubernetes")])
        #expect(tool.status == 0, "\(tool.errors)")
        let kinds = try Yams.load_all(yaml: tool.output).compactMap { ($0 as? [String: Any])?["kind"] as? String }
        #expect(Set(kinds) == ["DaemonSet", "Namespace", "NetworkPolicy", "Service", "ServiceMonitor"])
    }

    @Test func `the monitor finds the service, and the service the pods`() throws {
        let pod = try document("kubernetes/daemonset.yaml")
        let service = try document("kubernetes/service.yaml")
        let monitor = try document("kubernetes/service-monitor.yaml")
        let labels = value(pod, "spec/template/metadata/labels") as? [String: String]
        #expect(value(service, "spec/selector") as? [String: String] == labels)
        #expect(value(pod, "spec/selector/matchLabels") as? [String: String] == labels)
        #expect(
            value(monitor, "spec/selector/matchLabels") as? [String: String]
                == value(service, "metadata/labels") as? [String: String])
        let policy = try document("kubernetes/network-policy.yaml")
        #expect(value(policy, "spec/podSelector/matchLabels") as? [String: String] == labels)
        let port = value(pod, "spec/template/spec/containers/0/ports/0/name") as? String
        #expect(value(service, "spec/ports/0/targetPort") as? String == port)
        #expect(value(monitor, "spec/endpoints/0/port") as? String == value(service, "spec/ports/0/name") as? String)
        #expect(value(policy, "spec/ingress/0/ports/0/port") as? String == port)
        #expect(value(pod, "spec/template/spec/enableServiceLinks") as? Bool == false)
    }

    @Test func `the server understands the variables of the pod, and its probes are answered`() throws {
        let pod = try document("kubernetes/daemonset.yaml")
        let container = "spec/template/spec/containers/0"
        let variables = (value(pod, "\(container)/env") as? [[String: String]] ?? []).map {
            ($0["name"]!, $0["value"]!)
        }
        #expect(variables.count >= 2)
        let server = try RunningServer(
            in: TemporaryDirectory(), environment: Dictionary(uniqueKeysWithValues: variables))
        for probe in ["livenessProbe", "readinessProbe"] {
            let path = try #require(value(pod, "\(container)/\(probe)/httpGet/path") as? String)
            // As kubelet asks: under the pod's address, without a token.
            let answer = try server.curl(path, ["--header", "Host: 10.1.2.3:9797"], authorized: false)
            #expect(answer.status == 200, "\(probe)")
        }
    }

    @Test func `what compose.yaml mounts is there`() throws {
        let compose = try document("compose.yaml")
        let services = try #require(compose["services"] as? [String: [String: Any]])
        #expect(Set(services.keys) == ["ergometer", "prometheus", "grafana"])
        let mounts = services.values.flatMap { $0["volumes"] as? [String] ?? [] }.filter { $0.hasPrefix("./") }
        #expect(mounts.count == 3)
        for mount in mounts {
            let source = Repository.path("deploy/\(mount.split(separator: ":")[0])")
            #expect(FileManager.default.fileExists(atPath: source), "\(source)")
        }
    }

    @Test func `every option in the configuration that is delivered is one of the server's`() throws {
        let directory = try TemporaryDirectory()
        let text = try String(contentsOfFile: Repository.path("deploy/ergometer.conf"), encoding: .utf8)
        let options = text.split(separator: "\n").filter {
            $0.contains(" = ") && !$0.contains(":") || $0.hasPrefix("# listen")
        }
        .map { $0.drop { "# ".contains($0) } }
        #expect(options.count >= 5)
        let path = "\(directory.path)/ergometer.conf"
        try options.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let server = try RunningServer(in: directory, options: ["--config", path])
        #expect(try server.curl("/healthz").status == 200)
    }
}
