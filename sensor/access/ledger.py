"""What agents used: calls, CPU time and tokens per day, agent and model, and per session. Survives a restart; one owner, the sensor's loop.

Where a history was read to is kept in the same file as what was counted, so that a restart counts nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from sensor.model.errors import in_words
from sensor.model.names import REHEARSALS
from sensor.paths import replace_private

MAX_DAYS, MAX_SESSIONS, MAX_FILES, MAX_MESSAGES, MAX_PROCESSES = 62, 500, 1000, 4000, 500
_LOG = logging.getLogger(__name__)


class Used(Protocol):
    """One message of a model; `hooks.usage.Used`."""

    @property
    def message(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def day(self) -> str: ...
    @property
    def input(self) -> int: ...
    @property
    def output(self) -> int: ...
    @property
    def cache_write(self) -> int: ...
    @property
    def cache_read(self) -> int: ...


class Counts(msgspec.Struct):
    """Sums for one model; `calls` (tool calls) and `cpu_ms` stand under the model "". `requests` are messages of the model.

    `test_calls` of the calls say that Handrail played them. Whoever says so may lie, so budgets count them like all others.
    """

    calls: int = 0
    requests: int = 0
    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0
    cpu_ms: int = 0
    test_calls: int = 0

    @property
    def tokens(self) -> int:
        """What a budget of tokens counts: everything but what came from the cache."""
        return self.input + self.output + self.cache_write

    def add(self, *numbers: int) -> None:
        """Add (calls, requests, input, output, cache_write, cache_read, cpu_ms, test_calls)."""
        for name, number in zip(self.__struct_fields__, numbers, strict=True):
            setattr(self, name, getattr(self, name) + number)


Models = dict[str, Counts]


class _Kept(msgspec.Struct):
    """The file. `days` are day -> agent -> model; `sessions` "agent session" -> model; `files` how far histories were read.

    `processes` are the milliseconds of CPU up to which agents' processes were counted.
    """

    days: dict[str, dict[str, Models]] = {}
    sessions: dict[str, Models] = {}
    files: dict[str, int] = {}
    messages: dict[str, tuple[int, int, int, int]] = {}
    processes: dict[str, int] = {}
    told: list[str] = []
    lifted: dict[str, str] = {}


class Ledger:
    """`today` gives the day in UTC (YYYY-MM-DD); `later` puts a write off a little."""

    def __init__(self, file: Path | None, today: Callable[[], str], later: Callable[[Callable[[], None]], None]) -> None:
        """`file` None keeps nothing. `lost` says why what was counted before is not known any more, "" when it is."""
        self._file = file
        self.today = today
        self._later = later
        self._kept, self.lost = _load(file) if file is not None else (_Kept(), "")
        self._dirty = False
        self._calls: dict[tuple[str, str], int] = {}
        self.version = 0
        self._months: dict[str, dict[str, Models]] = {}
        for day, agents in self._kept.days.items():
            for agent, models in agents.items():
                for model, counts in models.items():
                    _sums(self._months, day[:7], agent, model).add(*msgspec.structs.astuple(counts))

    def call(self, agent: str, session: str) -> None:
        """Count a tool call. It is added to its sums when somebody asks for them, or they are saved."""
        self._calls[agent, session] = self._calls.get((agent, session), 0) + 1
        self._changed()

    def cpu(self, agent: str, session: str, process: str, seconds: float) -> None:
        """Count what `process` and those below it used since the last look. The first look only notes where counting begins."""
        total = round(seconds * 1000)
        before = self._kept.processes.pop(process, total)
        self._kept.processes[process] = total
        _keep(self._kept.processes, MAX_PROCESSES)
        if total > before:  # less than before: something below it was left to another parent, with its time
            self._add(self.today(), agent, session, "", (0, 0, 0, 0, 0, 0, total - before, 0))
        self._changed()

    def used(self, agent: str, session: str, file: str, offset: int, messages: Iterable[Used]) -> None:
        """Count what models used, once per message, and note how far `file` was read. `version` tells that tokens have changed."""
        self.version += 1
        for one in messages:
            numbers = (one.input, one.output, one.cache_write, one.cache_read)
            known = self._kept.messages.pop(one.message, None)
            more = tuple(max(0, new - old) for new, old in zip(numbers, known or (0, 0, 0, 0), strict=True))
            self._kept.messages[one.message] = tuple(map(max, numbers, known or numbers))  # type: ignore[assignment]
            self._add(min(one.day or self.today(), self.today()), agent, session, one.model, (0, 0 if known else 1, *more, 0, 0))
        _keep(self._kept.messages, MAX_MESSAGES)
        self._kept.files.pop(file, None)
        self._kept.files[file] = offset
        _keep(self._kept.files, MAX_FILES)
        self._changed()

    def offset(self, file: str) -> int:
        """How far `file` was read."""
        return self._kept.files.get(file, 0)

    def agents(self, period: str) -> dict[str, Models]:
        """What every agent used in a day (YYYY-MM-DD) or a month (YYYY-MM)."""
        self._add_calls()
        return (self._kept.days if len(period) == 10 else self._months).get(period, {})

    def session(self, agent: str, session: str) -> Models:
        """What one session used, whatever the day."""
        self._add_calls()
        return self._kept.sessions.get(f"{agent} {session}", {})

    def sessions(self) -> dict[str, Models]:
        """By "agent session", the latest last."""
        self._add_calls()
        return self._kept.sessions

    def tell(self, what: str) -> bool:
        """Note that something was told; False when it was told before."""
        if what in self._kept.told:
            return False
        self._kept.told = [*self._kept.told[-200:], what]
        self._changed()
        return True

    def lift(self, agent: str) -> None:
        """Until the end of the day budgets of `agent` ("*": of all together) do not hold."""
        self._kept.lifted[agent] = self.today()
        self.write()

    def is_lifted(self, agent: str) -> bool:
        """Whether budgets of `agent` do not hold today."""
        return self._kept.lifted.get(agent) == self.today()

    def write(self) -> None:
        """Save now. A failure is logged: what was counted stays in memory."""
        self._dirty = False
        self._add_calls()
        if self._file is None:
            return
        try:
            replace_private(self._file, msgspec.json.encode(self._kept))
        except OSError as error:
            _LOG.error("what agents used cannot be saved: %s", error)

    def _add_calls(self) -> None:
        """Calls since the last look, by the day of this one."""
        if not self._calls:
            return
        day, new, self._calls = self.today(), self._calls, {}
        for (agent, session), calls in new.items():
            self._add(day, agent, session, "", (calls, 0, 0, 0, 0, 0, 0, calls * session.startswith(REHEARSALS)))

    def _add(self, day: str, agent: str, session: str, model: str, numbers: tuple[int, ...]) -> None:
        for counts in self._counts(day, agent, session, model):
            counts.add(*numbers)

    def _counts(self, day: str, agent: str, session: str, model: str) -> tuple[Counts, Counts, Counts]:
        """What is kept of a model's use: by the day, by the month and by the session, which becomes the latest."""
        by_day, by_month = _sums(self._kept.days, day, agent, model), _sums(self._months, day[:7], agent, model)
        if len(self._kept.days) > MAX_DAYS:
            del self._kept.days[min(self._kept.days)]
        name = f"{agent} {session}"
        models = self._kept.sessions[name] = self._kept.sessions.pop(name, {})
        by_session = _of_model(models, model)
        _keep(self._kept.sessions, MAX_SESSIONS)
        return by_day, by_month, by_session

    def _changed(self) -> None:
        if not self._dirty:
            self._dirty = True
            self._later(self.write)


def _keep(kept: dict[str, object] | dict[str, int] | dict[str, Models] | dict[str, tuple[int, int, int, int]], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


def _sums(periods: dict[str, dict[str, Models]], period: str, agent: str, model: str) -> Counts:
    return _of_model(periods.setdefault(period, {}).setdefault(agent, {}), model)


def _of_model(models: Models, model: str) -> Counts:
    counts = models.get(model)
    if counts is None:
        counts = models[model] = Counts()
    return counts


def _load(file: Path) -> tuple[_Kept, str]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept), ""
    except FileNotFoundError:
        return _Kept(), ""
    except (OSError, msgspec.DecodeError) as error:
        aside = file.with_suffix(".broken")
        lost = f"what agents used so far cannot be read and is counted anew, budgets too ({in_words(error)}); the file is kept as {aside.name}"
        _LOG.error("%s", lost)
        file.rename(aside)
        return _Kept(), lost
