"""Programs that carry files from one machine to another: what they send, fetch and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.places.hosts import make_host, parse_remote, parse_target, parse_url
from sensor.effects.programs.operands import split_arguments
from sensor.effects.programs.table import spec_of
from sensor.effects.runs.effect import part_of, put, touch
from sensor.effects.shell.paths import path_field
from sensor.effects.shell.scope import Field

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.runs.effect import Adjust, Touched
    from sensor.effects.shell.walk import Walk

MAX_LINES = 256  # of a file with options
_CONFIG_LINE = re.compile(r"\s*-{0,2}([a-zA-Z][\w-]*)(?:\s*[=:]\s*|\s+|$)(.*)")
_WRITTEN_OUT = re.compile(r"%output\{>{0,2}([^}{]+)\}")
_UPLOADS = frozenset({"url-query", "data", "data-binary", "data-ascii", "data-urlencode", "data-raw", "form", "json", "header", "variable"})
_ITEM_FILE = re.compile(r"[^@/\s=:]*(?:==?|:=?)?@")


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
            put(touched.deletes, walk.ref(target, deletes=True))
    if "remove-source-files" in arguments.flags:
        touched.deletes += touched.reads
    _to_itself(walk, arguments, touched)


def _more_options(walk: Walk, program: str, words: list[Field], found: tuple[Arguments, Touched]) -> None:
    """Options that are written elsewhere than on the command line do what those there do."""
    arguments, touched = found
    spec = spec_of(program)
    added = split_arguments(words, spec)
    touch(walk, spec, added, touched)
    arguments.flags |= added.flags
    arguments.values += added.values
    arguments.operands += added.operands


def _curl(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    config = arguments.value("config")
    if config is not None and (text := walk.file_stream(config, walk.ref(config)).text):
        pairs = [_CONFIG_LINE.match(line) for line in text.split("\n")[:MAX_LINES]]
        _more_options(walk, "curl", [Field(word) for pair in pairs if pair for word in (f"{'--' if len(pair.group(1)) > 1 else '-'}{pair.group(1)}", pair.group(2).strip("\"'")) if word], (arguments, touched))
    for name, field in arguments.values:
        if name in ("url", "x", "proxy", "resolve", "connect-to", "doh-url"):
            host = parse_target(field.text)
            if host is not None and name == "url":
                touched.hosts.append(host)
        elif name in ("expand-upload-file", "expand-output"):
            filled = Field(field.text.replace("{{HOME}}", walk.home), field.known)
            put(touched.writes if name == "expand-output" else touched.reads, walk.ref(filled))
        elif name == "write-out" or name == "w":
            for path in _WRITTEN_OUT.findall(field.text):
                put(touched.writes, walk.ref(Field(path)))
        elif name in _UPLOADS:
            for marker in ("@", "<"):
                index = field.text.find(marker)
                if index >= 0 and (index == 0 or field.text[index - 1] == "=" or name in ("data-urlencode", "url-query")) and name != "data-raw":
                    cut = part_of(field, index + 1)
                    for part in cut.text.partition(";")[0].split(",") if cut.known and name == "form" else [cut.text.partition(";")[0]]:
                        put(touched.reads, walk.ref(Field(part, cut.known, cut.glob, cut.head, cut.tail)))
                    break
    folder = arguments.value("output-dir")
    if folder is not None and (output := arguments.value("output")) is not None:
        put(touched.writes, walk.ref(Field(f"{folder.text}/{output.text}", folder.known and output.known, head=folder.text)))
    if "remote-name" in arguments.flags:
        for host in touched.hosts:
            name = host.url.partition("?")[0].rstrip("/").rpartition("/")[2]
            if name:
                put(touched.writes, walk.ref(Field(f"{folder.text}/{name}" if folder is not None else name)))


def _wget(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    given = [field for name, field in arguments.values if name in ("e", "execute")]
    pairs = [(*field.text.partition("=")[::2], field.known) for field in given]
    _more_options(walk, "wget", [Field(f"--{name.strip().replace('_', '-')}={value.strip()}", known) for name, value, known in pairs], (arguments, touched))
    if not arguments.flags & {"output-document", "spider", "help", "version"} and touched.hosts:
        folder = arguments.value("directory-prefix")
        for host in touched.hosts:
            name = host.url.partition("?")[0].rstrip("/").rpartition("/")[2] or "index.html"
            put(touched.writes, walk.ref(Field(f"{folder.text}/{name}" if folder is not None else name)))


def _saver(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """aria2c and axel keep what they fetch under its own name, unless they are told another."""
    if arguments.value("o") is None and arguments.value("out") is None and arguments.value("output") is None:
        for host in touched.hosts:
            if name := host.url.partition("?")[0].rstrip("/").rpartition("/")[2]:
                put(touched.writes, walk.ref(Field(name)))


def _httpie(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    """Items that send a file: `@file`, `name@file`, `name=@file`, `name:=@file`, `Header:@file`."""
    for field in arguments.operands[1:]:
        item = _ITEM_FILE.match(field.text)
        if item is not None:
            cut = part_of(field, item.end())
            put(touched.reads, walk.ref(path_field(walk.home, cut.text.partition(";")[0]) if cut.known else cut))
            touched.hosts = [host for host in touched.hosts if host.url != field.text]
            arguments.flags.add("upload-file")


def _socat(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    touched.reads.clear()
    for field in arguments.operands:
        kind, _, rest = field.text.partition(":")
        if kind.upper() in ("TCP", "TCP4", "TCP6", "UDP", "UDP4", "OPENSSL", "SSL", "TCP-CONNECT", "OPENSSL-CONNECT", "UDP-SENDTO"):
            host = parse_target(rest.partition(",")[0]) or parse_target("http://" + rest.partition(",")[0])
            if host is not None:
                touched.hosts.append(host)
        elif kind.upper() in ("FILE", "OPEN", "GOPEN"):
            put(touched.reads, walk.ref(Field(rest.partition(",")[0])))
        elif kind.upper() in ("CREATE",):
            put(touched.writes, walk.ref(Field(rest.partition(",")[0])))


def _openssl(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    connect = arguments.value("connect")
    host = parse_target(connect.text) if connect is not None else None
    if host is not None:
        touched.hosts.append(host)


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
            put(touched.reads, walk.ref(source))
        host = parse_url(target.text) if "://" in target.text else None
        if host is None:
            put(touched.writes, walk.ref(target))
        elif not source.text.startswith("s3://"):
            touched.hosts.append(host)


def _gsutil(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    if subcommand[:1] and subcommand[0] in ("cp", "mv", "rsync") and len(arguments.operands) > 1:
        host = parse_url(arguments.operands[-1].text) if "://" in arguments.operands[-1].text else None
        local = [field for field in arguments.operands if "://" not in field.text]
        if host is not None:
            touched.hosts.append(host)
        for field in local:
            put(touched.reads if host is not None else touched.writes, walk.ref(field))


def _gh(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    _first_operand_urls(walk, arguments, subcommand, touched)
    if subcommand in (("gist", "create"), ("gist", "edit"), ("release", "upload")):
        for field in arguments.operands:
            put(touched.reads, walk.ref(field))
        touched.hosts.append(make_host("api.github.com", 443))


def _to_itself(walk: Walk, arguments: Arguments, touched: Touched) -> None:
    """A copy to this machine by its own name: `scp x localhost:.bashrc`."""
    target = arguments.operands[-1] if arguments.operands else Field("")
    host = parse_remote(target.text) if target.known else None
    if host is not None and "@loopback" in host.places:
        path = target.text.partition(":")[2]
        put(touched.writes, walk.ref(Field(path if path.startswith("/") else f"{walk.home}/{path}")))


def _scp(walk: Walk, arguments: Arguments, subcommand: tuple[str, ...], touched: Touched) -> None:
    remote_target = bool(arguments.operands) and parse_remote(arguments.operands[-1].text) is not None
    if remote_target:
        touched.reads += touched.writes
        touched.writes.clear()
    elif touched.hosts and touched.reads and not touched.writes:
        touched.writes.append(touched.reads.pop())
    _to_itself(walk, arguments, touched)


TRANSFERS: dict[str, Adjust] = {
    "rsync": _rsync, "curl": _curl, "wget": _wget, "aria2c": _saver, "axel": _saver, "http": _httpie, "https": _httpie, "xh": _httpie, "xhs": _httpie, "socat": _socat, "openssl": _openssl, "scp": _scp, "aws": _aws, "gh": _gh, "gsutil": _gsutil,
}
