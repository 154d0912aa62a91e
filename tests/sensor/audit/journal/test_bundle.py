"""The container: one form, no room for anything else, and nothing outside the target folder."""

from __future__ import annotations

import io
import tarfile

import pytest

from sensor.audit.journal.bundle import (
    FORMAT,
    MANIFEST,
    MANIFEST_CODEC,
    BadBundle,
    Manifest,
    end_members,
    is_bundle,
    read_manifest,
    unpack,
    write_member,
)

MEMBERS = {"bundle.json": b"{}", "checkpoint": b"x" * 512, "entries.jsonl": b"y" * 700, "journal-000000000000.jsonl": b""}


def packed(members=MEMBERS) -> bytes:
    out = io.BytesIO()
    for name, data in members.items():
        write_member(out, name, (data[:3], data[3:]), len(data))
    end_members(out)
    return out.getvalue()


def test_it_comes_back_and_is_an_ordinary_tar(tmp_path):
    assert unpack(io.BytesIO(packed()), tmp_path) == tuple(MEMBERS)
    assert {name: (tmp_path / name).read_bytes() for name in MEMBERS} == MEMBERS
    with tarfile.open(fileobj=io.BytesIO(packed())) as tar:
        assert tar.getnames() == list(MEMBERS)


def test_every_flipped_bit_outside_the_members_is_refused(tmp_path):
    good = packed()
    inside = set()
    at = 0
    for data in MEMBERS.values():
        inside.update(range(at + 512, at + 512 + len(data)))
        at += 512 + len(data) + -len(data) % 512
    for place in range(len(good)):
        if place in inside:
            continue
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1:]
        target = tmp_path / str(place)
        target.mkdir()
        with pytest.raises(BadBundle):
            unpack(io.BytesIO(bad), target)


@pytest.mark.parametrize("cut", [1, 511, 512, 1024, 1025, 2000])
def test_a_cut_or_longer_file_is_refused(tmp_path, cut):
    with pytest.raises(BadBundle):
        unpack(io.BytesIO(packed()[:-cut]), tmp_path)
    (tmp_path / "more").mkdir()
    with pytest.raises(BadBundle):
        unpack(io.BytesIO(packed() + bytes(cut)), tmp_path / "more")


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/bundle.json", "other", "bundle.json\n", ".", "journal-1.jsonl", "pin.json.new"])
def test_other_names_are_refused(tmp_path, name):
    with pytest.raises(BadBundle):
        unpack(io.BytesIO(packed({name: b"x"})), tmp_path)
    assert list(tmp_path.iterdir()) in ([], [tmp_path / "home"])


def test_links_and_doubles_are_refused(tmp_path):
    out = io.BytesIO()
    link = tarfile.TarInfo("checkpoint")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    out.write(link.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))
    with pytest.raises(BadBundle):
        unpack(io.BytesIO(out.getvalue()), tmp_path)
    double = io.BytesIO()
    for _ in range(2):
        write_member(double, "checkpoint", (b"x",), 1)
    end_members(double)
    with pytest.raises(BadBundle, match="twice"):
        unpack(io.BytesIO(double.getvalue()), tmp_path)


def test_a_member_must_have_the_size_it_says():
    with pytest.raises(ValueError, match="3 bytes"):
        write_member(io.BytesIO(), "checkpoint", (b"xyz",), 4)


@pytest.mark.parametrize("change", [
    lambda data: data + b" ", lambda data: data.replace(b'"log"', b'"lag"', 1), lambda data: data.replace(FORMAT.encode(), b"handrail-bundle-v9"),
    lambda data: data.replace(b'"kind":"log"', b'"kind":"lag"'), lambda data: b"",
])
def test_a_manifest_in_another_form_is_refused(tmp_path, change):
    data = MANIFEST_CODEC.encode(Manifest(format=FORMAT, kind="log", log="local/d/0", checkpoint=3, entries=4))
    (tmp_path / MANIFEST).write_bytes(data)
    assert read_manifest(tmp_path).entries == 4
    (tmp_path / MANIFEST).write_bytes(change(data))
    with pytest.raises(BadBundle):
        read_manifest(tmp_path)


def test_a_damaged_bundle_is_still_meant_as_one_and_another_file_is_not():
    manifest = MANIFEST_CODEC.encode(Manifest(format=FORMAT, kind="log", log="l", checkpoint=0, entries=0))
    good = packed({MANIFEST: manifest, **{name: data for name, data in MEMBERS.items() if name != MANIFEST}})
    assert all(is_bundle(io.BytesIO(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])) for place in range(1024))
    foreign = io.BytesIO()
    with tarfile.open(fileobj=foreign, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("notes.txt"))
    assert not any(is_bundle(io.BytesIO(data)) for data in (foreign.getvalue(), b"", b"\x1f\x8b" + b"x" * 9000))
