"""What people may ask about rights: task keys, delegations, suspension. A part of the table of `sensor.desk.operations`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from sensor.access.delegation import Grant
from sensor.access.delegations import Delegations
from sensor.access.risk import SessionRisk
from sensor.access.scopes import Scope
from sensor.access.tasks import DEFAULT_TTL, TaskKey, TaskKeys
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation, text_of
from sensor.model.calls import Caller
from sensor.model.errors import UsageError


class Settings(Protocol):
    """Changes `suspended` in config.yaml."""

    def suspend(self, agent: str, suspended: bool) -> tuple[str, str]: ...


class RightsOperations:
    """Built once by `sensor.composition`. `person` raises for callers that are below an agent; `now` gives Unix seconds."""

    def __init__(self, *, tasks: TaskKeys, delegations: Delegations, risk: SessionRisk, origin: str, settings: Settings, recorder: ChangeRecorder,
                 person: Callable[[Caller], None], now: Callable[[], float]) -> None:
        self._tasks = tasks
        self._delegations = delegations
        self._risk = risk
        self._origin = origin
        self._settings = settings
        self._recorder = recorder
        self._person = person
        self._now = now

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "task.list": lambda args, caller, done: done(0, {"keys": [self._task(key) for key in self._tasks.living()]}),
            "task.start": self._task_start,
            "task.end": self._task_end,
            "delegation.list": self._delegation_list,
            "delegation.verify": lambda args, caller, done: done(0, _grant(self._delegations.check(text_of(args, "chain")), self._now())),
            "delegation.attach": self._attach,
            "delegation.revoke": self._revoke,
            "escalation.list": lambda args, caller, done: done(0, {"sessions": self._risks()}),
            "escalation.clear": self._clear,
            "agent.suspend": lambda args, caller, done: self._suspend(args, caller, done, True),
            "agent.resume": lambda args, caller, done: self._suspend(args, caller, done, False),
        }

    def _task(self, key: TaskKey) -> dict[str, object]:
        return {"id": key.id, "task": key.task, "agent": key.agent, "session": key.session, "holder": key.holder,
                "scope": msgspec.to_builtins(key.scope), "seconds_left": round(self._tasks.remaining(key))}

    def _task_start(self, args: Args, caller: Caller, done: Done) -> None:
        scope = _scope(args.get("scope"))
        ttl = args.get("ttl", DEFAULT_TTL)
        if not isinstance(ttl, int) or isinstance(ttl, bool):
            raise UsageError("ttl is a whole number of seconds")
        key = self._tasks.start(text_of(args, "task"), agent=text_of(args, "agent"), holder=text_of(args, "holder"), proof=text_of(args, "proof"),
                                scope=scope, ttl=ttl)
        self._recorder.change(f"task key {key.id} of {key.task}", "", f"started for {ttl} s", text_of(args, "by", "holder"), lambda: done(0, self._task(key)))

    def _task_end(self, args: Args, caller: Caller, done: Done) -> None:
        name = text_of(args, "name")
        ended = self._tasks.end(name)
        if not ended:
            raise UsageError(f"no living task key has the id or task {name!r}", next_step="See: handrail task list")
        shown = {"ended": [key.id for key in ended]}
        self._recorder.change(f"task {ended[0].task}", f"{len(ended)} keys", "ended", text_of(args, "by", "unknown"), lambda: done(0, shown))

    def _delegation_list(self, args: Args, caller: Caller, done: Done) -> None:
        done(0, {"origin": self._origin, "sessions": {session: _grant(grant, self._now()) for session, grant in self._delegations.sessions().items()}})

    def _attach(self, args: Args, caller: Caller, done: Done) -> None:
        session = text_of(args, "session")
        grant = self._delegations.attach(session, text_of(args, "chain"))
        shown = _grant(grant, self._now())
        self._recorder.change(f"delegation of session {session[:80]}", "", grant.digest, text_of(args, "by", "unknown"), lambda: done(0, shown))

    def _revoke(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        digest = text_of(args, "digest")
        if len(digest) != 64:
            raise UsageError("a block is named by the 64 hexadecimal digits of its digest", next_step="See: handrail delegate verify TOKEN")
        self._delegations.revoke(digest)
        self._recorder.change(f"delegation {digest}", "valid", "revoked", text_of(args, "by", "unknown"), lambda: done(0, {"revoked": digest}))

    def _risks(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for agent, session, score, level, terms in self._risk.sessions():
            shown = [{"points": term.points, "why": term.why, "total": round(term.total, 1), "step": term.step} for term in terms]
            found.append({"agent": agent, "session": session, "score": round(score, 1), "level": level, "terms": shown})
        return found

    def _clear(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        agent, session = text_of(args, "agent"), text_of(args, "session", "")
        count = self._risk.clear(agent, session)
        self._recorder.change(f"risk of {session or agent}", f"{count} sessions", "cleared", text_of(args, "by", "unknown"),
                              lambda: done(0, {"cleared": count}))

    def _suspend(self, args: Args, caller: Caller, done: Done, suspended: bool) -> None:
        if not suspended:
            self._person(caller)
        agent = text_of(args, "agent")
        before, after = self._settings.suspend(agent, suspended)
        self._recorder.change(f"agent {agent}", before, after, text_of(args, "by", "unknown"),
                              lambda: done(0, {"agent": agent, "before": before, "after": after}))


def _grant(grant: Grant, now: float) -> dict[str, object]:
    return {"root": grant.root, "chain": grant.digest, "blocks": list(grant.digests), "labels": list(grant.labels), "depth_left": grant.depth_left,
            "seconds_left": max(0, round(grant.exp - now)), "holder": grant.holder, "surface": grant.surface, "session": grant.session,
            "scopes": msgspec.to_builtins(grant.scopes)}


def _scope(value: object) -> Scope:
    try:
        return msgspec.convert(value, Scope)
    except msgspec.ValidationError as error:
        raise UsageError(f"the scope cannot be used: {error}") from error
