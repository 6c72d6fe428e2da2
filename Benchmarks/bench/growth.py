"""Each cost against its cause, over decades."""

import contextlib
import time

from . import chunks, system
from .context import EVENTS
from .figures import Growth
from .rows_measurements import download, record
from .rows_sampling import sampling
from .rows_scrape import load
from .server import Server

SLEEP = ["/bin/sleep", "1000"]


def laws(bench):
    """Names and functions, so that one can be asked for alone."""
    return {
        "events": events,
        "runs": runs,
        "children": children,
        "packages": packages,
        "length": length,
        "stored": stored,
        "followers": followers,
        "scrapers": scrapers,
    }


def server(bench, *options, **keywords):
    return Server(bench, "--sysfs-root", bench.machine(), "--max-concurrent-runs", "1000", *options, **keywords)


def cost(bench, server, command=SLEEP, **keywords):
    """CPU µs of a tick at 100 Hz."""
    return sampling(bench, server, command, 10_000_000, bench.choose(1, 3), **keywords)["cpu"]


def events(bench):
    """All in software, as on the machine without hardware counters; beyond eight by modifiers."""
    names = EVENTS + [f"{name}:{mode}" for mode in "uk" for name in EVENTS if "FAULTS" in name]
    with server(bench) as one:
        points = [(count, cost(bench, one, events=names[:count])) for count in (1, 2, 4, 8, 14)]
    return Growth("CPU per tick", "events of one run", "µs", points)


def runs(bench):
    with server(bench) as one:
        points = [(count, cost(bench, one, runs=count)) for count in bench.choose((1, 10, 100), (1, 10, 100, 1000))]
    return Growth("CPU per tick", "runs at once, 100 Hz", "µs", points)


def children(bench):
    with server(bench) as one:
        points = [
            (count, cost(bench, one, [bench.subject, "children", str(count)]))
            for count in bench.choose((1, 10, 100), (1, 10, 100, 1000))
        ]
    return Growth(
        "CPU per tick", "live processes of one run", "µs", points, note="the kernel adds up the counters of each"
    )


def packages(bench):
    points = []
    for count in (1, 2, 4, 8):
        with Server(bench, "--sysfs-root", bench.machine(count)) as one:
            points.append((4 * count + 1, cost(bench, one)))
    return Growth("CPU per tick", "energy domains (simulated)", "µs", points)


def length(bench):
    """CPU time of a CSV against its rows."""
    points = []
    for wanted in bench.choose((10_000, 100_000, 1_000_000), (100_000, 1_000_000, 10_000_000)):
        with server(bench) as one:
            identifier = record(bench, one, "1ms", 1)
        chunks.lengthen(one.data / "runs.sqlite", identifier, wanted // len(EVENTS))
        with server(bench, data=one.data) as one:
            download(one, identifier)
            cpu = system.cpu_seconds(one.pid)
            lines = download(one, identifier)[2]
            points.append((lines, 1000 * (system.cpu_seconds(one.pid) - cpu)))
    return Growth("CPU of a CSV", "rows", "ms", points)


def stored(bench):
    """CPU time of the newest page of the list against stored runs."""
    points, reached = [], 0
    with server(bench) as one, contextlib.closing(one.connect()) as connection:
        for count in bench.choose((10, 100, 1000), (10, 100, 1000, 10_000)):
            while reached < count:
                step = min(500, count - reached)
                last = [one.submit(["/bin/true"], connection, events=["TASK_CLOCK"]) for _ in range(step)][-1]
                one.run(last, "60s")
                reached += step
            time.sleep(1)
            cpu = system.cpu_seconds(one.pid)
            for _ in range(200):
                one.request("GET", "/runs?limit=10", connection=connection)
            points.append((count, 1e6 * (system.cpu_seconds(one.pid) - cpu) / 200))
    return Growth("CPU of GET /runs?limit=10", "stored runs", "µs", points)


def followers(bench):
    """CPU of the server while so many follow one run that makes progress."""
    points = []
    with server(bench) as one:
        identifier = one.submit(SLEEP, interval="100ms", events=EVENTS)
        one.started([identifier])
        connections = []
        for count in bench.choose((1, 10, 100), (1, 10, 100, 1000)):
            while len(connections) < count:
                connection = one.connect()
                connection.request(
                    "GET", f"/runs/{identifier}/events", headers={"Authorization": f"Bearer {one.token}"}
                )
                connections.append((connection, connection.getresponse()))
            time.sleep(1)
            seconds = bench.choose(3, 8)
            cpu = system.cpu_seconds(one.pid)
            time.sleep(seconds)
            points.append((count, 100 * (system.cpu_seconds(one.pid) - cpu) / seconds))
        for connection, _ in connections:
            connection.close()
        one.finish([identifier])
    return Growth("CPU of the server", "followers of one run, an event a second", "% of a CPU", points)


def scrapers(bench):
    with server(bench) as one:
        points = [
            (count, load(bench, f"{one.url}/metrics", [one.pid], bench.choose(1, 3), connections=count)["cpu"])
            for count in (1, 10, 100, 1000)
        ]
    return Growth("CPU of one scrape", "scrapers at once", "µs", points)
