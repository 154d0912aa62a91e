"""What the shell knows while a script is walked: variables, functions, working directory."""

from __future__ import annotations

import operator

import msgspec

from sensor.effects.syntax.script import Group, Source
from sensor.model.effects import Origin, PathRef

NO_ORIGINS: frozenset[Origin] = frozenset()
NOWHERE = "\0"


class Field(msgspec.Struct, frozen=True, gc=False):
    """One word after expansion.

    When `known` is false, `text` holds the unresolved piece as written, `head` the resolved text before it and `tail`
    the resolved text after it. `glob` = an active pattern character. `origins` = where data in it came from.
    """

    text: str
    known: bool = True
    glob: bool = False
    head: str = ""
    tail: str = ""
    origins: frozenset[Origin] = NO_ORIGINS


text_of = operator.attrgetter("text")
"""The text of a field: as a function for `map`, which costs half of a comprehension."""


class Value(msgspec.Struct, frozen=True, gc=False):
    """A variable: one field, an array of fields, or (`choice`) one of several, as a loop variable has. `optional` = it may also not be set."""

    fields: tuple[Field, ...]
    array: bool = False
    choice: bool = False
    optional: bool = False


class Stream(msgspec.Struct, frozen=True, gc=False):
    """Data between commands: `text` when it is constant, and where it came from.

    `paths` = it is a list of file names that this pattern covers ("/home/x/*"), `deep` = all files in all folders below. `name` is the word a process
    substitution leaves on the command line. `piped` = it comes from a command or file, not from the terminal. `earlier` = it is the content of a file
    that an earlier call wrote. `part_of` = the text that a filter made it of.
    """

    text: str | None = None
    origins: frozenset[Origin] = NO_ORIGINS
    paths: str = ""
    deep: bool = False
    name: str = ""
    piped: bool = True
    earlier: bool = False
    part_of: str = ""

    @property
    def as_code(self) -> str:
        """What a shell that runs it may run."""
        return self.part_of if self.text is None else self.text

    @property
    def read_back(self) -> frozenset[Origin]:
        """Its origins when it is read from the file that it was written to."""
        return self.origins if self.earlier else self.origins | {Origin.JUST_WRITTEN}


SILENT = Stream(text="")
TERMINAL = Stream(piped=False)


MAX_JOINED = 2_100_000  # more than a budget lets walk: a text of this length is reported as not examined


def joined(before: Stream | None, added: Stream) -> Stream:
    """What a file holds after `added` was appended. The text is what is known of it: code that is known runs in any case."""
    if before is None:
        return added
    text = added.text if before.text is None else before.text if len(before.text) > MAX_JOINED else before.text + (added.text or "")
    return Stream(text, before.origins | added.origins)


def merged(outputs: list[Stream]) -> Stream:
    """What commands print one after the other."""
    if len(outputs) > 1:
        outputs = [output for output in outputs if output is not SILENT]
    if len(outputs) < 2:
        return outputs[0] if outputs else SILENT
    texts = [output.text for output in outputs]
    text = None if None in texts else "".join([part or "" for part in texts])
    origins = NO_ORIGINS
    for output in outputs:
        if output.origins:
            origins |= output.origins
    return Stream(text, origins)


def stacked(scope: Scope, name: str) -> Field:
    """Entry `name` of the stack of folders, "1" or "+1" from the current one on, "-0" from the oldest on: `~1`, `${DIRSTACK[1]}`."""
    folders = [scope.cwd, *reversed(scope.stack)]
    number = int(name.lstrip("+-")[:4])
    if number >= len(folders):
        return Field("~" + name)
    folder = folders[::-1 if name[0] == "-" else 1][number]
    return Field(folder) if folder and folder != NOWHERE else Field("~" + name, known=False)


class Scope:
    """Mutable state of one shell. `cwd` is absolute, "" when the call did not say, or NOWHERE after an unknown cd.

    `cases` are names declared upper or lower case, `constants` read-only names, `output` the files that `exec >` opened, `input` what `exec <` did, `references` names that stand for others.
    `hashed` are the paths that `hash -p` gave to names. Each of `frames` holds what the local variables of a running function hide.
    `maybe` are functions that a branch defined; `base` = variables and folder as the branch that is walked found them, `unmoved` = where a `cd` to a folder
    that is not there leaves the shell, `perhaps` = variables that the running list of `&&` and `||` set (`shell.merging`).
    """

    def __init__(self, cwd: str) -> None:
        self.cwd = cwd
        self.previous = cwd
        self.stack: list[str] = []
        self.variables: dict[str, Value] = {}
        self.functions: dict[str, tuple[Group, Source]] = {}
        self.aliases: dict[str, str] = {}
        self.cases: dict[str, str] = {}
        self.constants: set[str] = set()
        self.output: tuple[PathRef, ...] = ()
        self.positional: tuple[Field, ...] = ()
        self.references: dict[str, str] = {}
        self.hashed: dict[str, str] = {}
        self.frames: list[dict[str, Value | None]] = []
        self.input: Stream | None = None
        self.maybe: set[str] = set()
        self.base: tuple[dict[str, Value], str] | None = None
        self.unmoved: set[str] = set()
        self.perhaps: set[str] = set()

    def fork(self) -> Scope:
        """The state of a sub-shell: changes do not come back."""
        child = Scope(self.cwd)
        child.previous = self.previous
        child.stack = list(self.stack)
        child.variables = dict(self.variables)
        child.functions = dict(self.functions)
        child.aliases = dict(self.aliases)
        child.cases = self.cases
        child.constants = self.constants
        child.output = self.output
        child.positional = self.positional
        child.references = dict(self.references)
        child.hashed = dict(self.hashed)
        child.input = self.input
        child.maybe = set(self.maybe)
        return child

    def set(self, name: str, text: str) -> None:
        """Give `name` a constant."""
        self.variables[name] = Value((Field(text),))
