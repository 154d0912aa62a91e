"""Entries that outgrew their limit are cut, say by how much, and stay entries."""

from __future__ import annotations

import pytest

from sensor.audit.drafts.shorten import render_short, shorten
from sensor.audit.form.canonical import MAX_ENTRY
from sensor.audit.form.entry import TooLong, blank, parse, render
from sensor.audit.form.parts import RuleHit, Summary, Truncated


@pytest.mark.parametrize("entry", [
    blank("call", summary=Summary(action="shell", text="x" * 40_000)),
    blank("call", summary=Summary(action="shell", text="\x01" * 8192, result="\u2028" * 8192)),
    blank("call", effects=tuple("reads /a/" + "b" * 900 for _ in range(200))),
    blank("call", rules=tuple(RuleHit(id="HR-TST-001", sev="low", msg="m" * 400, remedy="r" * 400) for _ in range(60))),
], ids=["text", "escapes", "list", "rules"])
def test_what_is_too_long_is_cut_and_counted(entry):
    with pytest.raises(TooLong):
        render(entry)
    data = render_short(entry)
    assert len(data) <= MAX_ENTRY
    assert parse(data).truncated.bytes > 0


def test_earlier_cuts_are_added():
    entry = blank("call", truncated=Truncated(bytes=7), note="é" * 5000)
    short, lost = shorten(entry, 4096, 64)
    assert len(short.note) == 4096 and lost == 2 * (5000 - 4096)
    assert parse(render_short(blank("call", truncated=Truncated(bytes=7), note="é" * 20_000))).truncated.bytes == 7 + 2 * (20_000 - 4096)


def test_short_values_stay_whole():
    entry = blank("call", session="s", policy_sha256="a" * 64)
    assert shorten(entry, 96, 8) == (entry, 0)


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(TooLong):
        render_short(blank("call", stage_us={f"stage_{number}": 1 for number in range(4000)}))
