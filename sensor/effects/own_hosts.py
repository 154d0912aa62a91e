"""Hosts that the project itself works with: that of its remote `origin`, and those of its committed settings for registries.

Code from there is no foreign code. Only what lay in the project before counts: not what this call sets, and the sensor takes
it back when an earlier call of an agent wrote what told of the host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.git.objects import ERRORS, blob_names, data, folders, head_commit, text
from sensor.effects.git.settings import MAX_FILE, parse_settings
from sensor.effects.runs.sources import FETCHERS, FOREIGN_INDEX, FOREIGN_NAMED, UNKNOWN_SOURCE, foreign_hosts

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import Effect

OWN_SOURCE = "own-source"
"""Every address that the run names leads to a host that many use, or to one of the project's own."""
_FOREIGN = frozenset({UNKNOWN_SOURCE, FOREIGN_INDEX, FOREIGN_NAMED})
_ORIGIN = re.compile(r"(?:(?:https|ssh)://(?:[^/@\s]*@)?|[\w.-]+@)((?:[\w-]+\.)+[\w-]+)(?::\d+)?[:/]")
# The rest of the name is the company's: `git.acme.example` speaks for `npm.acme.example`.
_FORGES = frozenset({"git", "gitlab", "gitea", "forgejo", "github", "ghe", "bitbucket", "stash", "scm", "gerrit"})
_SETTINGS = (
    ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pip.conf", "requirements.txt", "pyproject.toml", "uv.toml", "poetry.toml", "Pipfile", "Gemfile", "nuget.config", "NuGet.Config", "composer.json",
)
_REGISTRY = re.compile(r"""(?im)^\s*(?:(?:@[\w.-]+:)?registry|npmRegistryServer|(?:--)?(?:extra-)?index-url|source|"?url"?|<add\s[^>\n]*value)\s*[:=(]?\s*["']?https://(?:[\w.~%+:${}-]*@)?((?:[\w-]+\.)+[\w-]+)(?=[:/"'\s]|$)""")


def mark_own(walk: Walk, effects: Sequence[Effect]) -> Sequence[Effect]:
    """The effects, with OWN_SOURCE instead of what speaks of a foreign host at those whose hosts are all known; what told of them goes to `walk.relied_on`."""
    asked = {number: hosts for number, effect in enumerate(effects) if effect.program in FETCHERS and (hosts := _foreign(effect))}
    if not asked or any(key.startswith(("remote.", "url.", "include")) for key in walk.settings):
        return effects
    own = {host: path for path, host in _own_hosts(walk) if not _is_written(path, walk, effects)}
    marked = list(effects)
    for number, hosts in asked.items():
        told = [next((path for name, path in own.items() if _is_of(host, name)), "") for host in hosts]
        if all(told):
            marked[number] = msgspec.structs.replace(effects[number], flags=effects[number].flags - _FOREIGN | {OWN_SOURCE})
            walk.relied_on.update(told)
    return marked


def _foreign(effect: Effect) -> list[str] | None:
    words = [*effect.argv[1:], *(value for _, value in effect.assignments)]
    return foreign_hosts(effect.program, words) if any("://" in word or not effect.flags.isdisjoint(_FOREIGN) for word in words) else None


def _own_hosts(walk: Walk) -> Iterator[tuple[str, str]]:
    """Each host with the file that tells of it."""
    start = next(iter(walk.paths.roots), "") or walk.paths.cwd
    root = walk.paths.repo_root(start) if start.startswith("/") else ""
    try:
        own, common = folders(root)
        config = common + "/config"
        origin = _ORIGIN.match(parse_settings(text(config, MAX_FILE)).get("remote.origin.url", "")) if root else None
        if origin is not None:
            yield config, origin.group(1).lower()
        committed = blob_names(common, head_commit(own, common)) if root else {}
    except ERRORS:
        return
    for name in _SETTINGS:
        if name in committed:
            yield from ((f"{root}/{name}", host.lower()) for host in _of_settings(f"{root}/{name}", committed[name]))


def _of_settings(path: str, committed: str) -> list[str]:
    """The hosts of registries in a file that is as the last commit has it."""
    try:
        content = data(path, MAX_FILE)
    except ERRORS:
        return []
    is_same = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == committed
    return _REGISTRY.findall(content.decode("utf-8", "replace")) if is_same else []


def _is_of(host: str, own: str) -> bool:
    first, _, company = own.partition(".")
    return host == own or (first in _FORGES and "." in company and host.endswith("." + company))


def _is_written(path: str, walk: Walk, effects: Sequence[Effect]) -> bool:
    """Whether this call, or an earlier one that is known, wrote the file or a folder around it."""
    above = {path[: index] for index, sign in enumerate(path) if sign == "/"} | {path}
    return any(ref.path in above for effect in effects for ref in effect.writes) or not above.isdisjoint(walk.written)
