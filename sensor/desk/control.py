"""What the running sensor tells about itself, and the changes that people may ask of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from sensor import __version__
from sensor.access.quarantine import UNSEEN, Quarantine, State
from sensor.audit.journal.journal import Journal
from sensor.escalation import Escalation
from sensor.inforce import InForce
from sensor.model.calls import Caller, Heartbeat, Phase, ShellAction, ToolCall
from sensor.model.errors import UsageError
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode
from sensor.pipeline import Pipeline
from sensor.policy.rule import Rule
from sensor.settings import AcceptedSettings, AllowanceSettings


class Seen(msgspec.Struct):
    """When an agent last reported, in Unix seconds, and its version."""

    at: float
    version: str
    calls: int = 0
    sessions: set[str] = msgspec.field(default_factory=set)


class SensorControl:
    """Implements `sensor.desk.operations.Control` and `sensor.desk.intake.Watcher`. `now` gives Unix seconds."""

    def __init__(self, *, inforce: InForce, pipeline: Pipeline, dry: Pipeline, quarantine: Quarantine, journal: Journal,
                 escalation: Escalation, listeners: tuple[Callable[[JudgedCall], None], ...], alarm: Callable[[], str], now: Callable[[], float],
                 watch: Callable[[], dict[str, object]], model: Callable[[], dict[str, object]]) -> None:
        self._inforce = inforce
        self._pipeline = pipeline
        self._dry = dry
        self._quarantine = quarantine
        self._journal = journal
        self._escalation = escalation
        self._listeners = listeners
        self._alarm = alarm
        self._now = now
        self._watch = watch
        self._model = model
        self._started = now()
        self._verdicts: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._rehearsed: Counter[str] = Counter()
        self._seen: dict[str, Seen] = {}
        self._asked: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.doors: dict[str, str] = {}

    def heartbeat(self, event: Heartbeat) -> None:
        """A hook of `agent` reported an action that another adapter reports too."""
        self._see(event.agent, "", "")

    def judged(self, judged: JudgedCall) -> None:
        """Count a call; note when one ran that the agent was told to ask about. One that was refused waits on, whatever is reported of it."""
        call, judgement = judged.call, judged.judgement
        if call.session.startswith(REHEARSALS):
            self._rehearsed[judgement.verdict.word] += 1
        else:
            self._see(call.agent, call.agent_version, call.session)
        self._escalation.judged(judged)
        for listener in self._listeners:
            listener(judged)
        self._verdicts[judgement.verdict.word] += 1
        self._answers[judgement.answer._value_] += 1
        if not call.tool_use_id:
            return
        call_key = (call.agent, call.session, call.tool_use_id)
        if judgement.hold:
            if len(self._asked) > 1000:
                self._asked.clear()  # calls that were never run; the queue itself still expires them
            if judgement.answer is Answer.ASK:
                self._asked[call_key] = (judgement.hold, _deed(call))
        elif call.phase is Phase.AFTER and (held := self._asked.get(call_key)) and held[1] == _deed(call):
            del self._asked[call_key]
            self._ran(held[0])

    def status(self) -> dict[str, object]:
        """What `handrail status` and the dashboard show."""
        waiting = [call for call in self._quarantine.calls() if call.state is State.PENDING]
        settings, rules = self._inforce.settings, self._inforce.rules
        return {
            "version": __version__, "pid": os.getpid(), "started": self._started, "now": self._now(), "mode": settings.mode.value,
            "modes": {name: own.mode.value for name, own in settings.agents.items() if own.mode is not None}, "suspended": list(settings.suspended),
            "verdicts": dict(self._verdicts), "answers": dict(self._answers), "test_calls": self._rehearsed.total(),
            "test_verdicts": dict(self._rehearsed), "waiting": len(waiting),
            "test_calls_waiting": sum(call.session.startswith(REHEARSALS) for call in waiting), "liftable": sum(call.blocked for call in waiting),
            "agents": {name: {"at": seen.at, "version": seen.version, "calls": seen.calls, "sessions": len(seen.sessions)}
                       for name, seen in self._seen.items()},
            "rules": {"count": len(rules.rules), "engine": rules.engine, "sha256": rules.sha256, "weakened": self._inforce.weakened},
            "problems": list(self._inforce.problems), "alarm": self._alarm(), "doors": self.doors, "watch": self._watch(), "model": self._model(),
            "log": {"origin": self._journal.origin, "size": self._journal.size, "durable": self._journal.durable, "lost": self._journal.lost},
        }

    def set_mode(self, mode: Mode, agent: str) -> tuple[str, str]:
        """Change the mode; returns the words before and after."""
        before, after = self._inforce.set_mode(mode, agent)
        self._adopt()
        return before, after

    def suspend(self, agent: str, suspended: bool) -> tuple[str, str]:
        """Suspend or resume an agent; returns the words before and after."""
        before, after = self._inforce.suspend(agent, suspended)
        self._adopt()
        return before, after

    def allow(self, name: str, allowance: AllowanceSettings | None) -> AllowanceSettings | None:
        """Keep an allowance, or take it out; returns what stood there before."""
        before = self._inforce.allow(name, allowance)
        self._adopt()
        return before

    def allowances(self) -> dict[str, AllowanceSettings]:
        """Every allowance by its id, expired ones too until the next change."""
        return self._inforce.settings.allowances

    def accept(self, changes: Mapping[str, AcceptedSettings | None]) -> dict[str, AcceptedSettings]:
        """Keep accepted findings of the audit, or take them out (None); returns all as they were before."""
        before = self._inforce.accept(changes)
        self._adopt()
        return before

    def accepted(self) -> dict[str, AcceptedSettings]:
        """Every accepted finding by its key, expired ones too until the next change."""
        return self._inforce.settings.accepted

    def reload(self) -> tuple[str, str]:
        """Read rules and settings again; returns the digests before and after."""
        before = self._words()
        self._inforce.reload()
        self._adopt()
        return before, self._words()

    def rules(self) -> list[dict[str, object]]:
        """Every rule in short."""
        weakened = self._inforce.weakened
        return [
            {"id": rule.id, "name": rule.name, "severity": rule.severity.name.lower(), "category": rule.category, "status": rule.status.value,
             "core": rule.is_core, "weakened": weakened.get(rule.id, ""), "source": "handrail" if rule.shipped else rule.where.source}
            for rule in self._inforce.rules.rules
        ]

    def rule(self, rule_id: str) -> dict[str, object]:
        """One rule in full, with its override."""
        rule: Rule = self._inforce.rule(rule_id)
        shown = msgspec.to_builtins(rule)
        override = self._inforce.settings.overrides.get(rule.id)
        return {
            **shown, "severity": rule.severity.name.lower(), "override": msgspec.to_builtins(override) if override else None,
            "weakened": self._inforce.weakened.get(rule.id, ""),
        }

    def judge_dry(self, call: ToolCall) -> Judgement:
        """Judge without counting, holding or recording."""
        self._dry.policy = self._pipeline.policy
        return self._dry.judge(call, Caller(uid=os.getuid()))

    def _adopt(self) -> None:
        self._pipeline.policy = self._inforce.policy
        self._inforce.write_client_policy()

    def _words(self) -> str:
        return f"rules {self._inforce.rules.sha256[:12]}, settings {self._inforce.policy.digest[:12]}"

    def _see(self, agent: str, version: str, session: str) -> None:
        seen = self._seen.setdefault(agent, Seen(at=0, version=""))
        seen.at, seen.calls = self._now(), seen.calls + 1
        seen.version = version or seen.version
        if session and len(seen.sessions) < 10_000:
            seen.sessions.add(session)

    def _ran(self, held_id: str) -> None:
        try:
            held = self._quarantine.find(held_id)
        except UsageError:
            return
        if held.state is State.PENDING:
            self._quarantine.restore(msgspec.structs.replace(held, state=State.USED, decided=self._now(), decided_by=UNSEEN))


def _deed(call: ToolCall) -> str:
    """The tool, and the command where there is one: a report about something else says nothing of a call."""
    return f"{call.tool} {call.action.command}" if isinstance(call.action, ShellAction) else call.tool
