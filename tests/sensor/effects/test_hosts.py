"""Network targets and their sets."""

from __future__ import annotations

import pytest

from sensor.effects.hosts import host_places, make_host, normalise, parse_address, parse_remote, parse_target, parse_url


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
    ("https://a.example\\x", "a.example", set()), ("http://a.example\\@169.254.169.254/", "169.254.169.254", {"@metadata", "@private"}),
    ("http://169.254.169.254\\@a.example/", "a.example", {"@metadata", "@private"}), ("http://localhost\\@127.0.0.1/", "127.0.0.1", {"@loopback"}),
])
def test_a_backslash_ends_a_host_for_browsers_and_is_part_of_the_user_for_curl(text, host, places):
    found = parse_url(text)
    assert (found.host, found.places) == (host, places)


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
    assert "@catchers" in make_host("discord.com", 443, "", "discord.com/api/webhooks/1/x").places
    assert "@catchers" not in make_host("discord.com", 443, "", "discord.com/channels").places


def test_an_installer_comes_over_a_protected_connection():
    assert "@installers" in make_host("starship.rs", 443, "https://starship.rs/install.sh").places
    assert "@installers" not in make_host("starship.rs", 80, "http://starship.rs/install.sh").places
    assert "@installers" not in make_host("x.starship.rs", 443, "https://x.starship.rs/install.sh").places
