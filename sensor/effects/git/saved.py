"""Whether earlier commands of the same call have put into git what goes now: a branch that was merged, changes that were stashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.model.effects import Effect

_NO_MERGE = frozenset({"squash", "abort", "quit", "no-commit", "strategy", "s", "strategy-option", "X", "n"})
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
