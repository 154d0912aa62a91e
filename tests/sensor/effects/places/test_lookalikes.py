"""Hosts that want to be taken for a well-known one."""

from __future__ import annotations

import pytest

from sensor.effects.places.hosts import make_host
from sensor.effects.places.lookalikes import BORROWED, LOOKALIKE, POSING, lookalike_places


@pytest.mark.parametrize("name", ["gíthub.com", "xn--gthub-n4a.com", "paypa1.com", "go0gle.co.uk", "micros0ft-login.example", "rnicrosoft.com", "cl\u043eudflare.com", "xn--pypi-8qa.org", "xn--pmsj-fqa.com", "www.s1ack.com"])
def test_letters_that_look_alike(name):
    assert lookalike_places(name) == {LOOKALIKE}


@pytest.mark.parametrize("name", ["microsft.com", "faceboook.com", "linkedln.com", "cloudfalre.com", "bitbuckett.org", "gitnub.com", "githubb.com", "raw.githubusercontents.com", "pypj.org", "npnjs.com"])
def test_a_slip_of_one_letter(name):
    assert lookalike_places(name) == {LOOKALIKE}


@pytest.mark.parametrize("name", [
    "npmjs.help", "raw.githubusercontent.co", "pypi-org.example", "github-login.example", "registry-npmjs.com", "pypi-python.org", "claude-ai-code.download", "console-aws-amazon.com", "githublogin.com", "verifypaypal.net",
    "python.org.dist-cdn.xyz", "github.com.x.dev", "docs.pypi.org.x-check.co", "npmjs.com-verify.info", "files.pythonhosted.0rg.pw",
])
def test_names_that_pose_as_another(name):
    assert lookalike_places(name) == {POSING}


@pytest.mark.parametrize("name", ["github-mirror.example", "openai-news-mirror.com", "openai.click", "web.org.dist-cdn.xyz", "login-google.x.top"])
def test_borrowed_names(name):
    assert lookalike_places(name) == {BORROWED}


@pytest.mark.parametrize("name", [
    "github.com", "docs.github.com", "google.co.uk", "auth0.com", "openai.azure.com", "docker-registry.example.com", "xn--mller-kva.de", "telegraf.example", "strip.com", "modern.dev", "localhost", "10.0.0.1", "",
    "a" * 300 + ".com", "xn--\u00e4.com", "slack-edge.com", "gitlab.acme.tech", "shop.com.br", "example.com.cdn.acme.net", "motion.dev", "openapi.tools", "toggl.com", "locker.io", "registry.npmmirror.com", "docker-mailserver.com", "terraform-docs.io", "slack-files.com", "githubstatus.com",
    "github.com.cdn.cloudflare.net", "amazon.co.jp", "claude.site", "notion.site", "cursor.directory", "pypi.tuna.acme.edu.cn", "docker.acme.com", "apple.stackexchange.com", "githubassets.com", "pypistats.org",
])
def test_names_of_their_own(name):
    assert lookalike_places(name) == frozenset()


def test_a_host_has_the_place():
    assert LOOKALIKE in make_host("g00gle.com").places and LOOKALIKE not in make_host("google.com").places
    assert not {LOOKALIKE, POSING, BORROWED} & make_host("github-login.localhost").places
