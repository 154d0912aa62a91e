"""Which files are watched: a table of spots below HOME, below a project and of the machine. Nothing is read here.

A spot is a folder and the names that count in it. Folders are never watched as a whole: `~/.claude` holds thousands of
files of histories. What an agent reads is described in the vendors' references; docs/watching.md lists what stands here.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from hooks.settings.formats import FORMATS
from hooks.settings.record import Record
from sensor.model.calls import Value
from sensor.paths import Paths

OWN_DEPTH = 3
POINTER_BYTES = 4096
KINDS = ("settings", "hooks", "instructions", "mcp", "handrail", "shell", "git hooks", "ssh", "autostart", "cron", "systemd", "chosen")


class Spot(Value):
    """Files of `folder` whose names fit one of `names` (`*` and `?`), and those `depth` levels below it."""

    kind: str
    folder: str
    names: tuple[str, ...]
    depth: int = 0

    @property
    def id(self) -> str:
        """Stays the same from run to run."""
        return f"{self.kind}|{self.folder}|{','.join(self.names)}|{self.depth}"


class World(Value):
    """Whose files. `root` is "/" outside of tests, `platform` that of `sys.platform`."""

    home: Path
    paths: Paths
    environment: Mapping[str, str] = {}
    root: Path = Path("/")
    platform: str = sys.platform


# (kind, folder, names, depth). What stands below HOME and in a project alike.
_AGENT_FOLDERS: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("settings", ".claude", ("settings*.json",), 0),
    ("instructions", ".claude", ("CLAUDE.md", "CLAUDE.local.md", "AGENTS.md"), 0),
    ("hooks", ".claude/hooks", ("*",), 2),
    ("instructions", ".claude/agents", ("*.md",), 2),
    ("instructions", ".claude/commands", ("*.md",), 2),
    ("instructions", ".claude/rules", ("*.md",), 2),
    ("instructions", ".claude/skills", ("*",), 3),
    ("hooks", ".cursor", ("hooks.json",), 0),
    ("hooks", ".cursor/hooks", ("*",), 2),
    ("mcp", ".cursor", ("mcp.json",), 0),
    ("settings", ".cursor", ("cli*.json", "permissions.json", "sandbox.json", "environment.json"), 0),
    ("instructions", ".cursor/rules", ("*.mdc", "*.md"), 2),
    ("instructions", ".cursor/commands", ("*.md",), 1),
    ("settings", ".codex", ("config.toml",), 0),
    ("hooks", ".codex", ("hooks.json",), 0),
    ("instructions", ".codex", ("AGENTS.md", "AGENTS.override.md"), 0),
    ("settings", ".gemini", ("settings.json",), 0),
    ("instructions", ".gemini", ("GEMINI.md",), 0),
    ("hooks", ".gemini/hooks", ("*",), 1),
    ("mcp", ".kiro/settings", ("mcp.json",), 0),
    ("hooks", ".kiro/hooks", ("*",), 1),
    ("hooks", ".windsurf", ("hooks.json",), 0),
    ("hooks", ".factory", ("hooks.json",), 0),
    ("mcp", ".factory", ("mcp.json",), 0),
)
_HOME: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("mcp", "", (".claude.json", ".mcp.json"), 0),
    ("settings", ".claude/plugins", ("*.json",), 0),
    ("settings", ".config/opencode", ("opencode.json", "opencode.jsonc"), 0),
    ("instructions", ".config/opencode", ("AGENTS.md",), 0),
    ("hooks", ".config/opencode/plugin", ("*",), 1),
    ("mcp", ".copilot", ("mcp-config.json",), 0),
    ("hooks", ".copilot/hooks", ("*.json",), 0),
    ("mcp", ".codeium/windsurf", ("mcp_config.json",), 0),
    ("settings", ".config/zed", ("settings.json",), 0),
    ("settings", ".config/amp", ("settings.json", "settings.jsonc"), 0),
    ("shell", "", (
        ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout",
        ".kshrc", ".cshrc", ".tcshrc", ".login", ".inputrc", ".xprofile", ".xsessionrc", ".pam_environment", ".gitconfig"), 0),
    ("shell", ".config/fish", ("config.fish",), 0),
    ("shell", ".config/fish/conf.d", ("*.fish",), 0),
    ("shell", ".config/environment.d", ("*.conf",), 0),
    ("shell", ".config/git", ("config",), 0),
    ("autostart", ".config/autostart", ("*.desktop",), 0),
    ("systemd", ".config/systemd/user", ("*",), 2),
    ("systemd", ".local/share/systemd/user", ("*",), 2),
    ("ssh", ".ssh", ("*",), 1),
)
_HOME_MAC = (
    ("autostart", "Library/LaunchAgents", ("*.plist",), 0),
    ("mcp", "Library/Application Support/Claude", ("claude_desktop_config.json",), 0),
    ("settings", "Library/Application Support/Cursor/User", ("settings.json",), 0),
    ("settings", "Library/Application Support/Code/User", ("settings.json", "mcp.json"), 0),
)
_HOME_LINUX = (
    ("mcp", ".config/Claude", ("claude_desktop_config.json",), 0),
    ("settings", ".config/Cursor/User", ("settings.json",), 0),
    ("settings", ".config/Code/User", ("settings.json", "mcp.json"), 0),
)
_MACHINE: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("shell", "etc", ("profile", "bash.bashrc", "bashrc", "zshrc", "zshenv", "zprofile", "environment"), 0),
    ("shell", "etc/profile.d", ("*.sh",), 0),
    ("shell", "etc/zsh", ("*",), 0),
)
_MACHINE_LINUX = (
    ("settings", "etc/claude-code", ("managed-*.json",), 0),
    ("settings", "etc/claude-code/managed-settings.d", ("*.json",), 0),
    ("instructions", "etc/claude-code", ("CLAUDE.md",), 0),
    ("hooks", "etc/cursor", ("hooks.json",), 0),
    ("cron", "etc", ("crontab", "anacrontab"), 0),
    ("cron", "etc/cron.d", ("*",), 0),
    ("cron", "etc/cron.hourly", ("*",), 0),
    ("cron", "etc/cron.daily", ("*",), 0),
    ("cron", "etc/cron.weekly", ("*",), 0),
    ("cron", "etc/cron.monthly", ("*",), 0),
    ("cron", "var/spool/cron", ("*",), 1),
    ("systemd", "etc/systemd/user", ("*",), 2),
)
_MACHINE_MAC = (
    ("settings", "Library/Application Support/ClaudeCode", ("managed-*.json",), 0),
    ("hooks", "Library/Application Support/Cursor", ("hooks.json",), 0),
    ("autostart", "Library/LaunchAgents", ("*.plist",), 0),
    ("autostart", "Library/LaunchDaemons", ("*.plist",), 0),
    ("cron", "usr/lib/cron/tabs", ("*",), 0),
    ("cron", "etc", ("crontab",), 0),
)
_PROJECT: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("mcp", "", (".mcp.json", "opencode.json", "opencode.jsonc"), 0),
    ("instructions", "", ("CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "AGENTS.override.md", "GEMINI.md", ".cursorrules", ".windsurfrules", ".clinerules"), 0),
    ("instructions", ".github", ("copilot-instructions.md",), 0),
    ("hooks", ".github/hooks", ("*.json",), 0),
    ("settings", ".vscode", ("settings.json", "tasks.json", "mcp.json"), 0),
    ("git hooks", ".husky", ("*",), 0),
    ("git hooks", ".githooks", ("*",), 0),
)
_TEMPORARY = re.compile(r".*(?:~|\.sw[a-px]|\.tmp|\.part|\.new|\.lock|\.handrail-\d+-\w+)|\.#.*|#.*#|4913|sed[A-Za-z0-9]{6}|.*\.tmp\.[\w.]+|\.goutputstream-.*")


def is_temporary(name: str) -> bool:
    """What editors and programs leave for a moment beside the file they write."""
    return _TEMPORARY.fullmatch(name) is not None


def user_spots(world: World) -> Iterator[Spot]:
    """What is watched below HOME and of the machine."""
    home = str(world.home)
    is_mac = world.platform == "darwin"
    rows = (*_AGENT_FOLDERS, *_HOME, *(_HOME_MAC if is_mac else _HOME_LINUX))
    yield from (_spot(home, row) for row in rows)
    chosen = world.environment.get("CLAUDE_CONFIG_DIR", "")
    if chosen.startswith("/"):
        for kind, folder, names, depth in rows:
            if folder.startswith(".claude"):
                yield _spot(chosen, (kind, folder.removeprefix(".claude").strip("/"), names, depth))
        yield Spot(kind="mcp", folder=chosen, names=(".claude.json",))
    yield from (_spot(str(world.root), row) for row in (*_MACHINE, *(_MACHINE_MAC if is_mac else _MACHINE_LINUX)))
    paths = world.paths
    yield Spot(kind="handrail", folder=str(paths.config), names=("*.yaml", "*.yml"))
    yield Spot(kind="handrail", folder=str(paths.user_rules), names=("*.yaml", "*.yml"), depth=1)
    yield Spot(kind="handrail", folder=str(paths.bin), names=("*",))
    yield Spot(kind="handrail", folder=str(paths.data / "shell"), names=("*",), depth=1)
    yield Spot(kind="handrail", folder=str(paths.keys), names=("identity.*", "redaction.key"))


def record_spots(records: tuple[Record, ...]) -> Iterator[Spot]:
    """The settings files that hold our entries, wherever they are."""
    for record in records:
        folder, _, name = record.file.rpartition("/")
        yield Spot(kind="settings" if record.agent == "claude-code" else "hooks", folder=folder or "/", names=(name,))


def project_spots(project: str, world: World) -> Iterator[Spot]:
    """What is watched of one project: its folder, that of its repository, and the agent's memory of it."""
    root = repository(project)
    for folder in dict.fromkeys((project, root or project)):
        yield from (_spot(folder, row) for row in (*_AGENT_FOLDERS, *_PROJECT))
    git = git_folder(root) if root else ""
    if git:
        yield Spot(kind="git hooks", folder=f"{git}/hooks", names=("*",))
        yield Spot(kind="git hooks", folder=git, names=("config", "config.worktree"))
    claude = world.environment.get("CLAUDE_CONFIG_DIR", "") or str(world.home / ".claude")
    yield Spot(kind="instructions", folder=f"{claude}/projects/{re.sub(r'[^A-Za-z0-9]', '-', project)}/memory", names=("*.md",), depth=1)


def chosen_spots(wanted: tuple[str, ...], home: Path) -> Iterator[Spot]:
    """`watch.paths`: a folder with what lies some levels below it, a file, or a pattern in the last part of a path."""
    for text in wanted:
        path = os.path.normpath(os.path.join(home, text[2:]) if text.startswith("~/") else text)
        if not path.startswith("/"):
            continue
        if os.path.isdir(path):
            yield Spot(kind="chosen", folder=path, names=("*",), depth=OWN_DEPTH)
        else:
            folder, name = os.path.split(path)
            yield Spot(kind="chosen", folder=folder, names=(name,))


def repository(folder: str) -> str:
    """The folder at or above `folder` that holds `.git`; "" when none does."""
    path = Path(folder)
    return next((str(one) for one in (path, *path.parents) if os.path.lexists(one / ".git")), "")


def git_folder(root: str) -> str:
    """Where git looks for hooks and settings of the repository at `root`: a worktree and a submodule name another folder."""
    here = f"{root}/.git"
    if os.path.isdir(here):
        return here
    words = _pointer(here)
    if not words.startswith("gitdir:"):
        return ""
    named = os.path.normpath(os.path.join(root, words.removeprefix("gitdir:").strip()))
    return os.path.normpath(os.path.join(named, _pointer(f"{named}/commondir").strip()))


def _pointer(path: str) -> str:
    """What one of git's files that name a folder says; "" where it is none, whatever a project put in its place: a pipe, gigabytes, bytes that no path has."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError):
        return ""
    try:
        data = os.read(descriptor, POINTER_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    text = data.decode("utf-8", "replace")
    return "" if "\0" in text or "\ufffd" in text else text


def agent_of_settings(path: str, world: World) -> str:
    """The agent whose hooks stand in a settings file of this name, "" when none do."""
    for agent, form in FORMATS.items():
        managed = str(world.root / form.managed[world.platform]) if world.platform in form.managed else ""
        if path in (str(form.file(world.home, world.environment)), managed) or path.endswith("/" + form.project):
            return agent
    return "claude-code" if path.endswith("/.claude/settings.json") else ""


def _spot(base: str, row: tuple[str, str, tuple[str, ...], int]) -> Spot:
    kind, folder, names, depth = row
    return Spot(kind=kind, folder=os.path.normpath(f"{base.rstrip('/')}/{folder}") if folder else base, names=names, depth=depth)
