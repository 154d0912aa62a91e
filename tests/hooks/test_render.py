"""A judgement becomes an answer: every event, verdict and mode, in both directions."""

from __future__ import annotations

import msgspec
import pytest
from payloads import encoded, own, pre_tool

from hooks.adapters import ADAPTERS
from hooks.render import encode
from sensor.model.calls import ToolCall
from sensor.model.verdicts import Answer, ApprovalUse, Judgement, Mode, ScanProfile, Verdict
from sensor.pipeline import wanted_answer

P, A = "rule HR-X says no", "do not try another way"
CLAUDE_TOOL = pre_tool()
CLAUDE_EVENTS = {row.values[0]["name"]: row.values[0]["event"] for row in own("claude-code")}
CURSOR_EVENTS = {row.values[0]["name"]: row.values[0]["event"] for row in own("cursor")}


def answered(agent: str, event: dict, verdict: Verdict, mode: Mode = Mode.ENFORCE, **more: object) -> tuple[dict, str, int]:
    """What the agent reads: (object on standard output, standard error, exit code). The answer is the pipeline's own."""
    call = ADAPTERS[agent].parse_event(encoded(event), False)
    assert isinstance(call, ToolCall)
    wanted = wanted_answer(call, verdict)
    judgement = Judgement(
        verdict=verdict, answer=wanted if mode is Mode.ENFORCE else Answer.ALLOW, would_answer=wanted, mode=mode, profile=ScanProfile.STRICT, reason=P, advice=A, **more)
    reply = ADAPTERS[agent].render_reply(call, judgement)
    return msgspec.json.decode(reply.stdout) if reply.stdout else {}, reply.stderr.decode(), reply.exit_code


def claude_says(answer: tuple[dict, str, int]) -> str:
    """The decision as Claude Code reads it."""
    out, _, code = answer
    if code == 2:
        return "deny"
    specific = out.get("hookSpecificOutput", {})
    word = specific.get("permissionDecision") or {"deny": "deny"}.get(specific.get("decision", {}).get("behavior", ""), "")
    return word or ("told" if "systemMessage" in out else "silence")


def cursor_says(answer: tuple[dict, str, int]) -> str:
    out, error, code = answer
    assert code == 0 and not error
    if "permission" in out:
        return out["permission"] + ("+told" if out["permission"] == "allow" and "user_message" in out else "")
    return "deny" if out.get("continue") is False else "told" if "additional_context" in out else "nothing" if not out else "allow"


@pytest.mark.parametrize(("name", "clean", "flag", "quarantine", "block"), [
    ("shell", "silence", "told", "ask", "deny"), ("write", "silence", "told", "ask", "deny"), ("mcp", "silence", "told", "ask", "deny"),
    ("permission", "silence", "told", "silence", "deny"), ("prompt", "silence", "told", "deny", "deny"), ("elicitation", "silence", "told", "deny", "deny"),
    ("settings changed", "silence", "told", "deny", "deny"), ("after shell", "silence", "told", "told", "told"),
    ("after failure", "silence", "told", "told", "told"), ("file changed", "silence", "told", "told", "told"),
    ("instructions", "silence", "told", "told", "told"), ("Stop", "silence", "silence", "silence", "silence"),
    ("SessionStart", "silence", "silence", "silence", "silence"), ("WorktreeCreate", "silence", "silence", "silence", "silence"),
    ("permission denied", "silence", "silence", "silence", "silence"), ("future event", "silence", "silence", "silence", "silence"),
])
def test_claude_code(name, clean, flag, quarantine, block):
    said = [claude_says(answered("claude-code", CLAUDE_EVENTS[name], verdict)) for verdict in Verdict]
    assert said == [clean, flag, quarantine, block]


@pytest.mark.parametrize(("name", "clean", "flag", "quarantine", "block"), [
    ("ask shell", "allow", "allow+told", "ask", "deny"), ("ask mcp", "allow", "allow+told", "ask", "deny"),
    ("shell", "allow", "allow+told", "allow", "deny"), ("mcp", "allow", "allow+told", "allow", "deny"),
    ("write", "allow", "allow+told", "deny", "deny"), ("delete", "allow", "allow+told", "deny", "deny"), ("ask read", "allow", "allow+told", "deny", "deny"),
    ("agent starts", "allow", "allow+told", "deny", "deny"), ("prompt", "allow", "allow", "deny", "deny"), ("after tool", "nothing", "told", "told", "told"),
    ("after shell", "nothing", "nothing", "nothing", "nothing"), ("stop", "nothing", "nothing", "nothing", "nothing"),
    ("workspace", "nothing", "nothing", "nothing", "nothing"), ("future event", "nothing", "nothing", "nothing", "nothing"),
])
def test_cursor(name, clean, flag, quarantine, block):
    said = [cursor_says(answered("cursor", CURSOR_EVENTS[name], verdict)) for verdict in Verdict]
    assert said == [clean, flag, quarantine, block]


@pytest.mark.parametrize("mode", ["bypassPermissions", "dontAsk"])
def test_where_nobody_is_asked_a_question_is_a_no(mode):
    out, error, code = answered("claude-code", pre_tool(permission_mode=mode), Verdict.QUARANTINE)
    assert code == 2 and out["hookSpecificOutput"]["permissionDecision"] == "deny" and A in error


@pytest.mark.parametrize("agent", ADAPTERS)
def test_observe_says_nothing_about_any_event(agent):
    events = CLAUDE_EVENTS if agent == "claude-code" else CURSOR_EVENTS
    silence = {"permission": "allow", "continue": True}
    for event in events.values():
        out, error, code = answered(agent, event, Verdict.BLOCK, Mode.OBSERVE)
        assert not error and code == 0 and (out == {} or {**silence, **out} == silence), event


@pytest.mark.parametrize("agent", ADAPTERS)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_answer_to_every_event_is_well_formed(agent, verdict):
    """One JSON object or nothing; exit code 0 or 2, and 2 only with a reason."""
    for event in (CLAUDE_EVENTS if agent == "claude-code" else CURSOR_EVENTS).values():
        out, error, code = answered(agent, event, verdict)
        assert code in (0, 2) and isinstance(out, dict) and (code == 0 or error.strip())
        assert agent != "cursor" or code == 0


def test_both_sides_get_their_words():
    out, error, _ = answered("claude-code", CLAUDE_TOOL, Verdict.BLOCK)
    assert out["systemMessage"] == P and out["hookSpecificOutput"]["permissionDecisionReason"] == A and error.strip() == A
    out, _, _ = answered("cursor", CURSOR_EVENTS["ask shell"], Verdict.BLOCK)
    assert (out["user_message"], out["agent_message"]) == (P, A)


def test_an_approved_call_is_not_announced():
    approval = ApprovalUse(id="q1", by="sam", consent="0")
    assert claude_says(answered("claude-code", CLAUDE_TOOL, Verdict.FLAG, approval=approval)) == "silence"


def test_text_that_is_not_ascii_survives():
    reply = encode(({"systemMessage": "nö 😀"}, "nö", 2))
    assert msgspec.json.decode(reply.stdout) == {"systemMessage": "nö 😀"} and reply.stderr == "nö\n".encode()
