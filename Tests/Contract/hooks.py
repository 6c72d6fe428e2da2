"""What schemathesis must know of this contract: a valid specification is carried out on this machine.

Whatever command it makes up, another one is run; malformed ones go out as they are. Events are those that every machine
counts: any other name is refused with 422, rightly, and no schema can say which.
"""

import schemathesis


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict):
        command = body.get("command")
        if isinstance(command, str) and command and "\0" not in command:
            body["command"] = "true"
        elif isinstance(command, list) and command and all(isinstance(word, str) for word in command):
            body["command"] = ["true"]
        events = body.get("events")
        if isinstance(events, list) and all(isinstance(name, str) for name in events):
            body["events"] = ["TASK_CLOCK"] * len(events)
    return body
