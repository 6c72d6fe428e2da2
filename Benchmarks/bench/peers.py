"""The programs we are compared with: where they are, and how each is started."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from . import system
from .server import free_port

MISSING = "not installed"


class Peers:
    """Looked for in PATH, and below `tools`, where packages are unpacked that would start a service."""

    def __init__(self, tools, directory):
        self.tools = pathlib.Path(tools).resolve()
        self.directory = directory
        self.perf = shutil.which("perf")
        self.hyperfine = shutil.which("hyperfine")
        self.wrk = shutil.which("wrk")
        self.node_exporter = self.find("prometheus-node-exporter", "usr/bin")
        self.collectd = self.find("collectd", "usr/sbin")
        self.pmcd = self.find("pmcd", "usr/lib/pcp/bin")

    def find(self, name, folder):
        unpacked = self.tools / folder / name
        return shutil.which(name) or (str(unpacked) if unpacked.exists() else None)

    def versions(self):
        found = {
            "perf": self.perf and system.output(self.perf, "version"),
            "hyperfine": self.hyperfine and system.output(self.hyperfine, "--version"),
            "node_exporter": self.node_exporter and package_version("prometheus-node-exporter"),
            "collectd": self.collectd and package_version("collectd-core"),
            "pcp": self.pmcd and package_version("pcp"),
            "libmicrohttpd": package_version("libmicrohttpd12"),
        }
        return {name: re.sub(r"^\D*", "", version) for name, version in found.items() if version}

    @contextlib.contextmanager
    def serving(self, name):
        """Starts the exporter of that name; gives its URL and pids, or a string that says why there is none."""
        start = getattr(self, f"start_{name}")
        processes, url = start()
        if not processes:
            yield url, []
            return
        try:
            yield (url, [process.pid for process in processes]) if answers(url) else ("does not start here", [])
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def spawn(self, command, environment=None):
        log = open(self.directory / f"{pathlib.Path(command[0]).name}.log", "ab")
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})})

    def start_node_exporter(self):
        if not self.node_exporter:
            return None, MISSING
        port = free_port()
        return [self.spawn([self.node_exporter, f"--web.listen-address=127.0.0.1:{port}"])], f"http://127.0.0.1:{port}/metrics"

    def start_collectd(self):
        if not self.collectd:
            return None, MISSING
        port = free_port()
        plugins = self.tools / "usr/lib/collectd"
        configuration = self.directory / "collectd.conf"
        configuration.write_text(f"""
            BaseDir "{self.directory}"
            {f'PluginDir "{plugins}"' if plugins.exists() else ''}
            TypesDB "{types if (types := self.tools / 'usr/share/collectd/types.db').exists() else '/usr/share/collectd/types.db'}"
            Interval 1
            LoadPlugin cpu
            LoadPlugin memory
            LoadPlugin contextswitch
            LoadPlugin processes
            LoadPlugin load
            LoadPlugin write_prometheus
            <Plugin write_prometheus>
              Host "127.0.0.1"
              Port "{port}"
            </Plugin>
        """)
        command = [self.collectd, "-f", "-C", str(configuration), "-P", str(self.directory / "collectd.pid")]
        return [self.spawn(command, self.library_path())], f"http://127.0.0.1:{port}/metrics"

    def start_pcp(self):
        """pmcd with Linux' metrics and pmproxy before it, in directories of their own."""
        if not self.pmcd:
            return None, MISSING
        tools = self.tools if str(self.pmcd).startswith(str(self.tools)) else pathlib.Path("/")
        state = self.directory / "pcp"
        for folder in ("run", "log", "tmp", "pmns"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        configuration = state / "pcp.conf"
        original = (tools / "etc/pcp.conf")
        text = original.read_text() if original.exists() else ""
        paths = {"PCP_RUN_DIR": state / "run", "PCP_LOG_DIR": state / "log", "PCP_TMP_DIR": state / "tmp"}
        lines = []
        for line in text.splitlines():
            name, equals, value = line.partition("=")
            if equals and not name.startswith("#"):
                line = f"{name}={paths.get(name, str(tools / value.lstrip('/')) if value.startswith('/') and (tools / value.lstrip('/')).exists() else value)}"
            lines.append(line)
        configuration.write_text("\n".join(lines) + "\n")
        return None, "unpacked, it does not find its metrics (they are built by its installation)"

    def library_path(self):
        folders = [self.tools / "usr/lib", self.tools / "usr/lib/x86_64-linux-gnu"]
        return {"LD_LIBRARY_PATH": ":".join(str(folder) for folder in folders if folder.exists())}


def package_version(package):
    version = system.output("apt-cache", "policy", package)
    found = re.search(r"Candidate: (\S+)", version)
    return found[1] if found else ""


def answers(url, seconds=15):
    """Whether it does within so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if len(answer.read()) > 500:
                    return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
