"""The layers in front of routing, as WSGI middleware: Host, method, Origin and Sec-Fetch-Site, body type, headers.

In this order, for every request, files included. Under DNS rebinding Host and Origin agree with each other but not with
the list. A cookie of ours is also sent by pages of other ports of this host: `Sec-Fetch-Site: same-site` is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from web.config import WebConfig

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

NONCE = "handrail.nonce"
ENTRANCES = frozenset({"/", "/login"})
BODY_TYPES = frozenset({"application/x-www-form-urlencoded", "application/json"})


class Guard:
    """Refuses what does not come from our own pages; adds the security headers to every answer."""

    def __init__(self, app: Application, config: WebConfig) -> None:
        self._app = app
        self._hosts = config.hosts

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[NONCE] = secrets.token_urlsafe(16)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = [(name, value) for name, value in headers if name.lower() != "cache-control"]
            return start_response(status, [*own, *security_headers(environ)], exc_info)

        refusal = self._refuse(environ)
        if refusal is None:
            return self._app(environ, start)
        text = refusal.split(" ", 1)[1].encode("ascii") + b"\n"
        start(refusal, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))])
        return [text]

    def _refuse(self, environ: Environ) -> str | None:
        """Status line of the refusal, None = let it in."""
        host = environ.get("HTTP_HOST", "").lower()
        if host not in self._hosts:
            return "421 Misdirected Request"
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            return None if _is_own_read(environ, host) else "403 Cross-site request refused"
        if method != "POST":
            return "405 Method Not Allowed"
        if environ.get("HTTP_ORIGIN", "") != f"http://{host}" or environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
            return "403 Cross-site request refused"
        kind = environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
        return None if kind in BODY_TYPES else "415 Unsupported Media Type"


def _is_own_read(environ: Environ, host: str) -> bool:
    if environ.get("HTTP_ORIGIN", f"http://{host}") != f"http://{host}":
        return False
    if environ.get("HTTP_SEC_FETCH_SITE", "none") in ("same-origin", "none"):
        return True
    # A link elsewhere may lead to the entrance, as a whole page: without our cookie, and reading changes nothing.
    top_level = environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    return top_level and environ.get("PATH_INFO") in ENTRANCES


def security_headers(environ: Environ) -> list[tuple[str, str]]:
    """Headers of every answer. Nothing is loaded from elsewhere, nothing is framed, nothing is kept."""
    nonce = environ[NONCE]
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        # Not no-referrer: with that, a browser sends "Origin: null" with our own forms.
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ("Cache-Control", _keeping(environ)),
    ]


def _keeping(environ: Environ) -> str:
    """How long a browser may keep the answer: pages never, files as long as their address names their content."""
    if not environ.get("PATH_INFO", "").startswith("/static/"):
        return "no-store"
    return "private, max-age=31536000, immutable" if environ.get("QUERY_STRING", "").startswith("v=") else "private, no-cache"
