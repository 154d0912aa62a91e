"""Examples of rules as the calls that Claude Code would report, made on an imaginary machine.

`handrail rules test` and the tests of the shipped rules judge these through the whole pipeline. The machine is a literal:
the home is /home/dev, the project /home/dev/project, and neither need exist.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from sensor.model.calls import (
    Action,
    AgentAction,
    DeleteAction,
    Edit,
    FetchAction,
    JsonObject,
    McpAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    ToolKind,
    Value,
    WriteAction,
)
from sensor.model.effects import Surroundings
from sensor.policy.rule import Example, Rule

HOME = "/home/dev"
PROJECT = "/home/dev/project"
AROUND = Surroundings(home=HOME, user="dev", handrail=(
    "/home/dev/.config/handrail", "/home/dev/.local/share/handrail", "/home/dev/.local/state/handrail"))
"""The machine on which examples play."""


class Trial(Value):
    """One example to judge: the rule must fire (`positive`) or must not."""

    rule: Rule
    number: int
    positive: bool
    example: Example

    @property
    def name(self) -> str:
        return f"{self.rule.id}-{'yes' if self.positive else 'no'}-{self.number}"


def trials(rules: tuple[Rule, ...]) -> Iterator[Trial]:
    """Every example of every rule."""
    for rule in rules:
        for positive, examples in ((True, rule.examples.true_positive), (False, rule.examples.true_negative)):
            for number, example in enumerate(examples, 1):
                yield Trial(rule=rule, number=number, positive=positive, example=example)


def example_call(example: Example) -> ToolCall:
    """The call that an example stands for. Raises ValueError when it does not fit its tool."""
    facts: dict[str, Any] = {"agent": "claude-code", "session": "example", "tool_use_id": "toolu_example",
                             "cwd": os.path.normpath(os.path.join(PROJECT, example.cwd)), "roots": (PROJECT,)}
    given = example.input
    if example.definition:
        name = str(example.definition.get("name", ""))
        return ToolCall(event="tools/list", phase=Phase.LIFECYCLE, kind=ToolKind.MCP, tool=f"mcp__server__{name}",
                        action=OtherAction(arguments=example.definition), arguments=example.definition, **facts)
    kind, action = _action(example)
    if example.tool == "Prompt":
        return ToolCall(event="UserPromptSubmit", phase=Phase.BEFORE, kind=kind, tool="", action=action, arguments=given, **facts)
    event, phase = ("PostToolUse", Phase.AFTER) if example.result else ("PreToolUse", Phase.BEFORE)
    return ToolCall(event=event, phase=phase, kind=kind, tool=example.tool, action=action, arguments=given, result=example.result, **facts)


def _action(example: Example) -> tuple[ToolKind, Action]:
    if example.tool.startswith("mcp__"):
        _, server, tool = example.tool.split("__", 2)
        return ToolKind.MCP, McpAction(server=server, tool=tool, arguments=example.input)
    if example.tool not in _TOOLS:
        return ToolKind.UNKNOWN, OtherAction(arguments=example.input)
    kind, make = _TOOLS[example.tool]
    try:
        return kind, make(example.input)
    except KeyError as error:
        raise ValueError(f"an example of {example.tool} needs {error} in its input") from error


def _text(given: JsonObject, key: str) -> str:
    return str(given.get(key, ""))


def _write(given: JsonObject) -> WriteAction:
    return WriteAction(files=((given["file_path"], (Edit(new=given["content"]),)),))


def _edit(given: JsonObject) -> WriteAction:
    return WriteAction(files=((given["file_path"], (Edit(new=given["new_string"], old=given["old_string"]),)),))


_TOOLS: dict[str, tuple[ToolKind, Callable[[JsonObject], Action]]] = {
    "Bash": (ToolKind.SHELL, lambda given: ShellAction(command=_text(given, "command"), description=_text(given, "description"))),
    "Read": (ToolKind.FILE_READ, lambda given: ReadAction(paths=(_text(given, "file_path"),))),
    "Grep": (ToolKind.SEARCH, lambda given: SearchAction(pattern=_text(given, "pattern"), path=_text(given, "path"), files=_text(given, "glob"))),
    "Glob": (ToolKind.SEARCH, lambda given: SearchAction(pattern=_text(given, "pattern"), path=_text(given, "path"))),
    "Write": (ToolKind.FILE_WRITE, _write),
    "Edit": (ToolKind.FILE_WRITE, _edit),
    "Delete": (ToolKind.FILE_DELETE, lambda given: DeleteAction(paths=(given["file_path"],))),
    "WebFetch": (ToolKind.NETWORK, lambda given: FetchAction(url=_text(given, "url"), prompt=_text(given, "prompt"))),
    "WebSearch": (ToolKind.NETWORK, lambda given: FetchAction(query=_text(given, "query"))),
    "Task": (ToolKind.SUBAGENT, lambda given: AgentAction(prompt=_text(given, "prompt"), permission_mode=_text(given, "mode"))),
    "Prompt": (ToolKind.PROMPT, lambda given: PromptAction(text=_text(given, "prompt"))),
}
