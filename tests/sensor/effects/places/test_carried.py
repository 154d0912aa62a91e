"""What an address carries besides the name of a page."""

from __future__ import annotations

import base64
import time

import pytest

from sensor.effects.places.carried import (
    CODED,
    HANDED,
    KEY,
    PERSONAL,
    Inner,
    carried_places,
    decoded,
    inner_addresses,
    is_telling,
)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("rest", [
    "/i?t=ghp_" + "aB3" * 12, "/u/" + "AKIA" + "Z7QW3ERTY5UIOP9L" + "/x", "/c?dp=%2Fnote%2Fxoxb-7712890341-abc", "/s?q=DB_PASSWORD%3Dwinter24", "/p?e=API_TOKEN%3Ablue-winter", "/p/-----BEGIN%20OPENSSH%20PRIVATE%20KEY-----",
    "/?DATABASE_URL=postgres%3A%2F%2Fdb",
])
def test_keys(rest):
    assert KEY in carried_places("x.example", rest)


@pytest.mark.parametrize("rest", [
    "/docs?prefix=sk_live", "/clone?env=API_KEY,DATABASE_URL&name=x", "/a.pdf?X-Amz-Credential=AKIA" + "Z7QW3ERTY5UIOP9L" + "%2F2025&X-Amz-Signature=ab12", "/?API_KEY=your-key", "/?API_KEY=$API_KEY", "/?API_KEY={key}", "/search?q=AWS_SECRET_ACCESS_KEY",
    "/?NEXT_PAGE_TOKEN=abcdef", "/a/ghp", "",
])
def test_no_keys(rest):
    assert KEY not in carried_places("x.example", rest)


@pytest.mark.parametrize(("authority", "rest"), [
    ("x.example", "/b.svg?r=a&e=" + coded("DB_PASSWORD=winter24-blue")), ("x.example", "/p/" + coded('{"API_TOKEN": "blue-winter"}')), ("x.example", "/?d=" + coded("postgres://app:winter@10.0.0.3/x")),
    ("x.example", "/?d=" + coded(coded("API_TOKEN=blue-winter-24"))), ("x.example", "/?d=" + b"API_TOKEN=blue-winter".hex()), ("x.example", "/?d=" + base64.b32encode(b"API_TOKEN=blue-winter").decode().rstrip("=")),
    (coded("some text of ours") + ".t.x.example", "/i.gif"), ("736f6d652074657874206f66.x.example", "/"), ("user@" + coded("some text of ours") + ".x.example:8080", "/"),
])
def test_data_in_a_code(authority, rest):
    assert CODED in carried_places(authority, rest)


@pytest.mark.parametrize(("authority", "rest"), [
    ("id.example", "/authorize?state=" + coded('{"csrf_token": "abcdefgh"}')), ("x.example", "/list?cursor=" + coded('{"next_token": "abcdefgh"}')), ("play.example", "/#code/" + coded("let x = 1; console.log(x)")),
    ("d111111abcdef8.cdn.example", "/app.js"), ("internationalization.docs.example", "/"), ("a1b2c3d4e5f60718.preview.example", "/"), ("x.example", "/c/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"),
    ("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi.ipfs.example", "/"), ("x.example", "/?token=" + coded("your token here: xxxx")),
])
def test_ordinary_codes(authority, rest):
    assert CODED not in carried_places(authority, rest)


def test_what_is_decoded_is_told_layer_by_layer():
    assert decoded(coded(coded("blue winter in town"))) == (coded("blue winter in town"), "blue winter in town")
    assert decoded("\u00e4" * 20) == () and decoded("short") == ()


@pytest.mark.parametrize(("text", "expected"), [("PASSWORD=winter24", True), ("password: your-password", False), ("root:x:0:0:root", True), ("a page about tokens", False), ("page_token=abcdef", False)])
def test_telling_texts(text, expected):
    assert is_telling(text) is expected


def test_addresses_inside_of_addresses():
    twice = "/r?next=https%3A%2F%2Fa.example%2Fx%3Furl%3Dhttp%253A%252F%252F10.0.0.1%252F"
    assert inner_addresses(twice) == (Inner("next", "https", "a.example"), Inner("url", "http", "10.0.0.1"))
    assert inner_addresses("/http://b.example/x") == (Inner("", "http", "b.example"),)
    assert inner_addresses("/?url=127.0.0.1:22&x=1") == (Inner("url", "", "127.0.0.1:22"),)
    assert inner_addresses("/?f=file:///etc/x") == (Inner("f", "file", "etc"),)
    assert inner_addresses("/search?q=localhost+port") == () and inner_addresses("/?page=2&to=10.5&src=2024") == ()
    assert len(inner_addresses("/?url=http://a.example" * 50)) == 8


@pytest.mark.parametrize("rest", ["/" + "A_" * 3900, "/" + base64.b64encode(b"a" * 5900).decode(), "/" + base64.b64encode(b"secret" * 980).decode()])
def test_long_pieces_are_read_in_little_time(rest):
    start = time.process_time()
    assert carried_places("x.example.net", rest) == frozenset()
    assert time.process_time() - start < 0.5


def test_long_names_are_names():
    assert carried_places("x.example.net", "/?a=" + "A" * 90 + "_SECRET%3Dwinter24") == {KEY}
    assert is_telling("a" * 90 + "_secret=winter24")


@pytest.mark.parametrize("rest", [
    "/s?r=A%20B%20512-44-9087;C%20D%20623-51-7788", "/p?card=4111111111111111&cvv=123", "/p?n=5555555555554444&exp=09/30", "/?i=DE89370400440532013000,GB29NWBK60161331926819", "/?c=4111-1111-1111-1111,5555555555554444",
])
def test_numbers_of_people(rest):
    assert PERSONAL in carried_places("x.example", rest)


@pytest.mark.parametrize("rest", [
    "/s?r=512-44-9087", "/cal?from=2024-06-01&to=2024-06-30", "/p?card=4111111111111111", "/p?card=4111111111111112&cvv=123", "/?i=DE89370400440532013001,GB29NWBK60161331926810", "/v/1234567890123456/6543210987654321", "/?a=000-12-3456,666-12-3456", "",
])
def test_no_numbers_of_people(rest):
    assert PERSONAL not in carried_places("x.example", rest)


@pytest.mark.parametrize("rest", [
    "/?u=https%3A%2F%2Fb.s3.amazonaws.com%2Fall.dump%3FX-Amz-Signature%3Dab", "/get/https://acct.blob.core.windows.net/c/pay.xlsx?sv=2024&sig=ab", "/?src=https%253A%252F%252Fcdn.example%252Fa.zip%253FExpires%253D1%2526Signature%253Dab",
])
def test_signed_links_inside(rest):
    assert HANDED in carried_places("x.example", rest)


@pytest.mark.parametrize("rest", [
    "/all.dump?X-Amz-Signature=ab", "/_next/image?url=https%3A%2F%2Fb.example%2Flogo.png%3FX-Amz-Signature%3Dab&w=64", "/?u=https%3A%2F%2Fb.example%2Fall.dump", "/login?next=https://b.example/?design=1", "/a.pdf?back=https://b.example/x&Signature=ab",
])
def test_no_signed_links_inside(rest):
    assert HANDED not in carried_places("x.example", rest)
