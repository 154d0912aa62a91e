"""The way to a person over the network: a signed POST. A module of its own, as it brings HTTP and TLS, which a sensor without webhooks does not carry."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
import urllib.parse
from collections.abc import Callable

import msgspec

from sensor.alerts.alert import Alert
from sensor.alerts.senders import SECONDS, NotSent
from sensor.model.errors import in_words

TRIES = 3
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def send_webhook(url: str, secret: bytes, alert: Alert, now: Callable[[], float] = time.time) -> None:
    """POST the alert, signed: `X-Handrail-Signature: t=UNIX,v1=HMAC-SHA256(secret, "UNIX." + body)`. Raises NotSent."""
    target = urllib.parse.urlsplit(url)
    host = target.hostname or ""
    body = msgspec.json.encode(alert)
    stamp = str(int(now()))
    signature = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "User-Agent": "handrail", "X-Handrail-Signature": f"t={stamp},v1={signature}"}
    address = checked_address(target.scheme, host, target.port)
    for attempt in range(TRIES):
        try:
            connection = _connect(target.scheme, host, address, target.port)
            connection.request("POST", urllib.parse.urlunsplit(("", "", target.path or "/", target.query, "")), body, headers)
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            problem = in_words(error)
        else:
            if status < 300:
                return
            problem = f"the server answered {status}"
            if status < 500:
                break  # redirections are not followed, and a refusal will not change
        if attempt < TRIES - 1:
            time.sleep(0.2 * 2**attempt)
    raise NotSent(f"{host}: {problem}")


def checked_address(scheme: str, host: str, port: int | None) -> str:
    """The address that `host` has now, when alerts may go there: https anywhere public, http to this machine only.

    The connection uses this very address, so that a name cannot point elsewhere a moment later. Raises NotSent.
    """
    if scheme not in ("http", "https") or not host:
        raise NotSent("a webhook is an http or https address")
    try:
        found = socket.getaddrinfo(host, port or (443 if scheme == "https" else 80), type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotSent(f"{host}: {in_words(error)}") from error
    address = str(found[0][4][0])
    place = ipaddress.ip_address(address.partition("%")[0])
    if place.is_loopback:
        return address
    if isinstance(place, ipaddress.IPv6Address) and (place.ipv4_mapped or place.sixtofour or place.teredo or place in NAT64):
        raise NotSent(f"{host} is {address}, which stands for another address")
    if scheme != "https":
        raise NotSent("http reaches this machine only; use https")
    if not place.is_global or place.is_multicast:
        raise NotSent(f"{host} is {address}, which is no public address")
    return address


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to an address that was checked, with the certificate of the name."""

    def __init__(self, host: str, address: str, port: int) -> None:
        super().__init__(host, port, timeout=SECONDS, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), SECONDS)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def _connect(scheme: str, host: str, address: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return _Pinned(host, address, port or 443)
    return http.client.HTTPConnection(address, port or 80, timeout=SECONDS)
