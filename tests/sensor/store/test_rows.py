"""One-line descriptions and the words an entry is found by."""

from __future__ import annotations

import msgspec
import pytest

from sensor.audit.form.entry import render
from sensor.audit.form.parts import AgentFacts, Change, RuleHit, Summary
from sensor.store import rows


def lean(entry) -> rows.Lean:
    return rows.parse_lean(render(entry))


@pytest.mark.parametrize(("summary", "described"), [
    (Summary(action="shell", text="ls -l"), "ls -l"),
    (Summary(action="read", paths=("/a", "/b")), "/a  /b"),
    (Summary(action="write", paths=("/a",), text="content"), "/a"),
    (Summary(action="fetch", url="https://example.test/"), "https://example.test/"),
    (Summary(action="fetch", url="https://example.test/", text="summarise"), "https://example.test/  summarise"),
    (Summary(action="mcp", server="github", tool="create_issue", text="{}"), "github · create_issue  {}"),
    (None, ""),
])
def test_describe(entry, summary, described):
    assert rows.describe(lean(entry(0, summary=summary))) == described


@pytest.mark.parametrize(("kind", "text", "described"), [
    ("session", '{"source":"startup"}', "source startup"), ("session", '{"source":"resume","agent_type":"","user_turns":3,"by":"a_b"}', "source resume, user turns 3, by a_b"),
    ("session", '{"source":{"a":1}}', '{"source":{"a":1}}'), ("session", "{}", "{}"), ("session", "cut off", "cut off"), ("other", '{"source":"startup"}', '{"source":"startup"}')])
def test_the_begin_of_a_session_is_told_in_words(entry, kind, text, described):
    assert rows.describe(lean(entry(0, tool_kind=kind, summary=Summary(action="other", text=text)))) == described


@pytest.mark.parametrize(("after", "described"), [("185", "risk of session s-1: 185"), ("", "risk of session s-1: nothing"), ("24 files as they are now, digest 90015d", "risk of session s-1: 24 files as they are now")])
def test_a_change_is_described_by_what_it_came_to(entry, after, described):
    assert rows.describe(lean(entry(0, kind="config_change", summary=None, change=Change(what="risk of session s-1", after=after)))) == described


def test_a_row_is_one_line_and_bounded(entry):
    item = rows.to_indexed(lean(entry(0, "echo a\n\tb " + "x" * 5000)), 0, (0, 0, 10))
    assert item.row.summary.startswith("echo a b x") and len(item.row.summary) <= 240
    assert len(item.words) < 2000


def test_the_deciding_rule_is_the_first_of_the_worst(entry):
    hits = tuple(RuleHit(id=name, sev=sev) for name, sev in (("A", "low"), ("B", "high"), ("C", "high")))
    item = rows.to_indexed(lean(entry(0, rules=hits)), 0, (0, 0, 10))
    assert item.row.rule == "B" and item.rules == ("A", "B", "C")


def test_anything_else_is_refused():
    with pytest.raises(msgspec.MsgspecError):
        rows.parse_lean(b'{"kind":"call"}')


def test_every_indexed_field_is_a_field_of_the_entry():
    from sensor.audit.form.entry import AuditEntry

    assert set(rows.Lean.__struct_fields__) <= set(AuditEntry.__struct_fields__)
    assert set(rows.Summary.__struct_fields__) <= set(Summary.__struct_fields__)


def test_what_the_shell_wrapper_saw_says_so_and_is_found_by_it(entry):
    plain, wrapped = (rows.to_indexed(lean(msgspec.structs.replace(entry(0, "make"), agent=AgentFacts(name="a", surface=surface))), 0, (0, 0, 10))
                      for surface in ("hook", "wrapper"))
    assert (plain.row.tool, wrapped.row.tool) == ("Bash", "Bash, wrapper") and "wrapper" in wrapped.words.split() and "wrapper" not in plain.words.split()
