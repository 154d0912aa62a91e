"""Prove that protection works: send probes through a registered hook command, then find them in the log."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import msgspec

from sensor.audit.journal.reader import JournalReader, Position, newest_log
from sensor.audit.journal.segments import list_segments
from sensor.host.checks.probes import HARMLESS, MUST_DENY, Probe, is_denied, render_probe
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words
from sensor.model.names import SELF_TEST
from sensor.model.verdicts import Mode
from sensor.paths import Paths

HOOK_TIMEOUT_S = 20.0
LOG_TIMEOUT_S = 5.0


class SelfTestFailed(HandrailError):
    """The hook command did not do what it is there for."""

    exit_code = 1


class HookCommand(Value):
    """A hook as an agent's settings name it: `shell` runs through `sh -c`, else `words` are executed directly."""

    agent: str
    shell: str = ""
    words: tuple[str, ...] = ()

    def argv(self) -> list[str]:
        """What the agent executes."""
        return ["/bin/sh", "-c", self.shell] if self.shell else list(self.words)


class Answered(Value):
    """What came back from a hook."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float


class Found(Value):
    """The part of an entry that the self-test looks at."""

    session: str = ""
    tool_use_id: str = ""
    turn: str = ""
    verdict: str = ""
    answer: str = ""
    would_answer: str = ""
    path: str = ""


def call_hook(hook: HookCommand, probe: Probe) -> Answered:
    """Run the hook as the agent would. Raises SelfTestFailed when it cannot be run."""
    began = time.monotonic()
    try:
        done = subprocess.run(hook.argv(), input=render_probe(hook.agent, probe), capture_output=True, cwd=probe.cwd, timeout=HOOK_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SelfTestFailed(f"The hook of {hook.agent} cannot be run: {in_words(error)}", next_step="Run: handrail doctor") from error
    return Answered(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr, seconds=time.monotonic() - began)


def find_entries(paths: Paths, session: str) -> tuple[Found, ...]:
    """Entries of `session` in the newest segment of the log."""
    folder = newest_log(paths.log)
    segments = list_segments(folder) if folder is not None else ()
    if folder is None or not segments:
        return ()
    newest = segments[-1]
    with JournalReader(folder, Position(segment=newest.path.name, offset=0, seq=newest.first)) as reader:
        mark = session.encode()
        entries = [msgspec.json.decode(line.entry, type=Found) for line in reader.lines() if mark in line.entry]
    return tuple(entry for entry in entries if entry.session == session)


def self_test(hook: HookCommand, paths: Paths, mode: Mode, nonce: str) -> str:
    """Send one harmless and one must-deny call; one sentence about what was seen. Raises SelfTestFailed."""
    session = f"{SELF_TEST}{nonce}"
    cwd = str(Path.home())
    harmless = Probe(session=session, call_id=f"{nonce}-1", command=HARMLESS, cwd=cwd)
    canary = Probe(session=session, call_id=f"{nonce}-2", command=MUST_DENY, cwd=cwd)
    first, second = call_hook(hook, harmless), call_hook(hook, canary)
    if first.exit_code != 0 or is_denied(hook.agent, first.exit_code, first.stdout):
        raise SelfTestFailed(f"A harmless call of {hook.agent} was not let through (exit {first.exit_code}){_said(first)}", next_step="Run: handrail doctor")
    denied = is_denied(hook.agent, second.exit_code, second.stdout)
    if denied is not (mode is Mode.ENFORCE):
        what = "was not denied" if mode is Mode.ENFORCE else "was denied although the mode is observe"
        raise SelfTestFailed(f"The must-deny call of {hook.agent} {what} (exit {second.exit_code}){_said(second)}", next_step="Run: handrail doctor")
    _check_log(_wait_for_entries(paths, session), hook.agent)
    outcome = "the canary was denied" if denied else "the canary would have been denied (observe)"
    return f"{outcome}, both calls are in the log, {first.seconds * 1000:.0f} ms per call"


def _wait_for_entries(paths: Paths, session: str) -> tuple[Found, ...]:
    deadline = time.monotonic() + LOG_TIMEOUT_S
    found: tuple[Found, ...] = ()
    while len(found) < 2 and time.monotonic() < deadline:
        found = find_entries(paths, session)
        if len(found) < 2:
            time.sleep(0.1)
    return found


def _check_log(found: tuple[Found, ...], agent: str) -> None:
    if len(found) != 2:
        raise SelfTestFailed(f"{len(found)} of the 2 calls of {agent} are in the log", next_step="Run: handrail verify")
    if {entry.would_answer for entry in found} != {"allow", "deny"}:
        raise SelfTestFailed(f"The log has the wrong answers for {agent}: {[entry.would_answer for entry in found]}", next_step="Run: handrail doctor")


def _said(answered: Answered) -> str:
    words = (answered.stderr or answered.stdout).decode("utf-8", "replace").strip()
    return f": {words[:300]}" if words else ""
