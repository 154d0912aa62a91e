"""Build the dashboard: one Flask application, one blueprint per page family, the guard in front of all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from sensor.access.risk import RULE as RISK
from sensor.ask import SensorAway, SensorRefused
from sensor.model.checks import check_name
from sensor.model.held import PAST
from sensor.model.names import TEST_CALL
from sensor.store.reading import IndexMissing
from web import (
    access,
    agents,
    api,
    events,
    live,
    login,
    overview,
    period,
    posture,
    quarantine,
    record,
    report,
    rules,
    sessions,
)
from web.config import WebConfig
from web.connections import Connections
from web.guard import NONCE, Guard
from web.held import expanded
from web.logins import Logins
from web.making import Making
from web.render import FILTERS, plain
from web.sensor_link import SensorLink
from web.site import Site, close_index
from web.streams import Streams
from web.verification import Verification

MAX_BODY = 64 * 1024
# Title of an error's page, and its text where the page that it happened on gives none.
WORDS = {
    400: ("This cannot be understood", "The address or the form has something that no page of the dashboard asks for."),
    403: ("Refused", "This is not allowed from here."),
    404: ("There is no such page", "The dashboard has nothing at this address. Start from one of the pages above."),
    405: ("There is no such page", "This address is for a form of the dashboard. Start from one of the pages above."),
    409: ("Not possible now", "What it is about has changed. Load the page again."),
    413: ("Too long", "What was sent is longer than any form of the dashboard."),
    415: ("This cannot be understood", "Programs send JSON, pages send forms."),
}
BLUEPRINTS = (
    login.pages, overview.pages, events.pages, live.pages, sessions.pages, report.pages, agents.pages, quarantine.pages, rules.pages,
    posture.pages, record.pages, period.pages, api.pages,
)


def create_app(config: WebConfig, now: Callable[[], float] = time.time) -> Flask:
    """The dashboard of one installation. `now` gives Unix seconds."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=50, TRAP_HTTP_EXCEPTIONS=False)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS, expanded=expanded, check_name=check_name)
    app.jinja_env.globals.update(only_past=PAST, test_call=TEST_CALL, risk_rule=RISK)
    app.jinja_env.globals["asset"] = _assets(Path(str(app.static_folder))).__getitem__
    app.jinja_env.finalize = plain  # before escaping: no text anywhere may hide or reorder another
    site = Site(
        config=config, logins=Logins(now), sensor=SensorLink(config.socket), streams=Streams(config.streams),
        verification=Verification(config, now), period=Making("period", now), connections=Connections(config, now), now=now,
    )
    app.extensions["handrail"] = site
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    app.before_request(access.require_login)
    app.teardown_request(close_index)
    app.context_processor(lambda: _page_facts(site))
    app.register_error_handler(IndexMissing, _index_missing)
    app.register_error_handler(SensorAway, _sensor_away)
    app.register_error_handler(SensorRefused, _sensor_refused)
    app.register_error_handler(HTTPException, _http_error)
    app.add_url_rule("/dashboard/", "old_root", lambda: redirect(url_for("overview.show"), 308))
    app.add_url_rule("/dashboard/<path:rest>", "old", lambda rest: redirect(login.own_page(f"/{rest}"), 308))
    app.wsgi_app = Guard(app.wsgi_app, config)  # type: ignore[method-assign]
    return app


def _assets(folder: Path) -> dict[str, str]:
    """The address of each static file: it changes with the content, so browsers may keep the file for good."""
    return {file.name: f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}" for file in folder.iterdir()}


def _page_facts(site: Site) -> dict[str, Any]:
    return {
        "nonce": request.environ.get(NONCE, ""), "now_us": int(site.now() * 1_000_000), "version": site.config.version,
        "login": g.get("login"), "csrf": g.login.csrf if g.get("login") else "",
    }


def _answer(status: HTTPStatus, title: str, text: str, next_step: str = "") -> tuple[str | Response, int]:
    if request.path.startswith("/api/"):
        return jsonify(error=text, next_step=next_step), status
    return render_template("error.html", title=title, text=text, next_step=next_step, status=int(status)), status


def _index_missing(error: IndexMissing) -> tuple[str | Response, int]:
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "The index is not ready", error.message, error.next_step)


def _sensor_away(error: SensorAway) -> tuple[str | Response, int]:
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "The sensor does not answer", error.message, error.next_step)


def _sensor_refused(error: SensorRefused) -> tuple[str | Response, int]:
    return _answer(HTTPStatus.CONFLICT, "The sensor refused", error.message, error.next_step)


def _http_error(error: HTTPException) -> tuple[str | Response, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    status, own = HTTPStatus(error.code), error.description != type(error).description
    title, text = WORDS.get(error.code, (status.phrase, status.description))
    return _answer(status, title, (error.description if own else None) or text)
