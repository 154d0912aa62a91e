"""The parts of an entry: what is set is in the bytes, what is not is left out."""

from __future__ import annotations

import msgspec
import pytest

from sensor.audit.form import parts
from sensor.audit.form.entry import AuditEntry, blank, parse, render
from sensor.audit.form.parts import FileFacts, HookFacts

PARTS = [value for value in vars(parts).values() if isinstance(value, type) and issubclass(value, parts.Part)]


@pytest.mark.parametrize("part", [*PARTS, AuditEntry], ids=lambda part: part.__name__)
def test_no_part_hides_a_field_from_the_encoder_or_takes_an_unknown_one(part):
    assert part.__struct_config__.forbid_unknown_fields and part.__struct_config__.omit_defaults
    assert [field.encode_name for field in msgspec.structs.fields(part)] == list(part.__struct_fields__)


def test_a_part_inside_a_part_comes_back():
    entry = blank("file_change", file=FileFacts(event="changed", kind="hooks", sure="sure", hooks=HookFacts(agent="claude-code", lost=("PreToolUse",))))
    assert parse(render(entry)) == entry and b'"hooks":{"agent":"claude-code","lost":["PreToolUse"]}' in render(entry)
