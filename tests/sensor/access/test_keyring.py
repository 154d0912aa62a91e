import stat

import pytest
from nacl import bindings

from sensor.access.keyring import Keyring
from sensor.model.errors import UsageError


def test_a_key_is_made_once_kept_private_and_signs(tmp_path):
    ring = Keyring(tmp_path / "agents", lambda: 5.0)
    made = ring.create("claude-code")
    assert stat.S_IMODE((tmp_path / "agents" / "claude-code.json").stat().st_mode) == 0o600
    assert (made.created, len(made.fingerprint)) == (5.0, 64) and ring.all() == (made,)
    signed = bindings.crypto_sign(b"x", ring.secret("claude-code"))
    assert bindings.crypto_sign_open(signed, bytes.fromhex(made.public)) == b"x"
    with pytest.raises(UsageError):
        ring.create("claude-code")


def test_a_rotated_or_revoked_key_counts_no_more(tmp_path):
    ring = Keyring(tmp_path)
    old = ring.create("a")
    new = ring.rotate("a")
    assert new.public != old.public and ring.all() == (new,)
    ring.revoke("a")
    assert ring.all() == () and len(list((tmp_path / "revoked").iterdir())) == 2
    for act in (ring.public, ring.secret, ring.revoke):
        with pytest.raises(UsageError):
            act("a")


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "-a", "x" * 41, "a\n"])
def test_names_that_are_none(tmp_path, name):
    with pytest.raises(UsageError):
        Keyring(tmp_path).create(name)


def test_a_broken_file_is_a_clear_error(tmp_path):
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        Keyring(tmp_path).public("a")
