"""Log in with a one-time URL, log out."""

from __future__ import annotations

import re

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.config import SESSION_SECONDS
from web.site import site
from web.tokens import consume_token

pages = Blueprint("login", __name__)

# A page of ours and nothing else: no host, no query, no dots, nothing that a browser would read as another address.
LOCAL = re.compile(r"(?:/[A-Za-z0-9_-]{1,64}){1,4}", re.ASCII)


@pages.get("/login")
def ask() -> str | Response:
    """Show the one button that uses the token up: a GET must not, since browsers and chat programs prefetch links."""
    if g.login is not None:
        return redirect(own_page(request.args.get("next", "")), 303)
    return render_template("login.html", token=request.args.get("token", ""), next=request.args.get("next", ""), failed="failed" in request.args)


@pages.post("/login")
def enter() -> Response:
    """Exchange the token for the cookie."""
    here = site()
    if not consume_token(here.config.token, request.form.get("token", ""), here.now()):
        return redirect(url_for("login.ask", failed=1), 303)
    answer = redirect(own_page(request.form.get("next", "")), 303)
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


def own_page(wanted: str) -> str:
    """Where a redirect leads that an address asks for: a page of ours, else the overview."""
    return wanted if LOCAL.fullmatch(wanted) else url_for("overview.show")
