"""Effects of tools that are not a shell: files, web, MCP, sub-agents, settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from sensor.effects.places.agent_files import SECRET_FILES
from sensor.effects.places.hosts import parse_target
from sensor.effects.tool_inputs.arguments import (
    MAX_PATHS,
    MAX_VALUES,
    SINGLE_TEXTS,
    argument_effects,
    is_given_files,
    mcp_effects,
    refs,
    written_texts,
)
from sensor.effects.tool_inputs.cases import ONLY_CASES, only_cases
from sensor.effects.tool_inputs.deployed import DEPLOYED
from sensor.effects.tool_inputs.loaded import SHELL_SCRIPT, is_shell_script, run_loaded
from sensor.effects.tool_inputs.plain_files import PLAIN_CONTENT, is_plain
from sensor.effects.tool_inputs.tightening import TIGHTENS_ONLY, tightens_only
from sensor.effects.tool_inputs.written_code import code_flags
from sensor.model.calls import (
    Action,
    AgentAction,
    ConfigAction,
    DeleteAction,
    FetchAction,
    JsonObject,
    McpAction,
    OtherAction,
    PromptAction,
    ReadAction,
    SearchAction,
    WriteAction,
)
from sensor.model.effects import Effect, TextField
from sensor.model.globs import fits_glob

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sensor.effects.shell.walk import Walk
    from sensor.model.calls import Edit
    from sensor.model.effects import PathRef

# Browsers drop these from an address, and take a scheme of the web without slashes.
_DROPPED = str.maketrans("", "", "\t\r\n")
_LOCAL_FILE = re.compile(r"(?i)\s*(?:url:)?file:(?://(?:localhost)?(?=/)|(?=/[^/]))(/[^?#]*)")
_WEB_SCHEME = re.compile(r"(?i)^(https?):[/\\]*(?=[^/\\])")


def tool_effects(walk: Walk, action: Action, unknown: str = "") -> None:
    """Add effects and texts of any action but a shell command; `unknown` = the name of a tool of which nothing else is known."""
    if isinstance(action, ReadAction):
        _files(walk, action.paths, "reads")
    elif isinstance(action, DeleteAction):
        _files(walk, action.paths, "deletes")
    elif isinstance(action, WriteAction):
        _write(walk, action)
    elif isinstance(action, SearchAction):
        walk.add_text(TextField.ARGS, action.pattern, "pattern")
        _files(walk, (action.path, *action.also) if action.path else (), "reads")
        if action.files:
            _searched(walk, action)
    elif isinstance(action, FetchAction):
        _fetch(walk, action)
    elif isinstance(action, McpAction):
        mcp_effects(walk, action)
    elif isinstance(action, OtherAction):
        _unknown(walk, action.arguments, unknown)
    elif isinstance(action, AgentAction):
        walk.add_text(TextField.PROMPT, action.prompt, "prompt")
        walk.add_text(TextField.ARGS, action.permission_mode, "permission_mode")
    elif isinstance(action, PromptAction):
        walk.add_text(TextField.PROMPT, action.text, "prompt")
    elif isinstance(action, ConfigAction):
        _files(walk, (action.path,) if action.path else (), "writes")
        walk.add_text(TextField.CONTENT, action.change, "change")


def _unknown(walk: Walk, arguments: JsonObject, tool: str) -> None:
    """A tool that an agent has and no table knows: it deletes or writes the files that it is given when its name or its input says so."""
    named, before = tool if is_given_files(arguments) else "", len(walk.effects)
    argument_effects(walk, arguments, named)
    if not named:
        return
    own, texts = before, written_texts(arguments)
    for path in [ref.raw for ref in walk.effects[own].writes][:MAX_VALUES]:
        for text in texts:
            if is_shell_script(path, text):
                walk.effects[own] = msgspec.structs.replace(walk.effects[own], flags=walk.effects[own].flags | {SHELL_SCRIPT})
            run_loaded(walk, path, text)


def _files(walk: Walk, paths: tuple[str, ...], kind: str) -> None:
    for path in paths[:SINGLE_TEXTS]:
        walk.add_text(TextField.PATH, path, "path")
    walk.add_text(TextField.PATH, "\n".join(paths[SINGLE_TEXTS:]), "paths")
    found = refs(walk, paths[:MAX_PATHS], kind == "deletes")
    if len(paths) > MAX_PATHS:
        walk.give_up("size")
    cwd = walk.cwd()
    if kind == "reads":
        walk.effects.append(Effect(reads=found, cwd=cwd))
    elif kind == "writes":
        walk.effects.append(Effect(writes=found, cwd=cwd))
    else:
        walk.effects.append(Effect(deletes=found, cwd=cwd))


def _searched(walk: Walk, action: SearchAction) -> None:
    """The files whose lines a search shows, where its glob names them or fits a file that holds secrets."""
    for path in (action.path, *action.also):
        _searched_below(walk, path, action.files)


def _searched_below(walk: Walk, path: str, files: str) -> None:
    folder, name = path.rstrip("/"), files.rpartition("/")[2]
    below = files.removeprefix("/") if folder else files
    names = [secret for secret in SECRET_FILES if fits_glob(secret.rpartition("/")[2], name)] if name.strip("*?.[]!{}") else []
    given = [below.replace("**/", ""), *(f"{below.rpartition('/')[0].replace('**', '').strip('/')}/{secret}".lstrip("/") for secret in names)]
    found = refs(walk, tuple(f"{folder}/{one}" if folder else one for one in given))
    walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=(*walk.effects[-1].reads, *found))


def _write(walk: Walk, action: WriteAction) -> None:
    if sum(len(edits) for _, edits in action.files) + len(action.files) > SINGLE_TEXTS:
        walk.add_text(TextField.CONTENT, "\n".join(edit.new for _, edits in action.files for edit in edits), "all edits")
    for path, edits in action.files[:MAX_VALUES]:
        _files(walk, (path,), "writes")
        flags = _written_flags(path, edits, walk.effects[-1].writes)
        if flags:
            walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], flags=flags)
        written = len(walk.effects) - 1
        for number, edit in enumerate(edits):
            walk.add_text(TextField.CONTENT, edit.new, f"{path}" if number == 0 else f"{path} edit {number + 1}")
            if number < SINGLE_TEXTS and "node_modules" not in path:
                run_loaded(walk, path, edit.new)
        if len(edits) > SINGLE_TEXTS and "node_modules" not in path:
            run_loaded(walk, path, "\n".join(edit.new for edit in edits[SINGLE_TEXTS:]))
        if any(DEPLOYED in effect.flags for effect in walk.effects[written + 1:]):
            walk.effects[written] = msgspec.structs.replace(walk.effects[written], flags=walk.effects[written].flags | {DEPLOYED})
    if len(action.files) > MAX_VALUES:
        _files(walk, tuple(path for path, _ in action.files[MAX_VALUES:]), "writes")


def _written_flags(path: str, edits: Sequence[Edit], written: Sequence[PathRef]) -> frozenset[str]:
    """What is known of a written file by its kind and its content."""
    if not edits:
        return frozenset()
    known = {
        ONLY_CASES: lambda: all(only_cases(path, edit.new) for edit in edits),
        TIGHTENS_ONLY: lambda: any("@agent-config" in ref.places and tightens_only(ref.path, edits) for ref in written),
        PLAIN_CONTENT: lambda: bool(written) and all(is_plain(ref.path, edits) for ref in written),
        SHELL_SCRIPT: lambda: is_shell_script(path, edits[0].new),
    }
    flags = frozenset(name for name, holds in known.items() if holds())
    return flags if ONLY_CASES in flags else flags | code_flags(path, "\n".join(edit.new for edit in edits))


def _fetch(walk: Walk, action: FetchAction) -> None:
    walk.add_text(TextField.URL, action.url, "url")
    walk.add_text(TextField.ARGS, action.query, "query")
    walk.add_text(TextField.PROMPT, action.prompt, "prompt")
    host = parse_target(as_browsers_read(action.url)) if action.url else None
    local = _LOCAL_FILE.match(action.url)
    reads = refs(walk, (unquote(local.group(1)),)) if local is not None else ()
    walk.effects.append(Effect(hosts=(host,) if host is not None else (), reads=reads, cwd=walk.cwd()))


def as_browsers_read(url: str) -> str:
    """An address without what browsers ignore in it."""
    return _WEB_SCHEME.sub(r"\1://", url.strip().translate(_DROPPED))
