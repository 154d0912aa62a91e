"""Only a logged-in browser gets past here, and only its own pages may change anything; no program of an agent does either."""

from __future__ import annotations

from flask import Response, abort, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sensor.host.machine.requester import why_no_person_on_port
from web.logins import is_csrf
from web.site import site

LOOPBACK = "127.0.0.1"
OPEN_ENDPOINTS = frozenset({"login.ask", "login.enter", "static"})


def require_login() -> BaseResponse | None:
    """Before every request: find the login of the cookie; check the CSRF token of changes, and that no agent's program asks for them."""
    here = site()
    if request.method == "POST":
        refuse_agents(here.config.port)
    g.login = here.logins.find(request.cookies.get(here.config.cookie, ""))
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    if g.login is None:
        if is_api():
            refusal: Response = jsonify(error="not logged in", next_step="handrail dashboard")
            refusal.status_code = 401
            return refusal
        return redirect(url_for("login.ask"), 303)
    if request.method == "POST":
        if is_api() != request.is_json:
            abort(415, "Programs send JSON, pages send forms.")
        token = request.headers.get("X-CSRF-Token", "") if is_api() else request.form.get("csrf", "")
        if not is_csrf(g.login, token):
            abort(403, "This form is not from your session. Reload the page and try again.")
    return None


def refuse_agents(port: int) -> None:
    """The sensor sees this process alone, so who asks is looked up here. A request inside this process has no port."""
    asked_from, address = request.environ.get("REMOTE_PORT", ""), request.environ.get("REMOTE_ADDR", "")
    if asked_from and address != LOOPBACK:
        why = f"it comes from {address}, where nobody can be told who asks"  # 127.0.0.2 with the port of a person's browser
    else:
        why = why_no_person_on_port(int(asked_from), port) if asked_from else ""
    if why:
        abort(403, f"Refused: {why}. Only a person may log in here and change anything. Open the dashboard in a browser of your own.")


def is_api() -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")
