"""Hooks that a git command starts: scripts in `.git/hooks`, in the folder that `core.hooksPath` names, or beside husky's own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from shlex import quote

from sensor.effects.git.objects import ERRORS, folders
from sensor.effects.projects.manifests import read_limited

# What each command starts, and which of it `--no-verify` leaves out.
_STARTS = {
    "commit": ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"), "push": ("pre-push",), "merge": ("pre-merge-commit", "commit-msg", "post-merge"),
    "pull": ("post-merge", "post-rewrite"), "checkout": ("post-checkout",), "switch": ("post-checkout",), "worktree": ("post-checkout",), "rebase": ("pre-rebase", "post-checkout", "post-rewrite"),
    "am": ("applypatch-msg", "pre-applypatch", "post-applypatch"), "revert": ("prepare-commit-msg", "post-commit"), "cherry-pick": ("prepare-commit-msg", "post-commit"),
}
HOOKED = frozenset(_STARTS)
"""Sub-commands that start hooks."""
_VERIFY = frozenset({"pre-commit", "commit-msg", "pre-push", "pre-merge-commit", "pre-rebase", "applypatch-msg", "pre-applypatch"})
_PATH = re.compile(r"^[ \t]*hookspath[ \t]*=[ \t]*\"?([^\"\n#;]+)", re.M | re.I)
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})
_CODE_OPTION = {"node": "-e", "ruby": "-e", "perl": "-e", "php": "-r"}


def hook_texts(root: str, home: str, subcommand: str, unverified: bool = False) -> Iterator[str]:
    """The shell texts of the hooks that `subcommand` starts in the repository at `root`. `unverified` = it is told not to verify."""
    names = [name for name in _STARTS.get(subcommand, ()) if not (unverified and name in _VERIFY)]
    folder, husky = _folder(root, home) if names else ("", False)
    for name in names if folder else ():
        path = f"{folder}/{name}"
        if husky or os.access(path, os.X_OK):
            text = read_limited(path)
            if text:
                yield _as_shell(text)


def _folder(root: str, home: str) -> tuple[str, bool]:
    """Where the hooks of a repository lie, and whether husky starts them (then they need no right to be run)."""
    try:
        common = folders(root)[1]
    except ERRORS:
        return "", False
    found = [*_PATH.findall(read_limited(f"{home}/.gitconfig")), *_PATH.findall(read_limited(f"{common}/config"))]
    if not found:
        return f"{common}/hooks", False
    named = found[-1].strip()
    if "\0" in named:
        return "", False
    path = os.path.normpath(os.path.join(root, home + named[1:] if named.startswith("~/") else named))
    own = path.endswith("/.husky/_")
    return (os.path.dirname(path) if own else path), own or path.endswith("/.husky")


def _as_shell(text: str) -> str:
    """A script as shell text: of another language by its `#!` line, its interpreter's run."""
    if not text.startswith("#!"):
        return text
    first, _, rest = text.partition("\n")
    words = [word for word in first[2:].split() if word[0] != "-" and not word.endswith("/env")]
    program = words[0].rpartition("/")[2] if words else "sh"
    return rest if program in _SHELLS else f"{program} {_CODE_OPTION.get(program, '-c')} {quote(rest)}"
