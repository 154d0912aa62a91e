"""Build the `Effect` of one program run: flags, operands, and which files and hosts it touches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.places.hosts import make_host, parse_remote, parse_target
from sensor.effects.programs.operands import Arguments, split_arguments
from sensor.effects.programs.table import UNKNOWN_PROGRAM, Spec, spec_of
from sensor.effects.shell.scope import NO_ORIGINS, Field, text_of
from sensor.model.effects import Effect, Host, Origin, PathRef

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

_DEEPER = {"git": frozenset(["stash", "remote", "submodule", "reflog", "worktree", "bisect", "notes", "config", "lfs", "bundle", "sparse-checkout", "credential"]),
           "docker": frozenset(["system", "volume", "image", "container", "network", "builder", "compose", "context", "swarm", "service", "stack", "node", "secret", "config", "buildx", "manifest", "plugin", "trust", "scout", "model"]),
           "npm": frozenset(["config", "token", "access", "owner", "team", "org", "dist-tag", "profile", "cache"]), "yarn": frozenset({"config", "npm", "cache"}),
           "kubectl": frozenset(["rollout", "config", "auth", "create", "set", "certificate"]), "terraform": frozenset({"state", "workspace"}), "tofu": frozenset({"state", "workspace"}),
           "helm": frozenset({"repo", "plugin"}), "cargo": frozenset(), "systemctl": frozenset(), "gem": frozenset(), "brew": frozenset({"services"})}
_DEEPER["podman"] = _DEEPER["nerdctl"] = _DEEPER["docker"]


Adjust = Callable[["Walk", "Arguments", tuple[str, ...], "Touched"], None]
"""Adds what a row of the tables cannot say: walk, arguments, sub-command, and what the row found."""


_FOLDERS = frozenset({".claude", ".cursor", ".codex", ".gemini", ".ssh", ".git", "hooks", ".vscode", ".aws"})  # hardly a file has such a name
_LEAVES_OUT = frozenset({"exclude", "exclude-dir", "ignore", "ignore-dir"})  # options whose values are not read


class Touched(msgspec.Struct, gc=False):
    """Files and hosts of an effect under construction."""

    reads: list[PathRef]
    writes: list[PathRef]
    deletes: list[PathRef]
    hosts: list[Host]

    @classmethod
    def of(cls, command: Command) -> Touched:
        """What the redirections of a command touch."""
        channels = command.channels
        return cls([*channels.reads], [*channels.writes], [], [*channels.hosts])


def understand(command: Command, program: str) -> tuple[Spec, Arguments, tuple[str, ...]]:
    """Row, arguments and sub-command of a run."""
    spec = spec_of(program)
    arguments = split_arguments(command.fields[1:], spec)
    return spec, arguments, _subcommand(program, spec, arguments)


def _subcommand(program: str, spec: Spec, arguments: Arguments) -> tuple[str, ...]:
    found: list[str] = []
    limit = spec.subcommands
    deeper = _DEEPER.get(program)
    if not limit:
        return ()
    operands = arguments.operands
    while len(found) < limit and len(found) < len(operands):
        field = operands[len(found)]
        text = field.text
        if not field.known or not (text.isalnum() or text.replace("-", "").replace("_", "").replace(":", "").isalnum()):
            break
        found.append(text)
        if deeper is not None:
            limit = 2 if found[0] in deeper else 1
    del operands[: len(found)]
    return tuple(found)


def touch(walk: Walk, spec: Spec, arguments: Arguments, touched: Touched) -> None:
    """Apply a row: sort operands and flag values into reads, writes, deletes and hosts."""
    for name, field in arguments.values:
        if name in spec.reads:
            _add(touched.reads, walk.ref(field))
        if name in spec.writes:
            _add(touched.writes, walk.ref(field))
            if spec is UNKNOWN_PROGRAM:  # as far as anyone knows
                _secret_value(walk, field, touched)
        elif name not in spec.reads and name not in spec.folder and name not in _LEAVES_OUT and looks_like_path(field):
            _secret_value(walk, field, touched)
    operands = arguments.operands
    if not operands:
        return
    if spec.skip and not (spec.unskip & arguments.flags):
        operands = operands[spec.skip :]
    if spec.hosts:
        operands = _hosts(spec, operands, touched)
    kind = spec.operands
    if kind == "guess":
        for field in operands:
            if looks_like_path(field):
                _add(touched.reads, walk.ref(field))
        return
    target = _TARGETS.get(kind)
    if target is not None:
        chosen, name = target
        _all(walk, operands[chosen] if chosen is not None else operands, getattr(touched, name))
    elif kind == "deletes":
        for field in operands:
            _add(touched.deletes, walk.ref(field, deletes=True))
    elif kind in ("copy", "move"):
        _copy(walk, kind, operands, (arguments, touched))
    elif kind == "archive":
        _all(walk, operands[:1], touched.writes)
        _all(walk, operands[1:], touched.reads)
        if "move" in arguments.flags:
            _all(walk, operands[1:], touched.deletes)


# Kinds of operands that are all touched in one way: which of them, and how.
_TARGETS = {"reads": (None, "reads"), "writes": (None, "writes"), "writes-job": (None, "reads"), "reads-first": (slice(1), "reads"), "writes-first": (slice(1), "writes")}


def _secret_value(walk: Walk, field: Field, touched: Touched) -> None:
    """Any program is a reader: a flag value that names a credential file counts as read."""
    ref = walk.ref(field)
    if ref is not None and "@credentials" in ref.places:
        touched.reads.append(ref)


def _all(walk: Walk, operands: list[Field], refs: list[PathRef]) -> None:
    for field in operands:
        _add(refs, walk.ref(field))


def _add(refs: list[PathRef], ref: PathRef | None) -> None:
    if ref is not None:
        refs.append(ref)


def _copy(walk: Walk, kind: str, operands: list[Field], how: tuple[Arguments, Touched]) -> None:
    arguments, touched = how
    target = None
    if "target-directory" not in arguments.flags and "directory" not in arguments.flags and len(operands) > 1:
        target, operands = operands[-1], operands[:-1]
    elif len(operands) == 1 and kind == "copy" and "directory" in arguments.flags:
        target, operands = operands[0], []
    if "directory" in arguments.flags and target is None:
        _all(walk, operands, touched.writes)
        operands = []
    if kind == "move":
        for field in operands:
            _add(touched.deletes, walk.ref(field, deletes=True))
            _add(touched.reads, walk.ref(field))
    else:
        _all(walk, operands, touched.reads)
    if target is not None and target.text != "/dev/null":
        ref = walk.ref(target)
        _add(touched.writes, ref)
        if target.text.endswith("/") or (ref is not None and ref.path.rpartition("/")[2] in _FOLDERS):
            _names_in(walk, target, operands, touched)
    elif (folder := arguments.value("target-directory", "t")) is not None:
        _names_in(walk, folder, operands, touched)


def _names_in(walk: Walk, folder: Field, operands: list[Field], touched: Touched) -> None:
    """What is copied into a folder keeps its name."""
    for field in operands:
        name = field.text.rstrip("/").rpartition("/")[2]
        if name and field.known:
            _add(touched.writes, walk.ref(Field(f"{folder.text.rstrip('/')}/{name}", folder.known, head=folder.head)))


def _hosts(spec: Spec, operands: list[Field], touched: Touched) -> list[Field]:
    """Take the network targets out of `operands`."""
    rest = []
    for number, field in enumerate(operands):
        host = None
        text = field.text if field.known else field.head or field.text
        if spec.hosts in ("url", "ssh") and text.isdigit() and len(text) < 6:
            if touched.hosts and not touched.hosts[-1].port:
                touched.hosts[-1] = msgspec.structs.replace(touched.hosts[-1], port=int(text))
            continue
        if spec.hosts == "url":
            host = parse_target(text) or (parse_target(field.tail.lstrip(".")) if not field.known else None)
        elif spec.hosts == "remote":
            host = parse_remote(text)
        elif spec.hosts == "ssh" and number == 0:
            host = parse_target(text) or parse_remote(text) or make_host(text.rpartition("@")[2], 0, text)
        if host is not None:
            touched.hosts.append(host)
        else:
            rest.append(field)
    return rest


def put(refs: list[PathRef], ref: PathRef | None) -> None:
    """Add a reference that is not there yet."""
    if ref is not None and ref not in refs:
        refs.append(ref)


def part_of(field: Field, cut: int) -> Field:
    """The field without its first `cut` characters."""
    return Field(field.text[cut:], field.known, field.glob, field.head[cut:] if field.head else "", field.tail, field.origins)


def looks_like_path(field: Field) -> bool:
    """Whether an operand of an unknown program is taken for a file."""
    text = field.text
    if "/" not in text and "." not in text and not text.startswith(("~", "id_")):
        return False
    if "://" in text or "\n" in text or len(text) > 1000 or " " in text.strip():
        return False
    return "/" in text or text[0] in ".~" or "." in text[1:] or text.startswith("id_")


def build(command: Command, program: str, parts: tuple[Arguments, tuple[str, ...], Touched], walk: Walk) -> Effect:
    """The effect value."""
    arguments, subcommand, touched = parts
    context = command.context
    effect = Effect(
        program=program, argv=tuple(map(text_of, command.fields)), subcommand=subcommand,
        flags=frozenset(arguments.flags), operands=tuple(map(text_of, arguments.operands)),
        reads=tuple(touched.reads), writes=tuple(touched.writes), deletes=tuple(touched.deletes),
        hosts=tuple(touched.hosts), executes=context.executes, assignments=command.assignments,
        wrappers=context.wrappers, cwd=walk.cwd(), span=command.span,
    )
    # More than 15 names make a call five times as slow, and few effects have these two.
    if context.privilege or context.background:
        return msgspec.structs.replace(effect, privilege=context.privilege, background=context.background)
    return effect


def origins_of(fields: tuple[Field, ...]) -> frozenset[Origin]:
    """Everything that flowed into the words of a command."""
    found = NO_ORIGINS
    for field in fields:
        if field.origins:
            found |= field.origins
    return found
