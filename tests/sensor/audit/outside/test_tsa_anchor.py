"""A timestamp authority behind loopback http as an anchor: what is kept, and what is refused."""

from __future__ import annotations

import os
import time

import pytest

from sensor.audit.outside.timestamps import MAX_REPLY, BadTimestamp, parse_authorities
from sensor.audit.outside.tsa_anchor import TsaAnchor, check_url, post_request, stamp_files
from sensor.model.errors import UsageError
from tests.sensor.audit.authority import Authority, Served, make, needs_openssl

NOTE = b"local/device/0\n12\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 local/device/0 AAAAAAAA\n"
OTHER = NOTE.replace(b"\n12\n", b"\n13\n")
ROOT = make("root of the tests")


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "tsa", make("tsa", ROOT), (ROOT,))


def anchor(tmp_path, url, root=ROOT):
    return TsaAnchor(tmp_path / "kept", url, parse_authorities(root.pem))


@needs_openssl
def test_a_note_is_stamped_once(tmp_path, authority):
    with Served(authority.reply) as served:
        one = anchor(tmp_path, served.url)
        assert one.age(time.time()) == float("inf")
        assert one(NOTE) is True and one(NOTE) is False and one(OTHER) is True
        assert len(served.requests) == 2 and one.age(time.time()) < 60
    kept = stamp_files(tmp_path / "kept")
    assert [one.note for one in kept] == [NOTE, OTHER] and all(one.reply for one in kept)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "kept").iterdir()} == {0o600}
    assert len(list((tmp_path / "kept").iterdir())) == 4


@needs_openssl
def test_a_reply_to_another_request_is_not_kept(tmp_path, authority):
    first: list[bytes] = []

    def replay(query: bytes) -> bytes:
        first.append(first[0] if first else authority.reply(query))
        return first[0]

    with Served(replay) as served:
        one = anchor(tmp_path, served.url)
        assert one(NOTE)
        for path in (tmp_path / "kept").iterdir():
            path.unlink()
        with pytest.raises(BadTimestamp, match="nonce"):
            one(NOTE)
        with pytest.raises(BadTimestamp, match="other bytes"):
            one(OTHER)
    assert stamp_files(tmp_path / "kept") == ()


@needs_openssl
def test_a_reply_of_another_authority_is_not_kept(tmp_path, authority):
    with Served(authority.reply) as served, pytest.raises(BadTimestamp, match="does not hold"):
        anchor(tmp_path, served.url, make("another root"))(NOTE)
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(("answer", "extra", "words"), [
    (b"x", {"status": 302, "headers": (("Location", "http://127.0.0.1:1/"),)}, "redirects are not followed"),
    (b"x", {"status": 500}, "500"),
    (b"<html>", {"kind": "text/html"}, "text/html"),
    (bytes(MAX_REPLY + 1), {}, "longer"),
])
def test_answers_that_are_not_read_further(answer, extra, words):
    with Served(lambda query: answer, **extra) as served, pytest.raises(OSError, match=words):
        post_request(served.url, b"query")


def test_a_slow_answer_ends(monkeypatch):
    monkeypatch.setattr("sensor.audit.outside.tsa_anchor.SECONDS", 0.3)
    with Served(lambda query: time.sleep(1) or b"late") as served, pytest.raises(OSError):
        post_request(served.url, b"query")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.0 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n"])
def test_an_answer_that_drips_ends(monkeypatch, dripping, head):
    """In its head as in its body: a timeout of the socket bounds one read only."""
    monkeypatch.setattr("sensor.audit.outside.tsa_anchor.SECONDS", 0.5)
    with pytest.raises(OSError, match="took more than"):
        post_request(dripping(head), b"query")


def test_a_pipe_among_the_tokens_stops_nobody(tmp_path):
    for name in ("a.tsr", "b.note"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "b.tsr").write_bytes(b"token")
    assert [(one.name, one.note) for one in stamp_files(tmp_path)] == [("b.tsr", b"")]


def test_nobody_there():
    with Served(lambda query: b"") as served:
        url = served.url
    with pytest.raises(OSError):
        post_request(url, b"query")


@pytest.mark.parametrize("url", ["http://tsa.example.com/", "ftp://127.0.0.1/", "file:///etc/hosts", "https://", "tsa.example.com", "https://user:pw@tsa.example.com/"])
def test_addresses_that_are_refused(url):
    with pytest.raises(UsageError):
        check_url(url)


@pytest.mark.parametrize("url", ["https://tsa.example.com/x", "http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"])
def test_addresses_that_are_taken(url):
    assert check_url(url) == url
