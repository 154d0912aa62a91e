"""Hosts that want to be taken for a well-known one."""

from __future__ import annotations

import pytest

from sensor.effects.hosts import make_host
from sensor.effects.lookalikes import BORROWED, LOOKALIKE, lookalike_places


@pytest.mark.parametrize("name", ["gíthub.com", "xn--gthub-n4a.com", "paypa1.com", "go0gle.co.uk", "micros0ft-login.example", "rnicrosoft.com", "cl\u043eudflare.com", "xn--pypi-8qa.org", "www.s1ack.com"])
def test_letters_that_look_alike(name):
    assert lookalike_places(name) == {LOOKALIKE}


@pytest.mark.parametrize("name", ["npmjs.help", "pypi-org.example", "github-login.example", "microsft.com", "faceboook.com", "linkedln.com", "cloudfalre.com", "python.org.dist-cdn.xyz", "login-google.x.top"])
def test_borrowed_names(name):
    assert lookalike_places(name) == {BORROWED}


@pytest.mark.parametrize("name", [
    "github.com", "docs.github.com", "google.co.uk", "auth0.com", "openai.azure.com", "docker-registry.example.com", "xn--mller-kva.de", "telegraf.example", "strip.com", "modern.dev", "localhost", "10.0.0.1", "",
    "a" * 300 + ".com", "xn--\u00e4.com", "slack-edge.com", "gitlab.acme.tech", "shop.com.br", "example.com.cdn.acme.net",
])
def test_names_of_their_own(name):
    assert lookalike_places(name) == frozenset()


def test_a_host_has_the_place():
    assert LOOKALIKE in make_host("g00gle.com").places and LOOKALIKE not in make_host("google.com").places
    assert not {LOOKALIKE, BORROWED} & make_host("github-login.localhost").places
