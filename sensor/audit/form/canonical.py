"""The canonical form of an entry: RFC 8785 restricted to what every JSON library writes alike.

Allowed are strings without lone surrogates, booleans, null, arrays, objects with ASCII `lower_snake` keys, and integers
below 2^53 in magnitude. No floats. Within that subset msgspec (sorted), the standard library and `rfc8785` give the same
bytes, so the sensor uses the fast one and the verifier the standard one. Nothing is repaired here: what lies outside
the subset is refused.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, TypeVar

import msgspec

MAX_INT = 2**53 - 1
MAX_ENTRY = 32 * 1024

# Bounded integer for the fields of entries: checked when the encoded bytes are read back.
Int = Annotated[int, msgspec.Meta(ge=-MAX_INT, le=MAX_INT)]

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_SORTED = msgspec.json.Encoder(order="sorted")
_STANDARD = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

S = TypeVar("S", bound=msgspec.Struct)


class NotCanonical(ValueError):
    """A value or bytes outside the subset."""


class TypedCodec:
    """Encode and decode one Struct type. Made once per type: msgspec decoders cost more to build than to use."""

    def __init__(self, kind: type[S]) -> None:
        self._decode = msgspec.json.Decoder(kind).decode

    def encode(self, value: msgspec.Struct) -> bytes:
        """Canonical bytes of `value`. Raises NotCanonical.

        msgspec neither refuses floats and large integers nor checks types when it encodes (NaN becomes null), so the
        bytes are read back through the typed decoder: that refuses all of them for the price of about 2 us.
        """
        try:
            data = _SORTED.encode(value)
            self._decode(data)
        except (UnicodeEncodeError, msgspec.MsgspecError, TypeError) as error:
            raise NotCanonical(str(error)) from error
        return data

    def decode(self, data: bytes) -> Any:
        """The Struct that `data` holds. Raises NotCanonical; says nothing about spacing and key order."""
        try:
            return self._decode(data)
        except (UnicodeDecodeError, msgspec.MsgspecError) as error:
            raise NotCanonical(str(error)) from error


def encode(value: object) -> bytes:
    """Canonical bytes of a value built from dict, list, tuple, str, int, bool and None. Raises NotCanonical."""
    check(value)
    return _SORTED.encode(value)


def encode_original(value: object) -> bytes:
    """Sorted JSON of a value that an agent sent: only an input of commitments, so floats are let through.

    Lone surrogates are replaced. Raises NotCanonical when it cannot be written at all.
    """
    try:
        return _SORTED.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
    except (msgspec.MsgspecError, TypeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def check(value: object) -> None:
    """Raise NotCanonical unless `value` lies in the subset."""
    if value is None or value is True or value is False:
        return
    if type(value) is str:
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise NotCanonical("lone surrogate")
    elif type(value) is int:
        if abs(value) > MAX_INT:
            raise NotCanonical("integer of 2^53 or more")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.match(key):
                raise NotCanonical(f"object key {key!r} is not lower_snake")
            check(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            check(item)
    else:
        raise NotCanonical(f"{type(value).__name__} is not allowed")


def _no_float(text: str) -> Any:
    raise NotCanonical(f"not an integer: {text[:20]}")


def _small_int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INT:
        raise NotCanonical("integer of 2^53 or more")
    return int(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonical("duplicate key")
    for key in value:
        if not _KEY.match(key):
            raise NotCanonical(f"object key {key!r} is not lower_snake")
    return value


_STRICT = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float, parse_int=_small_int
)


def parse_strict(data: bytes) -> dict[str, Any]:
    """The object that canonical bytes hold, read with the standard library alone. Raises NotCanonical (row N15)."""
    if len(data) > MAX_ENTRY:
        raise NotCanonical("longer than 32 KiB")
    try:
        value = _STRICT.decode(data.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    try:
        again = _STANDARD.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("lone surrogate") from error
    if again != data:
        raise NotCanonical("spacing, key order or escapes differ from the canonical form")
    return value


def is_canonical(data: bytes, codec: TypedCodec) -> bool:
    """Whether `data` is the canonical form of a value of the codec's type: a quick yes, and a no that says nothing.

    A typed value holds no float, no large integer and no unknown key, so only its encoding is left to compare. What is
    refused here may still be the canonical form of another version's entry: `parse_strict` decides.
    """
    try:
        return len(data) <= MAX_ENTRY and _SORTED.encode(codec.decode(data)) == data
    except (NotCanonical, UnicodeEncodeError):
        return False
