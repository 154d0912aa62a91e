"""What an agent asked for: a `ToolCall` with a typed `Action`.

Adapters (`hooks.claude_parse`, `hooks.cursor_parse`, ...) build these from an agent's bytes; nothing behind them knows an agent's
format. Strings are free of lone surrogates (the adapter replaces them and notes `InputProblem.LOSSY`).
"""

from __future__ import annotations

import enum
from typing import Any, Union

import msgspec

JsonObject = dict[str, Any]
DEFINITION_EVENT = "tools/list"
OFFER_EVENTS = ("initialize", "prompts/list", "resources/list")
"""What else a server says of itself for a model to read: its instructions, prompts and resources."""


class Phase(enum.Enum):
    """When an event is reported: before the tool runs, after it ran, or outside tool use (sessions, settings)."""

    BEFORE = "before"
    AFTER = "after"
    LIFECYCLE = "lifecycle"

    __hash__ = object.__hash__  # each member is one object; the hash of an enum is a call in Python


class ToolKind(enum.Enum):
    """The field's kinds of tools; rules name them in `apply_to_tools` and `exempt_tools`."""

    SHELL = "shell"
    FILE_READ = "file_read"
    FILE_WRITE = "file_write"
    FILE_DELETE = "file_delete"
    SEARCH = "search"
    NETWORK = "network"
    MCP = "mcp"
    SUBAGENT = "subagent"
    PROMPT = "prompt"
    RESPONSE = "response"
    CONFIG = "config"
    SESSION = "session"
    UNKNOWN = "unknown"

    __hash__ = object.__hash__  # as `Phase`


NO_TOOL_USE = frozenset({ToolKind.PROMPT, ToolKind.RESPONSE, ToolKind.CONFIG, ToolKind.SESSION})
"""Kinds that report what people, models and settings do: no right, rate or budget is about them."""


class Surface(enum.Enum):
    """The door by which a call came in."""

    HOOK = "hook"
    HTTP = "http"
    MCP = "mcp"
    WRAPPER = "wrapper"


class InputProblem(enum.Enum):
    """What was wrong with the bytes of an event. Anything but `LOSSY` makes a call high risk (fault B1-B5)."""

    LOSSY = "lossy"
    TRUNCATED = "truncated"
    NOT_JSON = "not_json"
    NOT_OBJECT = "not_object"
    TOO_DEEP = "too_deep"
    DUPLICATE_KEY = "duplicate_key"
    BAD_NUMBER = "bad_number"
    BAD_ENCODING = "bad_encoding"
    MISSING_FIELD = "missing_field"


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the model's values."""


class ShellAction(Value, tag="shell"):
    """Run `command` with the shell named by `dialect` ("sh", "powershell")."""

    command: str
    dialect: str = "sh"
    description: str = ""


class ReadAction(Value, tag="read"):
    """Read files. Paths as the agent gave them."""

    paths: tuple[str, ...]


class SearchAction(Value, tag="search"):
    """Search for `pattern` below `path` and the folders `also`. `files` = a glob of those whose lines are shown, "" where only names are, or those of all."""

    pattern: str
    path: str = ""
    files: str = ""
    also: tuple[str, ...] = ()


class Edit(Value):
    """One replacement inside a file; `old` is empty when the whole content is new."""

    new: str
    old: str = ""


class WriteAction(Value, tag="write"):
    """Create or change files. `files` are (path, edits) pairs, as a patch may touch several."""

    files: tuple[tuple[str, tuple[Edit, ...]], ...]


class DeleteAction(Value, tag="delete"):
    """Delete files or folders."""

    paths: tuple[str, ...]


class FetchAction(Value, tag="fetch"):
    """Fetch `url`, or search the web for `query`."""

    url: str = ""
    query: str = ""
    prompt: str = ""


class McpAction(Value, tag="mcp"):
    """Call `tool` of the MCP server `server` with `arguments`."""

    server: str
    tool: str
    arguments: JsonObject


class AgentAction(Value, tag="agent"):
    """Start or message a sub-agent."""

    prompt: str
    agent_type: str = ""
    permission_mode: str = ""


class PromptAction(Value, tag="prompt"):
    """Text that goes to the model: a user prompt, an expanded command, an elicitation."""

    text: str


class ConfigAction(Value, tag="config"):
    """A settings, instruction or watched file changed, was loaded or added."""

    path: str
    source: str = ""
    change: str = ""


class OtherAction(Value, tag="other"):
    """Anything else: an unknown tool or a lifecycle event. `arguments` is what the agent sent for the tool."""

    arguments: JsonObject


Action = Union[
    ShellAction, ReadAction, SearchAction, WriteAction, DeleteAction, FetchAction, McpAction, AgentAction, PromptAction,
    ConfigAction, OtherAction,
]


class Abilities(Value):
    """What the agent lets a hook answer on this event.

    `asks_later` = a second event of the same call follows that can ask (Cursor's preToolUse before beforeShellExecution).
    """

    deny: bool = False
    ask: bool = False
    asks_later: bool = False
    replace_result: bool = False


class ToolCall(Value):
    """One use of a tool by an agent, as reported.

    `arguments` is the tool's input as sent (for the record and the consent digest); `action` is what it means.
    `server_id` tells two MCP servers of one name apart: a digest of the command behind it, "" where the event does not say.
    `said` is what the agent said to the person with the call; no judgement looks at it.
    `result` is the tool's output as text (phase AFTER), "" when none. `problems` lists what was wrong with the input.
    """

    agent: str
    event: str
    phase: Phase
    kind: ToolKind
    tool: str
    action: Action
    arguments: JsonObject = {}
    result: str = ""
    session: str = ""
    subagent: str = ""
    subagent_type: str = ""
    parent_session: str = ""
    tool_use_id: str = ""
    turn: str = ""
    cwd: str = ""
    roots: tuple[str, ...] = ()
    permission_mode: str = ""
    agent_version: str = ""
    transcript: str = ""
    surface: Surface = Surface.HOOK
    abilities: Abilities = Abilities()
    problems: tuple[InputProblem, ...] = ()
    payload_bytes: int = 0
    server_id: str = ""
    said: str = ""

    @property
    def is_definition(self) -> bool:
        """Whether an MCP server offers something rather than an agent using it: `arguments` is then the definition of the tool, prompt or resource."""
        return (self.event == DEFINITION_EVENT or self.event in OFFER_EVENTS) and isinstance(self.action, OtherAction)


class Caller(Value):
    """Who is at the other end of the socket, by the kernel's word. `pid` 0 = not known: it came by HTTP or from another container.

    `proof` is "peer", "claimed" or "signed". `delegation` is the chain that the request carried and proved, or
    `delegation_problem` why it gives no right; `task_key` the id of the task key that it proved to hold.
    """

    uid: int
    pid: int = 0
    proof: str = "peer"
    delegation: str = ""
    delegation_problem: str = ""
    task_key: str = ""


class Heartbeat(Value):
    """An event that proves a hook is alive but must not be judged: another adapter reports the same action.

    `call` is what it says, for the case that nothing of ours reports for `through`.
    """

    agent: str
    through: str
    call: ToolCall | None = None
