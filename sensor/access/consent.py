"""What a person's yes is bound to: exactly this action, tool, folder and session.

The digest is keyed with a secret of this device, because an unkeyed hash of a short command can be guessed. The words
an agent puts beside a command (its description) are not part of the action: an agent that repeats an approved call may
phrase them anew, and a person was never asked about them.
"""

from __future__ import annotations

import hashlib

import msgspec

from sensor.model.calls import Action, ShellAction, ToolCall

_ENCODER = msgspec.json.Encoder(order="sorted")


def consent_digest(call: ToolCall, key: bytes) -> str:
    """64 hex digits naming this exact call; equal only for an identical repetition in the same session."""
    return _digest((call.agent, call.session, call.subagent, call.tool, call.cwd, _without_words(call.action)), key, b"hr-consent-v1")


def lasting_digest(call: ToolCall, key: bytes) -> str:
    """64 hex digits naming this exact call in this folder in whatever session; sub-agents by their kind."""
    kind = (call.subagent_type or "*") if call.subagent else ""
    return _digest((call.agent, kind, call.tool, call.cwd, _without_words(call.action)), key, b"hr-lasting-v1")


def _without_words(action: Action) -> Action:
    return ShellAction(command=action.command, dialect=action.dialect) if isinstance(action, ShellAction) else action


def _digest(parts: tuple[object, ...], key: bytes, purpose: bytes) -> str:
    return hashlib.blake2b(_ENCODER.encode(parts), key=key[:64], digest_size=32, person=purpose).hexdigest()
