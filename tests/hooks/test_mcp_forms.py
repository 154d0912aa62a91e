"""Every answer to the proxy is one known word, and whatever stops something has a text for the model."""

from __future__ import annotations

import pytest

from hooks import mcp_forms
from hooks.adapters import CHANNELS
from hooks.mcp_forms import WORDS
from sensor.model.calls import Abilities, McpAction, Phase, ToolCall, ToolKind
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict


def judged(verdict, answer, mode=Mode.ENFORCE, phase=Phase.BEFORE):
    call = ToolCall(agent="a", event="tools/call", phase=phase, kind=ToolKind.MCP, tool="mcp__s__t", action=McpAction(server="s", tool="t", arguments={}), abilities=Abilities(deny=True))
    judgement = Judgement(verdict=verdict, answer=answer, would_answer=answer, mode=mode, profile=ScanProfile.STRICT, reason="for you", advice="for the model")
    reply = CHANNELS["mcp"].render_reply(call, judgement)
    assert reply.exit_code == 0 and reply.stderr == b""
    return reply.stdout


@pytest.mark.parametrize(("verdict", "answer", "word"), [
    (Verdict.CLEAN, Answer.ALLOW, b"allow"), (Verdict.FLAG, Answer.ALLOW, b"allow"), (Verdict.QUARANTINE, Answer.ALLOW, b"allow"), (Verdict.QUARANTINE, Answer.ASK, b"deny"),
    (Verdict.QUARANTINE, Answer.DENY, b"deny"), (Verdict.BLOCK, Answer.DENY, b"deny"),
])
def test_before_a_call(verdict, answer, word):
    said = judged(verdict, answer)
    assert b'"answer":"%s"' % word in said and (word == b"allow" or b"for the model" in said)


@pytest.mark.parametrize(("verdict", "word"), [(Verdict.CLEAN, b"allow"), (Verdict.FLAG, b"warn"), (Verdict.QUARANTINE, b"replace"), (Verdict.BLOCK, b"replace")])
def test_after_a_call(verdict, word):
    assert b'"answer":"%s"' % word in judged(verdict, Answer.ALLOW, phase=Phase.AFTER)


@pytest.mark.parametrize("phase", [Phase.BEFORE, Phase.AFTER])
def test_observe_changes_nothing(phase):
    assert judged(Verdict.BLOCK, Answer.ALLOW, Mode.OBSERVE, phase) == b'{"answer":"allow"}'


def test_only_known_words():
    forms = (mcp_forms.silence("e"), mcp_forms.notice("e", "p"), mcp_forms.ask("e", "p", "a"), mcp_forms.deny("e", "p", "a"), mcp_forms.warn_after("e", "p", "a", True))
    assert {form[0]["answer"] for form in forms} <= WORDS and all(len(str(form)) < 30_000 for form in forms)
    assert len(mcp_forms.deny("e", "p", "x" * 50_000)[0]["text"]) == 9_000
