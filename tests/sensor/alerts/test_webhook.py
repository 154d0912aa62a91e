import hashlib
import hmac
import http.server
import json
import threading

import pytest

from sensor.alerts.alert import Alert
from sensor.alerts.senders import NotSent
from sensor.alerts.webhook import checked_address, send_webhook

ALERT = Alert(kind="block", title="Handrail stopped a call", text="why -- $(x)", key="k", rule="HR-X-1")


@pytest.fixture
def receiver():
    """A web server of the test's own: (address, requests, statuses to answer with)."""
    got, statuses = [], []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0) if statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *unused):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?x=1", got, statuses
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_over_time_and_body(receiver):
    url, got, _ = receiver
    send_webhook(url, b"secret", ALERT, lambda: 1700.0)
    path, headers, body = got[0]
    assert path == "/hook?x=1" and json.loads(body)["rule"] == "HR-X-1"
    assert headers["X-Handrail-Signature"] == "t=1700,v1=" + hmac.new(b"secret", b"1700." + body, hashlib.sha256).hexdigest()


def test_a_failing_server_is_asked_again_and_a_refusal_is_final(receiver):
    url, got, statuses = receiver
    statuses += [500, 503, 200]
    send_webhook(url, b"s", ALERT)
    assert len(got) == 3
    statuses += [302]
    with pytest.raises(NotSent, match="302"):
        send_webhook(url, b"s", ALERT)
    assert len(got) == 4, "a redirection is not followed"


@pytest.mark.parametrize(("scheme", "host"), [
    ("http", "192.0.2.1"), ("https", "10.0.0.1"), ("https", "169.254.169.254"), ("https", "192.168.1.1"), ("https", "::ffff:10.0.0.1"), ("https", "64:ff9b::a00:1"), ("https", "2002:a00:1::1"), ("https", "224.0.0.1"),
    ("https", "0.0.0.0"), ("ftp", "127.0.0.1"), ("https", ""), ("http", "8.8.8.8"),
])
def test_addresses_that_alerts_do_not_go_to(scheme, host):
    with pytest.raises(NotSent):
        checked_address(scheme, host, None)


def test_addresses_that_are_allowed():
    assert checked_address("http", "127.0.0.1", 8080) == "127.0.0.1" and checked_address("https", "8.8.8.8", None) == "8.8.8.8"
