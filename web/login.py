"""Log in with a one-time URL, log out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.config import SESSION_SECONDS
from web.site import site
from web.tokens import consume_token

pages = Blueprint("login", __name__)


@pages.get("/login")
def ask() -> str | Response:
    """Show the one button that uses the token up: a GET must not, since browsers and chat programs prefetch links."""
    if g.login is not None:
        return redirect(url_for("overview.show"), 303)
    return render_template("login.html", token=request.args.get("token", ""), failed="failed" in request.args)


@pages.post("/login")
def enter() -> Response:
    """Exchange the token for the cookie."""
    here = site()
    if not consume_token(here.config.token, request.form.get("token", ""), here.now()):
        return redirect(url_for("login.ask", failed=1), 303)
    answer = redirect(url_for("overview.show"), 303)
    answer.set_cookie(
        here.config.cookie, here.logins.begin(), max_age=SESSION_SECONDS, httponly=True, samesite="Strict", path="/",
    )
    return answer


@pages.post("/logout")
def leave() -> Response:
    """End this login."""
    here = site()
    here.logins.end(request.cookies.get(here.config.cookie, ""))
    answer = redirect(url_for("login.ask"), 303)
    answer.delete_cookie(here.config.cookie, httponly=True, samesite="Strict", path="/")
    return answer
