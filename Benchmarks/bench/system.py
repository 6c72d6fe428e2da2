"""The machine, and what processes cost on it."""

import datetime
import os
import pathlib
import platform
import re
import subprocess
import time


def cpu_seconds(pid):
    """CPU time of all threads of a process so far, without its children (clock_getcpuclockid(3))."""
    return time.clock_gettime(~pid << 3 | 2)


def thread_cpu_seconds(pid, tid):
    """CPU time of one thread, as the scheduler has charged it (sched-stats(5) of the kernel's documentation)."""
    return int(pathlib.Path(f"/proc/{pid}/task/{tid}/schedstat").read_text().split()[0]) / 1e9


def thread(pid, name):
    """The thread of that name; the first one if there are several."""
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name)):
        if (task / "comm").read_text().strip() == name:
            return int(task.name)
    raise LookupError(f"process {pid} has no thread {name}")


def memory(pid, field="VmRSS"):
    """MB, by a field of /proc/PID/status."""
    return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) * 1024 / 1e6


def wakeups(pid):
    """How often threads of a process were switched to after they had waited."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(
        int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text())[1]) for task in tasks
    )


def forget_peak_memory(pid):
    """Lets VmHWM begin again (proc(5), clear_refs)."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def machine_seconds():
    """CPU time of all CPUs since boot: all that passed, and what the host gave to others (`steal` of proc(5))."""
    ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(ticks[:8]) / os.sysconf("SC_CLK_TCK"), ticks[7] / os.sysconf("SC_CLK_TCK")


def use_all_cpus(seconds):
    """Keeps all CPUs busy for so long."""
    end = time.monotonic() + seconds
    busy = []
    for _ in range(os.cpu_count()):
        pid = os.fork()
        if pid == 0:
            try:
                while time.monotonic() < end:
                    pass
            finally:
                os._exit(0)
        busy.append(pid)
    for pid in busy:
        os.waitpid(pid, 0)


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid):
    """Children before grandchildren."""
    try:
        own = children(pid)
    except FileNotFoundError:
        return []
    return own + [descendant for child in own for descendant in descendants(child)]


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except OSError:
        return ""


def description(bench):
    """Machine, kernel, versions and date, as pairs."""
    processor = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    virtual = re.search(r"^flags\s*:.*\bhypervisor\b", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory_size = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024**2
    hardware = pathlib.Path("/sys/bus/event_source/devices/cpu").exists()
    versions = [f"ergometer {output(bench.ergometer, '--version')} ({output('git', 'describe', '--always', '--dirty', '--exclude=*')})"]
    versions += [f"{name} {version}" for name, version in bench.peers.versions().items()]
    return [
        (
            "machine",
            f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} CPUs, {memory_size:.0f} GiB"
            f"{', a virtual machine' if virtual else ''}{'' if hardware else ', no hardware counters'}",
        ),
        ("system", f"Linux {platform.release()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}"),
        ("versions", ", ".join(versions)),
        ("load", f"{bench.load_before[0]:.2f} before, {os.getloadavg()[0]:.2f} after, of the last minute"),
        (
            "host",
            f"took {100 * bench.stolen_share():.2f} % of the CPUs meanwhile; "
            f"{bench.taken} measurements in turns, for it {bench.taken_again} more, and {bench.disturbed} that count were "
            "disturbed all the same",
        ),
        *([("repetitions", "few: `make bench QUICK=1`")] if bench.quick else []),
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
    ]
