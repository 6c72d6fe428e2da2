#!/usr/bin/env python3
"""A client made of openapi.yaml alone, and the whole life of runs through it.

    client.py openapi.yaml http://127.0.0.1:9797 TOKEN

Every operation of the contract becomes a method. A call is refused here if the contract does not allow it, and every
answer must be one that the contract describes: its status, its headers, its content type, and its body to the last
field. Then runs are submitted, waited for, followed, read, cancelled and deleted.
"""

import csv
import http.client
import io
import json
import sys
import urllib.parse

import jsonschema
import yaml


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)

    def resolve(self, item):
        while "$ref" in item:
            target = self.document
            for part in item["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            item = target
        return item

    def check(self, value, schema, what):
        whole = {"components": self.document["components"], "allOf": [schema]}
        validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
        for error in validator.iter_errors(value):
            raise SystemExit(f"{what} breaks the contract at {error.json_path}: {error.message}")

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method != "parameters":
                    parameters = item.get("parameters", []) + operation.get("parameters", [])
                    yield path, method, operation, [self.resolve(one) for one in parameters]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()


class Client:
    def __init__(self, contract, url, token):
        self.contract = contract
        self.address = urllib.parse.urlsplit(url).netloc
        self.token = token
        self.called = set()
        for path, method, operation, parameters in contract.operations():
            setattr(self, operation["operationId"], self.make(path, method.upper(), operation, parameters))

    def make(self, path, method, operation, parameters):
        def call(body=None, **arguments):
            return self.call(path, method, operation, parameters, body, arguments)
        return call

    def call(self, path, method, operation, parameters, body, arguments):
        name = operation["operationId"]
        self.called.add(name)
        query, headers = [], {}
        for parameter in parameters:
            value = arguments.pop(parameter["name"].replace("-", "_"), None)
            if value is None:
                assert not parameter.get("required"), f"{name} needs {parameter['name']}"
                continue
            self.contract.check(value, parameter["schema"], f"{parameter['name']} of {name}")
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", urllib.parse.quote(str(value)))
            elif parameter["in"] == "header":
                headers[parameter["name"]] = str(value)
            else:
                query += [(parameter["name"], one) for one in (value if isinstance(value, list) else [value])]
        assert not arguments, f"{name} knows no {list(arguments)}"
        if operation.get("security", self.contract.document["security"]):
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self.contract.check(body, schema, f"the body of {name}")
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(method, path + ("?" + urllib.parse.urlencode(query) if query else ""), body, headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        self.check(name, operation, answer)
        return answer

    def check(self, name, operation, answer):
        what = f"the answer {answer.status} of {name}"
        described = operation["responses"].get(str(answer.status))
        assert described, f"{what} is not in the contract: {answer.body[:300]}"
        described = self.contract.resolve(described)
        for header, item in described.get("headers", {}).items():
            item = self.contract.resolve(item)
            value = answer.headers[header]
            assert value is not None or not item.get("required"), f"{what} lacks {header}"
            if value is not None:
                kind = item["schema"].get("type")
                self.contract.check(int(value) if kind == "integer" else value, item["schema"], f"{header} of {what}")
        content = described.get("content", {})
        kind = (answer.headers["Content-Type"] or "").split(";")[0]
        assert kind in content or not content and not answer.body, f"{what} is {kind or 'of no type'}"
        if kind == "application/x-ndjson":
            row = {"$ref": "#/components/schemas/MeasurementRow"}
            for line in answer.text.splitlines():
                self.contract.check(json.loads(line), row, f"a line of {name}")
        elif kind.endswith("json"):
            self.contract.check(answer.json, content[kind]["schema"], what)
        elif kind == "text/event-stream":
            for event in events(answer.text):
                self.contract.check(event, content[kind]["schema"], what)
                run = {"$ref": "#/components/schemas/Run"}
                self.contract.check(json.loads(event["data"]), run, f"an event of {name}")


def events(text):
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    blocks = [[line for line in lines if not line.startswith(":")] for lines in blocks]
    return [dict(line.split(": ", 1) for line in lines) for lines in blocks if lines]


def measured(client):
    """A run from its submission to its end, and what is left of it."""
    specification = {"command": "echo out; echo err >&2; cat; sleep 2.5", "stdin": "in", "name": "client",
                     "labels": {"kind": "contract"}, "interval": "10ms", "timeout": "30s",
                     "events": ["TASK_CLOCK", "PAGE_FAULTS"], "limits": {"output": "1MiB"}}
    accepted = client.submitRun(specification, Idempotency_Key="once")
    assert accepted.status == 201
    run = accepted.json["id"]
    assert accepted.headers["Location"] == f"/runs/{run}"
    assert client.submitRun(specification, Idempotency_Key="once").json["id"] == run
    assert client.submitRun({"command": ["true"]}, Idempotency_Key="once").status == 422
    heard = events(client.followRun(id=run).text)
    assert heard[-1]["event"] == "finished" and any(event["event"] == "progress" for event in heard)
    assert client.followRun(id=run, Last_Event_ID=heard[-1]["id"]).status == 204
    shown = client.showRun(id=run, wait="30s")
    assert shown.json["outcome"] == "exited" and shown.json["exit_code"] == 0
    told = json.loads(heard[-1]["data"])
    whole = shown.json
    assert whole["specification"].pop("environment") == {} and whole == told
    assert client.showRun(id=run, If_None_Match=shown.headers["ETag"]).status == 304
    rows = list(csv.DictReader(io.StringIO(client.streamMeasurements(id=run, units="none").text), delimiter=";"))
    for total in shown.json["totals"]:
        if "value" in total and total["consumer"]["kind"] == "process":
            own = [row for row in rows if row["metric"] == total["metric"]]
            assert sum(float(row["value"]) for row in own) == total["value"], total["metric"]
    assert len(rows) > 10
    objects = [json.loads(line) for line in client.streamMeasurementsJSON(id=run, units="none").text.splitlines()]
    assert [(one["metric"], one["timestamp"], one["value"]) for one in objects] == [
        (row["metric"], row["timestamp"], float(row["value"])) for row in rows]
    pictured(client, run, shown.json["totals"])
    assert 'ergometer_' in client.showRunMetrics(id=run).text
    assert client.downloadStandardOutput(id=run).body == b"out\nin"
    assert client.downloadStandardError(id=run).body == b"err\n"
    listed = client.listRuns(label=["kind=contract"], state="finished", limit=1)
    assert [one["id"] for one in listed.json["runs"]] == [run]
    assert client.cancelRun(id=run).status == 409
    assert [one["id"] for one in client.listRuns(search="ECHO out").json["runs"]] == [run]
    assert run in client.compareRuns(run=[run, run]).text
    assert client.deleteRun(id=run).status == 204
    assert client.showRun(id=run).status == 404


def pictured(client, run, totals):
    """Whatever the resolution, the points of a series add up to its total."""
    for points in (1, 7, 1000):
        answer = client.showSeries(id=run, points=points)
        assert client.showSeries(id=run, points=points, If_None_Match=answer.headers["ETag"]).status == 304
        picture = answer.json
        edges = [picture["from_seconds"]] + picture["seconds"]
        assert edges[-1] == picture["to_seconds"] and len(edges) == picture["points"] + 1
        for series in picture["series"]:
            unit = {"ns": 1e-9}.get(series["of_unit"], 1)
            own = [total["value"] * unit for total in totals if same_series(total, series)]
            area = sum(mean * (right - left) for left, right, mean in zip(edges, edges[1:], series["mean"])
                       if mean is not None)
            assert len(own) == 1 and abs(area - own[0]) <= 1e-6 * abs(own[0]), (series["metric"], area, own)
    drawn = client.showPower(id=run)
    assert drawn.text.startswith("<svg") and "<title id=\"title\">client</title>" in drawn.text
    assert client.showPower(id=run, style="spark", width=200, If_None_Match=drawn.headers["ETag"]).status == 200
    clock = client.showSeries(id=run, metric=["perf_software_TASK_CLOCK"], **{"from": "1s", "to": "1500ms"}).json
    assert (clock["from_seconds"], clock["to_seconds"]) == (1, 1.5) and len(clock["series"]) == 1
    assert client.showSeries(id=run, metric=["no_such"]).status == 404


def same_series(one, other):
    return all(one[name] == other[name] for name in ("metric", "resource", "consumer", "attributes"))


def cancelled(client):
    """One that runs and one that waits, both ended."""
    first = client.submitRun({"command": ["sleep", "600"]}).json["id"]
    second = client.submitRun({"command": ["sleep", "600"], "limits": {"memory": 1 << 30}}).json["id"]
    assert client.deleteRun(id=first).status == 409
    assert client.showRun(id=second).json["queue_position"] == 1
    for run in (second, first):
        assert client.cancelRun(id=run).status == 202
        assert client.showRun(id=run, wait="30s").json["outcome"] == "cancelled"
    pages = client.listRuns(limit=1)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(pages.headers["Link"].split(">")[0].strip("<")).query)
    assert client.listRuns(limit=1, cursor=query["cursor"][0]).json["runs"][0]["id"] == first


def signed_in(client):
    assert client.showPage(token=client.token).status == 303
    assert client.showPage(token=client.token + "x").status == 401
    assert client.showPage().status == 200
    assert "sleep 600" in client.showPage(state="finished", search="sleep").text
    assert client.showMachine().status == 200
    style = client.showAsset(name="ergometer.css")
    assert client.showAsset(name="ergometer.css", If_None_Match=style.headers["ETag"]).status == 304
    assert client.showAsset(name="nothing.css").status == 404


def failed(client):
    run = client.submitRun({"command": ["/no/such/program"]}).json["id"]
    assert client.showRun(id=run, wait="30s").json["outcome"] == "launch_failed"
    refused = client.submitRun({"command": ["true"], "events": ["NO_SUCH_EVENT"]})
    assert refused.status == 422 and refused.json["errors"][0]["pointer"] == "/events/0"


def main():
    contract = Contract(sys.argv[1])
    client = Client(contract, *sys.argv[2:4])
    measured(client)
    cancelled(client)
    failed(client)
    signed_in(client)
    for operation in ("showCapabilities", "showMetrics", "checkHealth", "checkReadiness", "showContract"):
        assert getattr(client, operation)().status == 200
    untried = {operation["operationId"] for _, _, operation, _ in contract.operations()} - client.called
    print(f"operations: {len(client.called)}, untried: {' '.join(sorted(untried)) or 'none'}")


main()
