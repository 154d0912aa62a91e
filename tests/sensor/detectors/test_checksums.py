from __future__ import annotations

import base64
import json
import zlib

import pytest

from sensor.detectors.checksums import (
    BASE62,
    basic_password,
    coded_token,
    decode_json_part,
    has_github_checksum,
    is_coded_key_block,
    is_jwt,
    is_key_block,
)


def coded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def with_checksum(body):
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return body + digits.rjust(6, "0")


def test_a_token_with_its_checksum_holds_and_one_letter_breaks_it(token):
    good = "gh" + "p_" + with_checksum(token(30))
    assert has_github_checksum(good)
    assert not has_github_checksum(good[:-1] + ("A" if good[-1] != "A" else "B"))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: f"{coded({'alg': 'HS256'})}.{coded({'sub': '1'})}.sig", True),
        (lambda: f"{coded({'a': 1})}.{coded({'b': 2})}.sig", False),
        (lambda: "eyJ.short", False),
    ],
)
def test_a_token_with_a_jose_header(make, expected):
    assert is_jwt(make()) is expected


def test_parts_that_are_no_json_give_nothing():
    assert decode_json_part("!!") is None and decode_json_part(coded([1])) is None and decode_json_part(coded({"a": 1})) == {"a": 1}


def test_key_blocks_need_key_material(token):
    begin, end = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"
    assert is_key_block(f"{begin}\n{token(64)}\n{token(64)}\n{end}")
    assert not is_key_block(f"{begin}\n...\n{end}") and not is_key_block(begin)


def test_coded_key_blocks_are_told_from_certificates():
    def code(text):
        return base64.b64encode(text.encode()).decode()

    assert is_coded_key_block(code("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5"))
    assert not is_coded_key_block(code("-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3"))


@pytest.mark.parametrize(("text", "expected"), [("anna:geheim12", "geheim12"), ("anna", ""), ("a:b\x01", "")])
def test_the_password_of_a_basic_header(text, expected):
    assert basic_password(base64.b64encode(text.encode()).decode()) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"plain-token-123", "plain-token-123"), (b"with a line end\n", "with a line end"), (b"\x00\x01binary", ""), ("größe".encode(), "")],
)
def test_a_token_in_base64_is_printable_ascii(data, expected):
    assert coded_token(base64.b64encode(data).decode()) == coded_token(base64.urlsafe_b64encode(data).decode().rstrip("=")) == expected


def test_what_is_not_base64_hides_nothing():
    assert coded_token("a") == ""
