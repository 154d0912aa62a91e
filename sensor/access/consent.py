"""What a person's yes is bound to: exactly this action, tool, folder and session, and what the action does now.

The digest is keyed with a secret of this device, because an unkeyed hash of a short command can be guessed. The words
an agent puts beside a command (its description) are not part of the action: an agent that repeats an approved call may
phrase them anew, and a person was never asked about them. What it does is: `make deploy` with another recipe, `sh x.sh` or
`psql -f x.sql` with another text in the file, a push to a remote with another address, or a path that has become a link to
another place, needs another yes.
"""

from __future__ import annotations

import hashlib

import msgspec

from sensor.access.contents import contents_now
from sensor.access.remotes import leads_now
from sensor.model.calls import AgentAction, JsonObject, ShellAction, ToolCall, Value, WriteAction
from sensor.model.effects import Effects

_ENCODER = msgspec.json.Encoder(order="sorted")
_BESIDE = frozenset({"command", "description", "timeout"})
"""Arguments of a shell tool that are the action itself, or no part of it. The others change how it runs (outside of the sandbox)."""


class Deeds(Value):
    """What a call does now: its effects in a form that can be compared, what the files hold that it depends on, and where git leads."""

    effects: tuple[tuple[object, ...], ...]
    contents: tuple[tuple[str, str], ...]
    leads: tuple[str, ...]


def deeds(effects: Effects, home: str) -> Deeds:
    """Looks at files and settings on the disk, those of the user's `home` too."""
    return Deeds(contents=contents_now(effects), leads=leads_now(effects, home), effects=tuple(
        (one.argv, one.assignments, one.cwd, *([ref.path for ref in refs] for refs in (one.reads, one.writes, one.deletes)))
        for one in effects.effects
    ))


def consent_digest(call: ToolCall, does: Deeds, key: bytes) -> str:
    """64 hex digits naming this exact call; equal only for an identical repetition in the same session."""
    return _digest((call.agent, call.session, call.subagent, call.tool, call.cwd, _action(call), does), key, b"hr-consent-v2")


def lasting_digest(call: ToolCall, does: Deeds, key: bytes) -> str:
    """64 hex digits naming this exact call in this folder in whatever session; sub-agents by their kind."""
    kind = (call.subagent_type or "*") if call.subagent else ""
    return _digest((call.agent, kind, call.tool, call.cwd, _action(call), does), key, b"hr-lasting-v2")


def manner(call: ToolCall) -> JsonObject:
    """Arguments that say how a shell command runs; nothing for other tools, whose action is made of their arguments."""
    return {name: value for name, value in call.arguments.items() if name not in _BESIDE} if isinstance(call.action, ShellAction) else {}


def _action(call: ToolCall) -> tuple[object, ...]:
    action = call.action
    if isinstance(action, ShellAction):
        return action.command, action.dialect, manner(call)
    if isinstance(action, WriteAction | AgentAction):  # the action leaves out how often an edit applies, or where an agent runs
        return action, {name: value for name, value in call.arguments.items() if name not in _BESIDE}
    return (action,)


def _digest(parts: tuple[object, ...], key: bytes, purpose: bytes) -> str:
    return hashlib.blake2b(_ENCODER.encode(parts), key=key[:64], digest_size=32, person=purpose).hexdigest()
