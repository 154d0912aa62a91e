"""One simple command ready to be understood: its words, where its data comes from and goes, and how it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from sensor.effects.shell.cells import Substituter
from sensor.effects.shell.scope import NO_ORIGINS, TERMINAL, Field, Stream
from sensor.model.effects import Host, Origin, PathRef, Span, TextField

if TYPE_CHECKING:
    from sensor.effects.shell.paths import PathResolver


class Channels(msgspec.Struct, frozen=True, gc=False):
    """Standard input of a command, and the files its redirections touch.

    `redirected` = its output goes to them; `feeds` = it is the input of these process substitutions; `cut` = a
    here-document does not end; `appended` = the files that keep what they held.
    """

    stdin: Stream = TERMINAL
    reads: tuple[PathRef, ...] = ()
    writes: tuple[PathRef, ...] = ()
    hosts: tuple[Host, ...] = ()
    redirected: bool = False
    feeds: tuple[str, ...] = ()
    cut: bool = False
    appended: tuple[PathRef, ...] = ()


NO_CHANNELS = Channels()


class Context(msgspec.Struct, frozen=True, gc=False):
    """How the current command is run. `container` = its paths are not this machine's; `sealed` = it can reach none of this machine's."""

    wrappers: tuple[str, ...] = ()
    privilege: bool = False
    background: bool = False
    container: bool = False
    sealed: bool = False
    span: Span | None = None
    executes: frozenset[Origin] = NO_ORIGINS

    def within(self, *names: str, **changes: object) -> Context:
        """The context behind a wrapper."""
        return msgspec.structs.replace(self, wrappers=self.wrappers + names, **changes)


class Command(msgspec.Struct, frozen=True, gc=False):
    """A simple command ready to be understood: expanded words, data channels, context."""

    fields: tuple[Field, ...]
    channels: Channels
    context: Context
    assignments: tuple[tuple[str, str], ...] = ()
    span: Span = Span()


class Runner(Substituter, Protocol):
    """What redirections and assignments ask of the walk that runs a command."""

    context: Context
    span: Span
    paths: PathResolver
    written: dict[str, Stream]
    outputs: dict[str, tuple[PathRef | None, str]]
    heredocs: int
    linked: str

    def ref(self, field: Field, deletes: bool = False) -> PathRef | None: ...

    def file_stream(self, field: Field, ref: PathRef | None) -> Stream: ...

    def is_fed(self, name: str) -> bool: ...

    def feed(self, name: str, stream: Stream) -> None: ...

    def add_text(self, field: TextField, text: str, name: str) -> None: ...

    def run_apart(self, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream: ...
