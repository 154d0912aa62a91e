"""Programs whose files and hosts do not follow one simple row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sensor.effects.places.hosts import make_host, parse_remote, parse_target, parse_url
from sensor.effects.programs.finders import find_starts, found_by
from sensor.effects.shell.scope import Field
from sensor.model.effects import PathRef

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.runs.effect import Touched
    from sensor.effects.shell.walk import Walk

Adjust = Callable[["Walk", "Arguments", tuple[str, ...], "Touched"], None]
_ARCHIVE_MODES = "xctruAd"
# Modes with which the owner can read on, and nobody else comes to write.
_SAME_WRITERS = re.compile(r"0?[4-7][0145][0145]|(?:(?:go?|og?)(?:-[rwx]+|=[rx]*)|u\+[rwx]+|u=r[wx]*|[ugoa]*\+[rx]+)(?:,(?:(?:go?|og?)(?:-[rwx]+|=[rx]*)|u\+[rwx]+|u=r[wx]*))*")


def _put(refs: list[PathRef], ref: PathRef | None) -> None:
    if ref is not None and ref not in refs:
        refs.append(ref)


def _after(field: Field, cut: int) -> Field:
    """The field without its first `cut` characters."""
    return Field(field.text[cut:], field.known, field.glob, field.head[cut:] if field.head else "", field.tail, field.origins)


def _dd(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    for field in arguments.operands:
        if field.text.startswith("if="):
            _put(touched.reads, walk.ref(_after(field, 3)))
        elif field.text.startswith("of="):
            _put(touched.writes, walk.ref(_after(field, 3)))


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
        _put(touched.writes, walk.ref(Field(name)))
    if arguments.flags & {"symbolic", "s"} and len(touched.reads) == 1 and touched.writes:
        source = touched.reads[0].path
        for link in touched.writes:
            if source and link.path and link.path != source:
                walk.paths.add_link(link.path, source)


def _rsync(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    remote_target = bool(arguments.operands) and parse_remote(arguments.operands[-1].text) is not None
    if remote_target:
        # the local operand before a remote target is a source
        touched.reads += touched.writes
        touched.writes.clear()
    elif touched.hosts and not touched.writes and touched.reads:
        touched.writes.append(touched.reads.pop())
    if any(flag.startswith("delete") for flag in arguments.flags) and not remote_target:
        arguments.flags.add("delete")
        target = arguments.operands[-1] if arguments.operands else None
        if target is not None:
            _put(touched.deletes, walk.ref(target, deletes=True))
    if "remove-source-files" in arguments.flags:
        touched.deletes += touched.reads


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
        _put(touched.writes, walk.ref(folder) if folder is not None else target)
        if archive is not None:
            _put(touched.reads, walk.ref(archive))
    elif letters & set("cru") or flags & {"create", "append", "update"}:
        flags.add("create")
        if archive is not None:
            host = parse_remote(archive.text) if "force-local" not in flags else None
            if host is None or archive.text.startswith("/"):
                _put(touched.writes, walk.ref(archive))
            else:
                touched.hosts.append(host)
        if folder is not None and folder.known:
            walk.scope.cwd = walk.paths.absolute(folder.text, saved)
        for field in operands:
            _put(touched.reads, walk.ref(field))
            if "remove-files" in flags:
                _put(touched.deletes, walk.ref(field, deletes=True))
        walk.scope.cwd = saved
        listed = arguments.value("T", "files-from")
        if listed is not None:
            _put(touched.reads, walk.ref(listed))
    elif archive is not None:
        _put(touched.reads, walk.ref(archive))


def _seven(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`7z a -sdel archive files` deletes the files afterwards."""
    if arguments.flags >= set("sdel"):  # one dash: read as a cluster of letters
        for field in arguments.operands[1:]:
            _put(touched.deletes, walk.ref(field, deletes=True))


def _unzip(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if not touched.writes and not arguments.flags & {"l", "list", "t", "p", "Z", "v"}:
        _put(touched.writes, walk.ref(Field(".")))
    del touched.reads[1:]


def _gzip(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.writes += touched.reads if not arguments.flags & {"stdout", "c", "l", "t"} else []


def _find(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    starts, patterns = find_starts(arguments)
    touched.reads.clear()
    if "delete" in arguments.flags:
        for start in starts:
            for found in [start] if patterns is None else found_by(start, patterns):
                _put(touched.deletes, walk.ref(found, deletes=True))
    for name in ("fprint", "fprintf", "fls", "fprint0"):
        field = arguments.value(name)
        if field is not None:
            _put(touched.writes, walk.ref(field))


def _curl(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    for name, field in arguments.values:
        if name in ("url", "x", "proxy", "resolve", "connect-to", "doh-url"):
            host = parse_target(field.text)
            if host is not None and name == "url":
                touched.hosts.append(host)
        elif name in _UPLOADS:
            for marker in ("@", "<"):
                index = field.text.find(marker)
                if index >= 0 and (index == 0 or field.text[index - 1] == "=" or name == "data-urlencode") and name != "data-raw":
                    cut = _after(field, index + 1)
                    for part in cut.text.partition(";")[0].split(",") if cut.known and name == "form" else [cut.text.partition(";")[0]]:
                        _put(touched.reads, walk.ref(Field(part, cut.known, cut.glob, cut.head, cut.tail)))
                    break
    if "remote-name" in arguments.flags:
        folder = arguments.value("output-dir")
        for host in touched.hosts:
            name = host.url.partition("?")[0].rstrip("/").rpartition("/")[2]
            if name:
                _put(touched.writes, walk.ref(Field(f"{folder.text}/{name}" if folder is not None else name)))


_UPLOADS = frozenset({"data", "data-binary", "data-ascii", "data-urlencode", "data-raw", "form", "json", "header", "variable"})


def _wget(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if not arguments.flags & {"output-document", "spider", "help", "version"} and touched.hosts:
        folder = arguments.value("directory-prefix")
        for host in touched.hosts:
            name = host.url.partition("?")[0].rstrip("/").rpartition("/")[2] or "index.html"
            _put(touched.writes, walk.ref(Field(f"{folder.text}/{name}" if folder is not None else name)))


def _socat(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    for field in arguments.operands:
        kind, _, rest = field.text.partition(":")
        if kind.upper() in ("TCP", "TCP4", "TCP6", "UDP", "UDP4", "OPENSSL", "SSL", "TCP-CONNECT", "OPENSSL-CONNECT", "UDP-SENDTO"):
            host = parse_target(rest.partition(",")[0]) or parse_target("http://" + rest.partition(",")[0])
            if host is not None:
                touched.hosts.append(host)
        elif kind.upper() in ("FILE", "OPEN", "GOPEN"):
            _put(touched.reads, walk.ref(Field(rest.partition(",")[0])))
        elif kind.upper() in ("CREATE",):
            _put(touched.writes, walk.ref(Field(rest.partition(",")[0])))


def _openssl(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    connect = arguments.value("connect")
    host = parse_target(connect.text) if connect is not None else None
    if host is not None:
        touched.hosts.append(host)


def _mounts(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """Bind mounts of containers: the container may write there unless the mount is read-only."""
    for name, field in arguments.values:
        if name in ("volume", "v"):
            parts = field.text.split(":")
            if len(parts) > 1 and (parts[0].startswith(("/", ".", "~", "$")) or not field.known):
                source = Field(parts[0], field.known, False, field.head.partition(":")[0], "")
                _put(touched.reads if "ro" in parts[2:] else touched.writes, walk.ref(source))
        elif name == "mount":
            facts = dict(part.partition("=")[::2] for part in field.text.split(","))
            source_text = facts.get("source") or facts.get("src")
            if source_text and facts.get("type", "bind") == "bind":
                reading = "readonly" in facts or "ro" in facts
                _put(touched.reads if reading else touched.writes, walk.ref(Field(source_text, field.known)))


def _into_container(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`kubectl cp file pod:/path` and back: what has no colon is a file of this machine; `lxc file push file box/path`."""
    if subcommand[-1:] == ("cp",) and len(arguments.operands) == 2:
        source, target = arguments.operands
        _put(touched.reads, walk.ref(source) if ":" not in source.text else None)
        _put(touched.writes, walk.ref(target) if ":" not in target.text else None)
    elif subcommand == ("file", "push"):
        for field in arguments.operands[:-1]:
            _put(touched.reads, walk.ref(field))


def _twins(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """`fdupes -dN`, `rdfind -deleteduplicates true`: all but one of the files that are alike go."""
    if arguments.flags & {"dedupe", "deleteduplicates"} and not arguments.flags & {"n", "dryrun"}:
        touched.deletes += [ref for field in arguments.operands if (ref := walk.ref(field, deletes=True)) is not None]


def _docker(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    _mounts(walk, arguments, subcommand, touched)
    if subcommand[:1] == ("cp",) or subcommand[:2] == ("container", "cp"):
        _into_container(walk, arguments, subcommand, touched)
    elif subcommand[:1] == ("build",) and arguments.operands:
        _put(touched.reads, walk.ref(arguments.operands[-1]))


def _first_operand_urls(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    for field in arguments.operands:
        host = parse_url(field.text) if "://" in field.text else None
        if host is not None:
            touched.hosts.append(host)


def _aws(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    endpoints = [parse_url(field.text) if field.known else None for name, field in arguments.values if name == "endpoint-url"]
    if endpoints and all(host is not None and "@loopback" in host.places for host in endpoints) and not any(
            flag.startswith("end") and flag != "endpoint-url" for flag in arguments.flags):
        arguments.flags.add("local-endpoint")
    if subcommand[:1] == ("s3",) and len(arguments.operands) == 2:
        source, target = arguments.operands
        if not source.text.startswith("s3://"):
            _put(touched.reads, walk.ref(source))
        host = parse_url(target.text) if "://" in target.text else None
        if host is None:
            _put(touched.writes, walk.ref(target))
        elif not source.text.startswith("s3://"):
            touched.hosts.append(host)


def _gsutil(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if subcommand[:1] and subcommand[0] in ("cp", "mv", "rsync") and len(arguments.operands) > 1:
        host = parse_url(arguments.operands[-1].text) if "://" in arguments.operands[-1].text else None
        local = [field for field in arguments.operands if "://" not in field.text]
        if host is not None:
            touched.hosts.append(host)
        for field in local:
            _put(touched.reads if host is not None else touched.writes, walk.ref(field))


def _gh(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    _first_operand_urls(walk, arguments, subcommand, touched)
    if subcommand in (("gist", "create"), ("gist", "edit"), ("release", "upload")):
        for field in arguments.operands:
            _put(touched.reads, walk.ref(field))
        touched.hosts.append(make_host("api.github.com", 443))


def _scp(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    remote_target = bool(arguments.operands) and parse_remote(arguments.operands[-1].text) is not None
    if remote_target:
        touched.reads += touched.writes
        touched.writes.clear()
    elif touched.hosts and touched.reads and not touched.writes:
        touched.writes.append(touched.reads.pop())


def _mount(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """A bind mount hides what was there; so does any other mount over a folder that is protected."""
    options = arguments.value("options")
    if arguments.flags & {"bind", "rbind", "move", "B"} or (options is not None and "bind" in options.text):
        for field in arguments.operands[1:2]:
            _put(touched.writes, walk.ref(field))
    for field in arguments.operands[-1:]:
        ref = walk.ref(field, deletes=True)
        if ref is not None and ref.places & {"@handrail", "@agent-config"}:
            _put(touched.writes, ref)


def _crontab(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if not arguments.flags & {"list", "l"}:
        _put(touched.writes, walk.ref(Field("/var/spool/cron/crontab")))


ADJUST: dict[str, Adjust] = {
    "dd": _dd, "sed": _sed, "yq": _sed, "perl": _sed, "mv": _mv, "chmod": _chmod, "ln": _ln, "rsync": _rsync, "tar": _tar, "unzip": _unzip, "7z": _seven, "7za": _seven,
    "gzip": _gzip, "find": _find, "curl": _curl, "wget": _wget, "socat": _socat, "openssl": _openssl, "docker": _docker,
    "podman": _docker, "nerdctl": _docker, "kubectl": _into_container, "oc": _into_container, "lxc": _into_container, "incus": _into_container,
    "fdupes": _twins, "jdupes": _twins, "rdfind": _twins, "scp": _scp, "aws": _aws, "gh": _gh, "gsutil": _gsutil, "crontab": _crontab, "mount": _mount, "dcfldd": _dd,
}
