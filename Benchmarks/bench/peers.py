"""The programs we are compared with: where they are, and how each is started."""

import contextlib
import http.client
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
        packages = self.tools / "packages"
        found = {
            "perf": self.perf and system.output(self.perf, "version"),
            "hyperfine": self.hyperfine and system.output(self.hyperfine, "--version"),
            "node_exporter": self.node_exporter and package_version("prometheus-node-exporter", packages),
            "collectd": self.collectd and package_version("collectd-core", packages),
            "pcp": self.pmcd and package_version("pcp", packages),
            "libmicrohttpd": package_version("libmicrohttpd12", packages),
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
            if answers(url):
                yield url, [pid for process in processes for pid in [process.pid, *system.descendants(process.pid)]]
            else:
                yield "does not start here", []
        finally:
            for process in processes:
                end(process)

    def spawn(self, command, environment=None):
        log = open(self.directory / f"{pathlib.Path(command[0]).name}.log", "ab")
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}
        )

    def start_node_exporter(self):
        if not self.node_exporter:
            return None, MISSING
        port = free_port()
        return [
            self.spawn([self.node_exporter, f"--web.listen-address=127.0.0.1:{port}"])
        ], f"http://127.0.0.1:{port}/metrics"

    def start_collectd(self):
        if not self.collectd:
            return None, MISSING
        port = free_port()
        plugins = self.tools / "usr/lib/collectd"
        types = self.tools / "usr/share/collectd/types.db"
        configuration = self.directory / "collectd.conf"
        configuration.write_text(f"""
            BaseDir "{self.directory}"
            {f'PluginDir "{plugins}"' if plugins.exists() else ''}
            TypesDB "{types if types.exists() else '/usr/share/collectd/types.db'}"
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
        """pmcd with its agents for Linux, and pmproxy before it; what an exporter of a machine would be asked for."""
        if not self.pmcd:
            return None, MISSING
        if not self.pmcd.startswith(str(self.tools)) or os.getuid():
            return None, "only as root, and unpacked by install-peers"
        port = free_port()
        script = pathlib.Path(__file__).resolve().parents[1] / "serve-pcp"
        process = self.spawn(
            ["unshare", "--mount", str(script), str(self.tools), str(self.directory / "pcp"), str(port)]
        )
        return [process], f"http://127.0.0.1:{port}/metrics?names=kernel.all,mem.util"

    def library_path(self):
        folders = [self.tools / "usr/lib", self.tools / "usr/lib/x86_64-linux-gnu"]
        return {"LD_LIBRARY_PATH": ":".join(str(folder) for folder in folders if folder.exists())}


def end(process):
    """Ends a process and what it has started."""
    pids = [*system.descendants(process.pid), process.pid]
    for number, pause in ((signal.SIGTERM, 2), (signal.SIGKILL, 0)):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(pause)
    process.wait()


def package_version(package, unpacked):
    """Of what was unpacked, or else of what is installed."""
    files = sorted(unpacked.glob(f"{package}_*.deb"))
    return files[-1].name.split("_")[1] if files else system.output("dpkg-query", "-Wf${Version}", package)


def answers(url, seconds=60):
    """Whether it does within so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if len(answer.read()) > 500:
                    return True
        except http.client.IncompleteRead as error:
            # PCP's last chunk is not to urllib's taste.
            if len(error.partial) > 500:
                return True
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    return False
