"""Instructions and calls by thread, as callgrind counts them: the same in every execution."""

import re


class Profile:
    """What one thread did: https://valgrind.org/docs/manual/cl-format.html."""

    ALLOCATIONS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}

    def __init__(self, path):
        self.instructions = 0
        # By the name of the function that is called: how often, and what it took with all that it called.
        self.calls, self.inclusive = {}, {}
        names, called, follows = {}, None, False
        for line in path.read_text().splitlines():
            if found := re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line):
                kind, number, name = found.groups()
                if name:
                    names[number] = name.split("'")[0]
                if kind == "cfn":
                    called = names[number]
            elif line.startswith("calls="):
                self.calls[called] = self.calls.get(called, 0) + int(line[6:].split()[0])
                follows = True
            elif found := re.match(r"[+\-*\d]\S* (\d+)$", line):
                if follows:
                    self.inclusive[called] = self.inclusive.get(called, 0) + int(found[1])
                else:
                    self.instructions += int(found[1])
                follows = False

    def did(self, name):
        return any(name in function for function in self.calls)

    def allocations(self):
        return sum(count for name, count in self.calls.items() if name in self.ALLOCATIONS)

    def took(self, name):
        """Instructions of all functions with that in their names, and of what they called."""
        return sum(cost for function, cost in self.inclusive.items() if name in function)


def command(directory, name):
    """What stands before a program to have it counted; `profile` finds the result by the name."""
    return [
        "valgrind",
        "--quiet",
        "--tool=callgrind",
        "--separate-threads=yes",
        f"--callgrind-out-file={directory}/{name}.callgrind",
    ]


def profiles(directory, name):
    """Those of all threads."""
    found = [Profile(path) for path in sorted(directory.glob(f"{name}.callgrind-*"))]
    if not found:
        raise LookupError(f"callgrind has left nothing of {name}")
    return found


def profile(directory, name, function):
    """That of the thread which called a function with this in its name."""
    found = [one for one in profiles(directory, name) if one.did(function)]
    if not found:
        raise LookupError(f"no thread of {name} called {function}")
    return max(found, key=lambda one: one.instructions)
