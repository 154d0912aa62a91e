"""Entries from the journal and what is said about their signature."""

from __future__ import annotations

import datetime

import pytest

from sensor.audit.form.entry import AuditEntry
from sensor.audit.form.parts import AgentFacts, Reasoning, RedactedFacts, RuleHit, Summary, Truncated
from sensor.store.indexer import IndexerConfig, rebuild
from sensor.store.queries import events
from sensor.store.reading import open_index
from web import evidence
from web.app import create_app
from web.events import detail
from web.evidence import Signature


@pytest.fixture
def small(tmp_path, dataset, config):
    """A journal of three entries, indexed, and a dashboard over it."""
    story = dataset.Story(tmp_path / "log", datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc))
    story.add(note="one")
    story.add(note="two")
    story.close()
    rebuild(IndexerConfig(log=tmp_path / "log", index=tmp_path / "index.db", wakeup=tmp_path / "w"))
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    return type(config)(**{**facts, "log": tmp_path / "log", "index": tmp_path / "index.db"})


def read(config, seq: int) -> evidence.Proof:
    with create_app(config).test_request_context("/"):
        with open_index(config.index) as index:
            event = events.find(index, 0, seq)
        assert event is not None
        return evidence.read(config, event)


def segment(config):
    return config.log / "0" / "journal-000000000000.jsonl"


@pytest.mark.parametrize("seq", [0, 1, 2])
def test_a_true_signature_fits_the_key_the_log_names(small, seq):
    proof = read(small, seq)
    assert proof.signature is Signature.FITS and proof.key_seq == 0 and proof.problem == "" and proof.entry is not None and proof.entry.seq == seq


def test_an_edited_entry_does_not_fit(small):
    segment(small).write_bytes(segment(small).read_bytes().replace(b'"note":"two"', b'"note":"owt"'))
    assert read(small, 2).signature is Signature.WRONG and read(small, 1).signature is Signature.FITS


def test_a_key_that_cannot_be_read_is_not_checked(small):
    data = segment(small).read_bytes().split(b"\n")
    segment(small).write_bytes(b"\n".join([b"x" * len(data[0]), *data[1:]]))
    assert read(small, 1).signature is Signature.NOT_CHECKED
    assert "no readable entry" in read(small, 0).problem


def test_a_missing_segment_is_a_problem_not_an_error(small):
    segment(small).unlink()
    assert "no readable entry" in read(small, 1).problem


@pytest.mark.parametrize(("facts", "found"), [
    ({}, ((3, 9),)), ({"redacted": RedactedFacts(count=1, kinds=("token",))}, ()), ({"truncated": Truncated(bytes=9)}, ()),
])
def test_findings_are_marked_where_they_lie_in_the_command_unless_it_was_changed(facts, found):
    hits = (RuleHit(id="A", sev="high", field="command", form="raw", start=3, end=9), RuleHit(id="B", sev="high", field="command", form="decoded", start=1, end=2),
            RuleHit(id="C", sev="high", field="content", form="raw", start=1, end=2), RuleHit(id="D", sev="high", field="command", form="raw"))
    entry = AuditEntry(v=1, log="", seq=1, epoch=0, prev="", boot_id="", mono_us=0, ts="", kind="call", rules=hits, **facts)
    assert evidence.spans(entry) == found


def test_reasoning_of_a_call_is_on_its_page_or_said_to_be_missing(tmp_path, dataset, config):
    story = dataset.Story(tmp_path / "log", datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc))
    facts = {"agent": AgentFacts(name="claude-code"), "session": "s"}
    for number in ("t1", "t2"):
        story.add(tool="Bash", tool_kind="shell", tool_use_id=number, phase="before", verdict="clean", answer="allow", summary=Summary(action="shell", text="ls"), **facts)
    story.add("reasoning", tool_use_id="t1", summary=Summary(action="reasoning", text="[thinking]\nI look <first>."), reasoning=Reasoning(source="transcript", status="given"), **facts)
    story.close()
    rebuild(IndexerConfig(log=tmp_path / "log", index=tmp_path / "index.db", wakeup=tmp_path / "w"))
    kept = {name: getattr(config, name) for name in config.__struct_fields__} | {"log": tmp_path / "log", "index": tmp_path / "index.db"}
    app = create_app(type(config)(**kept))
    with open_index(tmp_path / "index.db") as index:
        found = [events.find(index, 0, seq) for seq in (1, 2, 3)]
        with app.test_request_context("/"):
            said = [evidence.reasoning(type(config)(**kept), events.neighbours(index, event)) for event in found]
    assert said == ["[thinking]\nI look <first>.", "", ""]
    pages = []
    for seq in (1, 2, 3):
        with app.test_request_context(f"/events/0/{seq}"):
            pages.append(detail(0, seq))
    assert "I look &lt;first&gt;." in pages[0] and "Not provided by the agent" in pages[1] and "What the model thought and said" in pages[2]
