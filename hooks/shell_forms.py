"""The forms of answers to the shell wrapper (`hooks/shell/`): an exit code, and the reason on standard error. Standard library only.

Nobody can be asked in a shell, so a question is a no here, after the sensor has waited for a person. A form is (object,
standard error, exit code).
"""

from __future__ import annotations

from typing import Any

Form = tuple["dict[str, Any] | None", str, int]

GO, STAND_DOWN, VETO = 0, 3, 97
"""Run it; run it and report nothing more from this shell; do not run it. The wrapper's shell files name the same codes.

No code that a missing or broken client could give (1, 2, 126, 127, a signal) is a veto: the wrapper then stays out of the way.
"""
MAX_TEXT = 9_000
SILENCE: Form = (None, "", GO)


def silence(event: str) -> Form:
    """Let it run."""
    return SILENCE


def notice(event: str, for_person: str) -> Form:
    """Let it run: a text here would stand among the output of a script."""
    return SILENCE


def ask(event: str, for_person: str, for_agent: str) -> Form:
    """Nobody can be asked through this channel."""
    return deny(event, for_person, for_agent)


def deny(event: str, for_person: str, for_agent: str) -> Form:
    """The command must not run. Both texts, as a person or an agent may read the output."""
    texts = dict.fromkeys((for_person[:MAX_TEXT], for_agent[:MAX_TEXT]))
    return None, "\n".join(f"handrail: {text}" for text in texts), VETO


def warn_after(event: str, for_person: str, for_agent: str, serious: bool) -> Form:
    """The wrapper reports nothing after the fact."""
    return SILENCE
