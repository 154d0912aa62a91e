"""Rules as the cache keeps them and as a running sensor holds them: compressed one by one, and decoded when they are asked for.

Most rules are never candidates. What they have in common, names of keys above all, stands once in a dictionary for the
compressor: half of what each would take alone.
"""

from __future__ import annotations

import itertools
import operator
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, overload

import msgspec

from sensor.model.calls import Value
from sensor.policy.rule import NO_EXAMPLES, Rule

DICTIONARY_BYTES = 8192
SAMPLES = 24  # rules, of all files, of which the dictionary is made
LEVEL = 9
RAW = -zlib.MAX_WBITS  # no header and no sum for each: the whole file has one
_END = struct.Struct("<I")
_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Rule).decode


class Packed(Value):
    """Rules without their examples. `ends` says where each ends in `data`, little-endian, four bytes for each."""

    dictionary: bytes
    ends: bytes
    data: bytes


def pack(rules: Sequence[Rule]) -> Packed:
    """These rules, compressed."""
    encoded = [_encode(_sparse(msgspec.to_builtins(msgspec.structs.replace(rule, examples=NO_EXAMPLES)))) for rule in rules]
    dictionary = b"".join(encoded[::len(encoded) // SAMPLES + 1])[-DICTIONARY_BYTES:]
    parts = [_compressed(one, dictionary) for one in encoded]
    return Packed(dictionary=dictionary, ends=b"".join(map(_END.pack, itertools.accumulate(map(len, parts)))), data=b"".join(parts))


def _compressed(data: bytes, dictionary: bytes) -> bytes:
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW, zdict=dictionary)
    return compressor.compress(data) + compressor.flush()


def _sparse(value: Any) -> Any:
    """Without the keys that stand for nothing, half of what conditions are made of."""
    if isinstance(value, dict):
        return {key: _sparse(one) for key, one in value.items() if one is not None}
    return list(map(_sparse, value)) if isinstance(value, (list, tuple)) else value


class StoredRules(Sequence[Rule]):
    """Packed rules, or those of them with these `numbers`. What is asked for one by one is kept."""

    def __init__(self, packed: Packed, numbers: range | None = None) -> None:
        self._packed = packed
        self._numbers = range(len(packed.ends) // _END.size) if numbers is None else numbers
        self._known: dict[int, Rule] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Rule: ...
    @overload
    def __getitem__(self, place: slice) -> StoredRules: ...

    def __getitem__(self, place: int | slice) -> Rule | StoredRules:
        if isinstance(place, slice):
            return StoredRules(self._packed, self._numbers[place])
        place = operator.index(place)
        rule = self._known.get(place)
        if rule is None:
            rule = self._known[place] = self._unpack(self._numbers[place])
        return rule

    def __iter__(self) -> Iterator[Rule]:
        return map(self._unpack, self._numbers)

    def _unpack(self, number: int) -> Rule:
        packed = self._packed
        start = _END.unpack_from(packed.ends, (number - 1) * _END.size)[0] if number else 0
        end, = _END.unpack_from(packed.ends, number * _END.size)
        return _decode(zlib.decompressobj(RAW, packed.dictionary).decompress(packed.data[start:end]))
