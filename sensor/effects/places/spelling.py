"""How the address of a host is written: so that a filter takes it for another one, or not."""

from __future__ import annotations

import re
from typing import NamedTuple

ODD = "@odd-address"
DISGUISED = "@disguised"
MAX_READ = 4000
"""Nobody reads to the end of a longer authority, where the host stands."""

_ENDINGS = r"com|org|net|io|ai|gov|edu|cloud|internal"
# A user's name that is a host's: `known.org@`, `known.org:443@`, an address, or one with a folder behind it.
_HOST_AS_USER = re.compile(rf"(?i)(?:(?:[\w-]+\.)+(?:{_ENDINGS})|(?:[\w-]+\.){{2,}}(?:dev|app|co|rs|sh|[a-z]{{2}}))(?:[:%/]|$)|(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?:\D|$)|localhost(?:\W|$)")
# Letters that look like the marks that end a host.
_FALSE_MARKS = re.compile("[\u2044\u2215\u2571\u29f5\u29f8\ufe55\ufe68\ufe6b\uff03\uff0f\uff1a\uff1f\uff20\uff3c]")
_CODED_AT = re.compile(rf"(?i)[\w-]\.(?:{_ENDINGS}|dev|app|co)(?::\d*)?%40[^@]*$")
_BACKSLASH = re.compile(r"(?i)[a-z0-9.:\]-]\\+(?:[^@]*@|[^ntr\W][\w-]*\.[a-z]{2,}(?:[:/]|$))")
_ADDRESS_AND_MORE = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}[!$&'()*,;=_~]")
_ZONE = re.compile(r"%(?:25)?[A-Za-z0-9]")


class Written(NamedTuple):
    """An authority as it stands in an address: all of it, its host, and the host as it is read."""

    authority: str
    name: str
    plain: str


def spelling_places(written: Written, address: bool) -> frozenset[str]:
    """ODD and DISGUISED as they apply. `address`: the host is read as a number."""
    found = set()
    if is_disguised(written.authority):
        found.add(DISGUISED)
    if _is_odd(written, address):
        found.add(ODD)
    return frozenset(found)


def is_disguised(authority: str) -> bool:
    """Whether a reader takes another host for the one that is asked."""
    if "@" not in authority and "%" not in authority and "\\" not in authority and authority.isascii():
        return False
    if len(authority) > MAX_READ:
        return True
    user = authority.rpartition("@")[0]
    return bool(
        user.count("@") > 0 or (user and _HOST_AS_USER.match(user)) or _FALSE_MARKS.search(authority) or _CODED_AT.search(authority) or _BACKSLASH.search(authority)
    )


def _is_odd(written: Written, address: bool) -> bool:
    raw, plain = written.name.strip("[]").lower().rstrip("."), written.plain
    if address:
        return raw != plain and (":" not in plain or plain == "::1" or _ZONE.search(raw) is not None)
    return (plain.isascii() and not raw.isascii()) or "%" in raw[1:] or _ADDRESS_AND_MORE.match(raw) is not None
