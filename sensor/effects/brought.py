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
BUILDS_PATCHED = "builds-patched"
MAX_WORDS = 64
_CLONES = {"git": ("clone",), "gh": ("repo",), "hg": ("clone",), "svn": ("checkout", "co", "export"), "jj": ("git",), "docker": ("cp",), "podman": ("cp",)}
_FETCHES = frozenset({"scp", "rsync", "sftp", "aws", "gsutil", "gcloud", "rclone", "lftp"})
_TARS = frozenset({"tar", "gtar", "bsdtar"})
_UNPACKS = frozenset({*_TARS, "unzip", "7z", "7za", "cpio", "unrar", "unar", "ar", "ditto"})
_CARRIES = frozenset({"cp", "mv", "ln", "install", "rsync", "ditto"})
_BRINGERS = frozenset({*_CLONES, *_FETCHES, *_UNPACKS})
# These run what the folder says in which they are started, or that they are given; some only with these leading words.
_BUILDERS: dict[str, frozenset[str]] = {
    **dict.fromkeys((
        "make", "gmake", "just", "task", "rake", "npm", "pnpm", "yarn", "bun", "pip", "pip3", "uv", "pdm", "poetry", "hatch", "gradle", "mvn", "cargo", "cmake", "ninja", "meson", "bundle", "composer", "pytest", "tox", "nox", "mix", "dotnet", "sbt", "bazel",
        "swift", "zig", "flutter", "vagrant", "docker-compose", "jest", "vitest"), frozenset[str]()),
    "go": frozenset({"run", "build", "test", "generate", "install"}), "docker": frozenset({"build", "compose", "buildx"}), "podman": frozenset({"build", "compose"}),
}
_PULLS = frozenset({"pull", "fetch", "remote", "submodule", "subtree"})
_PATCHES = {"git": frozenset({"apply", "am"}), "patch": frozenset[str]()}
_DOWNLOADERS = frozenset({"curl", "wget"})


def mark_brought(effects: Sequence[Effect], exists: Callable[[str], bool] = os.path.lexists) -> Sequence[Effect]:
    """The effects, with RUNS_BROUGHT at those that run a file which an earlier one brought, BUILDS_BROUGHT at builds of a folder that was brought or pulled into, BUILDS_PATCHED at builds after a patch that may have been fetched."""
    if not any(effect.program in _BRINGERS or effect.program == "patch" for effect in effects):
        return effects
    marked: list[Effect] = []
    folders: set[str] = set()
    printed = False  # whether something brought was read and may be handed on
    changed = ""  # by an address that was pulled from, or by a patch
    for effect in effects:
        flag = ""
        if folders:
            program = _of_program(effect)
            if program or effect.executes or effect.opaque:
                paths = [ref.path for ref in effect.reads if ref.path and (effect.executes or effect.opaque)] + [program] * bool(program)
                if any(_is_below(path, folders, effect.cwd, exists) for path in paths) or (printed and not paths):
                    flag = RUNS_BROUGHT
            elif _builds(effect) and any(path != marked[0].cwd and _is_below(path, folders, marked[0].cwd, exists) for path in _built(effect, folders)):
                flag = BUILDS_BROUGHT
            held = any(True for ref in effect.reads + effect.deletes for _ in _holding(ref.path, folders))
            printed = printed or held
            if held and effect.program in _CARRIES:
                folders.update(ref.path for ref in effect.writes if ref.path)
        flag = flag or (changed if changed and _builds(effect) else "")
        changed = _changes(effect, marked) or changed
        marked.append(msgspec.structs.replace(effect, flags=effect.flags | {flag}) if flag else effect)
        if _brings(effect):
            folders.update(ref.path for ref in effect.writes if ref.path)
    return marked


def _builds(effect: Effect) -> bool:
    verbs = _BUILDERS.get(effect.program)
    return verbs is not None and (not verbs or bool(verbs & {word for one in effect.subcommand[:2] for word in one.split()}))


def _built(effect: Effect, folders: set[str]) -> Iterator[str]:
    """The folder of a build, and those that its words may name."""
    yield effect.cwd
    for word in effect.argv[1:MAX_WORDS] if effect.cwd else ():
        if word[:1] != "-" and "://" not in word and "\0" not in word:
            path = os.path.normpath(os.path.join(effect.cwd, word))
            if "/" in word or path in folders:
                yield path


def _changes(effect: Effect, before: Sequence[Effect]) -> str:
    """What a build is marked with after this effect, "" when it brings nothing into the repository."""
    verbs, pulls = _PATCHES.get(effect.program), effect.program == "git" and bool(effect.hosts)
    if verbs is None and not pulls:
        return ""
    words = {word for one in effect.subcommand[:2] for word in one.split()}
    if pulls and words & _PULLS:
        return BUILDS_BROUGHT
    return BUILDS_PATCHED if verbs is not None and (not verbs or words & verbs) and any(one.program in _DOWNLOADERS and one.hosts for one in before) else ""


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
