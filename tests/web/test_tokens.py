"""One-time tokens."""

from __future__ import annotations

import concurrent.futures

import pytest

from web.tokens import VALID_SECONDS, consume_token, create_token, login_url


@pytest.fixture
def path(tmp_path):
    return tmp_path / "web.token"


def test_once_within_a_minute(path):
    token = create_token(path, 1000)
    assert not consume_token(path, "wrong", 1000)
    assert consume_token(path, token, 1000 + VALID_SECONDS)
    assert not consume_token(path, token, 1000)
    assert list(path.parent.glob("web.token*")) == []


def test_too_late(path):
    token = create_token(path, 1000)
    assert not consume_token(path, token, 1001 + VALID_SECONDS)


def test_the_file_is_private_and_does_not_hold_the_token(path):
    token = create_token(path, 1000)
    assert path.stat().st_mode & 0o777 == 0o600 and token not in path.read_text()
    assert not consume_token(path, path.read_text().split()[0], 1000)


def test_a_newer_token_voids_the_older(path):
    old, new = create_token(path, 1000), create_token(path, 1000)
    assert old != new and not consume_token(path, old, 1000) and consume_token(path, new, 1000)


def test_of_many_at_once_one_gets_in(path):
    token = create_token(path, 1000)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: consume_token(path, token, 1000), range(64))) == 1


@pytest.mark.parametrize("content", ["", "abc", "abc 99999999999", "\xff\x00", "x" * 5000])
def test_a_broken_file_lets_nobody_in(path, content):
    path.write_text(content, encoding="latin-1")
    assert not consume_token(path, "", 0) and not consume_token(path, "abc", 0)


def test_a_link_in_its_place_is_not_followed(path, tmp_path):
    token = create_token(tmp_path / "elsewhere", 1000)
    path.symlink_to(tmp_path / "elsewhere")
    assert not consume_token(path, token, 1000)
    assert create_token(path, 1000) and not path.is_symlink()


def test_the_address():
    assert login_url(4870, "abc") == "http://127.0.0.1:4870/login?token=abc"
