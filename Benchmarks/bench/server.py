"""`ergometer serve` with a directory of its own, and a client for it."""

import contextlib
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

from . import system


class Server:
    def __init__(self, bench, *options, data=None, before=(), program=None):
        self.bench = bench
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="data-", dir=bench.directory))
        began = time.monotonic()
        self.process = subprocess.Popen(
            [
                *before,
                program or bench.ergometer,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                str(self.data),
                *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=open(bench.directory / "serve.log", "ab"),
        )
        first = self.process.stdout.readline()
        #: Seconds from the start of the process until it takes requests: the greeting comes when they are let in.
        self.ready_after = time.monotonic() - began
        if b"http://" not in first:
            raise RuntimeError(f"the server did not start: see {bench.directory}/serve.log")
        self.port = int(first.rsplit(b":", 1)[1])
        self.pid = self.process.pid
        self.token = (self.data / "token").read_text().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def request(self, method, path, body=None, connection=None):
        """Status and body."""
        with contextlib.ExitStack() as stack:
            if not connection:
                connection = stack.enter_context(contextlib.closing(self.connect()))
            headers = {"Authorization": f"Bearer {self.token}"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def submit(self, command, connection=None, **fields):
        status, text = self.request("POST", "/runs", {"command": command, **fields}, connection)
        if status != 201:
            raise RuntimeError(f"a run was refused with {status}: {text[:300]}")
        return json.loads(text)["id"]

    def run(self, identifier, wait=None):
        return json.loads(self.request("GET", f"/runs/{identifier}" + (f"?wait={wait}" if wait else ""))[1])

    def started(self, identifiers):
        """Waits until all are launched."""
        for identifier in identifiers:
            while self.run(identifier)["state"] == "queued":
                time.sleep(0.02)

    def finish(self, identifiers):
        """Cancels runs and returns them as they ended."""
        for identifier in identifiers:
            self.request("POST", f"/runs/{identifier}/cancel")
        return [self.run(identifier, "60s") for identifier in identifiers]

    def metric(self, name):
        """Sum over the labels of a family of /metrics."""
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", "/metrics")
            lines = connection.getresponse().read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def sampler_cost(self, seconds):
        """CPU seconds of the sampling thread, its ticks, and CPU seconds of the whole server in so long a time."""
        tid = system.thread(self.pid, "sampler")
        ticks = self.metric("ergometer_sampler_ticks_total")
        cpu, all_cpu = system.thread_cpu_seconds(self.pid, tid), system.cpu_seconds(self.pid)
        time.sleep(seconds)
        cpu, all_cpu = system.thread_cpu_seconds(self.pid, tid) - cpu, system.cpu_seconds(self.pid) - all_cpu
        return cpu, self.metric("ergometer_sampler_ticks_total") - ticks, all_cpu


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
