"""Settings of git that a call gives, sets or finds: aliases, and what they make of a push."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.git.objects import ERRORS, folders, text
from sensor.effects.shell.scope import Field

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.walk import Walk

Settings = dict[str, str]
MAX_FILE = 65536
_MAX_GIVEN = 64  # of settings in variables
_SECTION = re.compile(r"\[\s*([\w.-]+)(?:\s+\"([^\"]*)\")?\s*\]")
_ENTRY = re.compile(r"\s*([\w-]+)\s*(?:=\s*(.*?)\s*)?$")
_OF_REMOTE = re.compile(r"remote\.[^\n]+\.(mirror|push)")
_ADDRESS = re.compile(r"(?:remote\.[^\n]+\.(?:url|pushurl)|url\.[^\n]+\.(?:pushinsteadof|insteadof))")
_OFF = frozenset({"false", "no", "off", "0"})
_SETS = frozenset({"set", "add"})


def counted(walk: Walk) -> list[Field]:
    """Settings in `GIT_CONFIG_KEY_0` and `GIT_CONFIG_VALUE_0`, as `-c` would give them."""
    variables = walk.scope.variables
    if "GIT_CONFIG_COUNT" not in variables:
        return []
    found = []
    for number in range(_MAX_GIVEN):
        key, value = variables.get(f"GIT_CONFIG_KEY_{number}"), variables.get(f"GIT_CONFIG_VALUE_{number}")
        if key is None or value is None or not key.fields or not value.fields:
            break
        found.append(Field(f"{key.fields[0].text}={value.fields[0].text}", value.fields[0].known))
    return found


def remember(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> None:
    """What `git config` and `git remote` set counts for the rest of the call."""
    words = [field.text for field in arguments.operands]
    if subcommand[:1] == ("config",) and len(words) > 1 and not arguments.flags & {"get", "get-all", "unset", "unset-all", "list"}:
        words = words[1:] if words[0] in _SETS else words
        walk.settings[_key(words[0])] = words[1] if len(words) > 1 else ""
    elif subcommand in (("remote", "add"), ("remote", "set-url")) and len(words) > 1:
        walk.settings[f"remote.{words[0].lower()}.{'pushurl' if 'push' in arguments.flags else 'url'}"] = words[1]


def in_force(walk: Walk, configs: list[Field]) -> Settings:
    """The settings of this call and of the repository's own file; the later ones win."""
    found = dict(_of_repository(walk))
    found.update(walk.settings)
    for field in configs:
        key, equals, value = field.text.partition("=")
        found[_key(key)] = value if equals else "true"
    return found


def push_flags(settings: Settings) -> set[str]:
    """The flags that settings stand for in a push: `remote.origin.mirror`, `remote.origin.push` with a `+`."""
    flags: set[str] = set()
    for key, value in settings.items():
        kind = _OF_REMOTE.fullmatch(key)
        if kind is not None and kind.group(1) == "mirror" and value.lower() not in _OFF:
            flags.add("mirror")
        elif kind is not None and kind.group(1) == "push" and value.startswith("+"):
            flags.add("force")
    return flags


def addresses(key: str, value: str) -> str:
    """The address that a setting brings, "" when it brings none."""
    if not _ADDRESS.fullmatch(_key(key)):
        return ""
    return key[4:].rpartition(".")[0] if key.startswith("url.") else value


def _key(key: str) -> str:
    section, _, rest = key.partition(".")
    middle, dot, name = rest.rpartition(".")
    return f"{section.lower()}.{middle}{dot}{name.lower()}"


def _of_repository(walk: Walk) -> Settings:
    root = walk.paths.repo_root(walk.cwd()) if walk.cwd() else ""
    if not root:
        return {}
    try:
        return parse_settings(text(folders(root)[1] + "/config", MAX_FILE))
    except ERRORS:
        return {}


def parse_settings(content: str) -> Settings:
    """Keys and values of a configuration file, `section.name.key` with section and key in lower case. Includes are not followed."""
    found: Settings = {}
    section = ""
    for line in content.splitlines():
        head = _SECTION.match(line.lstrip())
        if head is not None:
            section = head.group(1).lower() + (f".{head.group(2)}" if head.group(2) is not None else "")
            continue
        entry = _ENTRY.match(line) if section and line.strip()[:1] not in ("#", ";") else None
        if entry is not None:
            found[f"{section}.{entry.group(1).lower()}"] = (entry.group(2) if entry.group(2) is not None else "true").strip('"')
    return found
