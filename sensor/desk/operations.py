"""What people may ask of the running sensor: the literal table of `op` requests (command line and dashboard).

Whatever changes a verdict (approve, reject, mode, reload) is an entry of the log before it is answered.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from sensor.access.quarantine import HeldCall, Quarantine, Scope, State
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation, text_of
from sensor.model.calls import Abilities, Caller, Phase, ShellAction, ToolCall, ToolKind
from sensor.model.errors import HandrailError, UsageError
from sensor.model.held import MAX_DAYS
from sensor.model.names import REHEARSALS
from sensor.model.verdicts import Judgement, Mode
from sensor.settings import AllowanceSettings

MAX_NOTE = 500
SHOWN = frozenset({"command", "url", "query", "task", "text", "arguments", "folder"})


class Recorder(ChangeRecorder, Protocol):
    """Writes entries about decisions of people. `then` is called once the entry is on disk."""

    def approval(self, held: HeldCall, action: str, then: Callable[[], None], by: Caller | None = None) -> None: ...

    def exported(self, what: str) -> None: ...

    def verified(self, what: str) -> None: ...


class Control(Protocol):
    """What the composition root lets operations see and change."""

    def status(self) -> dict[str, object]: ...

    def set_mode(self, mode: Mode, agent: str) -> tuple[str, str]: ...

    def allow(self, name: str, allowance: AllowanceSettings | None) -> AllowanceSettings | None: ...

    def allowances(self) -> dict[str, AllowanceSettings]: ...

    def reload(self) -> tuple[str, str]: ...

    def rules(self) -> list[dict[str, object]]: ...

    def rule(self, rule_id: str) -> dict[str, object]: ...

    def judge_dry(self, call: ToolCall) -> Judgement: ...


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """The body of an `op` frame."""

    op: str
    args: Args = {}


class Operations:
    """Answers `op` requests. `done(exit_code, result)` is called exactly once per request."""

    def __init__(self, quarantine: Quarantine, control: Control, recorder: Recorder, *, decided: Callable[[HeldCall], None],
                 person: Callable[[Caller], None], redact: Callable[[str], str] = str, waits: Callable[[str], float] = lambda held_id: 0.0,
                 more: Mapping[str, Operation] | None = None) -> None:
        """`decided` is told about every answer of a person; `person` raises for callers that are none; `redact` takes secrets out of a person's words.

        `waits` says until when a hook waits for a held call (Unix seconds, 0 = none does). `more` are operations of other parts, by name.
        """
        self._decided = decided
        self._person = person
        self._redact = redact
        self._waits = waits
        self._quarantine = quarantine
        self._control = control
        self._recorder = recorder
        self._table: dict[str, Operation] = {
            **(more or {}),
            "ping": lambda args, caller, done: done(0, {"ok": True}),
            "status": lambda args, caller, done: done(0, self._control.status()),
            "quarantine.list": self._list,
            "quarantine.show": lambda args, caller, done: done(0, self._held(self._quarantine.find(text_of(args, "id")))),
            "quarantine.approve": lambda args, caller, done: self._decide(State.APPROVED, args, caller, done),
            "quarantine.reject": lambda args, caller, done: self._decide(State.REJECTED, args, caller, done),
            "quarantine.allow": self._allow,
            "quarantine.revoke": self._revoke,
            "mode.set": self._set_mode,
            "reload": self._reload,
            "rules.list": lambda args, caller, done: done(0, {"rules": self._control.rules()}),
            "rules.show": lambda args, caller, done: done(0, self._control.rule(text_of(args, "id"))),
            "explain": self._explain,
            "export.note": self._export_note,
            "verify.note": self._verify_note,
        }

    def answer(self, body: bytes, caller: Caller, done: Done) -> None:
        """Run one request."""
        try:
            request = msgspec.json.decode(body, type=Request)
            operation = self._table.get(request.op)
            if operation is None:
                raise UsageError(f"the sensor knows no operation {request.op!r}", next_step="Update Handrail: its parts differ in version.")
            operation(request.args, caller, done)
        except (msgspec.DecodeError, HandrailError) as error:
            exit_code = error.exit_code if isinstance(error, HandrailError) else UsageError.exit_code
            done(exit_code, {"error": getattr(error, "message", str(error)), "next_step": getattr(error, "next_step", "")})

    def _list(self, args: Args, caller: Caller, done: Done) -> None:
        wanted = text_of(args, "state", "")
        calls = [call for call in self._quarantine.calls() if not wanted or call.state.value == wanted]
        allowances = [_public(name, one) for name, one in self._control.allowances().items()]
        done(0, {"calls": [self._held(call) for call in calls], "allowances": allowances})

    def _decide(self, state: State, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        try:
            scope = Scope(text_of(args, "scope", Scope.ONCE.value))
        except ValueError:
            raise UsageError("scope must be once or session") from None
        before = self._quarantine.find(text_of(args, "id"))
        held = self._quarantine.decide(
            before.id, state, by=text_of(args, "by", "unknown"), scope=scope, note=self._words(args))
        action = "approve" if state is State.APPROVED else "reject"
        try:
            self._recorder.approval(held, action, lambda: self._answered(held, done), caller)
        except HandrailError:
            self._quarantine.restore(before)  # a decision that cannot be recorded is not made
            raise

    def _words(self, args: Args) -> str:
        """What the person wrote, as it may be kept and shown: one line without secrets."""
        return " ".join(self._redact(text_of(args, "reason", "")[:MAX_NOTE]).split())

    def _allow(self, args: Args, caller: Caller, done: Done) -> None:
        """Let exactly this call of this agent pass in this folder for some days, and release it now if it still waits."""
        self._person(caller)
        days, reason, by = args.get("days"), self._words(args), text_of(args, "by", "unknown")
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MAX_DAYS:
            raise UsageError(f"days is a whole number from 1 to {MAX_DAYS}")
        if not reason:
            raise UsageError("an allowance needs a reason", next_step="Say why this call is always right here.")
        held = self._quarantine.find(text_of(args, "id"))
        if not held.lasting or held.state not in (State.PENDING, State.EXPIRED):
            why = f"is {held.state.value}" if held.lasting else "was held by an older version"
            raise UsageError(f"{held.id} {why}", next_step="Let the agent try again.")
        today = datetime.date.today()
        name = f"A{held.id[1:]}"
        allowance = AllowanceSettings(
            consent=held.lasting, expires=(today + datetime.timedelta(days=days)).isoformat(), by=by, reason=reason, agent=held.agent,
            rule=held.rule, call="; ".join(f"{label} {text}" for label, text in held.lines if label in SHOWN)[:300], created=today.isoformat())
        self._control.allow(name, allowance)

        def release() -> None:
            if held.state is State.EXPIRED:
                done(0, _public(name, allowance))
                return
            try:
                self._decide(State.APPROVED, {"id": held.id, "by": by, "reason": reason}, caller, lambda code, value: done(code, _public(name, allowance)))
            except HandrailError as error:  # answered elsewhere since; the allowance stands all the same
                done(error.exit_code, {"error": error.message, "next_step": error.next_step})

        try:
            self._recorder.change(f"allowance {name}: {allowance.call[:200]}", "", f"until {allowance.expires}: {reason[:200]}", by, release)
        except HandrailError:
            self._control.allow(name, None)  # what cannot be recorded is not allowed
            raise

    def _revoke(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        name = text_of(args, "id").upper()
        before = self._control.allow(name, None)
        if before is None:
            raise UsageError(f"no allowance has the id {name!r}", next_step="See: handrail quarantine list --all")
        self._recorder.change(f"allowance {name}", f"until {before.expires}", "revoked", text_of(args, "by", "unknown"), lambda: done(0, _public(name, before)))

    def _answered(self, held: HeldCall, done: Done) -> None:
        self._decided(held)
        done(0, self._held(held))

    def _held(self, call: HeldCall) -> dict[str, object]:
        shown = msgspec.to_builtins(call)
        shown.pop("consent")
        shown.pop("lasting")
        return {**shown, "waits": self._waits(call.id), "test_call": call.session.startswith(REHEARSALS)}

    def _set_mode(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        try:
            mode = Mode(text_of(args, "mode"))
        except ValueError:
            raise UsageError("mode must be observe or enforce") from None
        agent = text_of(args, "agent", "")
        before, after = self._control.set_mode(mode, agent)
        what = f"mode of {agent}" if agent else "mode"
        self._recorder.change(what, before, after, text_of(args, "by", "unknown"), lambda: done(0, {"before": before, "after": after}))

    def _reload(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        before, after = self._control.reload()
        self._recorder.change("rules and settings", before, after, text_of(args, "by", "unknown"), lambda: done(0, {"before": before, "after": after}))

    def _verify_note(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)  # an agent must not be able to say that its own traces were checked
        self._recorder.verified(text_of(args, "what")[:200])
        done(0, {"ok": True})

    def _export_note(self, args: Args, caller: Caller, done: Done) -> None:
        self._recorder.exported(text_of(args, "what")[:200])
        done(0, {"ok": True})

    def _explain(self, args: Args, caller: Caller, done: Done) -> None:
        call = shell_question(text_of(args, "command"), text_of(args, "cwd"), text_of(args, "agent", "claude-code"))
        done(0, self._control.judge_dry(call))


def _public(name: str, allowance: AllowanceSettings) -> dict[str, object]:
    """An allowance without the digest that it is found by."""
    return {"id": name, **{key: value for key, value in msgspec.to_builtins(allowance).items() if key != "consent"}}


def shell_question(command: str, cwd: str, agent: str) -> ToolCall:
    """The call that an agent would make to run `command`, for `explain`: judged, never recorded."""
    return ToolCall(agent=agent, event="explain", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash", action=ShellAction(command=command),
                    arguments={"command": command}, cwd=cwd, abilities=Abilities(deny=True, ask=True))
