"""What agents say in events of their own (Cursor's thoughts and responses), kept until the call that they led to.

The events name no call: a text belongs to the next call of the same session and turn, in the order of arrival. What another
turn said, and what no call follows, is linked to nothing. What comes with a call itself belongs to it.
"""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from hooks.transcripts import Reasoned, spoken_of
from sensor.model.calls import Phase, ToolCall

SESSIONS = 200
# More than an entry takes: it is redacted before it is cut.
MAX_TEXT = 16 * 1024


class _Heard(msgspec.Struct):
    """Texts of one turn that no call took yet."""

    turn: str
    thinking: str = ""
    said: str = ""


class Spoken:
    """Belongs to one thread. Holds at most SESSIONS sessions; the one that was silent longest goes first."""

    def __init__(self) -> None:
        self._heard: OrderedDict[tuple[str, str], _Heard] = OrderedDict()

    def hear(self, call: ToolCall) -> bool:
        """Remember what an event says; False when it is no such event."""
        said = spoken_of(call)
        if said is None:
            return False
        key = (call.agent, call.session)
        heard = self._heard.pop(key, None)
        if heard is None or heard.turn != call.turn:
            heard = _Heard(turn=call.turn)
        heard.thinking, heard.said = _joined(heard.thinking, said.thinking), _joined(heard.said, said.said)
        self._heard[key] = heard
        if len(self._heard) > SESSIONS:
            self._heard.popitem(last=False)
        return True

    def take(self, call: ToolCall) -> Reasoned | None:
        """What was said before `call` in its turn and with it, each text once; None when nothing was."""
        if call.phase is not Phase.BEFORE or not call.tool_use_id:
            return None
        heard = self._heard.pop((call.agent, call.session), None)
        if heard is None or heard.turn != call.turn:
            heard = _Heard(turn=call.turn)
        said = heard.said if call.said in heard.said else _joined(heard.said, call.said)
        return Reasoned(thinking=heard.thinking, said=said) if heard.thinking or said else None


def _joined(before: str, text: str) -> str:
    """Both texts, with a line between; the beginning goes when it is too much, because the end is next to the call."""
    return "\n".join(filter(None, (before, text)))[-MAX_TEXT:]
