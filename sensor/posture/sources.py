"""Where the settings of agents and editors lie: the table, and reading one file as a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hooks.settings.files import SettingsError, read_file, text_of
from hooks.settings.formats import Scope
from sensor.host.file_facts import look_at
from sensor.posture.context import Form, Source, Text
from sensor.posture.documents import Document, parse_json, parse_toml

MAX_BYTES = 5 * 1024 * 1024

# (agent, form, file below HOME)
USER: tuple[tuple[str, Form, str], ...] = (
    ("claude-code", Form.CLAUDE, ".claude/settings.json"),
    ("claude-code", Form.CLAUDE, ".claude/settings.local.json"),
    ("claude-code", Form.CLAUDE_STATE, ".claude.json"),
    ("cursor", Form.CURSOR_HOOKS, ".cursor/hooks.json"),
    ("cursor", Form.CURSOR_CLI, ".cursor/cli-config.json"),
    ("cursor", Form.SERVERS, ".cursor/mcp.json"),
    ("gemini", Form.GEMINI, ".gemini/settings.json"),
    ("codex", Form.CODEX, ".codex/config.toml"),
    ("windsurf", Form.SERVERS, ".codeium/windsurf/mcp_config.json"),
    ("copilot", Form.SERVERS, ".copilot/mcp-config.json"),
)
USER_LINUX = (
    ("cursor", Form.EDITOR, ".config/Cursor/User/settings.json"),
    ("vscode", Form.EDITOR, ".config/Code/User/settings.json"),
    ("vscode", Form.SERVERS, ".config/Code/User/mcp.json"),
    ("claude-desktop", Form.SERVERS, ".config/Claude/claude_desktop_config.json"),
)
USER_MAC = (
    ("cursor", Form.EDITOR, "Library/Application Support/Cursor/User/settings.json"),
    ("vscode", Form.EDITOR, "Library/Application Support/Code/User/settings.json"),
    ("vscode", Form.SERVERS, "Library/Application Support/Code/User/mcp.json"),
    ("claude-desktop", Form.SERVERS, "Library/Application Support/Claude/claude_desktop_config.json"),
)
PROJECT: tuple[tuple[str, Form, str], ...] = (
    ("claude-code", Form.CLAUDE, ".claude/settings.json"),
    ("claude-code", Form.CLAUDE, ".claude/settings.local.json"),
    ("claude-code", Form.SERVERS, ".mcp.json"),
    ("cursor", Form.CURSOR_HOOKS, ".cursor/hooks.json"),
    ("cursor", Form.CURSOR_CLI, ".cursor/cli.json"),
    ("cursor", Form.SERVERS, ".cursor/mcp.json"),
    ("gemini", Form.GEMINI, ".gemini/settings.json"),
    ("vscode", Form.EDITOR, ".vscode/settings.json"),
    ("vscode", Form.EDITOR_TASKS, ".vscode/tasks.json"),
    ("vscode", Form.SERVERS, ".vscode/mcp.json"),
)


def user_sources(home: Path, platform: str, environment: Mapping[str, str]) -> Iterator[Source]:
    """The settings of one user."""
    chosen = environment.get("CLAUDE_CONFIG_DIR", "")
    for agent, form, below in (*USER, *(USER_MAC if platform == "darwin" else USER_LINUX)):
        path = home / below
        if agent == "claude-code" and chosen.startswith("/"):
            path = Path(chosen) / below.removeprefix(".claude/")
        yield read_source(agent, form, Scope.USER, path, home)


def project_sources(project: Path, home: Path) -> Iterator[Source]:
    """The settings that a project brings."""
    for agent, form, below in PROJECT:
        path = project / below
        if path != home / below:
            yield read_source(agent, form, Scope.PROJECT, path, project, str(project))


def read_source(agent: str, form: Form, scope: Scope, path: Path, inside: Path, project: str = "") -> Source:
    """One file; a link that leads out of `inside` is not followed."""
    return Source(agent=agent, form=form, scope=scope, document=read_document(path, inside, parse_toml if form is Form.CODEX else parse_json), fact=look_at(path), project=project)


def read_document(path: Path, inside: Path | None, parse: Callable[[str, str], Document] = parse_json) -> Document:
    """Read and parse one file; what is wrong with it stands in the value."""
    text = read_text(path, inside)
    if text is None:
        return Document(path=str(path))
    if text.problem:
        return Document(path=str(path), exists=True, problem=text.problem)
    return parse(str(path), text.text)


def read_text(path: Path, inside: Path | None) -> Text | None:
    """The text of a file; None where there is none."""
    if inside is not None and os.path.lexists(path) and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
        return Text(path=str(path), problem="is a link that leads elsewhere: it was not followed")
    try:
        file = read_file(path)
        if not file.exists:
            return None
        if len(file.data) > MAX_BYTES:
            return Text(path=str(path), problem="is larger than 5 MB")
        return Text(path=str(path), text=text_of(file))
    except SettingsError as error:
        return Text(path=str(path), problem=error.message.removeprefix(str(path)).lstrip(": "))
