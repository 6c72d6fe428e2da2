"""From a request to the first instruction of the command, and from its last to the answer."""

import calendar
import contextlib
import os
import signal
import subprocess
import time

from .context import FOUR_EVENTS, FOUR_PERF_EVENTS
from .figures import Row, sample_text
from .server import Server


def rows(bench):
    yield from execution(bench)
    yield from submission(bench)
    yield from queue(bench)


# The kernel goes on for a second as if there still was a counter.
NO_COUNTER = 1.3


def execution(bench):
    """`exec` in a terminal. The first counter of a machine takes the kernel milliseconds, whoever opens it, so both: on a
    machine that counts nothing else, and while somebody, as our server does, keeps one open."""
    yield from timed_execution(bench, ", no counter being open elsewhere", bench.choose(5, 21), NO_COUNTER)
    with counter_kept_open(bench):
        yield from timed_execution(bench, ", a counter being open elsewhere", bench.choose(15, 61))


@contextlib.contextmanager
def counter_kept_open(bench):
    process = subprocess.Popen([bench.reference("count_once"), "1", "/bin/sleep", "infinity"], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def timed_execution(bench, condition, count, pause=0):
    """Its whole time, until the command begins, and after the command has ended."""
    stamps = str(bench.directory / "stamps")
    command = [bench.subject, "stamp", stamps]
    tools = {
        "ours": [bench.ergometer, "exec", "--events", ",".join(FOUR_EVENTS), "--output", "/dev/null", "--", *command],
        "C": [bench.reference("count_once"), len(FOUR_EVENTS), *command],
        "bare": command,
    }
    if bench.peers.perf:
        tools["perf stat"] = [bench.peers.perf, "stat", "-o", "/dev/null", "-e", FOUR_PERF_EVENTS, *command]
    if bench.peers.hyperfine:
        # The least that it does: two executions.
        hyperfine = [bench.peers.hyperfine, "-N", "--runs", "2", "--style", "none"]
        tools["hyperfine (two runs)"] = [*hyperfine, " ".join(command)]

    def timed(tool):
        time.sleep(pause)
        before, began, ended, after = bench.numbers(bench.reference("time_exec"), stamps, *tool)
        return {"whole": (after - before) / 1e6, "start": (began - before) / 1e6, "end": (after - ended) / 1e6}

    values = bench.rounds(count, **{name: (lambda tool=tool: timed(tool)) for name, tool in tools.items()})

    def pick(name, key):
        return [value[key] for value in values[name]] if name in values else "not installed"

    for key, what in (
        ("whole", "exec of a command that ends at once: whole time"),
        ("start", "exec: until the command's first instruction"),
        ("end", "exec: from the command's last instruction to its own end"),
    ):
        names = ["perf stat", "bare"] + ["hyperfine (two runs)"] * (key == "whole")
        row = Row(
            what + condition,
            "ms",
            pick("ours", key),
            pick("C", key),
            {name: pick(name, key) for name in names},
            note="C: the same four events",
            why="it counts nothing",
        )
        if key == "whole" and "perf stat" in values:
            row.within("≤ ½ of perf stat", 0.5, row.compared(row.peers["perf stat"]))
        yield row


def submission(bench):
    """Over HTTP: what the launch alone takes, and what POST takes beside the fsync that makes the run durable."""
    count = bench.choose(30, 200)
    stamps = bench.directory / "stamps"
    launches, posts, syncs, limits = [], [], [], []
    with Server(bench) as server, contextlib.closing(server.connect()) as connection:
        for number in range(count):
            stamps.unlink(missing_ok=True)
            began = time.monotonic_ns()
            identifier = server.submit([bench.subject, "stamp", str(stamps)], connection, events=FOUR_EVENTS)
            run = server.run(identifier, "10s")
            first, _, wall = (int(word) for word in stamps.read_text().split())
            if number == 0:
                continue
            posts.append((first - began) / 1e6)
            launches.append((wall - wall_nanoseconds(run["started_at"])) / 1000)
            syncs.append(sync_time(server.data / "sync-trial"))
            limits += [
                value / 1000
                for value in bench.numbers(bench.reference("launch_limit"), 2, len(FOUR_EVENTS), bench.subject, stamps)[1:]
            ]
    launch = Row("launch: last reading before it to the first instruction, 4 events", "µs", launches, limits)
    yield launch.within_reference("≤ 2 × C", 2)
    beside = [post - sync for post, sync in zip(posts, syncs)]
    row = Row(
        "POST sent to first instruction, without one fsync",
        "ms",
        beside,
        note=f"the whole {sample_text(posts)} ms; a page appended to a file beside it, and fsync: {sample_text(syncs)} ms",
    )
    yield row.within("≤ 2 ms", 2)


def wall_nanoseconds(text):
    seconds, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 1_000_000_000 + int(fraction.ljust(9, "0"))


def sync_time(path):
    """Milliseconds of an append of a page and its fsync, as the database's log does it."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(file, bytes(4096))
        began = time.monotonic_ns()
        os.fsync(file)
        return (time.monotonic_ns() - began) / 1e6
    finally:
        os.close(file)


def queue(bench):
    """Runs per second, one at a time, from submission to their stored end."""
    amount = bench.choose(100, 500)

    def ours():
        with Server(bench) as server, contextlib.closing(server.connect()) as connection:
            began = time.monotonic()
            last = [server.submit(["/bin/true"], connection, events=FOUR_EVENTS) for _ in range(amount)][-1]
            while server.run(last, "30s")["state"] != "finished":
                pass
            return amount / (time.monotonic() - began)

    def perf():
        began = time.monotonic()
        for _ in range(amount // 4):
            subprocess.run(
                [bench.peers.perf, "stat", "-o", "/dev/null", "-e", FOUR_PERF_EVENTS, "/bin/true"], check=True
            )
        return amount // 4 / (time.monotonic() - began)

    measures = {"ours": ours} | ({"perf": perf} if bench.peers.perf else {})
    values = bench.rounds(bench.choose(2, 5), **measures)
    yield Row(
        "runs of /bin/true through the queue, each stored",
        "1/s",
        values["ours"],
        None,
        {"perf stat in a loop, nothing stored": values.get("perf", "not installed")},
        more_is_better=True,
    )
