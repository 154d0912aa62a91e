"""What a person's yes is bound to: exactly this action, tool, folder and session.

The digest is keyed with a secret of this device, because an unkeyed hash of a short command can be guessed. The words
an agent puts beside a command (its description) are not part of the action: an agent that repeats an approved call may
phrase them anew, and a person was never asked about them.
"""

from __future__ import annotations

import hashlib

import msgspec

from sensor.model.calls import ShellAction, ToolCall

_ENCODER = msgspec.json.Encoder(order="sorted")


def consent_digest(call: ToolCall, key: bytes) -> str:
    """64 hex digits naming this exact call; equal only for an identical repetition in the same session."""
    action = call.action
    if isinstance(action, ShellAction):
        action = ShellAction(command=action.command, dialect=action.dialect)
    parts = (call.agent, call.session, call.subagent, call.tool, call.cwd, action)
    return hashlib.blake2b(_ENCODER.encode(parts), key=key[:64], digest_size=32, person=b"hr-consent-v1").hexdigest()
