"""The hook client when the sensor gave no answer: start it and ask again, else decide, keep the event, answer.

Standard library only, and everything within two seconds: an alarm ends whatever hangs, and the decision that was made
first is the answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from types import FrameType, ModuleType
from typing import Any

from hooks import claude_forms, cursor_forms, mcp_forms, spool
from hooks.local_decision import (
    MIRRORED,
    OFFLINE,
    SLOW,
    UNKEPT,
    LocalCall,
    LocalDecision,
    decide,
    is_mirror,
    load_policy,
    read_call,
    reports_itself,
)
from hooks.sensor_start import WAIT_SECONDS, start_sensor, wake_supervisor

ALARM_SECONDS = 1.8
NO_ANSWER = ("timeout", "busy")
NOT_RUNNING = ("absent", "refused", "unreachable")
POLL_SECONDS = 0.02
FORMS: dict[str, ModuleType] = {"claude-code": claude_forms, "cursor": cursor_forms, "mcp": mcp_forms}
Answer = tuple[bytes, bytes, int]


class Late(Exception):
    """The time is up."""


def answer(options: dict[str, str], conf: dict[str, bytes], body: bytes, reason: str) -> Answer:
    """(out, err, exit code) for the event in `body`. `reason` is one word that says why the sensor did not answer."""
    decided: Answer | None = None
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, ALARM_SECONDS)
    try:
        settings = {name: os.fsdecode(value) for name, value in conf.items()}
        if reason in NO_ANSWER:
            wake_supervisor(os.path.dirname(settings.get("socket", "")))
        starting = reason == "busy" or (reason in NOT_RUNNING and _start(settings))
        core = _load_core(settings)
        call = read_call(core, options["agent"], body, options["truncated"] == "1")
        if is_mirror(core, options["agent"], call) and reports_itself(settings.get("state", "/nonexistent"), MIRRORED):
            return _encode(FORMS[options["agent"]].silence(call.name))
        policy = load_policy(os.path.join(settings.get("state", "/nonexistent"), "client-policy.json"), _agent_of(options, call))
        decision = decide(core, call, policy, SLOW if reason in NO_ANSWER else OFFLINE)
        decided = _render(options["agent"], call, decision)
        if starting:
            reply = _ask_again(options, conf, body)
            if reply is not None:
                return reply
        outcome = spool.Outcome(
            options["agent"], decision.answer, decision.rule, "observe" if policy.observe else "enforce", reason, options["truncated"] == "1")
        if not _keep(settings, call, outcome, body):
            return _render(options["agent"], call, decide(core, call, policy, UNKEPT))
        return _tell(settings, call, decision, outcome) or decided
    except Late:
        if decided is None:
            raise
        return decided


def _agent_of(options: dict[str, str], call: LocalCall) -> str:
    """Whose mode counts: the MCP proxy speaks for an agent."""
    return str(call.obj.get("mcp_client", "")) if options["agent"] == "mcp" else options["agent"]


def _late(number: int, frame: FrameType | None) -> None:
    raise Late


def _load_core(settings: dict[str, str]) -> dict[str, Any]:
    path = settings.get("core") or os.path.join(os.path.dirname(__file__), "safety_core.json")
    with open(path, "rb") as file:
        core: dict[str, Any] = json.loads(file.read())
    return core


def _start(settings: dict[str, str]) -> bool:
    try:
        return start_sensor(settings.get("state", ""), settings.get("handrail", ""))
    except (OSError, ValueError):
        return False


def _ask_again(options: dict[str, str], conf: dict[str, bytes], body: bytes) -> Answer | None:
    """Wait for the socket and ask once more. The client's own `ask` speaks the protocol."""
    client = sys.modules["__main__"]
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            reply: Answer = client.ask(conf, options["agent"], body, options["truncated"] == "1")
            return reply
        except (FileNotFoundError, ConnectionRefusedError, BlockingIOError):
            time.sleep(POLL_SECONDS)
        except (OSError, ValueError, KeyError, client.Unanswered):
            return None
    return None


def _keep(settings: dict[str, str], call: LocalCall, outcome: spool.Outcome, body: bytes) -> bool:
    """Spool the event. False, said on standard error, when it cannot be kept: somebody may have wanted that."""
    state = settings.get("state", "")
    if not os.path.isdir(state):
        spool.tell_lost()
        return False
    return spool.write_record(os.path.join(state, "spool"), spool.render_record(outcome, call.obj, body, spool.now()))


def _tell(settings: dict[str, str], call: LocalCall, decision: LocalDecision, outcome: spool.Outcome) -> Answer | None:
    """The answer with the notice that a session gets once, or None when there is none."""
    state = settings["state"]
    quiet = outcome.mode == "observe" or decision.answer != "allow" or call.event["phase"] != "before"
    if quiet or not _first_time(state, call):
        return None
    why = SLOW if outcome.reason in NO_ANSWER else OFFLINE
    waiting = spool.spooled(os.path.join(state, "spool"))
    return _render(outcome.agent, call, decision._replace(reason=f"{why} ({waiting} events kept for the log).", told=True))


def _first_time(state: str, call: LocalCall) -> bool:
    """Whether this session has not been told yet."""
    session = call.obj.get("session_id") or call.obj.get("conversation_id") or ""
    folder = os.path.join(state, "told")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for entry in os.scandir(folder):
            if entry.stat().st_mtime < time.time() - 86400:
                os.unlink(entry.path)
        name = os.path.join(folder, hashlib.sha256(str(session).encode("utf-8", "replace")).hexdigest()[:24])
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True


def _render(agent: str, call: LocalCall, decision: LocalDecision) -> Answer:
    forms = FORMS.get(agent)
    if forms is None:  # an agent without forms here: the exit code is what nearly all understand
        return (b"", f"{decision.advice}\n".encode(), 2) if decision.answer != "allow" else (b"", b"", 0)
    if decision.answer == "allow":
        return _encode(forms.notice(call.name, decision.reason) if decision.told and decision.reason else forms.silence(call.name))
    return _encode((forms.ask if decision.answer == "ask" else forms.deny)(call.name, decision.reason, decision.advice))


def _encode(form: tuple[dict[str, Any] | None, str, int]) -> Answer:
    value, error, exit_code = form
    out = b"" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return out, f"{error}\n".encode("utf-8", "replace") if error else b"", exit_code
