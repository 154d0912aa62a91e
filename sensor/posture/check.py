"""What a check is and what it says. A check is a function from the context to its results and reads nothing by itself."""

from __future__ import annotations

import enum
import functools
import hashlib
import shlex
from collections.abc import Callable, Iterator

import msgspec

from sensor.detectors.secrets import SecretScanner
from sensor.host.checks.repairs import Modes, Repair
from sensor.host.machine.file_facts import OTHERS, WRITERS, FileFact, rights_problem
from sensor.model.calls import Value
from sensor.model.findings import Severity
from sensor.posture.context import Context
from sensor.posture.documents import Document
from sensor.settings import AcceptedSettings


class State(enum.Enum):
    """What became of a check."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    NOT_APPLICABLE = "not_applicable"


class Result(Value):
    """What a check says of one subject. `line` 0 = no line is known. `severity` and `command` replace those of the check where set.

    `acceptance` says who accepted it and why, in the state ACCEPTED alone; `repair` is what `--fix` can make. `basis` is a digest
    of what was found as it stands there (a command, a rule, a text), which is not shown: another one is another finding.
    """

    state: State
    subject: str = ""
    detail: str = ""
    path: str = ""
    line: int = 0
    severity: Severity | None = None
    command: str = ""
    acceptance: AcceptedSettings | None = None
    repair: Repair | None = None
    basis: str = ""


Run = Callable[[Context], Iterator[Result]]


class Check(msgspec.Struct, frozen=True):
    """A row of the table. `why` says in a sentence why it matters, `remedy` what to do, `command` the exact command or setting.

    A check that yields nothing does not apply here. A `live` one is made only when it was asked for.
    """

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    run: Run
    command: str = ""
    references: tuple[str, ...] = ()
    live: bool = False

    @property
    def area(self) -> str:
        """The part of the id before the dash."""
        return self.id.partition("-")[0]


def passed(subject: str = "", detail: str = "", path: str = "") -> Result:
    """Looked at, and nothing is wrong."""
    return Result(state=State.PASS, subject=subject, detail=detail, path=path)


def failed(subject: str, detail: str, path: str = "", line: int = 0, basis: str = "", **more: object) -> Result:
    """It is not as it should be, which shows in the text `basis`. `more` are `severity`, `command` and `repair`."""
    digest = _digest(basis) if basis else ""
    return Result(state=State.FAIL, subject=subject, detail=detail, path=path, line=line, basis=digest, **more)  # type: ignore[arg-type]


def _digest(text: str) -> str:
    """Secrets that are known by their form are no part of it: it goes into keys that are shown to services, which must not be able to try words against it."""
    data, place, kept = text.encode("utf-8", "surrogateescape"), 0, hashlib.sha256()
    for hit in _scanner().find(data):
        kept.update(data[place:hit.span.start] + hit.format.kind.encode())
        place = hit.span.end
    kept.update(data[place:])
    return kept.hexdigest()


def holds_secret(text: str) -> bool:
    """Whether a value stands in it that is surely a secret; one that might be a word or an example is not enough."""
    return any(not hit.weak for hit in _scanner().find(text.encode()))


@functools.lru_cache(1)
def _scanner() -> SecretScanner:
    """Made when it is first needed: its patterns take a moment to compile."""
    return SecretScanner()


def unknown(subject: str, detail: str, path: str = "", line: int = 0) -> Result:
    """It could not be looked at."""
    return Result(state=State.UNKNOWN, subject=subject, detail=detail, path=path, line=line)


def verdict(problem: str, subject: str, path: str = "", line: int = 0, basis: str = "") -> Result:
    """Failed with `problem`, passed where that is ""."""
    return failed(subject, problem, path, line, basis=basis) if problem else passed(subject, path=path)


def rights(fact: FileFact, forbidden: int, context: Context) -> Result:
    """Whether others have rights on a file that they should not have, with the command that takes them away."""
    shown = context.shown(fact.path)
    if fact.problem:
        return unknown(shown, fact.problem, fact.path)
    problem = rights_problem(fact, forbidden, context.uid)
    if not problem:
        return passed(shown, path=fact.path)
    is_ours = fact.mode & forbidden and fact.uid == context.uid and not fact.is_link
    repair = Modes(path=fact.path, forbidden=forbidden) if is_ours else None
    change = "go-w" if forbidden == WRITERS else "go-rwx"
    return failed(shown, problem, fact.path, repair=repair, command=f"chmod {change} {quoted(shown)}")


def quoted(shown: str) -> str:
    """A path as a shell takes it; one that begins with `~/` keeps it outside of the quotes."""
    home, rest = ("~/", shown[2:]) if shown.startswith("~/") else ("", shown)
    return home + shlex.quote(rest) if rest else home


def private_below_home(context: Context, names: tuple[str, ...]) -> Iterator[Result]:
    """Whether those of these files that exist are closed to others."""
    facts = (context.fact(context.home / name) for name in names)
    return (rights(fact, OTHERS, context) for fact in facts if fact.exists or fact.problem)


def unreadable(subject: str, document: Document) -> Iterator[Result]:
    """What is wrong with a document as such: a file that cannot be understood is never silently well."""
    if document.problem:
        yield unknown(subject, document.problem, document.path, document.problem_line)


def shorten(text: str, context: Context) -> str:
    """A sentence with `~` for the home folder."""
    return text.replace(f"{context.home}/", "~/")
