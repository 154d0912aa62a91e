"""Open the redirections of a command: what it reads, writes, and where its input comes from."""

from __future__ import annotations

from sensor.effects.places.hosts import parse_target
from sensor.effects.shell.command import NO_CHANNELS, Channels, Runner
from sensor.effects.shell.scope import SILENT, TERMINAL, Field, Stream, joined
from sensor.effects.shell.words import expand_single, expand_text
from sensor.effects.syntax.script import Redirect, Source, decode
from sensor.model.effects import Host, Origin, PathRef, TextField


def open_redirects(walk: Runner, redirects: tuple[Redirect, ...], source: Source, stdin: Stream) -> Channels:
    """Resolve `redirects` in order; the last one that feeds standard input wins."""
    if not redirects:
        return Channels(stdin) if stdin is not TERMINAL else NO_CHANNELS
    reads: list[PathRef] = []
    writes: list[PathRef] = []
    hosts: list[Host] = []
    feeds: list[str] = []
    appended: list[PathRef] = []
    redirected = cut = False
    for redirect in redirects:
        if redirect.heredoc is not None:
            cut = cut or redirect.heredoc.cut
            stdin = _opened(walk, redirect.fd, _heredoc(walk, redirect), stdin)
            continue
        if redirect.op in ("<<", "<<-"):
            continue
        target = expand_single(redirect.target, source, walk)
        if redirect.op == "<<<":
            walk.add_text(TextField.CONTENT, target.text, "here-string")
            stdin = _opened(walk, redirect.fd, Stream(target.text + "\n" if target.known else None, target.origins), stdin)
            continue
        if redirect.op in ("<&", ">&") and (target.text.rstrip("-").isdigit() or target.text == "-"):
            known = walk.written.get(f"/dev/fd/{target.text}") if redirect.op == "<&" else None
            stdin = known or stdin
            opened = walk.outputs.get(target.text) if redirect.op == ">&" and redirect.fd in ("", "1") else None
            if opened is not None:
                redirected = True
                writes += [opened[0]] if opened[0] is not None else []
                feeds += [opened[1]] if opened[1] else []
            continue
        if redirect.op == "<&" and len(numbers := target.text.split()) > 1 and all(map(str.isdigit, numbers)):  # one that a branch chose
            found = [walk.written[f"/dev/fd/{number}"].origins for number in numbers if f"/dev/fd/{number}" in walk.written]
            stdin = Stream(origins=frozenset().union(*found)) if found else stdin
            continue
        network = parse_target(target.text) if target.text.startswith(("/dev/tcp/", "/dev/udp/")) else None
        if network is not None:
            hosts.append(network)
            redirected = redirected or redirect.op != "<"
            if redirect.op in ("<", "<>"):
                stdin = Stream(origins=frozenset({Origin.DOWNLOAD}))
            continue
        ref = walk.ref(target)
        if redirect.op in ("<", "<>", "<&"):
            stdin = _opened(walk, redirect.fd, walk.file_stream(target, ref), stdin)
        if redirect.op in ("<", "<>") and ref is not None and ref.path and redirect.fd:  # `/dev/fd/3/x` when a folder is opened
            _open_folder(walk, redirect.fd, ref.path)
        if redirect.op == "<" and ref is not None:
            reads.append(ref)
        elif redirect.op not in ("<", "<&"):
            redirected = redirected or redirect.fd in ("", "1")
            feed = target.text if walk.is_fed(target.text) else ""
            if redirect.fd in ("", "1"):
                feeds += [feed] if feed else []
            elif redirect.fd != "2":
                walk.outputs[_number(walk, redirect.fd)] = (ref, feed)
            if ref is not None:
                writes.append(ref)
                appended += [ref] if redirect.op in (">>", "&>>") else []
    return Channels(stdin, tuple(reads), tuple(writes), tuple(hosts), redirected, tuple(feeds), cut, tuple(appended))


def deliver(walk: Runner, channels: Channels, output: Stream) -> Stream:
    """Where the output of a command ends: in the files written, or with the caller."""
    if not channels.redirected:
        return output
    for ref in channels.writes:
        key = ref.path or ref.raw
        walk.written[key] = joined(walk.written.get(key), output) if ref in channels.appended else output
    for name in channels.feeds:
        walk.feed(name, output)
    return SILENT


FIRST_FREE = 10  # what `{name}<` gives the first descriptor


def _opened(walk: Runner, fd: str, stream: Stream, stdin: Stream) -> Stream:
    """Standard input behind a redirection; other descriptors are kept by name, as `exec 3<` and `source /dev/fd/3` need."""
    if fd in ("", "0"):
        return stream
    walk.written[f"/dev/fd/{_number(walk, fd)}"] = stream
    return stdin


def _open_folder(walk: Runner, fd: str, path: str) -> None:
    """Keep what a descriptor was opened on, which may be a folder that later names go through."""
    named = walk.scope.variables.get(fd.strip("{}"))
    walk.paths.open(fd if fd.isdigit() else named.fields[0].text if named is not None and named.fields else "", path)


def _number(walk: Runner, fd: str) -> str:
    """The descriptor that `fd` names; `{name}` is given a free one."""
    if not fd.startswith("{"):
        return fd
    number = str(FIRST_FREE + len(walk.outputs) + sum(name.startswith("/dev/fd/1") for name in walk.written))
    walk.scope.set(fd.strip("{}"), number)
    return number


def _heredoc(walk: Runner, redirect: Redirect) -> Stream:
    heredoc = redirect.heredoc
    if heredoc is None:
        return TERMINAL
    walk.heredocs += 1
    text = decode(heredoc.body)
    body = Field(text) if heredoc.quoted else expand_text(heredoc.body, walk)
    walk.add_text(TextField.CONTENT, text, f"heredoc {walk.heredocs}")
    if heredoc.cut:
        return Stream()
    # unresolved variables inside a body do not hide the commands around them
    return Stream(body.text, body.origins)
