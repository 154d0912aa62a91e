"""Drafts of entries about watched files: what the watcher saw, and whose it is held to be. Digests and typed facts, no content."""

from __future__ import annotations

import datetime
import pwd

from sensor.audit.drafts.drafts import draft
from sensor.audit.drafts.summary import Cutting, Redact
from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.parts import AgentFacts, Change, Drops, FileFacts, HookFacts, RedactedFacts
from sensor.model.calls import Value
from sensor.model.watching import HookChange, Observation, Repair

MAX_EVENTS = 40
OWN = "own"


class Attribution(Value):
    """Whose change it is held to be. `sure` is "sure", "likely", "unknown" or "own"; `how` says why, in words."""

    sure: str
    how: str = ""
    agent: str = ""
    session: str = ""
    subagent: str = ""
    tool_use_id: str = ""


def draft_file_change(seen: Observation, whose: Attribution, redact: Redact) -> EntryDraft:
    """The entry of a change: kind "hook_change" when it did something to hooks, else "file_change"."""
    cutting = Cutting(redact)
    path, source, target, how, problem = cutting.short([seen.path, seen.source, seen.target, whose.how, seen.hooks.problem if seen.hooks is not None else ""])
    facts = FileFacts(
        event=seen.event, kind=seen.kind, sure=whose.sure, how=how, seen=seen.seen, since=_stamp(seen.since), owner=_owner(seen.uid), uid=seen.uid,
        mode=_mode(seen.mode_after), mode_before=_mode(seen.mode_before), size=seen.size_after, size_before=seen.size_before,
        source=source, target=target, part=seen.part,
        hooks=_hooks(seen.hooks, problem) if seen.hooks is not None else None,
    )
    return draft(
        "hook_change" if seen.hooks is not None else "file_change", file=facts, agent=AgentFacts(name=whose.agent) if whose.agent else None,
        session=cutting.name(whose.session), subagent=cutting.name(whose.subagent), tool_use_id=cutting.name(whose.tool_use_id),
        change=Change(what=path, before=seen.before, after=seen.after, by=_by(whose)), note=words_of(seen),
        redacted=RedactedFacts(count=cutting.secrets, kinds=tuple(cutting.kinds)) if cutting.secrets else None,
    )


def draft_repair(done: Repair, redact: Redact) -> EntryDraft:
    """Our entries were put back, or could not be."""
    path, problem = Cutting(redact).short([done.path, done.problem])
    after = f"{done.outcome}: {problem}" if problem else done.outcome
    return draft("hook_change", change=Change(what=f"hooks of {done.agent} in {path}", before="taken out", after=after, by=f"handrail ({done.by})"))


def draft_lost(times: int, what: str) -> EntryDraft:
    """The operating system dropped events about files."""
    return draft("drop", drops=Drops(files=times), note=f"{what}; every watched file was looked at again"[:400])


def words_of(seen: Observation) -> str:
    """What a change means for hooks, or what else than the content changed, in one sentence; "" when there is nothing to add."""
    hooks = seen.hooks
    if hooks is None:
        if seen.event == "change" and seen.before == seen.after:
            return f"rights {_mode(seen.mode_before)} to {_mode(seen.mode_after)}" if seen.mode_before != seen.mode_after else "owner or link"
        return ""
    ours = (("gone", hooks.lost), ("altered", hooks.altered), ("added", hooks.gained))
    told = [f"Handrail's entries {verb} for {_some(events)}" for verb, events in ours if events]
    told += [f"{len(hooks.foreign)} new of others"] if hooks.foreign else []
    told += [f"{hooks.foreign_gone} of others gone"] if hooks.foreign_gone else []
    told += ["all hooks switched off"] if hooks.off else []
    told += [f"not readable: {hooks.problem[:100]}"] if hooks.problem else []
    return f"hooks of {hooks.agent}: {'; '.join(told)}"


def _some(events: tuple[str, ...]) -> str:
    return f"{events[0]} and {len(events) - 1} more events" if len(events) > 1 else events[0]


def _by(whose: Attribution) -> str:
    if whose.sure == OWN:
        return f"handrail ({whose.how})"
    return f"session {whose.session[:80]} of {whose.agent} ({whose.sure})" if whose.session else "unknown"


def _hooks(change: HookChange, problem: str) -> HookFacts:
    return HookFacts(
        agent=change.agent, lost=change.lost[:MAX_EVENTS], altered=change.altered[:MAX_EVENTS], gained=change.gained[:MAX_EVENTS],
        foreign=tuple(f"{one.event[:80]} {one.sha256}" for one in change.foreign[:MAX_EVENTS]), foreign_gone=change.foreign_gone, off=change.off,
        problem=problem, expected=change.is_expected)


def _stamp(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if seconds > 0 else ""


def _mode(mode: int) -> str:
    return f"{mode:04o}" if mode >= 0 else ""


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name if uid >= 0 else ""
    except KeyError:
        return ""
