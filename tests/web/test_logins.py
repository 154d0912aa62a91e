"""Logins in memory."""

from __future__ import annotations

from web.config import SESSION_SECONDS
from web.logins import MAX_LOGINS, Logins, is_csrf


def test_a_login_lasts_eight_hours():
    now = [1000.0]
    logins = Logins(lambda: now[0])
    cookie = logins.begin()
    assert logins.find(cookie) is not None and logins.find("other") is None and logins.find("") is None
    now[0] += SESSION_SECONDS - 1
    assert logins.find(cookie) is not None
    now[0] += 1
    assert logins.find(cookie) is None


def test_the_oldest_login_gives_way():
    logins = Logins(lambda: 0.0)
    cookies = [logins.begin() for _ in range(MAX_LOGINS + 1)]
    assert logins.find(cookies[0]) is None and logins.find(cookies[1]) is not None


def test_csrf_belongs_to_one_login():
    logins = Logins(lambda: 0.0)
    one, other = logins.find(logins.begin()), logins.find(logins.begin())
    assert one is not None and other is not None
    assert is_csrf(one, one.csrf) and not is_csrf(one, other.csrf) and not is_csrf(one, "") and not is_csrf(one, "ä\udc80")
