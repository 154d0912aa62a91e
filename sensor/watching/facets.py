"""Files that a program rewrites all the time, of which only a part decides something: the part is what counts.

Claude Code notes every start and every shown tip in `~/.claude.json`, beside the MCP servers; git notes each branch in
`.git/config`, beside the programs it runs. A part that cannot be read is the whole file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_PROJECT_KEYS = ("mcpServers", "enabledMcpjsonServers", "disabledMcpjsonServers", "enableAllProjectMcpServers",
                 "mcpContextUris", "hasTrustDialogAccepted", "allowedTools")
_RUNS = re.compile(
    r"^(?:core\.(?:hookspath|fsmonitor|sshcommand|editor|pager|askpass|gitproxy|attributesfile|worktree)|sequence\.editor|gpg\..*program|alias\..*|include.*|"
    r"credential\..*|filter\..*|diff\..*\.(?:command|textconv)|merge\..*\.driver|mergetool\..*|difftool\..*|pager\..*|"
    r"url\..*|remote\..*\.(?:url|pushurl|vcs|uploadpack|receivepack)|"
    r"submodule\..*\.update|protocol\..*|http\..*|trailer\..*|interactive\.difffilter|uploadpack\..*|receive\..*)$")
_SECTION = re.compile(r'^\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')


def facet_of(path: str) -> tuple[str, Callable[[bytes], bytes]] | None:
    """(name of the part, function from a file's content to the part); None where the whole file counts."""
    if path.endswith("/.claude.json"):
        return "MCP servers and trust", _claude
    if path.endswith((".git/config", "/config.worktree")):
        return "what runs programs or names hosts", _git
    return None


def _claude(data: bytes) -> bytes:
    try:
        value = json.loads(data)
        projects = value.get("projects", {})
        part: dict[str, Any] = {
            "mcpServers": value.get("mcpServers"),
            "projects": {name: kept for name, one in projects.items() if (kept := {key: one[key] for key in _PROJECT_KEYS if one.get(key)})},
        }
        return json.dumps(part, sort_keys=True).encode()
    except (ValueError, AttributeError, TypeError, RecursionError):
        return data


def _git(data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape").replace("\\\n", "")
    kept, section = [], ""
    for line in text.splitlines():
        line = line.strip()
        if found := _SECTION.match(line):
            section = found[1].lower() + (f".{found[2]}" if found[2] is not None else "")
            line = line[found.end():].strip()
        key, _, value = line.partition("=")
        name = f"{section}.{key.strip().lower()}"
        if key and key[0] not in "#;" and _RUNS.match(name):
            kept.append(f"{name}={value.strip()}")
    return "\n".join(kept).encode("utf-8", "surrogateescape")
