"""Fit an entry that outgrew 32 KiB: long texts are cut, long lists keep their beginning, and the entry says so."""

from __future__ import annotations

import msgspec

from sensor.audit.form.entry import AuditEntry, TooLong, render
from sensor.audit.form.parts import Truncated

# (length of texts in characters, length of lists), tried in turn. Escapes can make six bytes of one character.
STEPS = ((4096, 64), (1024, 32), (256, 16), (96, 8))


def render_short(entry: AuditEntry) -> bytes:
    """Canonical bytes of `entry`, cut as little as needed. Raises TooLong when even the last step does not fit."""
    for chars, items in STEPS:
        short, lost = shorten(entry, chars, items)
        before = entry.truncated.bytes if entry.truncated is not None else 0
        try:
            return render(msgspec.structs.replace(short, truncated=Truncated(bytes=before + lost)))
        except TooLong:
            continue
    raise TooLong("does not fit into 32 KiB")


def shorten(entry: AuditEntry, chars: int, items: int) -> tuple[AuditEntry, int]:
    """`entry` with texts of at most `chars` and lists of at most `items`, and how many bytes of text were left out.

    Names of keys, hashes and times are shorter than any step and stay whole.
    """
    lost = [0]
    cut = _cut(entry, (chars, items), lost)
    assert isinstance(cut, AuditEntry)
    return cut, lost[0]


def _cut(value: object, limits: tuple[int, int], lost: list[int]) -> object:
    if isinstance(value, str):
        if len(value) > limits[0]:
            lost[0] += len(value[limits[0]:].encode("utf-8"))
            return value[:limits[0]]
        return value
    if isinstance(value, tuple):
        for left_out in value[limits[1]:]:
            lost[0] += len(left_out.encode("utf-8")) if isinstance(left_out, str) else 1
        return tuple(_cut(item, limits, lost) for item in value[:limits[1]])
    if isinstance(value, msgspec.Struct):
        fields = {name: _cut(getattr(value, name), limits, lost) for name in value.__struct_fields__}
        return type(value)(**fields)
    return value
