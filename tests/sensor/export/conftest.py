"""Journals to export from: a small one with every kind of trouble in it, and the logs of the audit room's tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from sensor.audit.drafts.drafts import draft, draft_approval
from sensor.audit.form.entry import EntryDraft, blank
from sensor.audit.form.parts import AgentFacts, ApprovalFacts, Gap, PeerFacts, Reference, RuleHit, Summary
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.export.records import Selection, read_records

_SPEC = importlib.util.spec_from_file_location("audit_conftest", Path(__file__).parents[1] / "audit" / "conftest.py")
AUDIT = importlib.util.module_from_spec(_SPEC)
sys.modules["audit_conftest"] = AUDIT
_SPEC.loader.exec_module(AUDIT)
state, ticking, sample, _sample = AUDIT.state, AUDIT.ticking, AUDIT.sample, AUDIT._sample

HOSTILE = (
    "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "  =1", "\uff1d1", "a\nb", "a\r\n{\"entry\":{}}", "x|y\\z=1", "\x1b]52;c;AAAA\x07",
    "<script>alert(1)</script>", "\"quoted\",;", "\u202etxt.exe", "\u2028=2", "é\U0001f600", "]]>", "--><b>", "",
)


def call(number: int, text: str, **changes: object) -> EntryDraft:
    """An entry of a call."""
    fields: dict[str, object] = {
        "mode": "enforce", "path": "live", "agent": AgentFacts(name="claude-code", surface="hook", event="PreToolUse"), "session": "s-1", "tool": "Bash",
        "tool_kind": "shell", "tool_use_id": f"toolu_{number}", "phase": "before", "verdict": "clean", "answer": "allow", "would_answer": "allow",
        "cwd": "/home/dev/shop", "summary": Summary(action="shell", text=text), "lat_us": 300, "peer": PeerFacts(uid=1000, pid=42),
    }
    entry = blank("call", **{**fields, **changes})
    return EntryDraft(entry=entry, decision=entry.answer != "allow")


def hit(rule: str, sev: str) -> RuleHit:
    return RuleHit(id=rule, sev=sev, msg=f"{rule} matched", remedy="Ask the user.", category="test")


@pytest.fixture(scope="session")
def hostile_log(tmp_path_factory) -> Path:
    """Folder `<state>/log`: hostile texts, verdicts of every kind, a second session, a sub-agent, a decision, a gap."""
    folder = tmp_path_factory.mktemp("export")
    journal = open_log(LogSettings(root=folder / "log", keys=folder / "keys", reserve_bytes=0)).journal
    for number, text in enumerate(HOSTILE):
        journal.append(call(number, text, tool=text[:40] or "Bash", reason=text))
    journal.append(call(30, "rm -rf /", verdict="block", answer="deny", rules=(hit("HR-DST-001", "critical"), hit("HR-DST-002", "low")), reason="HR-DST-001: no"))
    journal.append(call(31, "git push --force", verdict="quarantine", answer="ask", hold="Q1", rules=(hit("HR-GIT-001", "high"),)))
    journal.append(draft_approval(ApprovalFacts(id="Q1", by="dev", action="approve"), Reference(seq=-1)))
    journal.append(draft_approval(ApprovalFacts(id="Q9", by="dev", action="reject"), Reference(seq=-1)))
    journal.append(call(32, "", tool_kind="file_read", tool="Read", verdict="flag", rules=(hit("HR-SEC-003", "medium"),), session="s-2",
                        summary=Summary(action="read", paths=("/home/dev/shop/a b.env",)), agent=AgentFacts(name="cursor")))
    journal.append(call(33, "ls", session="s-3", parent_session="s-1", subagent="a1", subagent_type="tester"))
    journal.append(call(34, "", tool_kind="mcp", tool="create_issue", summary=Summary(action="mcp", server="github", tool="create_issue", url="https://example.test/x?a=1|2")))
    journal.append(call(35, "no rule", verdict="block", answer="deny", path="degraded"))
    journal.append(draft("gap", gap=Gap(count=3, cause="disk_full")))
    journal.close()
    return folder / "log"


@pytest.fixture
def records(hostile_log):
    """Records of a selection: `records(session="s-1")`."""
    return lambda **wanted: list(read_records(hostile_log, Selection(**wanted)))


@pytest.fixture
def hostile_texts() -> tuple[str, ...]:
    return HOSTILE
