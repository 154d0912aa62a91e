"""Hook entries of a settings file, of anybody: the commands in them, and which are meant to be ours."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from typing import Any

from hooks.settings.formats import FORMATS
from sensor.model.calls import Value
from sensor.posture.context import Form, Source

CLIENT = "handrail-hook"
MAX_COMMAND = 20_000  # characters; splitting takes the square of the length


class HookEntry(Value):
    """One handler with the group it stands in; `words` is its command as a shell reads it, () where that cannot be read."""

    event: str
    group: dict[str, Any]
    handler: dict[str, Any]
    words: tuple[str, ...]

    @property
    def is_meant_as_ours(self) -> bool:
        """Whether it runs a program of our client's name, wherever that lies."""
        return bool(self.words) and os.path.basename(self.words[0]) == CLIENT


def entries_of(source: Source) -> Iterator[HookEntry]:
    """Every handler with a command, in the order of the file."""
    for event, items in source.document.table("hooks").items():
        for item in items if isinstance(items, list) else ():
            handlers = item.get("hooks") if _is_grouped(source) and isinstance(item, dict) else [item]
            for handler in handlers if isinstance(handlers, list) else ():
                if isinstance(handler, dict) and isinstance(handler.get("command"), str):
                    yield HookEntry(event=event, group=item, handler=handler, words=_words(handler["command"]))


def commands_of(source: Source) -> tuple[str, ...]:
    """The commands of a file that holds hooks."""
    return tuple(entry.handler["command"] for entry in entries_of(source)) if source.form in (Form.CLAUDE, Form.CURSOR_HOOKS) else ()


def _is_grouped(source: Source) -> bool:
    return source.agent in FORMATS and FORMATS[source.agent].grouped


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command)) if len(command) <= MAX_COMMAND else ()
    except ValueError:
        return ()
