"""What a person sees of a held call: its arguments one by one, an edit as a difference. Nothing is left out or joined.

The sensor gives (label, redacted text) pairs. Arguments come as one JSON object; in there a line feed is two letters and a
long text is one line, which nobody reads before approving it.
"""

from __future__ import annotations

import difflib

import msgspec

from sensor.model.calls import Value

BRIEF = frozenset({"touches", "folder", "length"})
# Beyond this a difference takes too long to make; both texts are then shown whole.
MAX_DIFF = 20_000


class Line(Value):
    """One labelled text. `is_brief` fits into a row; `is_change` is a difference whose lines begin with " ", "-" or "+"."""

    label: str
    text: str
    is_brief: bool = False
    is_change: bool = False


def expanded(lines: tuple[tuple[str, str], ...]) -> tuple[Line, ...]:
    """The lines of a held call as they are shown."""
    shown: list[Line] = []
    for label, text in lines:
        if label == "arguments":
            shown += _arguments(text)
        else:
            shown.append(Line(label=label, text=text, is_brief=label in BRIEF))
    return tuple(shown)


def _arguments(text: str) -> list[Line]:
    """Each argument on its own; the text as it is when it is no JSON object (any more, after redaction)."""
    try:
        found = msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return [Line(label="arguments", text=text)]
    old, new = found.get("old_string"), found.get("new_string")
    if isinstance(old, str) and isinstance(new, str) and len(old) + len(new) <= MAX_DIFF:
        rest = {key: value for key, value in found.items() if key not in ("old_string", "new_string")}
        return [*_each(rest), Line(label="change", text=_difference(old, new), is_change=True)]
    return _each(found)


def _each(arguments: dict[str, object]) -> list[Line]:
    return [
        Line(label=key, text=value if isinstance(value, str) else msgspec.json.encode(value).decode()) for key, value in arguments.items()
    ]


def _difference(old: str, new: str) -> str:
    """Every line of both texts. Only line feeds end a line: other separators are characters that must be seen."""
    lines = difflib.ndiff(old.split("\n"), new.split("\n"))
    return "\n".join(f"{line[0]}{line[2:]}" for line in lines if not line.startswith("?"))
