"""Whether the commits of a git branch stay reachable when the branch is deleted, found from files without running git.

Only a clear yes counts: another branch, tag or remote branch that ends at the same commit, or the loose history of HEAD.
"""

from __future__ import annotations

import os
import zlib

MAX_REFS = 2000
MAX_PACKED = 1_000_000
MAX_COMMITS = 100
_MAX_OBJECT = 65536
_ERRORS = (OSError, ValueError, IndexError, zlib.error)


def is_kept(root: str, branches: list[str]) -> bool:
    """Whether every one of `branches` ends at a commit that something else in the repository at `root` holds."""
    folder = root + "/.git"
    try:
        refs = _refs(folder)
        gone = {f"refs/heads/{branch}" for branch in branches}
        others = {commit for name, commit in refs.items() if name not in gone}
        tips = {refs.get(name, "") for name in gone}
        missing = tips - others
        return bool(tips) and "" not in tips and (not missing or missing <= _history(folder, refs, gone))
    except _ERRORS:
        return False


def _refs(folder: str) -> dict[str, str]:
    """Commit of every ref by full name; loose ones win over packed ones."""
    found: dict[str, str] = {}
    packed = folder + "/packed-refs"
    if os.path.exists(packed):
        for line in _text(packed, MAX_PACKED).splitlines():
            commit, _, name = line.partition(" ")
            if len(commit) == 40 and name:
                found[name] = commit
    for place, folders, names in os.walk(folder + "/refs"):
        folders.sort()
        for name in names:
            if len(found) > MAX_REFS:
                raise ValueError(folder)
            path = f"{place}/{name}"
            found[os.path.relpath(path, folder)] = _text(path, 4096).strip()
    return {name: commit for name, commit in found.items() if len(commit) == 40 and not name.startswith(("refs/stash", "refs/bisect/"))}


def _history(folder: str, refs: dict[str, str], gone: set[str]) -> set[str]:
    """The newest commits of HEAD, as far as they are not packed."""
    head = _text(folder + "/HEAD", 4096).strip()
    name = head.removeprefix("ref: ")
    if name in gone:
        return set()
    queue, found = [refs.get(name, name if len(name) == 40 else "")], set[str]()
    while queue and len(found) < MAX_COMMITS:
        commit = queue.pop(0)
        if commit in found or not commit.isalnum():
            continue
        found.add(commit)
        queue += _parents(folder, commit)
    return found


def _parents(folder: str, commit: str) -> list[str]:
    path = f"{folder}/objects/{commit[:2]}/{commit[2:]}"
    if not os.path.exists(path):
        return []
    with open(path, "rb") as file:
        text = zlib.decompressobj().decompress(file.read(_MAX_OBJECT), _MAX_OBJECT)
    _, _, body = text.partition(b"\0")
    return [line[7:].decode("ascii") for line in body.partition(b"\n\n")[0].splitlines() if line.startswith(b"parent ")]


def _text(path: str, limit: int) -> str:
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(path)
    return data.decode("utf-8")
