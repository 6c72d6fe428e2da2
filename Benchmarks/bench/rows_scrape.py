"""What answering a scrape costs, and how many can be answered."""

import re
import subprocess
import urllib.request

from . import system
from .figures import Row
from .server import Server

CONNECTIONS = 16


def load(bench, url, pids, seconds, connections=CONNECTIONS):
    """CPU µs per request of the processes, requests/s, and the 99th percentile in ms, under wrk; None without any."""
    cpu = sum(system.cpu_seconds(pid) for pid in pids)
    text = subprocess.run(
        [bench.peers.wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    cpu = sum(system.cpu_seconds(pid) for pid in pids) - cpu
    if bad := re.search(r"Non-2xx.*|Socket errors: (?!connect 0, read 0, write 0).*", text):
        raise RuntimeError(f"{url}: {bad[0]}")
    requests = int(re.search(r"(\d+) requests in", text)[1])
    if requests == 0:
        return None
    slow, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return {
        "cpu": 1e6 * cpu / requests,
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "p99": float(slow) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
    }


class PageServer:
    """The C program, with the bytes of a page."""

    def __init__(self, bench, page):
        file = bench.directory / "page"
        file.write_bytes(page)
        self.process = subprocess.Popen([bench.reference("page_server"), str(file)], stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/metrics"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def rows(bench):
    if not bench.peers.wrk:
        raise RuntimeError("wrk is not installed")
    seconds, count = bench.choose((1, 3), (3, 7))
    with Server(bench, "--sysfs-root", bench.machine(), "--max-concurrent-runs", "1000") as server:
        url = f"{server.url}/metrics"
        server.run(server.submit(["/bin/true"]), "30s")
        with PageServer(bench, fetch(url)) as page:
            yield from compare(bench, server, url, page, seconds, count)
            yield crowded(bench, server, url, page, seconds, count)


def compare(bench, server, url, page, seconds, count):
    size = len(fetch(url))
    values = bench.rounds(
        count,
        ours=lambda: load(bench, url, [server.pid], seconds),
        c=lambda: load(bench, page.url, [page.process.pid], seconds),
    )
    ours, c = values["ours"], values["c"]
    peers = {}
    for name in ("node_exporter", "collectd", "pcp"):
        with bench.peers.serving(name) as (peer_url, pids):
            peers[name] = loads(bench, peer_url, pids, seconds, max(2, count // 2)) if pids else peer_url

    def pick(key):
        return {name: value if isinstance(value, str) else [one[key] for one in value] for name, value in peers.items()}

    row = Row(
        f"/metrics: CPU per scrape, {CONNECTIONS} connections",
        "µs",
        [one["cpu"] for one in ours],
        [one["cpu"] for one in c],
        pick("cpu"),
        note=f"{size} bytes; C hands out the same bytes; peers their own pages, one peer after the other",
    )
    yield row.within_reference("≤ 1.3 × C", 1.3)
    yield Row(
        "/metrics: scrapes per second",
        "1/s",
        [one["rate"] for one in ours],
        [one["rate"] for one in c],
        pick("rate"),
        more_is_better=True,
    )
    yield Row(
        "/metrics: 99th percentile under that load",
        "ms",
        [one["p99"] for one in ours],
        [one["p99"] for one in c],
        pick("p99"),
    )


def loads(bench, url, pids, seconds, count):
    """What a peer's scrapes cost; one that is too slow for one connection each is asked over a single one."""
    for connections in (CONNECTIONS, 1):
        values = [load(bench, url, pids, seconds, connections) for _ in range(count)]
        if None not in values:
            return values
    return f"no complete answer within {seconds} s"


def crowded(bench, server, url, page, seconds, count):
    """One scraper, while 100 runs are in flight."""
    identifiers = [server.submit(["/bin/sleep", "1000"]) for _ in range(100)]
    server.started(identifiers)
    values = bench.rounds(
        count,
        ours=lambda: load(bench, url, [server.pid], seconds, connections=1)["p99"],
        c=lambda: load(bench, page.url, [page.process.pid], seconds, connections=1)["p99"],
    )
    server.finish(identifiers)
    row = Row("/metrics: 99th percentile of one scraper, 100 runs in flight", "ms", values["ours"], values["c"])
    return row.within("< 1 ms", 1)
