"""What the measured command feels of being measured: its own time, with and without."""

import subprocess

from .context import EVENTS, PERF_EVENTS
from .figures import Row, sample_text

AMOUNTS = {"cpu": (150, 600), "memory": (4, 16), "fork": (400, 3000), "switch": (20_000, 100_000)}


def rows(bench):
    count = bench.choose(3, 15)
    for mode, amounts in AMOUNTS.items():
        amount = bench.choose(*amounts)
        result = bench.directory / "observed"
        command = [bench.subject, mode, str(amount), str(result)]

        def under(*tool):
            subprocess.run([*tool, *command], check=True, capture_output=True)
            return int(result.read_text()) / 1e6

        def ours(interval):
            return lambda: under(
                bench.ergometer,
                "exec",
                "--sysfs-root",
                bench.machine(),
                "--events",
                ",".join(EVENTS),
                "--interval",
                interval,
                "--output",
                "/dev/null",
                "--",
            )

        def perf(interval):
            return lambda: under(bench.peers.perf, "stat", "-I", str(interval), "-o", "/dev/null", "-e", PERF_EVENTS)

        measures = {"bare": under, "slow": ours("10ms"), "fast": ours("1ms")}
        if bench.peers.perf:
            measures |= {"perf10": perf(10), "perf1": perf(1)}
        values = bench.rounds(count, **measures)
        for key, peer, rate, limit in (("slow", "perf10", "100 Hz", 0.1), ("fast", "perf1", "1 kHz", 0.5)):
            change = percent(values[key], values["bare"])
            row = Row(
                f"run time of a {mode} command at {rate} against bare",
                "% more",
                change,
                None,
                {
                    f"perf stat -I {10 if rate == '100 Hz' else 1}": (
                        percent(values[peer], values["bare"]) if peer in values else "not installed"
                    )
                },
                note=f"bare {sample_text(values['bare'])} ms",
            )
            if mode == "cpu":
                row.within_noise(f"≤ {limit} %", limit)
            yield row


def percent(values, bare):
    return [100 * (value / other - 1) for value, other in zip(values, bare)]
