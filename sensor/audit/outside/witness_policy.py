"""Policy files (C2SP tlog-policy): which logs are known, which witnesses are trusted, and how many of them are enough.

    log <verifier key>
    witness <name> <verifier key> [<address>]
    group <name> all|any|<number> <name of a witness or group>...
    quorum <name>|none
"""

from __future__ import annotations

from sensor.audit.form.notes import ED25519, BadNote, Checkpoint
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey, cosigned_at, parse_key
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

MAX_LINES = 1000


class PolicyError(HandrailError):
    """A policy file that cannot be used. Exit code 2: the user's file is wrong."""

    exit_code = 2


class WitnessKey(Value, frozen=True):
    """A trusted witness: its name in the policy, its key, and where it listens ("" = not told)."""

    name: str
    key: NoteKey
    url: str = ""


class Group(Value, frozen=True):
    """`needed` of the `members` (witnesses or groups)."""

    name: str
    needed: int
    members: tuple[str, ...]


class WitnessPolicy(Value, frozen=True):
    """A parsed policy. `quorum` names a witness or group, "none" = no witness is needed."""

    logs: tuple[NoteKey, ...] = ()
    witnesses: tuple[WitnessKey, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = "none"

    def cosigners(self, note: Checkpoint) -> tuple[str, ...]:
        """Names of the trusted witnesses whose cosignature of `note` verifies."""
        return tuple(witness.name for witness in self.witnesses if cosigned_at(note, witness.key) >= 0)

    def is_satisfied(self, note: Checkpoint) -> bool:
        """Whether the quorum cosigned `note`."""
        if self.quorum == "none":
            return True
        held = set(self.cosigners(note))
        for group in self.groups:  # a group names only what stands before it
            if len(held.intersection(group.members)) >= group.needed:
                held.add(group.name)
        return self.quorum in held

    def log(self, origin: str) -> NoteKey | None:
        """The key of the log with this origin, None when it is not known."""
        return next((key for key in self.logs if key.name == origin), None)


def parse_policy(text: str) -> WitnessPolicy:
    """Parse a policy file. Raises PolicyError with the number of the line."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines()[:MAX_LINES], 1):
        words = [] if line.lstrip().startswith("#") else line.split()
        if not words:
            continue
        try:
            reader.take(words)
        except (BadNote, ValueError) as error:
            raise PolicyError(f"line {number} of the witness policy: {error}", next_step="See docs/audit-log.md, Witnesses.") from error
    return reader.done()


class _Reader:
    """The lines so far."""

    def __init__(self) -> None:
        self._logs: list[NoteKey] = []
        self._witnesses: list[WitnessKey] = []
        self._groups: list[Group] = []
        self._names: set[str] = set()
        self._quorum = ""

    def take(self, words: list[str]) -> None:
        """One line. Raises BadNote, ValueError."""
        word, *rest = words
        if word == "log" and rest:
            self._logs.append(_typed(rest[0], ED25519))
        elif word == "witness" and len(rest) in (2, 3):
            self._name(rest[0])
            self._witnesses.append(WitnessKey(name=rest[0], key=_typed(rest[1], COSIGNATURE), url=rest[2] if len(rest) == 3 else ""))
        elif word == "group" and len(rest) >= 3:
            members = tuple(dict.fromkeys(rest[2:]))
            if unknown := set(members) - self._names:
                raise ValueError(f"{sorted(unknown)[0]} is not defined above")
            needed = {"all": len(members), "any": 1}.get(rest[1]) or int(rest[1])
            if not 1 <= needed <= len(members):
                raise ValueError(f"{needed} of {len(members)} members can never be reached")
            self._name(rest[0])
            self._groups.append(Group(name=rest[0], needed=needed, members=members))
        elif word == "quorum" and len(rest) == 1:
            if self._quorum or (rest[0] != "none" and rest[0] not in self._names):
                raise ValueError("quorum must be given once and name a witness, a group or none")
            self._quorum = rest[0]
        else:
            raise ValueError(f"not a line of a policy: {' '.join(words)[:60]}")

    def done(self) -> WitnessPolicy:
        """The policy. Raises PolicyError without a quorum: silence must not mean that none is needed."""
        if not self._quorum:
            raise PolicyError("the witness policy names no quorum", next_step="Add a line such as: quorum NAME")
        return WitnessPolicy(logs=tuple(self._logs), witnesses=tuple(self._witnesses), groups=tuple(self._groups), quorum=self._quorum)

    def _name(self, name: str) -> None:
        if name in self._names or name == "none":
            raise ValueError(f"{name} is defined twice")
        self._names.add(name)


def _typed(line: str, kind: bytes) -> NoteKey:
    key = parse_key(line)
    if key.type != kind:
        raise ValueError("the key is of a witness, not of a log" if kind == ED25519 else "the key is of a log, not of a witness")
    return key
