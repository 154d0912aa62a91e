"""Bundles: files that prove a log, or some entries of it, on another machine. Reading and the container; see `verify_bundle`.

A bundle is a plain tar in exactly one form: members in a fixed order, headers with nothing but name and size, zeros in
between. So there is no byte in it that could be changed without being noticed.

    whole log            bundle.json  pin.json  pruned.json  accepted.json  checkpoints.txt  journal-*.jsonl (all bytes, tails included)
    selected entries     bundle.json  pin.json  pruned.json  checkpoint  entries.jsonl (journal lines)  proofs.jsonl

`bundle.json` says which of the two, the log's name, the size of the newest checkpoint, and the number of entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from sensor.audit.form.canonical import Int, NotCanonical, TypedCodec
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

FORMAT = "handrail-bundle-v1"
MANIFEST = "bundle.json"
WHOLE, SELECTED = "log", "entries"
CHECKPOINT, ENTRIES, PROOFS = "checkpoint", "entries.jsonl", "proofs.jsonl"

_NAME = re.compile(r"(bundle\.json|pin\.json|pruned\.json|accepted\.json|checkpoints\.txt|checkpoint|entries\.jsonl|proofs\.jsonl|journal-\d{12}\.jsonl)\Z")
_BLOCK, _HEAD = 512, 4096
_CHUNK = 1024 * 1024


class BadBundle(HandrailError):
    """The file is not a bundle in its one form: changed, cut, or made by another program."""


class Manifest(Value, frozen=True, forbid_unknown_fields=True):
    """What a bundle says it holds; all of it is compared with what it does hold."""

    format: str
    kind: str
    log: str
    checkpoint: Int
    entries: Int


class Proof(Value, frozen=True, forbid_unknown_fields=True):
    """Inclusion proof of an entry: base64 hashes from the leaf up."""

    seq: Int
    path: tuple[str, ...]


MANIFEST_CODEC = TypedCodec(Manifest)
PROOF_CODEC = TypedCodec(Proof)


def _header(name: str, size: int) -> bytes:
    import tarfile  # the running sensor must not carry it

    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)


def write_member(out: BinaryIO, name: str, data: Iterable[bytes], size: int) -> None:
    """Append a member of exactly `size` bytes. Raises ValueError when `data` has another length."""
    out.write(_header(name, size))
    written = 0
    for chunk in data:
        out.write(chunk)
        written += len(chunk)
    if written != size:
        raise ValueError(f"{name}: {written} bytes, not {size}")
    out.write(_padding(size))


def end_members(out: BinaryIO) -> None:
    """Close the tar."""
    out.write(bytes(2 * _BLOCK))


def unpack(source: BinaryIO, target: Path) -> tuple[str, ...]:
    """Write the members into `target` and return their names. Raises BadBundle for anything but the one form."""
    names: list[str] = []
    while True:
        header = source.read(_BLOCK)
        if header == bytes(_BLOCK):
            break
        name, size = _parse_header(header)
        if name in names:
            raise BadBundle(f"The bundle holds {name} twice.")
        names.append(name)
        with open(target / name, "xb") as out:
            for chunk in _take(source, name, size):
                out.write(chunk)
        if source.read(-size % _BLOCK) != _padding(size):
            raise BadBundle(f"The bundle is damaged behind {name}.")
    if source.read(2 * _BLOCK) != bytes(_BLOCK):
        raise BadBundle("The bundle does not end where it should.")
    return tuple(names)


def _parse_header(header: bytes) -> tuple[str, int]:
    import tarfile

    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise BadBundle(f"The file is not a bundle, or it is damaged: {error}.") from error
    if not _NAME.match(info.name) or header != _header(info.name, info.size):
        raise BadBundle(f"The bundle is not in the form that Handrail writes (member {info.name[:60]!r}).")
    return info.name, info.size


def _take(source: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    left = size
    while left:
        chunk = source.read(min(left, _CHUNK))
        if not chunk:
            raise BadBundle(f"The bundle ends within {name}.")
        left -= len(chunk)
        yield chunk


def is_bundle(source: BinaryIO) -> bool:
    """Whether a file is meant as a bundle, whatever became of it since: it begins like one, or names the format."""
    head = source.read(_HEAD)
    return head.startswith(MANIFEST.encode()) or FORMAT.encode() in head


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an unpacked bundle. Raises BadBundle."""
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest: Manifest = MANIFEST_CODEC.decode(data)
    except (OSError, NotCanonical) as error:
        raise BadBundle("The bundle has no readable manifest.") from error
    if MANIFEST_CODEC.encode(manifest) != data or manifest.format != FORMAT or manifest.kind not in (WHOLE, SELECTED):
        raise BadBundle("The bundle's manifest is of another form.")
    return manifest
