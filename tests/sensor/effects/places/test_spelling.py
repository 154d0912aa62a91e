"""How the address of a host is written."""

from __future__ import annotations

import time

import pytest

from sensor.effects.places.hosts import parse_target
from sensor.effects.places.spelling import DISGUISED, ODD, is_disguised

ODD_HOSTS = [
    "http://2852039166/", "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/", "http://0xa9.0376.43518/", "http://127.1/", "http://192.168.010.1/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:a00:1]/",
    "http://[64:ff9b::a00:1]/", "http://[64:ff9b:1::a00:1]/", "http://[2002:a00:1::]/", "http://[::5efe:a00:1]/", "http://[::10.0.0.1]/", "http://[0:0:0:0:0:0:0:1]:8080/", "http://[fe80::1%25eth0]/",
    "http://①②⑦.⓪.⓪.①/", "http://１２７．０．０．１/", "http://127。0。0。1/", "http://example．com/", "http://ex%61mple.com/", "http://127.0.0.1!/",
]


@pytest.mark.parametrize("url", ODD_HOSTS)
def test_an_address_that_filters_do_not_know(url):
    assert ODD in parse_target(url).places


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:8080/", "http://[::1]:8080/", "http://[::]:8000/", "http://[2606:4700:4700::1111]/", "http://[2606:4700:4700:0:0:0:0:1111]/", "http://10.0.0.1./", "https://example.com./", "https://EXAMPLE.com/",
    "https://münchen.example/", "https://xn--mnchen-3ya.example/", "https://0x0.example.com/", "https://example.com/2852039166", "https://example.com/%61", "http+unix://%2Fvar%2Frun%2Fdocker.sock/_ping",
    "postgresql://%2Fvar%2Frun%2Fpostgresql/app", "8080", "1.2", "example.com:80/x",
])
def test_usual_addresses(url):
    assert ODD not in parse_target(url).places


@pytest.mark.parametrize("authority", [
    "known.org@x.example", "known.org:443@x.example", "console.known.app:pw@203.0.113.9", "docs.known.co.uk@x.example", "127.0.0.1@x.example", "localhost@x.example", "known.org%2fa@x.example", "169.254.169.254%23@known.org",
    "a@b@c.example", "known.org%40x.example", "known.org\\@x.example", "x.example\\known.org", "known.org\u2215team\u2215files@x.example", "known.org\uff0fteam.x.example",
])
def test_a_host_that_is_not_the_one_it_seems(authority):
    assert is_disguised(authority)


@pytest.mark.parametrize("authority", [
    "x.example", "x.example:8080", "dev@x.example", "jane.doe@git.example.com", "jane.doe:token@git.example.com", "jane%40example.com:p%23w%2f@pkgs.example.com", "oauth2:glpat@git.example.com", "[::1]:80",
    "x.example\\n", "x\\.example", "münchen.example", "10.0.0.1:80",
])
def test_users_and_passwords_are_no_disguise(authority):
    assert not is_disguised(authority)


def test_a_disguise_is_a_set_of_the_host():
    assert DISGUISED in parse_target("https://known.org@x.example/").places
    assert DISGUISED not in parse_target("https://example.com/@user").places


@pytest.mark.parametrize("piece", ["a.com%40", "a\\", "\\", "a.", "@"])
def test_long_authorities_are_not_read_to_their_end(piece):
    start = time.process_time()
    assert is_disguised("!" + piece * 400_000 + "\\@x.example")
    assert time.process_time() - start < 1
