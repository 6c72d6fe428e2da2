"""What schemathesis must know of this contract: a valid specification is carried out on this machine.

Whatever command it makes up, another one is run; malformed ones go out as they are. Events are those that every machine
counts, because no schema can say which a machine has; durations and sizes are within their bounds, which no pattern can say; and
a key is never sent with two specifications.
"""

import re
import uuid

import schemathesis

SIZE = re.compile(r"[0-9]+(B|[kK]B|[MGT]B|[KMGT]iB)")
DURATION = re.compile(r"[0-9.]+(ns|us|µs|ms|s|m|h|d)")


UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text):
    """A duration's length; none for what is no duration."""
    parts = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([a-zµ]+)", text) if isinstance(text, str) else None
    return float(parts[1]) * UNITS[parts[2]] if parts and parts[2] in UNITS else None


def is_texts(value):
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def replace(body):
    command = body.get("command")
    if isinstance(command, str) and command and "\0" not in command:
        body["command"] = "true"
    elif is_texts(command) and command and command[0] and "\0" not in "".join(command):
        body["command"] = ["true"]
    if is_texts(body.get("events")):
        body["events"] = ["TASK_CLOCK"] * len(body["events"])
    limits = body.get("limits")
    if isinstance(limits, dict):
        for name in ("memory", "output"):
            if isinstance(limits.get(name), str) and SIZE.fullmatch(limits[name]):
                limits[name] = "1GiB"
    for name in ("interval", "timeout", "kill_grace", "baseline"):
        if isinstance(body.get(name), str) and DURATION.fullmatch(body[name]):
            body[name] = "100ms" if name == "baseline" else "1s"


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, dict):
        replace(case.body)
    # A section has an end behind its beginning, which no schema can say.
    query = case.query if isinstance(case.query, dict) else {}
    begin, end = seconds(query.get("from")), seconds(query.get("to"))
    if begin is not None and end is not None and end <= begin:
        del query["to"]
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 1 <= len(key) <= 255 and key.isascii() and key.isprintable():
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
