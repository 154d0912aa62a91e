"""The figures of a period report are those of its entries, each with the places behind it."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec import structs

from sensor.audit.form.parts import Change, Gap
from sensor.audit.verifying.report import VerifyReport
from sensor.export import period
from sensor.export.period import make_report


def test_figures_are_counted_from_calls_before_they_run(records):
    found = list(records())
    report = make_report(found, ("a", "b"), "now", None)
    calls = [record.entry for record in found if record.entry.verdict and record.entry.phase == "before"]
    assert {one.name: one.count for one in report.verdicts} == Counter(entry.verdict for entry in calls)
    assert {one.name: one.count for one in report.answers} == Counter(entry.answer for entry in calls)
    assert {one.name: one.count for one in report.rules} == Counter(rule.id for record in found for rule in record.entry.rules)
    assert (report.since, report.until, report.made, report.entries, report.sessions) == ("a", "b", "now", len(found), len({(r.entry.agent.name, r.entry.session) for r in found if r.entry.session}))
    assert report.first.endswith("/0") and report.last == f"{found[-1].entry.log}/{found[-1].entry.seq}" and report.last_hash == found[-1].line.leaf.hex()


def test_every_figure_leads_to_its_entries(records):
    found = {f"{record.entry.log}/{record.entry.seq}": record.entry for record in records()}
    report = make_report(records(), ("", ""), "now", None)
    for one in report.verdicts:
        assert found[one.first].verdict == found[one.last].verdict == one.name
    for one in report.rules:
        assert one.name in {rule.id for rule in found[one.first].rules}


def test_decisions_with_names_and_gaps_are_listed(records, monkeypatch):
    report = make_report(records(), ("", ""), "now", None)
    assert [(one.what, one.by) for one in report.decisions] == [("approve Q1", "dev"), ("reject Q9", "dev")]
    assert [(one.kind, one.what) for one in report.interruptions] == [("gap", "3 entries could not be stored (disk_full)")]
    monkeypatch.setattr(period, "MAX_LISTED", 1)
    short = make_report(records(), ("", ""), "now", None)
    assert len(short.decisions) == 1 and short.left_out == 1


def test_a_question_that_ran_out_is_nobodys_decision(records):
    lapsed = [structs.replace(record, entry=structs.replace(record.entry, approval=structs.replace(record.entry.approval, action="expire", by="")))
              for record in records() if record.entry.approval is not None]
    assert lapsed and make_report(lapsed, ("", ""), "now", None).decisions == ()


def test_nothing():
    report = make_report([], ("", ""), "now", None)
    assert (report.entries, report.verdicts, report.last) == (0, (), "")


def test_entries_that_the_verification_does_not_cover_are_counted(records):
    found = list(records())
    for log, unverified in ((found[0].entry.log, 0), ("local/d/7", len(found))):
        assert make_report(found, ("", ""), "now", VerifyReport(log=log)).unverified == unverified
    assert make_report(found, ("", ""), "now", None).unverified == 0


@pytest.mark.parametrize(("before", "after", "what"), [("observe", "enforce", "mode: observe to enforce"), ("", "185", "mode: 185"), ("on", "", "mode: on to nothing")])
def test_a_change_says_only_what_is_known(records, before, after, what):
    entry = next(iter(records())).entry
    told = period.happened(structs.replace(entry, kind="config_change", approval=None, file=None, change=Change(what="mode", before=before, after=after, by="dev")), "0/1")
    assert (told.what, told.by) == (what, "dev")


@pytest.mark.parametrize(("count", "what"), [(1, "1 entry could"), (2, "2 entries could")])
def test_one_is_one(records, count, what):
    entry = next(iter(records())).entry
    assert period.happened(structs.replace(entry, approval=None, change=None, gap=Gap(count=count, cause="disk_full")), "0/1").what.startswith(what)


def test_what_handrail_played_is_counted_by_session_and_as_entries_alone(records):
    found = list(records())
    before = make_report(found, ("", ""), "now", None)
    played = [structs.replace(record, entry=structs.replace(record.entry, session="demo-1")) for record in found if record.entry.verdict]
    after = make_report([*found, *played], ("", ""), "now", None)
    calls = [record.entry for record in played if record.entry.phase == "before"]
    assert calls and [(one.name, one.count) for one in after.test_calls] == [("demo-1", len(calls))] and before.test_calls == ()
    alike = ("sessions", "verdicts", "answers", "agents", "tools", "rules", "modes", "paths")
    assert [getattr(after, name) for name in alike] == [getattr(before, name) for name in alike]
    assert after.entries == before.entries + len(played) and sum(one.count for one in after.kinds) == after.entries
