"""What the measured command feels of being measured: its own time, with and without, and what interrupts take of it."""

import subprocess

from .context import EVENTS, PERF_EVENTS
from .figures import Row, sample_text

AMOUNTS = {"cpu": (150, 600), "memory": (4, 8), "fork": (400, 3000), "switch": (20_000, 60_000)}
# By rate: the interval in ms, and the per cent that a command which only computes may lose.
RATES = {"100 Hz": (10, 0.1), "1 kHz": (1, 0.5)}


def rows(bench):
    for mode, amounts in AMOUNTS.items():
        yield from run_times(bench, mode, bench.choose(*amounts))
    yield from interruptions(bench)


def tools(bench):
    """What a command is put behind to be measured, by its name and the rate."""
    prefixes = {"bare": []}
    for rate, (milliseconds, _) in RATES.items():
        prefixes[f"ours {rate}"] = [
            bench.ergometer,
            "exec",
            "--sysfs-root",
            bench.machine(),
            "--events",
            ",".join(EVENTS),
            "--interval",
            f"{milliseconds}ms",
            "--output",
            "/dev/null",
            "--",
        ]
        if bench.peers.perf:
            prefixes[f"perf {rate}"] = [
                *(bench.peers.perf, "stat", "-I", str(milliseconds), "-o", "/dev/null", "-e", PERF_EVENTS)
            ]
    return prefixes


def observed(bench, prefixes, count, mode, amount):
    """What the subject says of itself, in ms, behind each of the tools in turn: a list of lists, for each number one."""
    result = bench.directory / "observed"

    def under(prefix):
        subprocess.run([*prefix, bench.subject, mode, str(amount), str(result)], check=True, capture_output=True)
        return [int(word) / 1e6 for word in result.read_text().split()]

    values = bench.rounds(count, **{name: (lambda prefix=prefix: under(prefix)) for name, prefix in prefixes.items()})
    numbers = range(len(values["bare"][0]))
    return [{name: [words[place] for words in rounds] for name, rounds in values.items()} for place in numbers]


def run_times(bench, mode, amount):
    [values] = observed(bench, tools(bench), bench.choose(3, 11), mode, amount)
    for rate, (milliseconds, limit) in RATES.items():
        row = Row(
            f"run time of a {mode} command at {rate} against bare",
            "% more",
            more(values[f"ours {rate}"], values["bare"]),
            None,
            {f"perf stat -I {milliseconds}": of_peer(values, rate, more)},
            note=f"bare {sample_text(values['bare'])} ms",
            by_difference=True,
        )
        yield row.within(f"≤ {limit} %", limit) if mode == "cpu" else row


def interruptions(bench):
    """What a run time hides in its noise: how long a command that only looks at the clock is kept from it, and how long it
    waits for a CPU that another program runs on. The C loop takes the same readings."""
    length = 400
    prefixes = tools(bench)
    for rate, (milliseconds, _) in RATES.items():
        loop = [bench.reference("tick_loop"), milliseconds * 1_000_000, 1, len(EVENTS), *bench.machine_files(), "--"]
        prefixes[f"C {rate}"] = [str(word) for word in loop]
    taken, waited = observed(bench, prefixes, bench.choose(7, 31), "gaps", length)

    def beyond(some, bare):
        return [100 * (one - other) / length for one, other in zip(some, bare)]

    for values, what in (
        (taken, "time of a cpu command that interruptions of 0.4 to 200 µs take"),
        (waited, "time for which a cpu command waits for its CPU"),
    ):
        for rate, (milliseconds, limit) in RATES.items():
            row = Row(
                f"{what} at {rate}, beyond bare",
                "%",
                beyond(values[f"ours {rate}"], values["bare"]),
                None,
                {
                    "C": beyond(values[f"C {rate}"], values["bare"]),
                    f"perf stat -I {milliseconds}": of_peer(values, rate, beyond),
                },
                note=f"bare {sample_text([100 * one / length for one in values['bare']])} %",
                by_difference=True,
            )
            yield row.within(f"≤ {limit} %", limit)


def of_peer(values, rate, compare):
    peer = values.get(f"perf {rate}")
    return compare(peer, values["bare"]) if peer else "not installed"


def more(values, bare):
    return [100 * (value / other - 1) for value, other in zip(values, bare)]
