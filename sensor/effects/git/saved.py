"""Whether earlier commands of the same call have put into git what goes now, or told that it is there: a branch that was merged, changes that were stashed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.model.effects import Effect

_NO_MERGE = frozenset({"squash", "abort", "quit", "no-commit", "strategy", "s", "strategy-option", "X", "n"})
# What may stand between git's list of branches and their deletion without bringing in a name of its own.
_FILTERS = frozenset({"", "grep", "egrep", "sed", "awk", "gawk", "tr", "cut", "sort", "uniq", "head", "tail", "xargs", "read", "echo", "printf", "test", "[", "[[", "cd", "true"})
_BESIDE = frozenset({"fetch", "pull", "checkout", "switch", "remote", "worktree", "status", "rev-parse", "symbolic-ref", "config"})
_TRUNK = re.compile(r"(?:(?:origin|upstream)/)?(?:main|master|develop|development|dev|trunk|HEAD|release[/-][\w.-]+)|\$\S*")
_GONE = re.compile(r"\^?\[?.{0,8}gone\]?\\?\]?|(?:/[^/]*gone[^/]*/|\$\w+ ?== ?\"\[?gone\]?\") ?\{ ?print \$\d ?\}")
_PARTS = frozenset({"keep-index", "k", "patch", "p", "staged", "S", "pathspec-from-file", "include-untracked-only"})


def saved_before(effects: list[Effect], cwd: str, subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether every branch that is deleted was merged in `cwd`, or all changes to be reset were stashed there. The caller knows that what came before succeeded."""
    before = [effect for effect in effects if effect.program == "git" and effect.cwd == cwd and not effect.wrappers]
    if not cwd or not all(field.known and not field.glob for field in arguments.operands):
        return False
    if subcommand == ("branch",) and {"delete", "force"} <= arguments.flags and "remotes" not in arguments.flags:
        merged = {branch for effect in before if effect.subcommand == ("merge",) and not effect.flags & _NO_MERGE for branch in effect.operands}
        return bool(arguments.operands) and {field.text for field in arguments.operands} <= merged
    if subcommand == ("reset",) and "hard" in arguments.flags:
        return bool(before) and before[-1].subcommand in (("stash",), ("stash", "push")) and not before[-1].flags & _PARTS and "--" not in before[-1].argv and not before[-1].operands
    return False


def names_merged(effects: Sequence[Effect], subcommand: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether the names of the branches come from git's own list of those that a trunk holds, or whose upstream is gone; git says the commit of each."""
    deletes = subcommand == ("branch",) and {"delete", "force"} <= arguments.flags and arguments.flags.isdisjoint(("remotes", "quiet", "q"))
    if not deletes or not arguments.operands or any(field.known or field.origins for field in arguments.operands):
        return False
    others = [effect for effect in effects if effect.program != "git"]
    runs = [effect for effect in effects if effect.program == "git" and not effect.flags >= {"delete", "force"}]
    lists = [effect for effect in runs if effect.subcommand[:1] in (("branch",), ("for-each-ref",))]
    if any(effect.program not in _FILTERS or effect.reads or effect.writes for effect in others) or any(effect not in lists and effect.subcommand[0] not in _BESIDE for effect in runs if effect.subcommand):
        return False
    gone = [effect for effect in others if any("gone" in word for word in effect.argv)]
    only_gone = len(gone) == 1 and gone[0].flags.isdisjoint(("v", "invert-match")) and any(_GONE.fullmatch(word) for word in gone[0].argv[1:])
    return bool(lists) and (only_gone or all(map(_of_trunk, lists)))


def _of_trunk(effect: Effect) -> bool:
    """Whether it lists only branches that HEAD or a trunk holds."""
    words = [word for one in effect.argv for word in one.split("=", 1)]
    at = next((number for number, word in enumerate(words) if word == "--merged"), -1)
    target = "".join(words[at + 1 : at + 2])
    return at > 0 and (not target or target[:1] == "-" or target.startswith("refs/heads") or bool(_TRUNK.fullmatch(target)))
