"""Files that a search from a wide folder finds although its pattern names none of them: this installation's, agents' settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.places.agent_files import AGENT_FILES
from sensor.model.globs import fits_glob

if TYPE_CHECKING:
    from sensor.effects.shell.paths import PathResolver
    from sensor.effects.shell.scope import Field
    from sensor.model.effects import PathRef

_OWN = ("config.yaml", "index.db", "sensor.sock", "000001.jsonl", "signing.key")


def guarded_below(paths: PathResolver, starts: list[PathRef | None], pattern: Field) -> list[str]:
    """Guarded files below `starts` that a name `pattern` of find can fit."""
    if not pattern.known:
        return []
    name = pattern.text.rpartition("/")[2]
    if not name.strip("*?.[]!"):
        return []
    files = [f"{folder}/{own}" for folder in paths.ground.handrail for own in _OWN] + [f"{paths.home}/{agent}" for agent in AGENT_FILES]
    return [path for path in files if fits_glob(path.rpartition("/")[2], name) and any(start is not None and _is_above(start.path, path) for start in starts)]


def _is_above(folder: str, path: str) -> bool:
    return bool(folder) and path.startswith(folder.rstrip("/") + "/")
