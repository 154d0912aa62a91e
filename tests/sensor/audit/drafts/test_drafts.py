"""Drafts: what an entry says of a judged call, its commit class, and commitments that bind and tell nothing."""

from __future__ import annotations

import hashlib
import json
import os

import msgspec
import pytest

from sensor.audit.drafts.drafts import (
    COMMIT_TAG,
    CallDrafter,
    CallFacts,
    commitment,
    draft_approval,
    draft_change,
    draft_drop,
    draft_heartbeat,
    draft_note,
    draft_reasoning,
)
from sensor.audit.drafts.summary import MAX_ID
from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.entry import parse, render
from sensor.audit.form.parts import ApprovalFacts, Change, Drops, Reference
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Caller, InputProblem, McpAction, OtherAction, Phase, ShellAction, ToolKind
from sensor.model.effects import Effect, Effects, PathRef
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, ApprovalUse, JudgedCall, Judgement, Mode, ScanProfile, Verdict

SECRET = "AKIA" + "Q7RZT5LPWXN4KBDM"


@pytest.fixture(scope="module")
def drafter():
    return CallDrafter(Redactor(SecretScanner(), bytes(32)).redact, os.urandom)


@pytest.fixture
def judged(shell_call):
    def make(command="ls", call=None, **changes):
        facts = {"verdict": Verdict.CLEAN, "answer": Answer.ALLOW, "would_answer": Answer.ALLOW, "mode": Mode.ENFORCE, "profile": ScanProfile.STRICT}
        return JudgedCall(call=msgspec.structs.replace(shell_call(command), **(call or {})), caller=Caller(uid=1000, pid=42), judgement=Judgement(**{**facts, **changes}))

    return make


def test_a_call_with_all_its_facts(drafter, judged):
    finding = Finding(rule="HR-DST-001", severity=Severity.HIGH, message="deletes", remedy="do not", category="destructive")
    one = judged("rm -rf /", verdict=Verdict.BLOCK, answer=Answer.DENY, would_answer=Answer.DENY, reason="r", advice="a", findings=(finding, finding),
                 stage_us=((Stage.RULES, 12),), hold="Q1", approval=ApprovalUse(id="Q1", by="dev", consent="c" * 64))
    draft = drafter.draft(one, CallFacts(lat_us=77, policy_sha256="a" * 64, ruleset_sha256="b" * 64, drops_queue=2))
    entry = parse(render(draft.entry))
    assert draft.decision
    assert (entry.kind, entry.verdict, entry.answer, entry.mode, entry.profile, entry.path) == ("call", "block", "deny", "enforce", "strict", "live")
    assert entry.summary.text == "rm -rf /" and entry.rules[0].id == "HR-DST-001" and entry.rules[0].sev == "high" and len(entry.rules) == 2
    assert entry.reasons == ("rules:destructive",) and entry.stage_us == {"rules": 12} and entry.lat_us == 77
    assert entry.approval.by == "dev" and entry.hold == "Q1" and entry.drops.queue == 2
    assert (entry.peer.uid, entry.peer.pid, entry.proof) == (1000, 42, "peer")
    assert len(entry.commits.input) == 64 and entry.commits.output == "" and entry.redacted is None and entry.truncated is None


CHOSEN = "Harbor-9xk"
LINES = (  # forms that stand in lines of a file, or between quotes
    "- name: DB_PASSWORD\n  value: %s\n", "machine api.acme.test\n  login bob\n  password %s\n", "db.acme.test:5432:prod:app:%s", '<add key="DbPassword" value="%s"/>',
    'ConvertTo-SecureString "%s"', "| Password | %s |", "Login: bob\nPass: %s", "FROM x\nENV DB_PASSWORD %s\n",
)


@pytest.mark.parametrize("form", [*LINES, json.dumps({"a": LINES[1]})])
def test_a_form_of_lines_is_seen_wherever_it_stands(drafter, judged, form):
    text = form % CHOSEN
    arguments = {"path": "/a", "parts": [{"content": text, "n": 1}]}
    for call in (
        {"action": McpAction(server="files", tool="write", arguments=arguments)}, {"action": OtherAction(arguments={"todos": [{"content": text}]})}, {"action": OtherAction(arguments={text: 1})},
        {"result": json.dumps({"rows": [{"v": text}]})}, {"result": json.dumps({"rows": [{"v": text + "\n"}]}, indent=1) + " " * 20_000},
        {"action": ShellAction(command="ls", description=text.partition("{")[0] or LINES[1] % CHOSEN)}, {"result": text},
        {"action": McpAction(server="files", tool="write", arguments={"n": "\ud800", **arguments})}, {"action": OtherAction(arguments={"content": text + "\n" + "y " * 9000})},
    ):
        entry = drafter.draft(judged(call=call), CallFacts()).entry
        assert CHOSEN not in repr(entry) and entry.redacted is not None, call
        assert entry.redacted.count == 1 and f"{entry.summary.text}{entry.summary.result}{entry.summary.note}".count("[redacted:") == 1


def test_a_line_about_an_effect_holds_nothing_that_was_taken_out_of_the_text(drafter, judged):
    effects = Effects(effects=(Effect(program="az", subcommand=("login", "a", CHOSEN), reads=(PathRef(raw=f"./{CHOSEN}"),)),))
    one = judged(f"az login -u a -p {CHOSEN} --tenant t", effects=effects, reason=f"it runs az login a {CHOSEN}", call={"cwd": f"/home/dev/{CHOSEN}"})
    entry = drafter.draft(one, CallFacts()).entry
    assert CHOSEN not in repr((entry.effects, entry.reason, entry.summary)) and entry.effects[0].startswith("runs az login a [redacted:secret:")
    assert entry.cwd == f"/home/dev/{CHOSEN}"  # the agent's own, and by it entries are found


def test_what_a_rule_says_holds_nothing_that_was_taken_out_of_the_text(drafter, judged):
    finding = Finding(rule="HR-SEC-001", severity=Severity.MEDIUM, message="y" * 395 + f" /p:{CHOSEN}", remedy=f"do not write {CHOSEN}")
    entry = drafter.draft(judged(f"xfreerdp /u:bob /p:{CHOSEN} /v:h", findings=(finding,)), CallFacts()).entry
    assert CHOSEN not in repr(entry) and "Har" not in entry.rules[0].msg and "[redacted:secret:" in entry.rules[0].remedy


def test_everybodys_passwords_are_words_elsewhere(drafter, judged):
    one = judged("POSTGRES_PASSWORD=postgres docker run postgres", effects=Effects(effects=(Effect(program="docker", subcommand=("run", "postgres")),)))
    entry = drafter.draft(one, CallFacts()).entry
    assert entry.effects == ("runs docker run postgres",) and entry.redacted.count == 1


def test_json_without_secrets_stays_as_it_is(drafter, judged):
    text = '{ "name" : "first\\nsecond \\u00e9", "password" : "" }'
    entry = drafter.draft(judged(call={"result": text}), CallFacts()).entry
    assert entry.summary.result == text and entry.redacted is None


@pytest.mark.parametrize(("changes", "facts", "decides"), [
    ({}, {}, False),
    ({"verdict": Verdict.FLAG}, {}, False),
    ({"verdict": Verdict.QUARANTINE}, {}, True),
    ({"answer": Answer.ASK}, {}, True),
    ({"verdict": Verdict.BLOCK}, {}, True),
    ({}, {"path": "degraded"}, True),
    ({}, {"path": "spool", "client_ts": "2026-01-01T00:00:00.000000Z", "spool_id": "x"}, True),
    ({"call": {"problems": (InputProblem.NOT_JSON,)}}, {}, True),
    ({"call": {"problems": (InputProblem.LOSSY,)}}, {}, False),
])
def test_the_commit_class(drafter, judged, changes, facts, decides):
    assert drafter.draft(judged(**changes), CallFacts(**facts)).decision == decides


@pytest.mark.parametrize(("call", "facts", "kind"), [
    ({}, {}, "call"), ({}, {"path": "spool"}, "spool_ingest"), ({"problems": (InputProblem.TOO_DEEP,)}, {}, "malformed"),
    ({"kind": ToolKind.SESSION, "phase": Phase.LIFECYCLE}, {}, "session"), ({"kind": ToolKind.SESSION}, {}, "call"),
])
def test_the_kind(drafter, judged, call, facts, kind):
    assert drafter.draft(judged(call=call), CallFacts(**facts)).entry.kind == kind


def test_no_secret_is_in_the_entry_wherever_it_stood(drafter, judged):
    one = judged(f"export AWS_ACCESS_KEY_ID={SECRET}", call={"result": f"key {SECRET}", "cwd": f"/tmp/{SECRET}", "action": ShellAction(command=f"echo {SECRET}", description=SECRET)},
                 reason=f"saw {SECRET}")
    entry = drafter.draft(one, CallFacts(note=SECRET)).entry
    assert SECRET.encode() not in render(entry)
    assert entry.redacted.count == 6 and entry.redacted.kinds and "[redacted:" in entry.summary.text


def test_a_commitment_binds_and_its_salt_is_not_kept(drafter, judged):
    original = {"command": "ls"}
    salt = bytes(32)
    assert commitment(salt, original) == hashlib.sha256(COMMIT_TAG + salt + b'{"command":"ls"}').hexdigest()
    assert commitment(salt, original) != commitment(salt, {"command": "lS"}) != commitment(os.urandom(32), original)
    assert drafter.draft(judged(), CallFacts()).entry.commits != drafter.draft(judged(), CallFacts()).entry.commits
    with pytest.raises(NotCanonical):
        commitment(salt, object())


def test_arguments_that_cannot_be_written_are_no_obstacle(drafter, judged):
    entry = drafter.draft(judged(call={"arguments": {"a": object()}, "result": "out"}), CallFacts()).entry
    assert entry.commits.input == "" and len(entry.commits.output) == 64


def test_long_names_are_cut(drafter, judged):
    entry = drafter.draft(judged(call={"tool": "t" * 1000, "session": "s" * 1000}), CallFacts()).entry
    assert len(entry.tool) == len(entry.session) == MAX_ID


@pytest.mark.parametrize(("draft", "kind", "decides"), [
    (draft_heartbeat("n"), "heartbeat", False), (draft_approval(ApprovalFacts(id="Q1", action="approve"), Reference(seq=3)), "approval", True),
    (draft_change("hook_change", Change(what="w")), "hook_change", True), (draft_drop(Drops(queue=3)), "drop", True),
    (draft_note("export", "n"), "export", False),
])
def test_housekeeping(draft, kind, decides):
    assert (draft.entry.kind, draft.decision) == (kind, decides)
    assert parse(render(draft.entry)) == draft.entry


def test_reasoning_is_redacted_cut_and_committed_to(shell_call):
    redact = Redactor(SecretScanner(), bytes(32)).redact
    text = f"I take {SECRET} and \ud800 go. " + "x" * 20_000
    draft = draft_reasoning(shell_call("ls"), text, "transcript", (redact, lambda count: bytes(count)))
    entry = parse(render(draft.entry))
    assert (entry.kind, draft.decision, entry.redacted.count) == ("reasoning", False, 1) and entry.truncated.bytes > 10_000
    assert SECRET not in entry.summary.text and entry.summary.text.startswith("I take ") and entry.reasoning.bytes == len(text)
    assert entry.reasoning.commit == commitment(bytes(32), text.replace("\ud800", "?"))


def test_only_changes_are_changes():
    with pytest.raises(ValueError, match="call"):
        draft_change("call", Change(what="x"))


@pytest.mark.parametrize("field", ["permission_mode", "session", "tool_use_id", "turn", "subagent", "agent_version", "event"])
def test_a_secret_across_the_end_of_a_name_is_taken_out_before_the_cut(drafter, judged, field):
    entry = drafter.draft(judged(call={field: "x " * 122 + SECRET}), CallFacts()).entry
    assert SECRET[:8].encode() not in render(entry) and entry.redacted.count == 1
