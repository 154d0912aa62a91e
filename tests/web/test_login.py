"""Getting in and out."""

from __future__ import annotations

import time
import urllib.parse

import pytest

from web.config import SESSION_SECONDS
from web.tokens import create_token, login_url


@pytest.mark.parametrize("path", ["/", "/events", "/sessions/0", "/quarantine", "/rules", "/log", "/live", "/fragment/overview", "/events/0/1.json", "/nowhere"])
def test_nothing_is_shown_without_a_login(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 303 and answer.headers["Location"] == "/login"


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/quarantine", "/api/v1/nowhere"])
def test_programs_are_told_so_in_json(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 401 and answer.json["next_step"] == "handrail dashboard"


def test_the_cookie_is_strict_hidden_and_named_at_random(visitor, config):
    token = create_token(config.token, time.time())
    cookie = visitor.post("/login", {"token": token}, csrf="").headers["Set-Cookie"]
    assert cookie.startswith(config.cookie + "=") and token not in cookie
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and f"Max-Age={SESSION_SECONDS}" in cookie


def test_looking_at_the_login_page_uses_nothing_up(visitor, config):
    token = create_token(config.token, time.time())
    for _ in range(3):
        assert b'action="/login"' in visitor.get(f"/login?token={token}").data
    assert visitor.post("/login", {"token": token}, csrf="").headers["Location"] == "/"


def test_a_token_works_once_and_a_wrong_one_never(visitor, config):
    token = create_token(config.token, time.time())
    assert "failed" in visitor.post("/login", {"token": token + "x"}, csrf="").headers["Location"]
    assert visitor.post("/login", {"token": token}, csrf="").headers["Location"] == "/"
    assert "failed" in visitor.post("/login", {"token": token}, csrf="").headers["Location"]
    assert "failed" in visitor.post("/login", {}, csrf="").headers["Location"]


@pytest.mark.parametrize(("wanted", "leads"), [
    ("/quarantine/Q7M2AB", "/quarantine/Q7M2AB"), ("/events/0/12", "/events/0/12"), ("", "/"), ("/", "/"),
    *((hostile, "/") for hostile in (
        "//evil.example", "/\\\\evil.example", "\\\\evil.example", "https://evil.example/", "evil.example", "javascript:alert(1)", "/%2f%2fevil.example", "/../x", "/x//y",
        "/quarantine/Q1?x=1", "/quarantine/Q1#x", "/a\nb", "/a\r\nSet-Cookie: x=1", " /quarantine", "/quarantine/", "/ａ", "/" + "a" * 65, "/a" * 5)),
])
def test_a_login_leads_to_a_page_of_ours_and_nowhere_else(visitor, config, wanted, leads):
    token = create_token(config.token, time.time())
    assert visitor.post("/login", {"token": token, "next": wanted}, csrf="").headers["Location"] == leads
    asked = visitor.get("/login?" + urllib.parse.urlencode({"token": "x", "next": wanted}))
    assert asked.headers["Location"] == leads, "also who is logged in already"


def test_the_address_of_a_page_is_carried_through_the_login(visitor, config):
    token = create_token(config.token, time.time())
    address = urllib.parse.urlsplit(login_url(1, token, "/quarantine/Q7M2"))
    shown = visitor.get(f"{address.path}?{address.query}").get_data(as_text=True)
    assert 'name="next" value="/quarantine/Q7M2"' in shown and 'name="next"' not in visitor.get(f"/login?token={token}").get_data(as_text=True)


def test_logging_out_ends_the_login_in_the_server(person, config):
    cookie = person.client.get_cookie(config.cookie, domain="127.0.0.1").value
    assert person.post("/logout").status_code == 303
    person.client.set_cookie(config.cookie, cookie, domain="127.0.0.1")
    assert person.get("/").status_code == 303


def test_an_expired_address_says_what_to_do(visitor):
    text = visitor.get("/login?failed=1").get_data(as_text=True)
    assert "handrail dashboard" in text and "no longer valid" in text


def test_no_page_shows_the_token_or_the_cookie(person, config):
    cookie = person.client.get_cookie(config.cookie, domain="127.0.0.1").value
    for path in ("/", "/events", "/log", "/quarantine", "/api/v1/log"):
        assert cookie not in person.get(path).get_data(as_text=True)
