"""Network targets and their sets."""

from __future__ import annotations

import pytest

from sensor.effects.places.hosts import (
    host_places,
    make_host,
    normalise,
    parse_address,
    parse_remote,
    parse_target,
    parse_url,
)


@pytest.mark.parametrize(("text", "host", "port"), [
    ("https://a.example/x", "a.example", 443),
    ("HTTP://A.Example:8080/", "a.example", 8080),
    ("https://user:pw@a.example/", "a.example", 443),
    ("https://a.example@evil.example/", "evil.example", 443),
    ("http://[::1]:80/", "::1", 80),
    ("http://2130706433/", "127.0.0.1", 80),
    ("http://0x7f.1/", "127.0.0.1", 80),
    ("http://a.example./", "a.example", 80),
])
def test_urls(text, host, port):
    found = parse_url(text)
    assert (found.host, found.port) == (host, port)


@pytest.mark.parametrize(("text", "host", "places"), [
    ("https://a.example\\@b.example/", "b.example", set()), ("https://localhost\\@b.example/", "b.example", set()), ("https://b.example\\@localhost/x", "b.example", set()),
    ("https://a.example\\x", "a.example", set()), ("http://a.example\\@169.254.169.254/", "169.254.169.254", {"@metadata", "@private", "@link-local"}),
    ("http://169.254.169.254\\@a.example/", "a.example", {"@metadata", "@private", "@link-local"}), ("http://localhost\\@127.0.0.1/", "127.0.0.1", {"@loopback"}),
])
def test_a_backslash_ends_a_host_for_browsers_and_is_part_of_the_user_for_curl(text, host, places):
    found = parse_url(text)
    assert (found.host, found.places - {"@disguised"}) == (host, places)


@pytest.mark.parametrize("text", ["http://localhost:3000/", "http://127.0.0.1:8000/docs", "http://[::1]:5173/", "http://0.0.0.0:8888/lab", "http://shop.localhost/", "http://192.168.0.7:8081/", "http://box.local:8123/",
                                  "http://app.127.0.0.1.nip.io:8443/", "http://app.lvh.me:3000/", "http://host.docker.internal:4000/"])
def test_servers_of_development(text):
    assert "@development" in parse_target(text).places


@pytest.mark.parametrize("text", ["http://localhost/", "http://127.0.0.1:80/", "http://localhost:6379/", "http://127.1:8080/", "http://0x7f000001:8080/", "http://10.0.0.1.nip.io:8080/", "http://wiki.corp.internal:8080/", "http://169.254.7.7:8080/",
                                  "http://known.org@127.0.0.1:8080/", "http://example.com:8080/", "http://7f000001.a9fea9fe.rbndr.us:8080/"])
def test_no_servers_of_development(text):
    assert "@development" not in parse_target(text).places


@pytest.mark.parametrize(("text", "place"), [
    ("https://a.example/r?url=http%3A%2F%2F169.254.169.254%2F", "@relays-inward"), ("https://a.example/http://10.0.0.1/", "@relays-inward"), ("https://a.example/r?u=127.0.0.1:22", "@relays-inward"), ("https://a.example/r?f=file:///etc/x", "@relays-inward"),
    ("https://a.example/url?q=https://webhook.site/x", "@catchers"), ("https://a.example/go?to=https%253A%252F%252Fx.ngrok.io", "@tunnels"), ("http://a.example/latest/meta-data/iam/", "@metadata-path"), ("http://cache.example:6379/", "@daemon-port"),
    ("https://a.example/?redirect_uri=http://localhost:22/", "@relays-inward"),
])
def test_what_an_address_says_besides_its_host(text, place):
    assert place in parse_url(text).places


@pytest.mark.parametrize("text", [
    "https://a.example/search?q=http%3A%2F%2F169.254.169.254%2F", "https://a.example/authorize?redirect_uri=http%3A%2F%2Flocalhost%3A8085%2Fcb", "https://a.example/r?url=https://b.example/", "https://a.example/?ref=http://10.0.0.1/",
    "https://petstore.swagger.io/?url=http://localhost:8080/v3/api-docs", "https://docs.example.com/latest/guide/meta-data.html", "https://a.example/docs/169.254.169.254/overview", "https://a.example/?page=2&to=10", "postgres://db.example:5432/x",
])
def test_what_an_address_only_mentions(text):
    assert parse_url(text).places == frozenset()


@pytest.mark.parametrize("text", ["file:///etc/passwd", "data:text/plain,x", "no address", "", "http:///", "a:b"])
def test_what_is_no_network_url(text):
    assert parse_url(text) is None


@pytest.mark.parametrize(("text", "host"), [("a.example", "a.example"), ("a.example:80/x", "a.example"), ("localhost:3000", "localhost"), ("10.0.0.1", "10.0.0.1"),
                                            ("/dev/tcp/a.example/80", "a.example"), ("user@a.example", "a.example")])
def test_targets(text, host):
    assert parse_target(text).host == host


@pytest.mark.parametrize("text", ["file", "-x", "./a.txt", "a b.example", ""])
def test_what_is_no_target(text):
    assert parse_target(text) is None


@pytest.mark.parametrize(("text", "host"), [("user@host:path", "host"), ("host:path", "host"), ("git@github.com:a/b.git", "github.com"), ("host::module", "host"), ("ssh://h.example/x", "h.example")])
def test_remotes(text, host):
    assert parse_remote(text).host == host


@pytest.mark.parametrize("text", ["path", "./a:b", "/a:b", "C:", "host:22", ""])
def test_what_is_no_remote(text):
    assert parse_remote(text) is None


@pytest.mark.parametrize(("text", "expected"), [("127.1", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("1.2.3.4.5", None), ("1.2.3.999", None), ("v1.2", None), ("::zz", None)])
def test_addresses(text, expected):
    found = parse_address(text)
    assert (None if found is None else str(found)) == expected


def test_look_alike_digits_and_dots_are_read():
    assert normalise("１２７。0.0.1") == "127.0.0.1" and normalise("Ex%61mple.COM.") == "example.com"


@pytest.mark.parametrize(("name", "place"), [
    ("169.254.169.254", "@metadata"), ("metadata.google.internal", "@metadata"), ("fd00:ec2::254", "@metadata"), ("127.0.0.1", "@loopback"), ("localhost", "@loopback"), ("app.localhost", "@loopback"),
    ("10.1.2.3", "@private"), ("192.168.0.1", "@private"), ("db.internal", "@private"), ("10-0-0-1.nip.io", "@private"), ("x.127.0.0.1.nip.io", "@private"), ("7f000001.nip.io", "@private"), ("8.8.8.8", "@raw-ip"), ("webhook.site", "@catchers"),
    ("abc.oast.fun", "@catchers"), ("hookb.in", "@catchers"), ("pastebin.com", "@paste"), ("abc.ngrok.io", "@tunnels"), ("bit.ly", "@shorteners"),
])
def test_sets(name, place):
    assert place in host_places(name)
    assert ("@loopback" in host_places(name)) == (place == "@loopback")


@pytest.mark.parametrize("name", ["example.com", "notwebhook.site", "pastebin.com.evil.example", "localhost.evil.example", "internal.example.com", "github.com", "x.starship.rs"])
def test_ordinary_names_have_no_set(name):
    assert host_places(name) == frozenset()


def test_a_webhook_of_a_chat_is_a_catcher_by_its_path():
    assert "@catchers" in make_host("discord.com", 443, "", "/api/webhooks/1/x").places
    assert "@catchers" not in make_host("discord.com", 443, "", "/channels").places


@pytest.mark.parametrize(("text", "place"), [("https://pastebin.com/doc_api", "@paste"), ("https://ngrok.com/docs/start/", "@tunnels"), ("https://t.co/", "@shorteners"), ("https://docs.webhook.site/api", "@catchers")])
def test_pages_of_the_makers_are_not_what_their_users_put_there(text, place):
    assert place not in parse_url(text).places


@pytest.mark.parametrize(("text", "place"), [("https://pastebin.com/raw/doc", "@paste"), ("https://docs.ngrok.io/", "@tunnels"), ("https://webhook.site/?d=1", "@catchers"), ("https://docs.oast.fun/", "@catchers")])
def test_what_users_put_there(text, place):
    assert place in parse_url(text).places


def test_an_installer_comes_over_a_protected_connection():
    assert "@installers" in make_host("starship.rs", 443, "https://starship.rs/install.sh").places
    assert "@installers" not in make_host("starship.rs", 80, "http://starship.rs/install.sh").places
    assert "@installers" not in make_host("x.starship.rs", 443, "https://x.starship.rs/install.sh").places
