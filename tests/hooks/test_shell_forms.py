"""Exit codes are all that a shell understands, and no accident gives the one that stops something."""

from __future__ import annotations

import re

import pytest

from hooks import shell_forms
from hooks.adapters import CHANNELS
from hooks.shell_forms import GO, STAND_DOWN, VETO
from hooks.shell_parse import parse_event
from sensor.host.files.shell_files import SOURCES
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict

CALL = parse_event(b"form=run\nshell=bash\n\nls\n", False)


@pytest.mark.parametrize(("verdict", "answer", "mode", "code"), [
    (Verdict.CLEAN, Answer.ALLOW, Mode.ENFORCE, GO), (Verdict.FLAG, Answer.ALLOW, Mode.ENFORCE, GO), (Verdict.QUARANTINE, Answer.ASK, Mode.ENFORCE, VETO),
    (Verdict.QUARANTINE, Answer.DENY, Mode.ENFORCE, VETO), (Verdict.BLOCK, Answer.DENY, Mode.ENFORCE, VETO), (Verdict.BLOCK, Answer.ALLOW, Mode.OBSERVE, GO),
])
def test_each_judgement_has_its_code_and_only_a_veto_speaks(verdict, answer, mode, code):
    judgement = Judgement(verdict=verdict, answer=answer, would_answer=answer, mode=mode, profile=ScanProfile.STRICT, reason="for you", advice="for the model")
    reply = CHANNELS["shell"].render_reply(CALL, judgement)
    assert reply.exit_code == code and reply.stdout == b""
    assert reply.stderr == (b"handrail: for you\nhandrail: for the model\n" if code == VETO else b"")


def test_a_text_for_both_is_said_once():
    assert shell_forms.deny("shell/run", "same", "same") == (None, "handrail: same", VETO)


def test_nothing_is_said_after_the_fact():
    assert shell_forms.warn_after("shell/run", "a", "b", True) == shell_forms.notice("shell/run", "a") == (None, "", GO)


def test_no_code_of_a_broken_client_is_a_veto():
    """Crashed, usage, not executable, not found, ended by a signal."""
    assert {GO, STAND_DOWN, VETO}.isdisjoint({1, 2, 126, 127, *range(128, 256)}) and len({GO, STAND_DOWN, VETO}) == 3


@pytest.mark.parametrize("name", ["wrapper.bash", "wrapper.zsh", "wrapper.fish", "shim.sh"])
def test_the_shell_files_know_the_codes(name):
    text = (SOURCES / name).read_text()
    assert re.search(rf"\b{VETO}\b", text) and "--unanswered 4 " in text and "4" not in str(STAND_DOWN)
