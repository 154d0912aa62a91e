"""OTLP logs: every request is parsed by the published messages, by a receiver over HTTP too."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

from sensor.audit.form.clock import micros
from sensor.export import otlp
from sensor.export.otlp import render_otlp


def parsed(line: bytes) -> ExportLogsServiceRequest:
    """The message; an unknown field or a wrong type raises."""
    return json_format.Parse(line, ExportLogsServiceRequest())


def logs(request):
    return [record for resource in request.resource_logs for scope in resource.scope_logs for record in scope.log_records]


@pytest.fixture
def receiver():
    """A receiver of POST /v1/logs that understands only what the published messages allow."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                got.append(parsed(self.rfile.read(int(self.headers["Content-Length"]))))
                status, body = 200, json_format.MessageToJson(ExportLogsServiceResponse()).encode()
            except json_format.ParseError as error:
                status, body = 400, str(error).encode()
            self.send_response(status if self.path == "/v1/logs" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *unused):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1], got
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_entry_arrives_at_a_receiver(records, receiver):
    port, got = receiver
    for line in render_otlp(records()):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("POST", "/v1/logs", line.strip(), {"Content-Type": "application/json"})
        assert link.getresponse().status == 200
        link.close()
    arrived = [record for request in got for record in logs(request)]
    for record, log in zip(records(), arrived, strict=True):
        facts = {one.key: one.value.string_value or one.value.int_value for one in log.attributes}
        assert facts["handrail.seq"] == record.entry.seq and facts["handrail.leaf"] == record.line.leaf.hex()
        assert log.time_unix_nano == micros(record.entry.ts) * 1000 and log.event_name == f"handrail.{record.entry.kind}"
        assert facts.get("handrail.verdict", "") == record.entry.verdict and log.body.string_value


def test_severities_follow_the_verdict(records):
    found = {}
    for record, log in zip(records(), [log for line in render_otlp(records()) for log in logs(parsed(line))], strict=True):
        found[record.entry.verdict] = log.severity_number
    assert found[""] == found["clean"] < found["flag"] < found["quarantine"] < found["block"]


def test_requests_are_small_and_of_one_resource(records, monkeypatch):
    monkeypatch.setattr(otlp, "PER_REQUEST", 4)
    requests = [parsed(line) for line in render_otlp(records())]
    assert all(len(logs(request)) <= 4 for request in requests) and len(requests) > 3
    facts = {one.key: one.value.string_value for one in requests[0].resource_logs[0].resource.attributes}
    assert facts["service.name"] == "handrail" and facts["host.id"]


def test_nothing_and_the_receiver_itself(receiver):
    assert list(render_otlp([])) == []
    port, got = receiver
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("POST", "/v1/logs", json.dumps({"resourceLogs": [{"bogus": 1}]}).encode())
    assert link.getresponse().status == 400 and got == []
    link.close()
