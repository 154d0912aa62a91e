"""What a call would do, as far as parsing can tell. Built by `sensor.effects`, judged by `sensor.policy`.

One `Effect` is one simple command (or one file, web or MCP operation) with everything that rules may ask about it, so
that a rule's conditions hold together on the same command. What cannot be resolved is said in `opaque` and
`Effects.unresolved`, never dropped.
"""

from __future__ import annotations

import enum

from sensor.model.calls import Value

MAX_SCRIPT = 262_144  # characters of a script that are read as shell text; of a longer one not everything is examined


class Span(Value, gc=False):
    """Byte range [start, end) in the UTF-8 command text; (0, 0) when it has no place there."""

    start: int = 0
    end: int = 0


OWN_PLACES = frozenset({"@repo", "@temp"})  # where an agent's work lies: what is here is its own to read and change


class PathRef(Value, gc=False):
    """A path an effect touches.

    `raw` as written; `path` absolute and normalised, links resolved where they exist, or "" when unresolvable.
    `places` are the named sets it lies in ("@home", "@repo", "@credentials", ...). `glob` = the last part is a pattern.
    """

    raw: str
    path: str = ""
    places: frozenset[str] = frozenset()
    glob: bool = False


class Host(Value, gc=False):
    """A network target. `places` are named host sets ("@metadata", "@private", "@loopback", "@catchers", ...)."""

    host: str
    port: int = 0
    url: str = ""
    places: frozenset[str] = frozenset()


class Origin(enum.Enum):
    """Where data comes from (`flow.from`) or code that is executed (`executes`)."""

    SECRET = "secret"
    UNTRUSTED = "untrusted"
    DOWNLOAD = "download"
    DECODED = "decoded"
    JUST_WRITTEN = "just_written"
    LOCAL_FILE = "local_file"

    __hash__ = object.__hash__  # each member is one object; the hash of an enum is a call in Python


class Sink(enum.Enum):
    """Where data goes (`flow.to`)."""

    NETWORK = "network"
    INTERPRETER = "interpreter"
    FILE = "file"


class Flow(Value, gc=False):
    """Data moves from a source to a sink inside one call."""

    origin: Origin
    sink: Sink
    span: Span = Span()
    detail: str = ""


class Unresolved(Value, gc=False):
    """Something the parser could not determine: a dynamic command name, a budget that ran out, an unparsable part."""

    reason: str
    span: Span = Span()


class Effect(Value, gc=False):
    """One command or operation.

    `program` is the base name ("rm"), "" for file tools. `argv` are the words after expansion, program first.
    `flags` are canonical long names where known ("recursive", "force") and the raw short or long names otherwise;
    "reverse-shell" is added where a connection is tied to a shell.
    `operands` are the non-flag words. `wrappers` were opened to get here ("sudo", "env", "xargs", "bash -c", ...).
    `privilege` = runs through sudo, doas, su, pkexec. `background` = outlives the call.
    `executes` = origins of the code it runs. `opaque` = what it runs cannot be determined.
    """

    program: str = ""
    argv: tuple[str, ...] = ()
    subcommand: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    operands: tuple[str, ...] = ()
    reads: tuple[PathRef, ...] = ()
    writes: tuple[PathRef, ...] = ()
    deletes: tuple[PathRef, ...] = ()
    hosts: tuple[Host, ...] = ()
    executes: frozenset[Origin] = frozenset()
    assignments: tuple[tuple[str, str], ...] = ()
    wrappers: tuple[str, ...] = ()
    privilege: bool = False
    background: bool = False
    opaque: bool = False
    cwd: str = ""
    span: Span = Span()


class TextField(enum.Enum):
    """Which part of a call a text is; rules limit patterns to these with `match.patterns.fields`.

    `REMOVED` is what an edit takes away; only rules that name the field look at it.
    """

    COMMAND = "command"
    PATH = "path"
    CONTENT = "content"
    URL = "url"
    ARGS = "args"
    RESULT = "result"
    DESCRIPTION = "description"
    PROMPT = "prompt"
    REMOVED = "removed"

    __hash__ = object.__hash__  # as `Origin`


class Text(Value, gc=False):
    """A text of the call that patterns look at. `name` says where it was ("command", "arguments.body", "heredoc 1").

    `form` is "raw" as the agent sent it, or "decoded" for what a decoder made of a part of it.
    """

    field: TextField
    text: str
    name: str = ""
    form: str = "raw"


class FileFact(Value, gc=False):
    """What is known of a file beside its name: where its content comes from, and its text (None = not known)."""

    path: str
    origins: frozenset[Origin] = frozenset()
    text: str | None = None


class Effects(Value, gc=False):
    """Everything a call would do. `exhausted` = a depth, size or time budget ran out, so the list is not complete.

    `leaves` are files that hold a secret, a download or something decoded after the call. `relied_on` are files of the
    project whose content excuses something, so that it counts again when an agent wrote them.
    """

    effects: tuple[Effect, ...] = ()
    flows: tuple[Flow, ...] = ()
    texts: tuple[Text, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    exhausted: bool = False
    leaves: tuple[FileFact, ...] = ()
    relied_on: tuple[str, ...] = ()


class Surroundings(Value):
    """Facts about the machine and user that effects are resolved against. Absolute paths, links resolved.

    `handrail` are the files and folders of this installation (program, state, config, run). `temps` are temporary
    folders. `cwd` of a call comes with the call.
    """

    home: str
    user: str = ""
    temps: tuple[str, ...] = ("/tmp", "/var/tmp")
    handrail: tuple[str, ...] = ()
    platform: str = "linux"
