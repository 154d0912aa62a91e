"""Files that a search from a wide folder finds although its pattern names none of them: this installation's, agents' settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.model.globs import fits_glob

if TYPE_CHECKING:
    from sensor.effects.shell.paths import PathResolver
    from sensor.effects.shell.scope import Field
    from sensor.model.effects import PathRef

_OWN = ("config.yaml", "index.db", "sensor.sock", "000001.jsonl", "signing.key")
_AGENTS = (".claude/settings.json", ".cursor/hooks.json", ".codex/config.toml", ".gemini/settings.json")


def guarded_below(paths: PathResolver, starts: list[PathRef | None], pattern: Field) -> list[str]:
    """Guarded files below `starts` that a name `pattern` of find can fit."""
    if not pattern.known:
        return []
    name = pattern.text.rpartition("/")[2]
    if not name.strip("*?.[]!"):
        return []
    files = [f"{folder}/{own}" for folder in paths.ground.handrail for own in _OWN] + [f"{paths.home}/{agent}" for agent in _AGENTS]
    return [path for path in files if fits_glob(path.rpartition("/")[2], name) and any(start is not None and _is_above(start.path, path) for start in starts)]


def guarded_by(paths: PathResolver, pattern: str) -> str:
    """The guarded file of an agent that a path with wild cards in it can only mean, such as `~/.c*/settings.json`; "" where it means others, too, or none."""
    parts = pattern.split("/")
    if not parts[-1].strip("*?.[]!"):
        return ""
    for agent in _AGENTS:
        names = f"{paths.home}/{agent}".split("/")
        if len(names) == len(parts) and all(map(fits_glob, names, parts)):
            return "/".join(names)
    return ""


def _is_above(folder: str, path: str) -> bool:
    return bool(folder) and path.startswith(folder.rstrip("/") + "/")
