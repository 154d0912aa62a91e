"""Whether the commits of a git branch stay reachable when the branch is deleted, found from files without running git.

Only a clear yes counts: another branch, tag or remote branch that ends at the same commit, or the newest history of HEAD.
"""

from __future__ import annotations

import os

from sensor.effects.git.objects import ERRORS, commit_text, folders, packed_refs, text

MAX_REFS = 2000
MAX_COMMITS = 100


def is_kept(root: str, branches: list[str]) -> bool:
    """Whether every one of `branches` ends at a commit that something else in the repository at `root` holds."""
    try:
        own, common = folders(root)
        refs = _refs(common)
        gone = {f"refs/heads/{branch}" for branch in branches}
        others = {commit for name, commit in refs.items() if name not in gone}
        tips = {refs.get(name, "") for name in gone}
        missing = tips - others
        return bool(tips) and "" not in tips and (not missing or missing <= _history((own, common), refs, gone))
    except ERRORS:
        return False


def have_commits(root: str, branches: list[str]) -> bool:
    """Whether every one of `branches` is there, so that git says its commit when it deletes it."""
    try:
        refs = _refs(folders(root)[1])
    except ERRORS:
        return False
    return bool(branches) and all(f"refs/heads/{branch}" in refs for branch in branches)


def has_stash(root: str) -> bool:
    """Whether something is stashed."""
    try:
        common = folders(root)[1]
        return os.path.exists(common + "/refs/stash") or "refs/stash" in packed_refs(common)
    except ERRORS:
        return False


def _refs(folder: str) -> dict[str, str]:
    """Commit of every ref by full name; loose ones win over packed ones."""
    found = packed_refs(folder)
    for place, below, names in os.walk(folder + "/refs"):
        below.sort()
        for name in names:
            if len(found) > MAX_REFS:
                raise ValueError(folder)
            path = f"{place}/{name}"
            found[os.path.relpath(path, folder)] = text(path, 4096).strip()
    return {name: commit for name, commit in found.items() if len(commit) == 40 and not name.startswith(("refs/stash", "refs/bisect/"))}


def _history(where: tuple[str, str], refs: dict[str, str], gone: set[str]) -> set[str]:
    """The newest commits of HEAD, as far as they can be read."""
    own, common = where
    head = text(own + "/HEAD", 4096).strip()
    name = head.removeprefix("ref: ")
    if name in gone:
        return set()
    queue, found = [refs.get(name, name if len(name) == 40 else "")], set[str]()
    while queue and len(found) < MAX_COMMITS:
        commit = queue.pop(0)
        if commit in found or not commit.isalnum():
            continue
        found.add(commit)
        queue += _parents(common, commit)
    return found


def _parents(common: str, commit: str) -> list[str]:
    try:
        lines = commit_text(common, commit).partition("\n\n")[0].splitlines()
    except ERRORS:
        return []
    return [line[7:] for line in lines if line.startswith("parent ")]
