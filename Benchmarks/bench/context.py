"""What all rows share: programs, a directory, how long and how often."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from . import system
from .peers import Peers

ROOT = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "Benchmarks/reference"
LIBRARIES = {"page_server": ["-lmicrohttpd"], "subject": ["-static"]}

# Of the load average of a minute: about what a machine does by itself.
REST = 0.25

# Of all CPUs' time: what the host may take of it for others before a measurement is taken again, how often one is, how
# many of all are, and how many seconds are spent in all on waiting until the host leaves us our CPUs: some never do.
STOLEN = 0.01
TRIES = 4
SHARE_TAKEN_AGAIN = 0.5
PATIENCE = 300

# Eight that every machine has; those of the C references are the same.
EVENTS = [
    "TASK_CLOCK",
    "PAGE_FAULTS",
    "CONTEXT_SWITCHES",
    "CPU_MIGRATIONS",
    "PAGE_FAULTS_MIN",
    "PAGE_FAULTS_MAJ",
    "CPU_CLOCK",
    "CGROUP_SWITCHES",
]
PERF_EVENTS = ",".join(
    [
        "task-clock",
        "page-faults",
        "context-switches",
        "cpu-migrations",
        "minor-faults",
        "major-faults",
        "cpu-clock",
        "cgroup-switches",
    ]
)
FOUR_EVENTS = EVENTS[:4]
FOUR_PERF_EVENTS = ",".join(PERF_EVENTS.split(",")[:4])


class Bench:
    def __init__(self, ergometer, quick, tools):
        self.ergometer = str(pathlib.Path(ergometer).resolve())
        #: What it becomes for everything but `exec`.
        self.complete = str(pathlib.Path(self.ergometer).with_name("ergometerd"))
        self.quick = quick
        if not quick:
            self.wait_for_rest()
        self.load_before = os.getloadavg()
        self.seconds_before = system.machine_seconds()
        self.taken = self.taken_again = self.disturbed = 0
        self.waited = 0
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="ergometer-bench-", dir=ROOT / ".build"))
        self.peers = Peers(tools, self.directory)
        self.compiled = {}
        self.failures = []

    def wait_for_rest(self):
        """Lets what a build has left of the load average go; ten minutes at most."""
        deadline = time.monotonic() + 600
        while os.getloadavg()[0] >= REST and time.monotonic() < deadline:
            time.sleep(5)

    @property
    def was_quiet(self):
        return self.load_before[0] < REST and self.stolen_share() < STOLEN

    def stolen_share(self, since=None):
        """Of the time of all CPUs since then, or since the bench began, what the host gave to others."""
        (passed, stolen), (passed_then, stolen_then) = system.machine_seconds(), since or self.seconds_before
        return (stolen - stolen_then) / max(passed - passed_then, 1e-9)

    def undisturbed(self, measure):
        """The value of a measurement, taken again where the host took CPUs away meanwhile, once it does so no more."""
        self.taken += 1
        best = None
        for attempt in range(TRIES):
            if attempt:
                self.taken_again += 1
                self.wait_for_the_host()
            before = system.machine_seconds()
            value = measure()
            stolen = self.stolen_share(since=before)
            if best is None or stolen < best[0]:
                best = stolen, value
            if stolen < STOLEN or self.taken_again > SHARE_TAKEN_AGAIN * self.taken:
                break
        self.disturbed += best[0] >= STOLEN
        return best[1]

    def wait_for_the_host(self):
        """Until it leaves us all CPUs for half a second: what it takes shows only while they are used."""
        began = time.monotonic()
        seconds_then = system.machine_seconds()
        while self.waited + time.monotonic() - began < PATIENCE:
            before = system.machine_seconds()
            system.use_all_cpus(0.5)
            if self.stolen_share(since=before) < STOLEN:
                break
            time.sleep(1)
        self.waited += time.monotonic() - began
        # What it took meanwhile is no measurement's.
        waited_for = [now - then for now, then in zip(system.machine_seconds(), seconds_then)]
        self.seconds_before = tuple(before + gone for before, gone in zip(self.seconds_before, waited_for))

    def close(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def choose(self, quick, thorough):
        return quick if self.quick else thorough

    def reference(self, name):
        """A C program, compiled when it is first wanted."""
        if name not in self.compiled:
            program = str(self.directory / name)
            subprocess.run(
                ["cc", "-O2", "-o", program, str(REFERENCE / f"{name}.c"), *LIBRARIES.get(name, [])], check=True
            )
            self.compiled[name] = program
        return self.compiled[name]

    @property
    def subject(self):
        return self.reference("subject")

    def numbers(self, *command):
        """Runs a program and reads the numbers that it writes."""
        text = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
        return [int(word) for word in text.split()]

    def machine(self, packages=1):
        """A powercap tree of some domains, for --sysfs-root. Nobody moves its counters: they are only read."""
        directory = self.directory / f"machine-{packages}"
        if not directory.exists():
            self.end(self.simulation(directory, packages))
        return str(directory)

    @contextlib.contextmanager
    def moving_machine(self):
        """The same with counters that rise."""
        directory = self.directory / "machine"
        process = self.simulation(directory, 1)
        try:
            yield str(directory)
        finally:
            self.end(process)

    def simulation(self, directory, packages):
        watts = ["psys=80"]
        for name in (f"package-{number}" for number in range(packages)):
            watts += [f"{name}=50", f"{name}/core=30", f"{name}/uncore=2", f"{name}/dram=5"]
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "scripts/simulated-machine"), str(directory), "--watts", *watts],
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        return process

    @staticmethod
    def end(process):
        process.terminate()
        process.wait()

    def machine_files(self):
        """What a tick of ours reads of the machine, besides counters: energies, and the busy time of the CPUs."""
        energies = sorted(
            str(path) for path in pathlib.Path(self.machine()).rglob("energy_uj") if not path.is_symlink()
        )
        cpuacct = next(
            (
                line.split()[4] + "/cpuacct.usage_percpu"
                for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
                if " - cgroup " in line and "cpuacct" in line.rsplit(" ", 1)[1].split(",")
            ),
            None,
        )
        return energies + [cpuacct if cpuacct and pathlib.Path(cpuacct).exists() else "/proc/stat"]

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def rounds(self, count, **measures):
        """Calls each of `measures` once a round, each time in another order; the values by name."""
        values = {name: [] for name in measures}
        order = list(measures)
        for number in range(count):
            turned = order[number % len(order) :] + order[: number % len(order)]
            # Forwards and backwards, or each would always have the same one before it.
            for name in turned if number // len(order) % 2 == 0 else reversed(turned):
                values[name].append(self.undisturbed(measures[name]))
        return values
