"""What a git command that overwrites or deletes would lose: nothing, what git can bring back, or work that is nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensor.effects.git.refs import has_stash, have_commits, is_kept
from sensor.effects.git.saved import names_merged, saved_before
from sensor.effects.git.worktree import matches_head

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.walk import Walk

NOTHING = "nothing-to-lose"
WAY_BACK = "way-back"
# Written anew by whatever reads the manifest beside them.
_LOCKED = frozenset({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "go.sum", "Gemfile.lock",
    "composer.lock", "mix.lock", "flake.lock", "Podfile.lock", "pubspec.lock", "packages.lock.json", "gradle.lockfile", ".terraform.lock.hcl", "deno.lock",
})
_MADE_FOLDERS = frozenset({"generated", "__generated__", "dist", "coverage"})
_OVERWRITING = (("reset",), ("checkout",), ("switch",), ("restore",), ("checkout-index",))
# What may run before without having changed a file.
_LOOKING = {"cd": ((),), "ls": ((),), "pwd": ((),), "echo": ((),), "git": (("status",), ("fetch",), ("log",), ("diff",), ("branch",), ("show",), ("rev-parse",))}
# With them a clean tree stays one: what they bring is committed.
_MOVING = {**_LOOKING, "git": (*_LOOKING["git"], ("checkout",), ("switch",), ("pull",), ("merge",), ("rebase",), ("reset",), ("remote", "prune"), ("remote", "update"))}


def loss_flags(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> set[str]:
    """NOTHING or WAY_BACK, as far as the repository and this call tell."""
    if _nothing_to_lose(walk, subcommand, arguments) or _branches_kept(walk, subcommand, arguments):
        return {NOTHING}
    saved = walk.linked == "&&" and saved_before(walk.effects, walk.cwd(), subcommand, arguments)
    return {WAY_BACK} if saved or _way_back(walk, subcommand, arguments) or names_merged(walk.effects, subcommand, arguments) else set()


def _nothing_to_lose(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether what a reset or checkout overwrites is certainly still there: a fresh clone, or all of it committed."""
    if subcommand not in _OVERWRITING and subcommand[:1] != ("filter-repo",):
        return False
    cwd = walk.cwd()
    if subcommand not in _OVERWRITING:
        return any((cwd + "/").startswith(folder + "/") for folder in walk.clones)
    if any((cwd + "/").startswith(folder + "/") for folder in walk.clones) or _brings_back(walk, subcommand, arguments) or _only_locked(subcommand, arguments):
        return True
    words = [field.text for field in arguments.operands]
    sources = words[: arguments.named] if arguments.named >= 0 else [] if subcommand == ("restore",) else words
    # another commit may bring files that lie in the way of untracked ones
    if not set(sources) <= {"HEAD", ".", ":/"} or "source" in arguments.flags or (subcommand == ("reset",) and "hard" not in arguments.flags):
        return False
    root = "" if arguments.flags & {"force-new-branch", "force-create"} else _repository_as_found(walk, arguments, _MOVING)
    return bool(root) and matches_head(root)


def _only_locked(subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether a checkout names nothing but files that lock versions, and folders that a build fills."""
    named = arguments.operands if subcommand == ("restore",) else arguments.operands[arguments.named :] if arguments.named >= 0 else []
    return subcommand in (("checkout",), ("restore",)) and bool(named) and all(field.known and _is_made(field.text) for field in named)


def _is_made(path: str) -> bool:
    parts = path.rstrip("/").split("/")
    return parts[-1] in _LOCKED or (".." not in parts and not _MADE_FOLDERS.isdisjoint(parts))


def _way_back(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether what goes is committed, and git says under which name it can be had again: a branch, a stash, where a clean tree was before."""
    flags = arguments.flags
    deletes = subcommand == ("branch",) and {"delete", "force"} <= flags and "remotes" not in flags
    if not deletes and subcommand != ("stash", "drop") and subcommand not in _OVERWRITING:
        return False
    if is_moved(walk, arguments) or any(not field.known or field.glob for field in arguments.operands):
        return False
    if subcommand in _OVERWRITING:
        named = arguments.named >= 0 or subcommand == ("restore",)
        if not (named or flags & {"hard", "force", "f", "discard-changes"}) or flags & {"force-new-branch", "force-create", "merge", "orphan"}:
            return False
        root = _repository_as_found(walk, arguments, _MOVING)
        return bool(root) and matches_head(root)
    if not deletes and _applied(walk, arguments):
        return True
    root = walk.paths.repo_root(walk.cwd()) if walk.cwd() else ""
    if not root or {"quiet", "q"} & flags:
        return False
    return have_commits(root, [field.text for field in arguments.operands]) if deletes else has_stash(root)


def _applied(walk: Walk, arguments: Arguments) -> bool:
    """Whether this call applied the stash that it drops."""
    named = tuple(field.text for field in arguments.operands)
    return any(effect.program == "git" and effect.subcommand == ("stash", "apply") and effect.operands == named for effect in walk.effects)


def is_moved(walk: Walk, arguments: Arguments) -> bool:
    """Whether another repository or work tree is meant than the folder's own."""
    return bool(arguments.flags & {"git-dir", "work-tree"}) or any(name.startswith("GIT_") for name in walk.scope.variables)


def _repository_as_found(walk: Walk, arguments: Arguments, harmless: dict[str, tuple[tuple[str, ...], ...]]) -> str:
    """The repository of the current folder when this call has run nothing but `harmless` commands so far, else ""."""
    changed = any(effect.program not in harmless or effect.subcommand not in harmless[effect.program] or effect.writes for effect in walk.effects)
    return "" if is_moved(walk, arguments) or changed or not walk.cwd() else walk.paths.repo_root(walk.cwd())


def _branches_kept(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether `git branch -D` only removes names of commits that something else still holds."""
    flags = arguments.flags
    if subcommand != ("branch",) or not {"delete", "force"} <= flags or "remotes" in flags or not arguments.operands:
        return False
    if any(not field.known or field.glob for field in arguments.operands) or any("delete" in effect.flags for effect in walk.effects):
        return False
    root = _repository_as_found(walk, arguments, _LOOKING)
    return bool(root) and is_kept(root, [field.text for field in arguments.operands])


def _brings_back(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether a checkout only names paths that this very call deleted before."""
    if subcommand not in (("checkout",), ("restore",)) or arguments.named < 0 or arguments.named >= len(arguments.operands):
        return False
    gone = {ref.path.rstrip("/") for effect in walk.effects for ref in effect.deletes if ref.path and not ref.glob}
    named = [walk.ref(field) for field in arguments.operands[arguments.named :]]
    return all(ref is not None and ref.path.rstrip("/") in gone for ref in named)
