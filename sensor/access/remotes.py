"""Where git talks to when a command names a remote and no address: read from the repository's own settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from sensor.model.effects import Effect, Effects

MAX_CONFIG = 256 * 1024
MAX_PLACES, MAX_FILES = 32, 64  # folders in which one call asks git, and files of settings for each
_SECTION = re.compile(r'\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_ADDRESS = re.compile(r"(url|pushurl)\s*=\s*(.*)", re.IGNORECASE)
_REWRITES = frozenset({"url", "include", "includeif", "http", "core"})
_REWRITING_KEYS = re.compile(r"\s*(insteadof|pushinsteadof|path|proxy|sshcommand|gitproxy)\s*=", re.IGNORECASE)
_CLIENTS = frozenset({"git", "gh", "glab", "hub"})
_INCLUDES = frozenset({"include", "includeif"})
_DECIDING = frozenset({"remote", "url", "http", "https", "core", "credential", *_INCLUDES})
_FOLLOWED = frozenset({"branch", "push"})  # what a push without words follows
_PATH = re.compile(r"path\s*=\s*(.+)", re.IGNORECASE)


def remote_addresses(cwd: str, name: str = "") -> tuple[str, ...] | None:
    """Addresses of the remote `name`, or of every remote; None where they cannot be told from the repository's settings."""
    config = _config_of(cwd)
    if config is None:
        return None
    found: list[str] = []
    for section, remote, text in _settings(config):
        if section in _REWRITES and _REWRITING_KEYS.match(text):
            return None
        address = _ADDRESS.fullmatch(text) if section == "remote" and name in ("", remote) else None
        if address is not None:
            found.append(address.group(2).strip().strip('"'))
    return tuple(found) or None


def leads_now(effects: Effects, home: str) -> tuple[str, ...]:
    """What decides now where the commands of a call talk to: for each of git the settings of its remotes, the user's too, and what it would push."""
    found: dict[str, None] = {}
    clients = sorted((one for one in effects.effects if one.program in _CLIENTS), key=lambda one: one.subcommand[:1] != ("push",))
    for cwd, named, follows in list(dict.fromkeys((one.cwd, _named(one), _follows(one)) for one in clients))[:MAX_PLACES]:
        own, common = (named, _common(named)) if named else _folders_of(cwd)
        files = [f"{home}/.gitconfig", f"{home}/.config/git/config"] + ([f"{common}/config", f"{own}/config.worktree"] if own else [])
        if follows and own:
            found[_text(f"{own}/HEAD") or ""] = None
        for section, name, text in _settings_of(files, home):
            if section in _DECIDING or (follows and section in _FOLLOWED):
                found[f"{section} {name} {text}"] = None
    return tuple(found)


def _follows(effect: Effect) -> bool:
    """Whether a push takes its branch from where the work tree is."""
    sources = [field.lstrip("+").partition(":")[0] for field in effect.operands[1:]]
    return effect.subcommand[:1] == ("push",) and (not sources or not {"HEAD", "@"}.isdisjoint(sources))


def _named(effect: Effect) -> str:
    """The folder of the repository that the command names itself; "" where git looks for it."""
    words = effect.argv[1:]
    named = [value for name, value in effect.assignments if name == "GIT_DIR"]
    named += [word.removeprefix("--git-dir=") for word in words if word.startswith("--git-dir=")]
    named += [words[place + 1] for place, word in enumerate(words[:-1]) if word == "--git-dir"]
    return os.path.normpath(os.path.join(effect.cwd, os.path.expanduser(named[-1]))) if named else ""


def _settings_of(files: list[str], home: str) -> Iterator[tuple[str, str, str]]:
    """The lines of these files and of those that they include; of one too long to read its size and time of change."""
    waiting = list(files)
    for count in range(MAX_FILES):
        if count == len(waiting):
            return
        file = waiting[count]
        config = _text(file)
        if config is None and (state := _state(file)):
            yield "core", file, state
        for section, name, text in _settings(config or ""):
            included = _PATH.fullmatch(text) if section in _INCLUDES else None
            if included is not None:
                path = _value(included.group(1))
                waiting.append(f"{home}{path[1:]}" if path.startswith("~/") else os.path.join(os.path.dirname(file), os.path.expanduser(path)))
            yield section, name, text


def _value(text: str) -> str:
    """A value as git reads it: without quotes, and without a comment behind it."""
    kept, is_quoted = [], False
    for char in text:
        if char == '"':
            is_quoted = not is_quoted
        elif char in "#;" and not is_quoted:
            break
        else:
            kept.append(char)
    return "".join(kept).strip()


def _state(file: str) -> str:
    try:
        about = os.stat(file)
    except (OSError, ValueError):
        return ""
    return f"{about.st_ino} {about.st_size} {about.st_ctime_ns}"


def _settings(config: str) -> Iterator[tuple[str, str, str]]:
    """(section, its name, line) of each line of settings."""
    section, name = "", ""
    for line in config.removeprefix("\ufeff").replace("\\\n", "").splitlines():
        text = line.strip()
        opened = _SECTION.match(text)
        if opened is not None:
            section, name = opened.group(1).lower(), opened.group(2) or ""
            text = text[opened.end():].strip()
        yield section, name, text


def _config_of(cwd: str) -> str | None:
    common = _folders_of(cwd)[1]
    return _text(f"{common}/config") if common else None


def _folders_of(cwd: str) -> tuple[str, str]:
    """The folder that git keeps for this work tree and the one with the settings of its repository; ("", "") outside of repositories."""
    folder = cwd
    while folder.startswith("/"):
        place = f"{folder.rstrip('/')}/.git"
        if os.path.isdir(place):
            return place, place
        if os.path.isfile(place):
            return _of_worktree(folder, place)
        if os.path.isfile(f"{folder}/HEAD") and os.path.isdir(f"{folder}/objects"):
            return folder, _common(folder)  # a bare repository, or the inside of one
        if folder == "/":
            break
        folder = os.path.dirname(folder)
    return "", ""


def _of_worktree(folder: str, file: str) -> tuple[str, str]:
    """The folders behind a `.git` that is a file: of a work tree its main repository's, of a submodule its own."""
    pointer = (_text(file) or "").strip()
    if not pointer.startswith("gitdir:"):
        return "", ""
    target = os.path.normpath(os.path.join(folder, pointer.removeprefix("gitdir:").strip()))
    return target, _common(target)


def _common(folder: str) -> str:
    """Where the settings of the repository with this folder of git's are."""
    return os.path.normpath(os.path.join(folder, (_text(f"{folder}/commondir") or "").strip()))


def _text(file: str) -> str | None:
    try:
        with open(file, "rb", opener=_without_waiting) as source:
            data = source.read(MAX_CONFIG + 1) or b""
    except (OSError, ValueError):
        return None
    return data.decode("utf-8", "replace") if len(data) <= MAX_CONFIG else None


def _without_waiting(file: str, flags: int) -> int:
    """A pipe in the place of settings holds nobody up."""
    return os.open(file, flags | os.O_NONBLOCK | os.O_NOCTTY)
