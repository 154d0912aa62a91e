"""Keys: signatures with exact lengths, private files, and certificates that fit one place only."""

from __future__ import annotations

import os

import pytest

from sensor.audit.form.keys import (
    PUBLIC_FILE,
    SECRET_FILE,
    KeyFileError,
    MemorySigner,
    create_identity,
    device_id,
    epoch_message,
    from_text,
    is_signed,
    load_identity,
    load_or_create_identity,
    load_public,
    parse_public,
    text,
)

SEED = bytes(range(32))


def test_the_first_vector_of_rfc_8032():
    signer = MemorySigner(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert signer.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")


def test_a_signature_fits_one_message_and_one_key():
    signer = MemorySigner(SEED)
    sig = signer.sign(b"message")
    assert is_signed(b"message", sig, signer.public)
    assert not is_signed(b"messagf", sig, signer.public)
    assert not is_signed(b"message", sig, MemorySigner(bytes(32)).public)


@pytest.mark.parametrize(("cut_sig", "cut_key"), [(63, 32), (0, 32), (64, 31), (64, 0)])
def test_wrong_lengths_are_a_plain_no(cut_sig, cut_key):
    signer = MemorySigner(SEED)
    assert not is_signed(b"m", signer.sign(b"m")[:cut_sig], signer.public[:cut_key])
    assert not is_signed(b"m", signer.sign(b"m") + b"x", signer.public)


def test_every_bit_of_a_signature_counts():
    signer = MemorySigner(SEED)
    sig = signer.sign(b"m")
    for bit in range(512):
        bad = bytearray(sig)
        bad[bit // 8] ^= 1 << bit % 8
        assert not is_signed(b"m", bytes(bad), signer.public)


def test_an_identity_is_made_once_and_private(tmp_path):
    signer = load_or_create_identity(tmp_path, SEED)
    again = load_or_create_identity(tmp_path, bytes(32))
    assert signer.public == again.public == load_public(tmp_path) == parse_public(tmp_path / PUBLIC_FILE)
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        create_identity(tmp_path, SEED)
    assert again.sign(b"m") == signer.sign(b"m")


def test_a_key_that_others_can_read_is_refused(tmp_path):
    create_identity(tmp_path, SEED)
    (tmp_path / SECRET_FILE).chmod(0o644)
    with pytest.raises(KeyFileError, match="readable by others"):
        load_identity(tmp_path)


@pytest.mark.parametrize("content", [b"", b"one line\n", b"comment\nnot base64!\n", b"comment\nRWQ=\n", b"comment\n" + b"QUFB" * 14 + b"\n"])
def test_files_that_are_no_keys_are_refused(tmp_path, content):
    path = tmp_path / PUBLIC_FILE
    path.write_bytes(content)
    with pytest.raises(KeyFileError):
        parse_public(path)


def test_a_link_in_place_of_a_key_is_not_followed(tmp_path):
    create_identity(tmp_path, SEED)
    os.rename(tmp_path / PUBLIC_FILE, tmp_path / "elsewhere")
    (tmp_path / PUBLIC_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        load_public(tmp_path)


def test_a_certificate_fits_one_place():
    public = MemorySigner(SEED).public
    base = epoch_message("local/a/0", 1, 10, public)
    others = [epoch_message("local/a/1", 1, 10, public), epoch_message("local/a/0", 2, 10, public),
              epoch_message("local/a/0", 1, 11, public), epoch_message("local/a/0", 1, 10, bytes(32))]
    assert base not in others and len({*others, base}) == 5


def test_base64_has_one_form():
    assert from_text(text(SEED), 32) == SEED
    for bad in (text(SEED)[:-1], text(SEED) + "\n", text(SEED).replace("=", ""), "é" * 44, text(SEED + b"x")):
        with pytest.raises(ValueError):
            from_text(bad, 32)


def test_a_device_is_named_by_its_key():
    assert device_id(SEED) == device_id(SEED) != device_id(bytes(32)) and len(device_id(SEED)) == 16
