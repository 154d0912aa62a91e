"""What a call brings from elsewhere and runs at once: from a clone, an unpacked archive, a copy of another machine.

What is in there can be read by nobody before it runs. That it is there is all that can be told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import msgspec

from sensor.model.effects import Effect

RUNS_BROUGHT = "runs-brought"
BUILDS_BROUGHT = "builds-brought"
_CLONES = {"git": ("clone",), "gh": ("repo",), "hg": ("clone",), "svn": ("checkout", "co", "export"), "jj": ("git",), "docker": ("cp",), "podman": ("cp",)}
_FETCHES = frozenset({"scp", "rsync", "sftp", "aws", "gsutil", "gcloud", "rclone", "lftp"})
_TARS = frozenset({"tar", "gtar", "bsdtar"})
_UNPACKS = frozenset({*_TARS, "unzip", "7z", "7za", "cpio", "unrar", "unar", "ar", "ditto"})
_CARRIES = frozenset({"cp", "mv", "ln", "install", "rsync", "ditto"})
_BRINGERS = frozenset({*_CLONES, *_FETCHES, *_UNPACKS})
# These run what the folder says in which they are started.
_BUILDERS = frozenset({"make", "gmake", "just", "task", "rake", "npm", "pnpm", "yarn", "bun", "pip", "pip3", "uv", "poetry", "gradle", "mvn", "cargo", "cmake", "ninja", "bundle", "composer"})


def mark_brought(effects: Sequence[Effect], exists: Callable[[str], bool] = os.path.lexists) -> Sequence[Effect]:
    """The effects, with RUNS_BROUGHT at those that run a file which an earlier one brought, and BUILDS_BROUGHT at builds in a folder that was brought."""
    if not any(effect.program in _BRINGERS for effect in effects):
        return effects
    marked: list[Effect] = []
    folders: set[str] = set()
    printed = False  # whether something brought was read and may be handed on
    for effect in effects:
        flag = ""
        if folders:
            program = _of_program(effect)
            if program or effect.executes or effect.opaque:
                paths = [ref.path for ref in effect.reads if ref.path and (effect.executes or effect.opaque)] + [program] * bool(program)
                if any(_is_below(path, folders, effect.cwd, exists) for path in paths) or (printed and not paths):
                    flag = RUNS_BROUGHT
            elif effect.program in _BUILDERS and any(folder != marked[0].cwd for folder in _holding(effect.cwd, folders)):
                flag = BUILDS_BROUGHT
            held = any(True for ref in effect.reads + effect.deletes for _ in _holding(ref.path, folders))
            printed = printed or held
            if held and effect.program in _CARRIES:
                folders.update(ref.path for ref in effect.writes if ref.path)
        marked.append(msgspec.structs.replace(effect, flags=effect.flags | {flag}) if flag else effect)
        if _brings(effect):
            folders.update(ref.path for ref in effect.writes if ref.path)
    return marked


def _brings(effect: Effect) -> bool:
    if effect.program in _CLONES:
        return "".join(effect.subcommand[:1]).partition(" ")[0] in _CLONES[effect.program]
    if effect.program in _TARS:
        return not effect.flags.isdisjoint(("extract", "get", "x"))
    return effect.program in _UNPACKS or (effect.program in _FETCHES and bool(effect.hosts))


def _of_program(effect: Effect) -> str:
    """The file behind a program that is named by a path, "" where it is not."""
    name = effect.argv[0] if effect.argv else ""
    return os.path.normpath(os.path.join(effect.cwd or "/", name)) if "/" in name and "\0" not in name else ""


def _is_below(path: str, folders: set[str], cwd: str, exists: Callable[[str], bool]) -> bool:
    """Whether `path` was brought. What was unpacked into the folder of the work lies beside what was there before."""
    return any(folder not in _holding(cwd, folders) or not exists(path) for folder in _holding(path, folders))


def _holding(path: str, folders: set[str]) -> Iterator[str]:
    """Those of `folders` that are `path` or above it."""
    while path:
        if path in folders:
            yield path
        path = path.rpartition("/")[0]
