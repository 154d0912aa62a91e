"""What the hook client decides while the sensor is away: the risk table and the safety core. Standard library only.

| what a call does | observe | enforce | strict |
|---|---|---|---|
| only reads, or reports what happened | allow | allow | allow |
| writes inside the workspace | allow | allow, with a notice | ask |
| anything else | allow | deny on a hit of the core, else ask; deny where nobody can be asked | deny |
| cannot be read | allow | deny | deny |

`safety_core.json` holds the agents' events and tools and the patterns; it is generated (`hooks.safety_core`).
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, NamedTuple

from hooks.claude_forms import NOBODY_ASKED
from hooks.decode import LOSSY, decode_event

# Of one text, and of all: patterns run to their end, so what they look at is bounded. The rest is asked about in any case.
MAX_TEXT, MAX_TEXTS = 16 * 1024, 32 * 1024
PATH_FIELDS = ("file_path", "filePath", "path", "notebook_path", "target_file", "absolute_path", "directory")
URL_FIELDS = ("url", "mcp_server_url")
BESIDE_COMMANDS = ("description", "cwd", "working_directory")  # words beside a shell command that are not run
# What an event says about itself, where the tool's input stands beside it.
EVENT_FIELDS = frozenset({
    "hook_event_name", "session_id", "conversation_id", "generation_id", "model", "model_id", "model_params", "cursor_version", "workspace_roots",
    "user_email", "transcript_path", "permission_mode", "tool_name", "tool_use_id", "prompt_id", "effort", "scratchpad_dir",
})
RESULT_FIELDS = ("tool_response", "tool_output", "result_json")  # of an event that comes after its call
MIRRORED = "cursor"  # runs the hooks of another agent beside its own
QUIET_KINDS = ("session", "response", "prompt")
LOOKING_KINDS = ("file_read", "search")
WRITING_KINDS = ("file_write", "file_delete")
OFFLINE = "Handrail's sensor is not running, so only its local rules decide"
SLOW = "Handrail's sensor did not answer in time, so only its local rules decide"
UNKEPT = "Handrail's sensor does not answer and nothing can be kept for its log, so only its local rules decide"


class ClientPolicy(NamedTuple):
    """What the sensor left for the client. Absent or broken means enforce."""

    observe: bool = False
    strict: bool = False


class LocalCall(NamedTuple):
    """The little of an event that the risk table needs. `event` is its row of the core; `texts` are (kind of text, text)."""

    name: str
    event: dict[str, Any]
    tool: str
    kind: str
    obj: dict[str, Any]
    texts: tuple[tuple[str, str], ...]
    inside: bool
    problems: tuple[str, ...]


class LocalDecision(NamedTuple):
    """`answer`: allow, ask or deny. `told`: say it even when allowed. `rule` names the pattern that decided, if one did."""

    answer: str
    reason: str = ""
    advice: str = ""
    rule: str = ""
    told: bool = False


def load_policy(path: str, agent: str) -> ClientPolicy:
    """Mode of this agent from `client-policy.json`."""
    try:
        with open(path, "rb") as file:
            facts = json.loads(file.read(65536))
        mode = facts.get("agents", {}).get(agent) or facts.get("mode")
        return ClientPolicy(observe=mode == "observe", strict=facts.get("strict") is True)
    except (OSError, ValueError, AttributeError, RecursionError):
        return ClientPolicy()


def is_mirror(core: dict[str, Any], agent: str, call: LocalCall) -> bool:
    """Whether another agent runs this one's hooks and reports the same action by itself. A broken event is never taken for one."""
    names = core["agents"].get(agent, {}).get("mirror_fields", ())
    return not call.problems and bool(names) and all(call.obj.get(name) for name in names)


def reports_itself(state: str, agent: str) -> bool:
    """Whether hooks of ours were put into the settings of `agent`: its records in the state folder say so."""
    try:
        return any(name.partition(".")[0] == agent for name in os.listdir(os.path.join(state, "agents")))
    except OSError:
        return False


def read_call(core: dict[str, Any], agent: str, body: bytes, truncated: bool) -> LocalCall:
    """Read an event as far as the core describes the agent. An unknown agent's events count as unknown tools."""
    decoded = decode_event(body, truncated)
    obj, table = decoded.obj, core["agents"].get(agent, {"events": {}, "tools": {}, "mcp_prefix": "mcp__"})
    problems = tuple(problem for problem in decoded.problems if problem != LOSSY)
    name, tool = _text(obj, "hook_event_name"), _text(obj, "tool_name")
    is_call = tool and "tool_input" in obj and not any(field in obj for field in RESULT_FIELDS)
    unknown = {"phase": "before" if problems or is_call or not table["events"] else "lifecycle", "deny": True, "ask": False, "kind": ""}
    event = table["events"].get(name, unknown)
    kind = event["kind"] or ("mcp" if tool.startswith(table["mcp_prefix"]) else table["tools"].get(tool, "unknown"))
    given = _given(obj)
    paths = [value for value in (_text(given, field) for field in PATH_FIELDS) if value]
    return LocalCall(
        name=name, event=event, tool=tool, kind=kind, obj=obj, texts=tuple(_texts(kind, given, paths)),
        inside=bool(paths) and all(_is_inside(path, obj) for path in paths), problems=problems,
    )


def decide(core: dict[str, Any], call: LocalCall, policy: ClientPolicy, why: str = OFFLINE) -> LocalDecision:
    """The row of the table for `call`, and `why` it decides.

    Where the sensor is there and gave no answer in time, or nothing can be kept, somebody may have wanted that: then writes are
    asked about.
    """
    if call.event["phase"] != "before" or (call.kind in QUIET_KINDS and not call.problems):
        return LocalDecision("allow")
    wanted = _wanted(core, call, policy, why)
    if policy.observe:
        return LocalDecision("allow", rule=wanted.rule)
    if wanted.answer == "ask" and not call.event["ask"]:
        if call.kind in call.event.get("ask_later", ()):
            return LocalDecision("allow")  # the next event of this call asks
        return wanted._replace(answer="deny", advice=f"{why}, and the user cannot be asked here. {_START}")
    if wanted.answer == "ask" and call.obj.get("permission_mode") in NOBODY_ASKED:
        return wanted._replace(answer="deny", advice=f"{why}, and nobody can be asked in this mode. {_START}")
    return wanted


_START = "Ask the user to run `handrail status`, then try again. Do not try another way."


def _wanted(core: dict[str, Any], call: LocalCall, policy: ClientPolicy, why: str) -> LocalDecision:
    """The answer where everybody can be asked."""
    if call.problems:
        what = f"{why}, and this call cannot be read ({', '.join(call.problems)})."
        return LocalDecision("deny", what, f"{what} {_START}")
    hit = _hit(core, call)
    if hit is not None:
        what = f"{why}. They stop this because it {hit['why']} ({hit['rule']})."
        return LocalDecision("deny", what, f"{what} {hit['remedy'] or _START}", hit["rule"])
    if call.kind in LOOKING_KINDS or (call.kind == "shell" and _only_looks(core, call)):
        return LocalDecision("allow")
    what = f"{why}: nobody but you can say whether this is right."
    if call.kind in WRITING_KINDS and call.inside and not policy.strict and why is OFFLINE:
        return LocalDecision("allow", f"{why}. A write inside the workspace was let through.", told=True)
    if policy.strict and not (call.kind in WRITING_KINDS and call.inside):
        return LocalDecision("deny", f"{why}, and this installation is strict.", f"{why}. {_START}")
    return LocalDecision("ask", what, what)


def _hit(core: dict[str, Any], call: LocalCall) -> dict[str, Any] | None:
    for pattern in core["patterns"]:
        for kind, text in call.texts:
            if kind in pattern["on"] and re.search(pattern["re"], text):
                found: dict[str, Any] = pattern
                return found
    return None


def _only_looks(core: dict[str, Any], call: LocalCall) -> bool:
    commands = [text for kind, text in call.texts if kind == "command"]
    return len(commands) == 1 and len(commands[0]) < 2000 and re.match(core["read_only"], commands[0]) is not None


def _text(obj: dict[str, Any], name: str) -> str:
    value = obj.get(name)
    return value if isinstance(value, str) else ""


def _given(obj: dict[str, Any]) -> dict[str, Any]:
    """The tool's input: an object, an object in a string (Cursor's MCP events), or the event itself."""
    given = obj.get("tool_input")
    if isinstance(given, str):
        given = decode_event(given.encode("utf-8", "replace")).obj
    return given if isinstance(given, dict) else {field: value for field, value in obj.items() if field not in EVENT_FIELDS}


def _texts(kind: str, given: dict[str, Any], paths: list[str]) -> list[tuple[str, str]]:
    """What the patterns look at. Of long texts both ends are looked at; a long command is asked about in any case."""
    as_path = "read" if kind in LOOKING_KINDS else "write"
    found = [(as_path, path) for path in paths]
    found += [("url", text) for text in (_text(given, field) for field in URL_FIELDS) if text]
    if kind in LOOKING_KINDS or kind in WRITING_KINDS:
        found += [(as_path, _text(given, "glob"))] if _text(given, "glob") else []
    else:
        words = {field: given[field] for field in sorted(given, key=lambda field: field != "command") if kind != "shell" or field not in BESIDE_COMMANDS}
        found += [("command", text) for text in _strings(words, 0)]
    looked_at, left = [], MAX_TEXTS
    for name, text in found:
        size = min(MAX_TEXT, left)
        looked_at.append((name, text if len(text) <= size else text[: size // 2] + "\n" + text[len(text) - size // 2 :]))
        left -= min(len(text), size)
        if left <= 0:
            break
    return looked_at


def _strings(value: Any, depth: int) -> list[str]:
    """Every string of a tool's input: what an unknown or MCP tool does with them cannot be known."""
    if isinstance(value, str):
        return [value]
    if depth > 20:
        return []
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _strings(item, depth + 1)]


def _is_inside(path: str, obj: dict[str, Any]) -> bool:
    """Whether `path`, links resolved, lies in the folder the agent works in (and not in its `.git`)."""
    roots = [root for root in (_text(obj, "cwd"), *(obj.get("workspace_roots") or ())) if isinstance(root, str) and root.startswith("/")]
    if not roots:
        return False
    real = os.path.realpath(os.path.join(roots[0], path))
    home = os.path.realpath(os.path.expanduser("~"))
    for root in map(os.path.realpath, roots):
        if root not in ("/", home) and not home.startswith(root + "/") and real.startswith(root + "/"):
            return "/.git/" not in real[len(root):]
    return False
