"""What a tick costs, and how late it comes."""

import os
import signal
import subprocess
import time

from . import system
from .context import EVENTS, PERF_EVENTS
from .figures import Row
from .server import Server


def sampling(bench, server, command, interval_ns, seconds, events=EVENTS, runs=1):
    """CPU µs per tick of the sampler's thread and of the whole server, ‰ missed, mean lateness in µs, and the server's
    share of a CPU in percent."""
    identifiers = [server.submit(command, interval=f"{interval_ns // 1000}us", events=events) for _ in range(runs)]
    server.started(identifiers)
    time.sleep(0.2)
    cpu, ticks, all_cpu = server.sampler_cost(seconds)
    ended = [run["sampling"] for run in server.finish(identifiers)]
    missed = sum(run["missed_ticks"] for run in ended)
    taken = sum(run["ticks"] for run in ended)
    lateness = [1e6 * run["mean_lateness_seconds"] for run in ended]
    return {
        "cpu": 1e6 * cpu / ticks,
        "missed": 1000 * missed / (taken + missed),
        "late": sum(lateness) / len(lateness),
        "whole": 1e6 * all_cpu / ticks,
        "server": 100 * all_cpu / seconds,
    }


def tick_loop(bench, command, interval_ns, seconds):
    """The same of the C loop, which keeps no frames."""
    ticks, missed, cpu, late = bench.numbers(
        bench.reference("tick_loop"), interval_ns, seconds, len(EVENTS), *bench.machine_files(), "--", *command
    )
    return {
        "cpu": cpu / 1000 / ticks,
        "missed": 1000 * missed / (ticks + missed),
        "late": late / 1000,
    }


def perf_intervals(bench, command, interval_ms, seconds):
    """CPU µs of `perf stat -I` per interval that it wrote, and ‰ of the intervals for which it wrote nothing."""
    result = bench.directory / "perf-intervals"
    process = subprocess.Popen(
        [bench.peers.perf, "stat", "-I", str(interval_ms), "-x", ";", "-o", str(result), "-e", PERF_EVENTS, *command]
    )
    time.sleep(0.3)
    cpu, began = system.cpu_seconds(process.pid), time.monotonic()
    time.sleep(seconds)
    cpu, elapsed = system.cpu_seconds(process.pid) - cpu, time.monotonic() - began
    for child in system.children(process.pid):
        os.kill(child, signal.SIGKILL)
    process.wait()
    times = [line.split(";")[0] for line in result.read_text().splitlines() if ";" in line]
    written = min(1, len(set(times)) * interval_ms / (0.3 + elapsed) / 1000)
    return {"cpu": 1e6 * cpu / (elapsed * 1000 / interval_ms * written), "missed": 1000 * (1 - written)}


def pick(values, key):
    return [value[key] for value in values]


def rows(bench):
    seconds, count = bench.choose((1, 3), (3, 7))
    spin, sleep = [bench.subject, "spin"], ["/bin/sleep", "1000"]
    with Server(bench, "--sysfs-root", bench.machine(), "--max-concurrent-runs", "1000") as server:
        for command, name in ((spin, "running"), (sleep, "asleep")):
            yield from at_one_kilohertz(bench, server, command, name, count, seconds)
        yield from rates(bench, server, sleep, seconds, bench.choose(2, 5))
        yield crowd(bench, server, count)
        yield family(bench, server, count)


def at_one_kilohertz(bench, server, command, name, count, seconds):
    measures = {
        "ours": lambda: sampling(bench, server, command, 1_000_000, seconds),
        "c": lambda: tick_loop(bench, command, 1_000_000, seconds),
    }
    if bench.peers.perf:
        measures["perf"] = lambda: perf_intervals(bench, command, 1, seconds)
    values = bench.rounds(count, **measures)
    ours, c = values["ours"], values["c"]
    perf = values.get("perf")
    row = Row(
        f"the sampler's thread, CPU per tick at 1 kHz: 8 events, 5 energies, CPU time; command {name}",
        "µs",
        pick(ours, "cpu"),
        pick(c, "cpu"),
    )
    yield row.within_reference("≤ 1.3 × C", 1.3)
    yield Row(
        f"the whole server, CPU per tick at 1 kHz, the same, all frames stored; command {name}",
        "µs",
        pick(ours, "whole"),
        None,
        {
            "perf stat -I 1 (events alone, to a file)": pick(perf, "cpu") if perf else "not installed",
            "Alumet": "no package in Debian 12",
        },
        why="ours reads energies and CPU time too, compresses, and puts all on disk",
    )
    yield Row(
        f"ticks missed at 1 kHz; command {name}",
        "‰",
        pick(ours, "missed"),
        pick(c, "missed"),
        {"perf stat -I 1": pick(perf, "missed") if perf else "not installed"},
    )
    yield Row(f"mean lateness at 1 kHz; command {name}", "µs", pick(ours, "late"), pick(c, "late"))


def rates(bench, server, command, seconds, count):
    for interval_us, name in ((100_000, "10 Hz"), (10_000, "100 Hz"), (1_000, "1 kHz"), (100, "10 kHz")):
        length = max(seconds, 3 if interval_us == 100_000 else 1)
        values = bench.rounds(
            count,
            ours=lambda: sampling(bench, server, command, interval_us * 1000, length),
            c=lambda: tick_loop(bench, command, interval_us * 1000, length),
        )
        share = [value["cpu"] / interval_us * 100 for value in values["ours"]]
        reference = [value["cpu"] / interval_us * 100 for value in values["c"]]
        yield Row(f"the sampler's thread at {name}: share of one CPU", "%", share, reference)
        missed = Row(f"ticks missed at {name}", "‰", pick(values["ours"], "missed"), pick(values["c"], "missed"))
        if name == "10 kHz":
            missed.within("≤ 1 ‰ on an idle machine", 1)
        yield missed


def crowd(bench, server, count):
    values = bench.rounds(
        max(2, count // 3),
        ours=lambda: sampling(bench, server, ["/bin/sleep", "1000"], 100_000_000, 4, runs=100)["server"],
    )
    row = Row("100 runs at once at 10 Hz: share of one CPU, whole server", "%", values["ours"])
    return row.within("≤ 2 %", 2)


def family(bench, server, count):
    values = bench.rounds(
        max(2, count // 3),
        ours=lambda: sampling(bench, server, [bench.subject, "children", "1000"], 100_000_000, 4)["server"],
    )
    row = Row("1000 live children in a run at 10 Hz: share of one CPU, whole server", "%", values["ours"])
    return row.within("≤ 5 %", 5)
