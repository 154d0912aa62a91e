"""Typed reading of an agent's event: every field may be absent, null or of the wrong type, and none of that may raise."""

from __future__ import annotations

from typing import Any

import msgspec

from hooks.decode import Decoded
from sensor.model.calls import (
    Action,
    AgentAction,
    DeleteAction,
    Edit,
    FetchAction,
    InputProblem,
    JsonObject,
    McpAction,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    WriteAction,
)


class Fields:
    """One JSON object of an event."""

    __slots__ = ("obj",)

    def __init__(self, obj: JsonObject) -> None:
        self.obj = obj

    def text(self, *names: str) -> str:
        """The first of these fields that is a non-empty string."""
        for name in names:
            value = self.obj.get(name)
            if value and isinstance(value, str):
                return value
        return ""

    def each(self, *names: str) -> list[str]:
        """All of these fields that are non-empty strings, each text once. Who takes the first only does not see what another one hides."""
        return list(dict.fromkeys(value for name in names if (value := self.obj.get(name)) and isinstance(value, str)))

    def below(self, name: str) -> Fields:
        """The object in this field, or an empty one."""
        value = self.obj.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def items(self, name: str) -> list[Any]:
        """The list in this field, or an empty one."""
        value = self.obj.get(name)
        return value if isinstance(value, list) else []

    def objects(self, name: str) -> list[Fields]:
        """The objects among the items of this field."""
        return [Fields(item) for item in self.items(name) if isinstance(item, dict)]

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings among the items of this field."""
        return tuple(item for item in self.items(name) if isinstance(item, str))

    def without(self, names: frozenset[str]) -> JsonObject:
        """What is left beside the named fields."""
        return {name: value for name, value in self.obj.items() if name not in names}


def shell_command(given: Fields) -> ShellAction:
    """A command line for a POSIX shell."""
    return ShellAction(command=given.text("command"), description=given.text("description"))


def whole_file(given: Fields, *path_names: str) -> WriteAction:
    """A write of new content, and of the replacements an edit lists. Where an event says several, one of them is what the tool does."""
    edits = [Edit(new=edit.text("new_string", "new_source"), old=edit.text("old_string")) for edit in given.objects("edits")]
    edits += [Edit(new=new, old=given.text("old_string")) for new in given.each("content", "new_string", "new_source", "contents", "text", "streamContent")]
    written = tuple(edits) or (Edit(new="", old=given.text("old_string")),)
    return WriteAction(files=tuple((path, written) for path in given.each(*path_names)))


def one_path(path: str) -> tuple[str, ...]:
    """A tuple of the path, empty when there is none."""
    return (path,) if path else ()


def missing(action: Action) -> tuple[InputProblem, ...]:
    """MISSING_FIELD where an action says not what it acts on: then nobody can judge it."""
    if isinstance(action, ShellAction):
        present = action.command
    elif isinstance(action, (ReadAction, DeleteAction)):
        present = "".join(action.paths)
    elif isinstance(action, WriteAction):
        present = "".join(path for path, _ in action.files)
    elif isinstance(action, FetchAction):
        present = action.url or action.query
    elif isinstance(action, SearchAction):
        present = action.pattern
    elif isinstance(action, McpAction):
        present = action.tool
    elif isinstance(action, (AgentAction, PromptAction)):
        return ()  # empty text harms nobody
    else:
        return ()
    return () if present else (InputProblem.MISSING_FIELD,)


def problems_of(decoded: Decoded) -> tuple[InputProblem, ...]:
    """The decoder's words as the model's values."""
    return tuple(InputProblem(word) for word in decoded.problems) if decoded.problems else ()


def join_problems(*groups: tuple[InputProblem, ...]) -> tuple[InputProblem, ...]:
    """One sorted tuple of distinct problems."""
    if not any(groups):
        return ()
    return tuple(sorted({problem for group in groups for problem in group}, key=lambda problem: problem.value))


def render_result(value: Any) -> str:
    """A tool's output as the text that the model reads, as far as the shape is known; else its JSON.

    Detectors look for secrets and injected instructions in it, so nothing may be dropped that the model could see.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict):
        known = _known_shape(Fields(value))
        if known is not None:
            return known
    if isinstance(value, list) and value and all(isinstance(item, dict) and isinstance(item.get("text"), str) for item in value):
        return "\n".join(item["text"] for item in value)
    return msgspec.json.encode(value).decode()


def _known_shape(out: Fields) -> str | None:
    if "stdout" in out.obj or "stderr" in out.obj:
        return "\n".join(part for part in (out.text("stdout"), out.text("stderr")) if part)
    if "file" in out.obj and out.below("file").text("content"):
        return out.below("file").text("content")
    for name in ("result", "output"):
        if isinstance(out.obj.get(name), str):
            return out.text(name)
    if "structuredPatch" in out.obj or out.obj.get("success") is True or out.obj.get("deleted") is True:
        return out.text("filePath", "file_path")  # an echo of the call's own input
    if isinstance(out.obj.get("content"), list):
        return render_result(out.obj["content"])
    return None
