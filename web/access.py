"""Only a logged-in browser gets past here, and only its own pages may change anything."""

from __future__ import annotations

from flask import Response, abort, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from web.logins import is_csrf
from web.site import site

OPEN_ENDPOINTS = frozenset({"login.ask", "login.enter", "static"})


def require_login() -> BaseResponse | None:
    """Before every request: find the login of the cookie; check the CSRF token of changes."""
    here = site()
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


def is_api() -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")
