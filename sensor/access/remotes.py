"""Where git talks to when a command names a remote and no address: read from the repository's own settings."""

from __future__ import annotations

import os
import re

MAX_CONFIG = 256 * 1024
_SECTION = re.compile(r'\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_ADDRESS = re.compile(r"(url|pushurl)\s*=\s*(.*)", re.IGNORECASE)
_REWRITES = frozenset({"url", "include", "includeif", "http", "core"})
_REWRITING_KEYS = re.compile(r"\s*(insteadof|pushinsteadof|path|proxy|sshcommand|gitproxy)\s*=", re.IGNORECASE)


def remote_addresses(cwd: str, name: str = "") -> tuple[str, ...] | None:
    """Addresses of the remote `name`, or of every remote; None where they cannot be told from the repository's settings."""
    config = _config_of(cwd)
    if config is None:
        return None
    found: list[str] = []
    section, remote = "", ""
    for line in config.splitlines():
        text = line.strip()
        opened = _SECTION.match(text)
        if opened is not None:
            section, remote = opened.group(1).lower(), opened.group(2) or ""
            text = text[opened.end():].strip()
        if section in _REWRITES and _REWRITING_KEYS.match(text):
            return None
        address = _ADDRESS.fullmatch(text) if section == "remote" and name in ("", remote) else None
        if address is not None:
            found.append(address.group(2).strip().strip('"'))
    return tuple(found) or None


def _config_of(cwd: str) -> str | None:
    folder = cwd
    while folder.startswith("/"):
        place = f"{folder.rstrip('/')}/.git"
        if os.path.isdir(place):
            return _text(f"{place}/config")
        if os.path.isfile(place):
            return _of_worktree(folder, place)
        if folder == "/":
            return None
        folder = os.path.dirname(folder)
    return None


def _of_worktree(folder: str, file: str) -> str | None:
    """The settings behind a `.git` that is a file: of a work tree its main repository's, of a submodule its own."""
    pointer = (_text(file) or "").strip()
    if not pointer.startswith("gitdir:"):
        return None
    target = os.path.normpath(os.path.join(folder, pointer.removeprefix("gitdir:").strip()))
    common = (_text(f"{target}/commondir") or "").strip()
    return _text(f"{os.path.normpath(os.path.join(target, common))}/config")


def _text(file: str) -> str | None:
    try:
        with open(file, "rb") as source:
            data = source.read(MAX_CONFIG + 1)
    except OSError:
        return None
    return data.decode("utf-8", "replace") if len(data) <= MAX_CONFIG else None
