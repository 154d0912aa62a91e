"""The local pin: the newest published state, kept outside the log's folder and signed by the identity key.

It is an anchor of the weakest kind: it shows that the journal alone was rolled back, cut or wiped, not what somebody does
who owns the whole state folder. It also lets the sensor resume: the peaks in it must give the root of the checkpoint,
so that a start reads only the lines behind it.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from sensor.audit.form.canonical import Int, NotCanonical, TypedCodec
from sensor.audit.form.chain import CompactRange
from sensor.audit.form.keys import MemorySigner, from_text, is_signed, text
from sensor.audit.journal.medium import Medium
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

FILE = "pin.json"
TAG = b"handrail-pin-v1\n"
# State of a log where its oldest remaining segment begins: in the log's folder, because it is a part of the proof.
PRUNED_FILE = "pruned.json"
PRUNED_TAG = b"handrail-pruned-v1\n"


class PinError(HandrailError):
    """The pin is not one this identity signed."""


class Pin(Value, frozen=True, forbid_unknown_fields=True):
    """State of log `log` (its origin) at a checkpoint.

    `segment`/`offset` is where the line of seq `size` begins or will begin; `leaf` the leaf of seq size - 1 (hex);
    `epoch`/`epoch_first`/`pk` the key that signed it; `boot_id` of the last entry; `ts` when it was made.
    """

    log: str
    size: Int
    root: str
    peaks: tuple[str, ...]
    segment: str
    offset: Int
    leaf: str
    epoch: Int
    epoch_first: Int
    pk: str
    boot_id: str
    restarts: Int
    ts: str

    def compact_range(self) -> CompactRange:
        """The tree at `size`. Raises PinError unless the peaks give the root."""
        try:
            tree = CompactRange(self.size, [bytes.fromhex(peak) for peak in self.peaks])
        except ValueError as error:
            raise PinError("The pin's peaks do not fit its size.") from error
        if tree.root().hex() != self.root:
            raise PinError("The pin's peaks do not give its root.")
        return tree


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pin: Pin
    sig: str


_CODEC = TypedCodec(Pin)
_FILE_CODEC = TypedCodec(_Signed)


def write_pin(folder: Path, pin: Pin, signer: MemorySigner, medium: Medium) -> None:
    """Replace the pin in `<state>/keys`. Raises OSError. After a power loss it is the old or the new one, both whole."""
    write_signed(folder / FILE, TAG, pin, signer, medium)


def write_signed(path: Path, tag: bytes, pin: Pin, signer: MemorySigner, medium: Medium) -> None:
    """Replace the file `path` by `pin` with its signature under `tag`. Raises OSError."""
    sig = signer.sign(tag + _CODEC.encode(pin))
    write_whole(path, _FILE_CODEC.encode(_Signed(pin=pin, sig=text(sig))), medium)


def write_whole(path: Path, data: bytes, medium: Medium) -> None:
    """Replace the file `path`; after a power loss it is the old or the new one. Raises OSError."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = medium.create(new)
    try:
        while data:
            data = data[medium.write(handle, data):]
        medium.sync(handle)
    finally:
        medium.close(handle)
    medium.replace(new, path)


def read_pin(folder: Path, identity: bytes) -> Pin | None:
    """The pin, None when there is none. Raises PinError when it is damaged or signed by another key."""
    return read_signed(folder / FILE, TAG, identity)


def read_signed(path: Path, tag: bytes, identity: bytes) -> Pin | None:
    """What `write_signed` wrote, None when there is nothing. Raises PinError."""
    data = read_private(path)
    if data is None:
        return None
    name = "local pin" if path.name == FILE else path.name
    try:
        signed: _Signed = _FILE_CODEC.decode(data)
        sig = from_text(signed.sig, 64)
    except (NotCanonical, ValueError) as error:
        raise PinError(f"The {name} is damaged.") from error
    if _FILE_CODEC.encode(signed) != data:
        raise PinError(f"The {name} is in another form.")
    if not is_signed(tag + _CODEC.encode(signed.pin), sig, identity):
        raise PinError(f"The {name} is not signed by this identity.")
    return signed.pin


def read_private(path: Path) -> bytes | None:
    """At most 64 KiB of a file that is no link, None when there is none. Raises OSError."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            return file.read(64 * 1024)
    except FileNotFoundError:
        return None


def pruned_size(folder: Path) -> int:
    """How many entries the log says were pruned; who can check the signature takes `read_pruned`. 0 where it cannot be read. Raises OSError."""
    try:
        signed: _Signed = _FILE_CODEC.decode((folder / PRUNED_FILE).read_bytes())
    except (FileNotFoundError, NotCanonical):
        return 0
    return signed.pin.size


def read_pruned(folder: Path, identity: bytes) -> Pin | None:
    """State of the log in `folder` where its pruned part ends, None when nothing was pruned. Raises PinError."""
    return read_signed(folder / PRUNED_FILE, PRUNED_TAG, identity)
