"""Where the settings of agents and editors lie: the table, and reading one file as a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hooks.settings.files import SettingsError, read_file, text_of
from hooks.settings.formats import Scope
from sensor.host.machine.file_facts import look_at
from sensor.posture.context import Form, Source, Text
from sensor.posture.documents import Document, parse_json, parse_toml

MAX_BYTES = 5 * 1024 * 1024
PROJECT_BYTES = 512 * 1024  # what a repository brings is no file of years

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
    limit = PROJECT_BYTES if scope is Scope.PROJECT else MAX_BYTES
    document = read_document(path, inside, parse_toml if form is Form.CODEX else parse_json, limit)
    return Source(agent=agent, form=form, scope=scope, document=document, fact=look_at(path, project), project=project)


def read_document(path: Path, inside: Path | None, parse: Callable[[str, str], Document] = parse_json, limit: int = MAX_BYTES) -> Document:
    """Read and parse one file of at most `limit` bytes; what is wrong with it stands in the value."""
    text = read_text(path, inside, limit)
    if text is None:
        return Document(path=str(path))
    if text.problem:
        return Document(path=str(path), exists=True, problem=text.problem)
    return parse(str(path), text.text)


def read_text(path: Path, inside: Path | None, limit: int = MAX_BYTES) -> Text | None:
    """The text of a file of at most `limit` bytes; None where there is none."""
    if inside is not None and os.path.lexists(path) and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
        return Text(path=str(path), problem="is a link that leads elsewhere: it was not followed")
    try:
        file = read_file(path)
        if not file.exists:
            return None
        if len(file.data) > limit:
            return Text(path=str(path), problem=f"is larger than {limit >> 20} MB" if limit >> 20 else f"is larger than {limit >> 10} KB")
        return Text(path=str(path), text=text_of(file))
    except SettingsError as error:
        return Text(path=str(path), problem=error.message.removeprefix(str(path)).lstrip(": "))
