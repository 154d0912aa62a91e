"""Entries: one encoding, nothing unknown, bounded, and each kind has its commit class."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensor.audit.form.canonical import MAX_ENTRY, MAX_INT, NotCanonical, parse_strict
from sensor.audit.form.entry import KINDS, TooLong, blank, parse, parse_fields, render
from sensor.audit.form.parts import Gap, RuleHit, Summary

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXT, TEXT, st.lists(TEXT, max_size=4), st.integers(-MAX_INT, MAX_INT))
def test_every_entry_comes_back_and_is_canonical(session, text, paths, number):
    entry = blank("call", session=session, summary=Summary(action="shell", text=text, paths=tuple(paths)), lat_us=number,
                  stage_us={"rules": number}, rules=(RuleHit(id="HR-TST-001", sev="low", msg=text),))
    data = render(entry)
    assert parse(data) == entry
    assert parse_strict(data) == json.loads(data)


def test_absent_values_are_left_out():
    assert set(json.loads(render(blank("heartbeat")))) == {"v", "log", "seq", "epoch", "prev", "boot_id", "mono_us", "ts", "kind"}


@pytest.mark.parametrize("change", [{"lat_us": 1.5}, {"lat_us": MAX_INT + 1}, {"session": "\ud800"}, {"stage_us": {"rules": 0.1}}, {"gap": Gap(count=2**60, cause="x")}])
def test_values_outside_the_subset_are_refused(change):
    with pytest.raises(NotCanonical):
        render(blank("call", **change))


@pytest.mark.parametrize("data", [b"{}", b'{"v":1}', b"[]", b"null", b"not json"])
def test_bytes_that_are_no_entry_are_refused(data):
    with pytest.raises(NotCanonical):
        parse(data)


def test_an_unknown_field_is_refused():
    data = render(blank("call", session="s"))
    with pytest.raises(NotCanonical):
        parse(data.replace(b'"session"', b'"sessiom"'))


def test_the_limit_is_exact():
    room = MAX_ENTRY - len(render(blank("call", note="x"))) + 1
    assert len(render(blank("call", note="x" * room))) == MAX_ENTRY
    with pytest.raises(TooLong):
        render(blank("call", note="x" * (room + 1)))


def test_an_unknown_kind_is_a_fault_of_the_code():
    with pytest.raises(KeyError):
        blank("cal")


def test_what_decides_waits_for_the_disk():
    decide = {kind for kind, decides in KINDS.items() if decides}
    assert decide == {
        "malformed", "approval", "log_open", "key_rotation", "config_change", "hook_change", "file_change", "drop", "gap", "spool_ingest", "prune",
        "prune_unshipped", "shutdown", "crash_recovered", "task_keys_lost", "witness_rollback", "log_accept",
    }


@pytest.mark.parametrize("change", [
    (b'"kind":"call"', b'"kind": "call"'), (b'"rules":40', b'"rules":4.0'), (b'"rules":40', b'"Rules":40'), (b'"session":"s"', b'"session":"\\u0073"'),
    (b'"session":"s"', b'"session":"s","session":"s"'), (b'"v":1', b'"v":01'),
])
def test_the_verifier_refuses_other_forms(change):
    data = render(blank("call", session="s", stage_us={"rules": 40}))
    assert parse_fields(data)["session"] == "s"
    with pytest.raises(NotCanonical):
        parse_fields(data.replace(*change))


def test_the_verifier_reads_fields_of_later_versions():
    data = render(blank("call", session="s"))
    assert parse_fields(data.replace(b'"v":1', b'"v":2,"zebra":1'))["zebra"] == 1
