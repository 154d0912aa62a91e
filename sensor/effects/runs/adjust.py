"""Programs whose files and hosts do not follow one simple row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.places.disks import REMOVABLE, is_removable
from sensor.effects.places.hosts import parse_remote
from sensor.effects.programs.finders import find_starts, found_by
from sensor.effects.runs.effect import part_of, put
from sensor.effects.runs.transfers import TRANSFERS
from sensor.effects.shell.scope import Field
from sensor.model.effects import PathRef

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.runs.effect import Adjust, Touched
    from sensor.effects.shell.walk import Walk

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")  # of Windows
_ARCHIVE_MODES = "xctruAd"
# Modes with which the owner can read on, and nobody else comes to write.
_SAME_WRITERS = re.compile(r"0?[4-7][0145][0145]|(?:(?:go?|og?)(?:-[rwx]+|=[rx]*)|u\+[rwx]+|u=r[wx]*|[ugoa]*\+[rx]+)(?:,(?:(?:go?|og?)(?:-[rwx]+|=[rx]*)|u\+[rwx]+|u=r[wx]*))*")


# Programs that others start by their name, so that one of theirs in a folder of the path takes their place.
_TRUSTED = re.compile(
    r"(?i)(?:handrail|claude|codex|cursor|gemini|opencode|aider|copilot|goose|windsurf|cline|amp|qwen|crush).*|sudo|su|doas|pkexec|login|passwd|ssh.*|scp|sftp|git.*|gpg.*|pass|sh|bash|zsh|fish|dash|env|ls|cat|cp|mv|rm|ps|id|grep|sed|awk|find|curl|wget|python[\d.]*|pip[\d.]*|node|npm|npx|systemctl|crontab")
NAMED_MEMBERS = "named-members"


def _names_members(operands: list[Field], flags: set[str], stripped: Field | None) -> bool:
    """Whether an archive is told single members to unpack, under names of their own that nothing trusts."""
    cut = int(stripped.text) if stripped is not None and stripped.text.isdigit() else 0 if stripped is None else 99
    if not operands or flags & {"wildcards", "P", "absolute-names", "absolute-paths", "files-from", "T", "transform", "xform", "s", "to-command", "recursive-unlink", "one-top-level"}:
        return False
    names = [field.text for field in operands]
    return all(field.known and not field.glob for field in operands) and not any(
        name.endswith(("/", "/.")) or name[:1] in ("/", "-") or ".." in name.split("/") or name == "." or name.count("/") < cut or re.search(r"[*?\[]", name) or _TRUSTED.fullmatch(name.rpartition("/")[2]) for name in names)


def _rm(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """What git keeps of a submodule that this call has taken out of the repository."""
    kept = [ref for ref in touched.deletes if not ref.path or "/.git/" in ref.path + "/"]
    gone = {name.rstrip("/") for effect in walk.effects if effect.program == "git" and effect.subcommand in (("rm",), ("submodule", "deinit")) for name in effect.operands}
    if gone and kept and all(ref.path.partition("/.git/modules/")[2] in gone and not ref.glob for ref in kept):
        arguments.flags.add("left-over")


def _dd(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    for field in arguments.operands:
        if field.text.startswith("if="):
            put(touched.reads, walk.ref(part_of(field, 3)))
        elif field.text.startswith("of="):
            put(touched.writes, walk.ref(part_of(field, 3)))
    devices = [ref.path for ref in touched.writes if "@devices" in ref.places]
    arguments.flags.discard(REMOVABLE)  # no option of that name says it
    if devices and all(map(is_removable, devices)):
        arguments.flags.add(REMOVABLE)


def _sed(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if "in-place" in arguments.flags or "inplace" in arguments.flags or "i" in arguments.flags:
        touched.writes += [ref for ref in touched.reads if ref not in touched.writes]


def _mv(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    for ref in list(touched.writes):
        if ref.raw == "/dev/null":
            touched.writes.remove(ref)
    if len(touched.deletes) == 1 and touched.deletes[0].glob and touched.writes and _moves_nothing(walk, touched.deletes[0], touched.writes[0]):
        touched.deletes.clear()


def _moves_nothing(walk: Walk, source: PathRef, target: PathRef) -> bool:
    """Whether `mv pattern target` must fail: several files into themselves, or into what is no folder."""
    if not target.path or not source.path.endswith("/*"):
        return False
    if target.path == (source.path[:-2] or "/"):
        return True
    made = any(ref.path == target.path for effect in walk.effects for ref in effect.writes)
    return source.path == "/*" and not made and not walk.paths.is_folder(target.path)


def _chmod(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if arguments.operands and _SAME_WRITERS.fullmatch(arguments.operands[0].text) and not arguments.flags & {"reference", "recursive"}:
        arguments.flags.add("same-writers")


def _ln(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if len(arguments.operands) == 1 and not touched.writes:
        name = arguments.operands[0].text.rstrip("/").rpartition("/")[2]
        put(touched.writes, walk.ref(Field(name)))
    _link(walk, touched)


def _cp(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if arguments.flags & {"link", "symbolic-link", "l", "s"}:
        _link(walk, touched)


def _link(walk: Walk, touched: Touched) -> None:
    """What is written under the new name is the old file, also by a hard link. In a folder the links bear the names of the files."""
    for link in touched.writes if touched.reads else ():
        folder = link.raw.endswith("/") or walk.paths.holds_files(link.path, walk.cwd())
        for source in touched.reads if folder else touched.reads[:1] if len(touched.reads) == 1 else ():
            place = f"{link.path.rstrip('/')}/{source.path.rpartition('/')[2]}" if folder else link.path
            if source.path and link.path and place != source.path:
                walk.paths.add_link(place, source.path)


def _tar(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    flags = arguments.flags
    operands = list(arguments.operands)
    bundle = ""
    if operands and not (flags & set(_ARCHIVE_MODES)) and not flags & {"extract", "create", "list", "append", "update"}:
        bundle = operands[0].text
        operands = operands[1:]
    letters = set(bundle) | {flag for flag in flags if len(flag) == 1}
    archive = arguments.value("f", "file")
    if archive is None and "f" in bundle and operands:
        archive, operands = operands[0], operands[1:]
    if archive is None and "TAPE" in walk.scope.variables:
        archive = next(iter(walk.scope.variables["TAPE"].fields), None)
    saved = walk.scope.cwd
    folder = arguments.value("C", "directory", "cd")
    if folder is None and "C" in bundle and operands:
        folder, operands = operands[0], operands[1:]
    if folder is not None:
        walk.scope.cwd = walk.paths.absolute(folder.text, saved) if folder.known else saved
    target = walk.ref(folder if folder is not None and folder.text.startswith("/") else Field("."))
    walk.scope.cwd = saved
    if "x" in letters or flags & {"extract", "get"}:
        flags.add("extract")
        if _names_members(operands, flags | letters, arguments.value("strip-components", "strip")):
            flags.add(NAMED_MEMBERS)
        put(touched.writes, walk.ref(folder) if folder is not None else target)
        if archive is not None:
            put(touched.reads, walk.ref(archive))
    elif letters & set("cru") or flags & {"create", "append", "update"}:
        flags.add("create")
        if archive is not None:
            host = parse_remote(archive.text) if "force-local" not in flags and not _DRIVE.match(archive.text) else None
            if host is None or archive.text.startswith("/"):
                put(touched.writes, walk.ref(archive))
            else:
                touched.hosts.append(host)
        if folder is not None and folder.known:
            walk.scope.cwd = walk.paths.absolute(folder.text, saved)
        for field in operands:
            put(touched.reads, walk.ref(field))
            if "remove-files" in flags:
                put(touched.deletes, walk.ref(field, deletes=True))
        walk.scope.cwd = saved
        listed = arguments.value("T", "files-from")
        if listed is not None:
            put(touched.reads, walk.ref(listed))
    elif archive is not None:
        put(touched.reads, walk.ref(archive))


def _seven(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`7z x archive -ofolder` unpacks there; `7z a -sdel archive files` deletes the files afterwards."""
    if subcommand[:1] in (("x",), ("e",)):
        put(touched.writes, walk.ref(next((part_of(field, 2) for field in arguments.words if field.text.startswith("-o") and len(field.text) > len("-o")), Field("."))))
    if arguments.flags >= set("sdel"):  # one dash: read as a cluster of letters
        for field in arguments.operands[1:]:
            put(touched.deletes, walk.ref(field, deletes=True))


def _cpio(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if "extract" in arguments.flags:
        put(touched.writes, walk.ref(Field(".")))


def _unzip(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if not touched.writes and not arguments.flags & {"l", "list", "t", "p", "Z", "v"}:
        put(touched.writes, walk.ref(Field(".")))
    if _names_members(arguments.operands[1:], arguments.flags, None):
        arguments.flags.add(NAMED_MEMBERS)
    del touched.reads[1:]


def _gzip(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.writes += touched.reads if not arguments.flags & {"stdout", "c", "l", "t", "list", "test", "keep", "k"} else []


def _last_written(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`ffmpeg -i in out`: the input has a flag, so that the only operand is the output."""
    for field in arguments.operands[-1:]:
        touched.reads = [ref for ref in touched.reads if ref.raw != field.text]
        put(touched.writes, walk.ref(field))


def _preview(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if "preview" in arguments.flags:
        touched.writes.clear()


def _zstd(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if arguments.flags & {"rm"}:
        touched.writes += touched.reads


def _awk(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if any(field.text == "inplace" for name, field in arguments.values if name in ("i", "include")):
        touched.writes += touched.reads


def _find(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    starts, patterns = find_starts(arguments)
    touched.reads.clear()
    if "delete" in arguments.flags:
        for start in starts:
            for found in [start] if patterns is None else found_by(start, patterns):
                put(touched.deletes, walk.ref(found, deletes=True))
    for name in ("fprint", "fprintf", "fls", "fprint0"):
        field = arguments.value(name)
        if field is not None:
            put(touched.writes, walk.ref(field))


def _mounts(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """Bind mounts of containers: the container may write there unless the mount is read-only."""
    for name, field in arguments.values:
        if name in ("volume", "v"):
            parts = field.text.split(":")
            if len(parts) > 1 and (parts[0].startswith(("/", ".", "~", "$")) or not field.known):
                source = Field(parts[0], field.known, False, field.head.partition(":")[0], "")
                put(touched.reads if "ro" in parts[2:] else touched.writes, walk.ref(source))
        elif name == "mount":
            facts = dict(part.partition("=")[::2] for part in field.text.split(","))
            source_text = facts.get("source") or facts.get("src")
            if source_text and facts.get("type", "bind") == "bind":
                reading = "readonly" in facts or "ro" in facts
                put(touched.reads if reading else touched.writes, walk.ref(Field(source_text, field.known)))


def _into_container(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`kubectl cp file pod:/path` and back: what has no colon is a file of this machine; `lxc file push file box/path`."""
    if subcommand[-1:] == ("cp",) and len(arguments.operands) == 2:
        source, target = arguments.operands
        put(touched.reads, walk.ref(source) if ":" not in source.text else None)
        put(touched.writes, walk.ref(target) if ":" not in target.text else None)
    elif subcommand == ("file", "push"):
        for field in arguments.operands[:-1]:
            put(touched.reads, walk.ref(field))


def _whole(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """Programs that take a folder with all that is in it, without being told, and read patterns themselves."""
    arguments.flags.add("recursive")
    for field in arguments.operands:
        if "*" in field.text and not field.glob:
            put(touched.deletes, walk.ref(Field(field.text.replace("**/", "").replace("**", "*"), field.known, glob=True), deletes=True))


def _gio(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if subcommand[:1] in (("trash",), ("remove",)):
        arguments.flags.add("recursive")
        for field in arguments.operands:
            put(touched.deletes, walk.ref(field, deletes=True))


def _rewrites(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """Editors of one kind of file, which write it where they are told so."""
    if "in-place" in arguments.flags or subcommand[:1] in (("put",), ("delete",)):
        touched.writes += [ref for ref in touched.reads if ref not in touched.writes]


def _ghostscript(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    for field in arguments.words:
        if field.text.startswith("-sOutputFile="):
            put(touched.writes, walk.ref(part_of(field, len("-sOutputFile="))))


def _twins(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`fdupes -dN`, `rdfind -deleteduplicates true`: all but one of the files that are alike go."""
    if arguments.flags & {"dedupe", "deleteduplicates"} and not arguments.flags & {"n", "dryrun"}:
        touched.deletes += [ref for field in arguments.operands if (ref := walk.ref(field, deletes=True)) is not None]


def _docker(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    _mounts(walk, arguments, subcommand, touched)
    if subcommand[:1] == ("cp",) or subcommand[:2] == ("container", "cp"):
        _into_container(walk, arguments, subcommand, touched)
    elif subcommand[-1:] == ("build",) and arguments.operands:
        put(touched.reads, walk.ref(arguments.operands[-1]))
    output = arguments.value("output", "o")
    if output is not None and subcommand[-1:] in (("build",), ("bake",), ("save",), ("export",)):
        parts = dict(part.partition("=")[::2] for part in output.text.split(","))
        target = output if "=" not in output.text else Field(parts.get("dest", ""), output.known)
        put(touched.writes, walk.ref(target))


def _mount(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """A bind mount hides what was there; so does any other mount over a folder that is protected."""
    options = arguments.value("options")
    if arguments.flags & {"bind", "rbind", "move", "B"} or (options is not None and "bind" in options.text):
        for field in arguments.operands[1:2]:
            put(touched.writes, walk.ref(field))
    for field in arguments.operands[-1:]:
        ref = walk.ref(field, deletes=True)
        if ref is not None and ref.places & {"@handrail", "@agent-config"}:
            put(touched.writes, ref)


def _crontab(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if not arguments.flags & {"list", "l", "T"}:
        put(touched.writes, walk.ref(Field("/var/spool/cron/crontab")))


ADJUST: dict[str, Adjust] = {
    **TRANSFERS,
    "dd": _dd, "rm": _rm, "sed": _sed, "yq": _sed, "perl": _sed, "mv": _mv, "chmod": _chmod, "ln": _ln, "link": _ln, "cp": _cp, "gcp": _cp, "tar": _tar, "unzip": _unzip, "7z": _seven, "7za": _seven, "cpio": _cpio,
    "gzip": _gzip, "find": _find, "docker": _docker,
    "podman": _docker, "nerdctl": _docker, "kubectl": _into_container, "oc": _into_container, "lxc": _into_container, "incus": _into_container,
    "rimraf": _whole, "del-cli": _whole, "del": _whole, "trash-cli": _whole, "trash": _whole, "trash-put": _whole, "gio": _gio, "jaq": _rewrites, "dasel": _rewrites, "gs": _ghostscript, "ffmpeg": _last_written, "sd": _preview, "awk": _awk,
    "xz": _gzip, "bzip2": _gzip, "zstd": _zstd, "fdupes": _twins, "jdupes": _twins, "rdfind": _twins, "crontab": _crontab, "mount": _mount, "dcfldd": _dd,
}
