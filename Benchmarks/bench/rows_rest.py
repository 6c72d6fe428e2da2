"""The server with nothing to do."""

import os
import time

from . import system
from .figures import Row
from .server import Server


def rows(bench):
    count, seconds = bench.choose((5, 5), (15, 30))
    starts, memory, cpu, wakes = [], [], [], []
    for number in range(count):
        with Server(bench, "--sysfs-root", bench.machine()) as server:
            starts.append(server.ready_after * 1000)
            # The second start finds a database, as most do.
            with_data = server.data
            if number < 3:
                time.sleep(2)
                before, wakeups = system.cpu_seconds(server.pid), system.wakeups(server.pid)
                time.sleep(seconds)
                cpu.append(100 * (system.cpu_seconds(server.pid) - before) / seconds)
                wakes.append((system.wakeups(server.pid) - wakeups) / seconds)
                memory.append(system.memory(server.pid))
        with Server(bench, "--sysfs-root", bench.machine(), data=with_data) as server:
            starts.append(server.ready_after * 1000)
    peers = {}
    for name in ("node_exporter", "collectd", "pcp"):
        with bench.peers.serving(name) as (url, pids):
            if pids:
                time.sleep(2)
                before = sum(system.cpu_seconds(pid) for pid in pids)
                time.sleep(min(seconds, 10))
                share = 100 * (sum(system.cpu_seconds(pid) for pid in pids) - before) / min(seconds, 10)
                peers[name] = (sum(system.memory(pid) for pid in pids), share)
            else:
                peers[name] = url

    def pick(place):
        return {name: value if isinstance(value, str) else [value[place]] for name, value in peers.items()}

    yield Row(
        "server at rest: resident memory", "MB", memory, None, pick(0), why="keeps no runs and no measurements"
    ).within("≤ 30 MB", 30)
    yield Row(
        "server at rest: share of one CPU", "%", cpu, None, pick(1), why="reads when it is asked, and only then"
    ).within("≤ 0.05 %", 0.05)
    yield Row("server at rest: wake-ups", "1/s", wakes)
    yield Row("start of the process to the first request let in", "ms", starts).within("≤ 50 ms", 50)
    for name, path in (("ergometer", bench.ergometer), ("ergometerd", bench.complete)):
        yield Row(f"size of {name}", "MB", [os.stat(path).st_size / 1e6], note="with its symbols")
