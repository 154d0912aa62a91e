"""The sensor's side of the local model: lines of judged calls go out, what the model thinks of them comes back as risk.

Nothing here waits for the model. What it says is an entry, can only raise the risk of a session, and alone never far
enough to change a verdict.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from sensor.access.risk import SessionRisk
from sensor.audit.drafts.drafts import draft_assessment, draft_note
from sensor.audit.form.entry import EntryDraft
from sensor.correlate.lines import lines_of
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation
from sensor.model.calls import Caller, Phase
from sensor.model.errors import UsageError
from sensor.model.states import Standing
from sensor.model.verdicts import Answer, JudgedCall
from sensor.settings import ModelSettings

KIND = "assessment"


class Recorder(ChangeRecorder, Protocol):
    """Writes an entry."""

    def note(self, entry: EntryDraft) -> None: ...


class ModelDesk:
    """Built once by `sensor.composition`. `place` is the socket of the model's process, `ours` raises for callers that are not that process, `person` for
    those that no person stands behind. `choose` keeps (path, digest) in the settings and returns the path before.

    `rose` is told (agent, session, score) when an assessment lifts a session to the next level.
    """

    def __init__(self, *, place: Path, wishes: Callable[[], ModelSettings], choose: Callable[[str, str], str], redact: Callable[[str], str],
                 risk: SessionRisk, recorder: Callable[[], Recorder], ours: Callable[[Caller], None], person: Callable[[Caller], None],
                 rose: Callable[[str, str, float], None]) -> None:
        self._place = str(place)
        self._wishes = wishes
        self._redact = redact
        self._risk = risk
        self._recorder = recorder
        self._choose = choose
        self._ours = ours
        self._person = person
        self._rose = rose
        self._out: socket.socket | None = None
        self._state: dict[str, object] = {"state": Standing.STARTING.value}
        self.sent = self.dropped = self.raised = 0

    def judged(self, judged: JudgedCall) -> None:
        """Send the lines of a call that may have run. A full queue or an absent model costs the lines, nothing else."""
        call, judgement = judged.call, judged.judgement
        if not self._wishes().model_path or call.phase is not Phase.BEFORE or judgement.answer is Answer.DENY or not call.session:
            return
        lines = lines_of(judgement.effects)
        if not lines:
            return
        body = msgspec.json.encode({"agent": call.agent, "session": call.session, "call": call.tool_use_id, "lines": [self._redact(line) for line in lines]})
        if self._out is None:
            self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._out.setblocking(False)
        try:
            self._out.sendto(body, self._place)
            self.sent += 1
        except OSError:
            self.dropped += 1

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "model.scored": self._scored, "model.state": self._told, "model.use": self._use,
            "model.status": lambda args, caller, done: done(0, self.shown()),
        }

    def shown(self) -> dict[str, object]:
        """How the model stands, and what went to it and came back in this run."""
        path = self._wishes().model_path
        state = self._state if path else {"state": Standing.OFF.value}
        return {"model": path, **state, "lines_sent": self.sent, "lines_dropped": self.dropped, "raised": self.raised}

    def close(self) -> None:
        """Let go of the socket."""
        if self._out is not None:
            with contextlib.suppress(OSError):
                self._out.close()

    def _scored(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        weight, agent, session = args.get("weight"), str(args.get("agent", "")), str(args.get("session", ""))
        if not isinstance(weight, (int, float)) or isinstance(weight, bool) or not 0 <= weight <= 1 or not agent or not session:
            raise UsageError("an assessment has an agent, a session and a weight from 0 to 1")
        line, before = self._redact(str(args.get("line", "")))[:200], self._risk.score(agent, session)
        rose = self._risk.assess(agent, session, float(weight), f"local model {weight:.2f}: {line[:80]}")
        self.raised += 1
        score = self._risk.score(agent, session)
        said = f"the local model finds `{line}` risky ({weight:.2f} of 1), which adds {max(0.0, score - before):.0f}: the risk of the session is {score:.0f}"
        self._recorder().note(draft_assessment(agent, session, str(args.get("call", "")), said))
        if rose:
            self._rose(agent, session, score)
        done(0, {"score": round(score, 1)})

    def _told(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        state, detail = str(args.get("state", ""))[:20], str(args.get("detail", ""))[:300]
        self._state = {"state": state, "detail": detail, "cpu_seconds": args.get("cpu_seconds", 0), "asked": args.get("asked", 0)}
        self._recorder().note(draft_note(KIND, f"the local model: {state}: {detail}".removesuffix(": ")))
        done(0, {})

    def _use(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        path, sha256, by = str(args.get("path", "")), str(args.get("sha256", "")), str(args.get("by", "unknown"))
        if path and not Path(path).is_absolute():
            raise UsageError("the path of a model is absolute")
        before = self._choose(path, sha256)
        self._recorder().change("model", before, f"{path} {sha256}".strip(), by, lambda: done(0, {"before": before, "after": path}))
