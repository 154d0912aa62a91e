"""What is known about a file: digests, size, rights, where its links lead, and which hooks stand in it. Content stays in the file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import Any

import msgspec

from hooks.settings import entries
from hooks.settings.files import BOM
from hooks.settings.formats import FORMATS, SettingsFormat
from hooks.settings.jsonc import Node, SyntaxProblem
from sensor.model.calls import Value
from sensor.model.watching import HookChange, HookEntry
from sensor.watching.facets import facet_of

READ_BYTES = 16 * 1024 * 1024
HASHED_BYTES = 64 * 1024 * 1024  # of more no digest is made: a file without end would keep the watcher from all others
CHUNK = 1024 * 1024


class Signature(Value, gc=False):
    """What tells without reading that a file may have changed. ctime cannot be set back by a program."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    mode: int
    uid: int
    target: str = ""


class HookView(Value):
    """The hooks of a settings file: digests of our entries by event, entries of others, whether all are off, or why it cannot be read."""

    agent: str
    ours: dict[str, str] = {}
    foreign: tuple[HookEntry, ...] = ()
    off: bool = False
    problem: str = ""


class FileState(Value):
    """A file as it was read. `sha256` "" = not readable, or too large; `part_sha256` is the digest of the part that counts, "" = all of it does."""

    signature: Signature
    sha256: str
    part_sha256: str = ""
    hooks: HookView | None = None

    @property
    def essence(self) -> tuple[str, int, int, str]:
        """What makes two states different: the part that counts, rights, owner, and where a link leads."""
        return self.part_sha256 or self.sha256, self.signature.mode, self.signature.uid, self.signature.target


def sign(path: str) -> Signature | None:
    """The signature of a regular file, through links; None where there is none."""
    target = ""
    try:
        facts = os.lstat(path)
        if stat.S_ISLNK(facts.st_mode):
            target, facts = os.fsencode(os.path.realpath(path)).decode("utf-8", "replace"), os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    return Signature(size=facts.st_size, mtime_ns=facts.st_mtime_ns, ctime_ns=facts.st_ctime_ns, inode=facts.st_ino,
                     mode=stat.S_IMODE(facts.st_mode), uid=facts.st_uid, target=target)


def read_state(path: str, agent: str = "", client: str = "") -> FileState | None:
    """Read a file once; None where there is none. `agent` = whose hooks stand in it, `client` = the program that ours run."""
    signature = sign(path)
    if signature is None:
        return None
    whole, data = hashlib.sha256(), b""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            data = file.read(READ_BYTES)
            whole.update(data)
            while (more := file.read(CHUNK)) and file.tell() <= HASHED_BYTES:
                whole.update(more)
    except OSError:
        return FileState(signature=signature, sha256="") if sign(path) is not None else None
    if more:
        return FileState(signature=signature, sha256="", part_sha256=_digest([signature.size, signature.mtime_ns, signature.ctime_ns]))
    facet = facet_of(path)
    part = hashlib.sha256(facet[1](data)).hexdigest() if facet is not None else ""
    return FileState(signature=signature, sha256=whole.hexdigest(), part_sha256=part, hooks=view_hooks(data, agent, client, path) if agent else None)


def view_hooks(data: bytes, agent: str, client: str, path: str = "") -> HookView:
    """The hooks of a settings file's content. Entries of others are told apart by `path` too: `./check.sh` is another program in another project."""
    form = FORMATS[agent]
    try:
        root = entries.parse_settings(data.removeprefix(BOM).decode())
    except UnicodeDecodeError:
        return HookView(agent=agent, problem="not UTF-8")
    except SyntaxProblem as error:
        return HookView(agent=agent, problem=str(error))
    ours = {entry.event: _digest([entry.event, entry.group]) for entry in entries.find_entries(root, form, client)}
    foreign = tuple(_foreign(path, *one) for one in _others(root, form, client))
    return HookView(agent=agent, ours=ours, foreign=foreign, off=root.value.get("disableAllHooks") is True)


class ForeignEntry(Value):
    """A hook entry of another program, for a person: `words` is its command, or all of it."""

    agent: str
    path: str
    event: str
    sha256: str
    words: str


def foreign_entries(root: Node, path: str, agent: str, client: str) -> tuple[ForeignEntry, ...]:
    """The entries of others in the settings file `path` of `agent`."""
    found = [(_foreign(path, event, item, handler), handler) for event, item, handler in _others(root, FORMATS[agent], client)]
    return tuple(ForeignEntry(agent=agent, path=path, event=entry.event, sha256=entry.sha256, words=_words(handler)) for entry, handler in found)


def unknown_entries(path: str, agent: str, client: str, digests: set[str]) -> tuple[ForeignEntry, ...]:
    """Those entries of others in a settings file that have one of `digests`; none where the file cannot be read now."""
    try:
        with open(path, "rb") as file:
            root = entries.parse_settings(file.read(READ_BYTES).removeprefix(BOM).decode())
    except (OSError, UnicodeDecodeError, SyntaxProblem):
        return ()
    return tuple(entry for entry in foreign_entries(root, path, agent, client) if entry.sha256 in digests)


def compare_hooks(before: HookView | None, after: HookView | None, agent: str, is_expected: bool) -> HookChange | None:
    """What happened to the hooks; None when nothing did. None for a view = there is no file."""
    old, new = before or HookView(agent=agent), after or HookView(agent=agent)
    if new.problem and not old.problem:
        return HookChange(agent=agent, lost=tuple(old.ours), problem=new.problem, is_expected=is_expected)
    change = HookChange(
        agent=agent, lost=tuple(event for event in old.ours if event not in new.ours), gained=tuple(event for event in new.ours if event not in old.ours),
        altered=tuple(event for event, digest in old.ours.items() if new.ours.get(event, digest) != digest),
        foreign=tuple(entry for entry in new.foreign if entry not in old.foreign), foreign_gone=sum(entry not in new.foreign for entry in old.foreign),
        off=new.off and not old.off, problem=new.problem, is_expected=is_expected,
    )
    return change if change.lost or change.gained or change.altered or change.foreign or change.foreign_gone or change.off else None


def _others(root: Node, form: SettingsFormat, client: str) -> Iterator[tuple[str, Any, Any]]:
    """(event, item of its list, handler) of every entry that is not ours."""
    for event, items in entries.foreign_part(root, form, client)[1].items():
        for item in items:
            yield from ((event, item, handler) for handler in _handlers(item, form))


def _words(handler: Any) -> str:
    command = handler.get("command") if isinstance(handler, dict) else None
    return command if isinstance(command, str) else msgspec.json.encode(handler).decode()


def _handlers(item: Any, form: SettingsFormat) -> list[Any]:
    handlers = item.get("hooks") if form.grouped and isinstance(item, dict) else None
    return handlers if isinstance(handlers, list) else [item]


def _foreign(path: str, event: str, item: Any, handler: Any) -> HookEntry:
    matcher = item.get("matcher") if isinstance(item, dict) else None
    return HookEntry(event=event[:80], sha256=_digest([path, event, matcher, handler]))


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
