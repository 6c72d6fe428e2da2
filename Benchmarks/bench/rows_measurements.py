"""What measurements cost once they are stored: their room, and their way out as CSV."""

import socket
import sqlite3
import statistics
import time

from . import chunks, system
from .context import EVENTS
from .figures import Row, sample_text
from .server import Server


def record(bench, server, interval, seconds):
    identifier = server.submit([bench.subject, "spin"], interval=interval, events=EVENTS)
    server.started([identifier])
    time.sleep(seconds)
    return server.finish([identifier])[0]["id"]


def download(server, identifier, kind="csv"):
    """Reads a whole body as fast as it comes: seconds to its first byte, seconds, lines, bytes."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        began = time.monotonic()
        connection.sendall(
            f"GET /runs/{identifier}/measurements.{kind} HTTP/1.0\r\n"
            f"Host: localhost\r\nAuthorization: Bearer {server.token}\r\n\r\n".encode()
        )
        buffer = bytearray(1 << 20)
        size = connection.recv_into(buffer)
        first = time.monotonic() - began
        length = lines = 0
        while size:
            length += size
            lines += buffer.count(b"\n", 0, size)
            size = connection.recv_into(buffer)
        return first, time.monotonic() - began, lines, length


def rows(bench):
    yield stored_size(bench)
    yield from streaming(bench)
    yield pictures(bench)


def stored_size(bench):
    values, files = [], []
    for _ in range(bench.choose(1, 3)):
        with bench.moving_machine() as machine, Server(bench, "--sysfs-root", machine) as server:
            identifier = record(bench, server, "1ms", bench.choose(3, 10))
            lines = download(server, identifier)[2]
        with sqlite3.connect(server.data / "runs.sqlite") as connection:
            (size,) = connection.execute(
                "SELECT sum(length(data)) FROM chunks WHERE run_id = ?", (identifier,)
            ).fetchone()
        values.append(size / lines)
        files.append((server.data / "runs.sqlite").stat().st_size / lines)
    row = Row(
        "stored bytes per value at 1 kHz: 8 events, 5 energies, CPU time",
        "B",
        values,
        note=f"of chunks; the file of the whole database with this one run: {sample_text(files)}",
    )
    return row.within("≤ 4", 4)


def pictures(bench):
    """What a page opens with, of a run of an hour; and the same where the store has frames alone."""
    frames = bench.choose(600, 3600) * 1000
    with bench.moving_machine() as machine, Server(bench, "--sysfs-root", machine) as server:
        runs = [record(bench, server, "1ms", 3) for _ in range(2)]
    for run, with_sums in zip(runs, (True, False)):
        chunks.lengthen(server.data / "runs.sqlite", run, frames, with_sums)
    with Server(bench, "--sysfs-root", bench.machine(), data=server.data) as server:
        times = [[seconds_of(server, f"/runs/{run}/series?points=1100") for run in runs] for _ in range(bench.choose(2, 5))]
    ours = [1000 * summed for summed, _ in times]
    ratio = statistics.median(summed / decoded for summed, decoded in times)
    row = Row(f"series of {frames:,} frames, 1100 points", "ms", ours, note=f"{ratio:.3f} of what frames alone take")
    return row.within("≤ 300 ms", 300)


def seconds_of(server, path):
    began = time.monotonic()
    status, text = server.request("GET", path)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {text[:300]}")
    return time.monotonic() - began


def streaming(bench):
    wanted = bench.choose(3_000_000, 100_000_000)
    with Server(bench, "--sysfs-root", bench.machine()) as server:
        short = record(bench, server, "1ms", 2)
        long = record(bench, server, "100us", 3)
        rows_per_frame = download(server, long)[2] / server.run(long)["sampling"]["ticks"]
    chunks.lengthen(server.data / "runs.sqlite", long, round(wanted / rows_per_frame))
    firsts, rates, peaks, speeds, shorts = [], [], [], [], []
    with Server(bench, "--sysfs-root", bench.machine(), data=server.data) as server:
        for _ in range(bench.choose(2, 3)):
            system.forget_peak_memory(server.pid)
            download(server, short)
            shorts.append(system.memory(server.pid, "VmHWM"))
            system.forget_peak_memory(server.pid)
            cpu = system.cpu_seconds(server.pid)
            first, seconds, lines, size = download(server, long)
            cpu = system.cpu_seconds(server.pid) - cpu
            firsts.append(first * 1000)
            rates.append(lines / cpu / 1e6)
            speeds.append(size / seconds / 1e6)
            peaks.append(system.memory(server.pid, "VmHWM"))
    row = Row(
        "CSV: rows per second of CPU time",
        "million",
        rates,
        note=f"{lines:,} rows of {size / lines:.0f} bytes; {speeds[-1]:.0f} MB/s",
    )
    yield row.within("≥ 5 million", 5, at_least=True)
    yield Row("CSV: first byte", "ms", firsts)
    row = Row(
        "memory while that streams, beyond a run of 2000 frames",
        "MB",
        [peak - short for peak, short in zip(peaks, shorts)],
    )
    yield row.within("≤ 8 MB, however long the run", 8)
