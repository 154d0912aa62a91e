"""A secret in another writing is taken out with all that carries it; hashes, paths and plain pieces stay."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import time
from urllib.parse import quote

import pytest

from sensor.detectors.carriers import Joined, read_base64, read_escapes, read_hex
from sensor.detectors.redact import Redactor
from sensor.detectors.reports import report_secrets
from sensor.model.effects import TextField

TOKEN = "ghp_" + "JNqjFUkpWIDpCh6wmffV4QFOc0GmdrCRcx6q"
ACCESS = "AKIA" + "Q7RZT5LPWXN4KBDM"


@pytest.fixture(scope="module")
def redactor(scanner):
    return Redactor(scanner, bytes(32))


def coded(text, before=b""):
    return base64.b64encode(before + text.encode()).decode()


def escaped(text, sign="%"):
    return "".join(f"{sign}{ord(char):02x}" for char in text)


CARRIED = [
    coded(TOKEN), coded(f"url=https://x\ntoken {TOKEN}\n"), coded(TOKEN, b"\x00\xff\xfe\x01 "), base64.urlsafe_b64encode(f"~~{TOKEN}??".encode()).decode(),
    base64.encodebytes(f"{'lorem ipsum ' * 6}{TOKEN} {'dolor ' * 9}".encode()).decode(), coded(coded(TOKEN)), coded("DB_PASSWORD=" + "Harbor-9xk3w7!" + "\nDB_USER=app\n"),
    TOKEN.encode().hex(), f"deploy {TOKEN}".encode().hex().upper(), escaped(TOKEN), escaped(TOKEN, "\\x"), escaped(TOKEN, "\\u00"), "ghp%5F" + TOKEN[4:],
    f"next=https%3A%2F%2Fh.test%2F%3Ft%3D{TOKEN}",
    f'"{TOKEN[:4]}" + "{TOKEN[4:]}"', f"'{ACCESS[:4]}''{ACCESS[4:]}'", f'"{TOKEN[:9]}" . "{TOKEN[9:]}"', f'T={TOKEN[:20]}"{TOKEN[20:]}"', f"'{TOKEN[:7]}' +\n  '{TOKEN[7:20]}' + '{TOKEN[20:]}'",
    f'\\"{TOKEN[:4]}\\" + \\"{TOKEN[4:]}\\"', f'"{TOKEN[:20]}" .. "{TOKEN[20:]}"', f"{ACCESS[:8]}''{ACCESS[8:]}",
]


@pytest.mark.parametrize("said", CARRIED)
@pytest.mark.parametrize("form", ["{}", "echo {} | sh", "a 'b' {}\nmore"])
def test_the_carrier_goes(redactor, said, form):
    clean = redactor.redact(form.replace("{}", said)).text
    words = [word for word in re.findall(r"[\w%+/=\\]{6,}", said) if word not in ("next=https%3A%2F%2Fh",)]
    assert "[redacted:" in clean and not [word for word in words if len(word) > 12 and word in clean], clean
    assert clean.startswith(form.partition("{}")[0]) and clean.endswith(form.partition("{}")[2]) and redactor.redact(clean).text == clean


def test_a_blank_joins_texts_too_where_nothing_stands_before_them(redactor):
    assert "[redacted:" in redactor.redact(f'x = "{TOKEN[:4]}" "{TOKEN[4:]}"').text


@pytest.mark.parametrize("said", [*CARRIED[5:6], *CARRIED[7:13], *CARRIED[14:16]])
def test_none_of_them_is_reported(scanner, shell, text, said):
    hits = scanner.find(said.encode())
    assert hits and report_secrets(hits, text(said, TextField.CONTENT), shell("x")) == []


HARMLESS = [
    hashlib.sha256(b"x").hexdigest(), hashlib.sha1(b"x").hexdigest(), coded("a plain sentence of some length, and no secret in it"), b"a plain sentence, no secret".hex(),
    "/home/u/work/project/node_modules/@scope/package/lib/components/button/index.d.ts", "https://h.test/a%20long%20name%20of%20a%20file%28final%29_with_more_words_here.pdf",
    '"ghp_" + "abc"', "'it' + 's'", "it''s", "don't", json.dumps(["AKIA", "Q7RZT5LPWXN4KBDM"]), coded("\x00\x01\x02" * 30), quote("grüße aus köln " * 4), "%%%", '""', "''",
]


@pytest.mark.parametrize("said", HARMLESS)
def test_what_carries_nothing_stays(redactor, said):
    assert redactor.redact(said).text == said


def test_places():
    joined = Joined(b"x 'abc' + 'def' y")
    assert joined.text == b"x 'abcdef' y" and joined.origin(3, 9) == (3, 14) and joined.origin(3, 6) is None and joined.origin(6, 9) is None and not joined.is_new()
    said = coded("first line\nsecond line of it, long enough").encode()
    found = re.compile(rb"[A-Za-z0-9]{8}").search(said)
    assert list(read_base64(said, found)) == [(0, len(said), b"first line\nsecond line of it, long enough")]
    assert list(read_hex(b"x 6768702", re.compile(rb"67").search(b"x 6768702"))) == [(2, 8, b"ghp")]
    assert list(read_escapes(b"a b%63d e", re.compile(rb"%63").search(b"a b%63d e"))) == [(2, 7, b"bcd")]


def test_many_carriers_cost_little(redactor):
    """Each sign is followed to its end, and no further; the bound is wide for a slow machine."""
    letters = random.Random(7)
    lines = [coded("".join(letters.choices("abcdefghij ", k=45))) for _ in range(180)] + ["'abcdefgh''ijklmnopqrst'"] * 100 + ["%41%42%43 "] * 300
    start = time.process_time()
    assert redactor.redact(" ".join(lines)).count == 0
    assert time.process_time() - start < 1
