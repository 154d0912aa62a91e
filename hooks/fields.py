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
    ToolKind,
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


RESULTS = ("tool_response", "tool_output", "result_json")
_NEW = ("content", "new_string", "new_source", "contents", "text", "streamContent", "new_str", "new", "code_edit", "file_text")
_OLD = ("old_string", "old_str", "old")


def whole_file(given: Fields, *path_names: str) -> WriteAction:
    """A write of new content, and of the replacements an edit lists. Where an event says several, one of them is what the tool does."""
    listed = [*given.objects("edits"), *given.objects("replacements")]
    edits = [Edit(new=new, old=edit.text(*_OLD)) for edit in listed for new in edit.each(*_NEW) or [""]]
    edits += [Edit(new=new, old=given.text(*_OLD)) for new in given.each(*_NEW)]
    written = tuple(edits) or (Edit(new="", old=given.text(*_OLD)),)
    return WriteAction(files=tuple((path, written) for path in given.each(*path_names)))


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


def not_an_object(event: Fields) -> tuple[InputProblem, ...]:
    """NOT_OBJECT where an event has an input that is no object: nobody can say what its fields are."""
    given = event.obj.get("tool_input")
    return () if given is None or isinstance(given, dict) else (InputProblem.NOT_OBJECT,)


def is_call(event: Fields) -> bool:
    """Whether an event of whatever name tells of a tool and its input, and of no result: then the tool has yet to run."""
    return bool(event.text("tool_name")) and "tool_input" in event.obj and event.obj.keys().isdisjoint(RESULTS)


def problems_of(decoded: Decoded) -> tuple[InputProblem, ...]:
    """The decoder's words as the model's values."""
    return tuple(InputProblem(word) for word in decoded.problems) if decoded.problems else ()


def join_problems(*groups: tuple[InputProblem, ...]) -> tuple[InputProblem, ...]:
    """One sorted tuple of distinct problems."""
    if not any(groups):
        return ()
    return tuple(sorted({problem for group in groups for problem in group}, key=lambda problem: problem.value))


_SHOWN = ("stdout", "stderr", "output", "result", "content", "filePath", "file_path")  # what models read of a tool's output as it is, without its key
# What agents tell of the results of their own tools in flags, numbers and one word. Other values under these keys are no such thing.
_MEASURES = frozenset({
    "success", "deleted", "isError", "interrupted", "isImage", "noOutputExpected", "exitCode", "code", "bytes", "durationMs", "numLines", "startLine",
    "totalLines", "numFiles", "totalTokens", "totalDurationMs", "totalToolUseCount",
})
_LABELS = frozenset({"type", "status", "mode", "codeText", "agentId", "agentType", "resolvedModel", "backgroundTaskId"})
_MAX_LABEL = 32
# The call's own input, and what an agent draws for a person. Only for its own tools: a server that names a key so echoes nothing.
_ECHOES: dict[ToolKind, frozenset[str]] = {
    ToolKind.SHELL: frozenset({"bashEditDiff"}),
    ToolKind.FILE_WRITE: frozenset({
        "content", "oldString", "newString", "originalFile", "structuredPatch", "userModified", "replaceAll", "edits", "originalFileContents", "gitDiff",
    }),
    ToolKind.NETWORK: frozenset({"url"}),
    ToolKind.SUBAGENT: frozenset({"prompt", "usage"}),
}


def render_result(value: Any, kind: ToolKind) -> str:
    """The output of a tool of this kind as the text that the model reads: known keys as they are, and the JSON of all others.

    Detectors look for secrets and injected instructions in it, so nothing may be dropped that the model could see.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict):
        return _render_object(value, kind)
    if isinstance(value, list) and any(_is_text(item) for item in value):
        return "\n".join(part for item in value for part in _parts_of_block(item))
    return _json(value)


def _render_object(out: JsonObject, kind: ToolKind) -> str:
    echoes = _ECHOES.get(kind, frozenset())
    left = {name: value for name, value in out.items() if name not in echoes and not _is_remark(name, value, kind)}
    parts = [render_result(left.pop(name), kind) for name in _SHOWN if isinstance(left.get(name), str) or _is_blocks(name, left.get(name))]
    file = left.get("file")
    if isinstance(file, dict) and isinstance(file.get("content"), str):
        parts.append(file["content"])
        dropped = {"content", "filePath"} if kind is ToolKind.FILE_READ else {"content"}
        left["file"] = {name: value for name, value in file.items() if name not in dropped and not _is_remark(name, value, kind)}
        if not left["file"]:
            del left["file"]
    return "\n".join(part for part in (*parts, _json(left) if left else "") if part)


def _parts_of_block(item: Any) -> tuple[str, ...]:
    """A part of a result: its text, and the JSON of what stands beside it."""
    if not _is_text(item):
        return (_json(item),)
    beside = {name: value for name, value in item.items() if name != "text" and (name, value) != ("type", "text")}
    return (item["text"], _json(beside)) if beside else (item["text"],)


def _is_text(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("text"), str)


def _is_blocks(name: str, value: Any) -> bool:
    return name == "content" and isinstance(value, list) and any(_is_text(item) for item in value)


def _is_remark(name: str, value: Any, kind: ToolKind) -> bool:
    if kind is ToolKind.MCP:  # a server chooses its keys
        return name == "isError" and isinstance(value, bool)
    if isinstance(value, str):
        return name in _LABELS and len(value) <= _MAX_LABEL
    return name in _MEASURES and (value is None or isinstance(value, (bool, int, float)))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
