"""Pruning while the sensor runs, for a person or for `audit.keep-days`.

A process of its own reads and archives the old part (it holds nothing up); the sensor, as the only writer, then records the
cut, waits until that is durable, signs the state at the cut and removes the files.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import msgspec

from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.errors import AuditUnavailable
from sensor.audit.journal.pruning import Prepared, PruneResult, draft_prune
from sensor.desk.requests import Args, Done, Operation
from sensor.model.calls import Caller, Value
from sensor.model.errors import HandrailError, UsageError, in_words

SECONDS = 3600
NOTHING = 1  # exit code of the command when nothing is old enough

_LOG = logging.getLogger(__name__)


class Recorder(Protocol):
    """Writes the entry; `then` is called when it is durable, or with the error."""

    def durable(self, entry: EntryDraft, then: Callable[[AuditUnavailable | None], None]) -> None: ...

    def ring(self) -> None: ...


class RetentionState(Value, frozen=True):
    """How the newest pruning stands. `state`: "idle", "running", "done", "failed"; a failure says why and what to do."""

    state: str = "idle"
    result: PruneResult | None = None
    exit_code: int = 0
    error: str = ""
    next_step: str = ""


class RetentionDesk:
    """Built once by `sensor.composition`; belongs to its event loop. One pruning at a time."""

    def __init__(self, *, command: Callable[[str, str], tuple[str, ...]], finish: Callable[[Prepared], None], size: Callable[[], int],
                 recorder: Recorder, person: Callable[[Caller], None]) -> None:
        """`command(before, folder)` prints a Prepared; `finish` signs and removes, in a thread; `size` is the durable size of the log."""
        self._command, self._finish, self._size = command, finish, size
        self._recorder, self._person = recorder, person
        self._task: asyncio.Task[None] | None = None
        self.state = RetentionState()

    def table(self) -> dict[str, Operation]:
        """Operations by name."""
        return {"prune.start": self._start, "prune.state": lambda args, caller, done: done(0, self.state)}

    def begin(self, before: str, folder: str) -> bool:
        """Begin to prune what ends before the stamp `before`; False when a pruning runs already."""
        if self._task is not None and not self._task.done():
            return False
        self.state = RetentionState(state="running")
        self._task = asyncio.get_running_loop().create_task(self._run(before, folder))
        return True

    def _start(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        before, folder = args.get("before"), args.get("archive")
        if not isinstance(before, str) or not isinstance(folder, str) or not before or not Path(folder).is_absolute():
            raise UsageError("before is a time stamp and archive the full path of a folder")
        if not self.begin(before, folder):
            raise UsageError("a pruning runs already", next_step="Wait until it ends.")
        done(0, self.state)

    async def _run(self, before: str, folder: str) -> None:
        try:
            prepared = await self._prepare(before, folder)
            await self._record(draft_prune(prepared))
            await asyncio.get_running_loop().run_in_executor(None, self._finish, prepared)
        except (HandrailError, OSError) as error:
            said = error if isinstance(error, HandrailError) else HandrailError(in_words(error, with_file=True))
            self.state = RetentionState(state="failed", exit_code=said.exit_code, error=said.message, next_step=said.next_step)
            if said.exit_code != NOTHING:
                _LOG.error("pruning failed: %s", said.message)
            return
        self.state = RetentionState(state="done", result=prepared.result)
        self._recorder.ring()  # the indexer drops the rows

    async def _prepare(self, before: str, folder: str) -> Prepared:
        process = await asyncio.create_subprocess_exec(
            *self._command(before, folder), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            out, err = await asyncio.wait_for(process.communicate(), SECONDS)
        except (asyncio.TimeoutError, asyncio.CancelledError):
            process.kill()
            await process.wait()
            raise HandrailError(f"the archive was not written within {SECONDS} s") from None
        if process.returncode:
            raise _refusal(process.returncode, err)
        try:
            prepared = msgspec.json.decode(out, type=Prepared)
        except msgspec.DecodeError as error:
            raise HandrailError(f"the archive's facts cannot be read: {error}") from error
        if not 0 <= prepared.first < prepared.last <= self._size():
            raise HandrailError(f"entries {prepared.first} to {prepared.last} are not a durable part of the log")
        return prepared

    async def _record(self, entry: EntryDraft) -> None:
        """Write the entry and wait until it survives a power loss. Raises AuditUnavailable."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def then(error: AuditUnavailable | None) -> None:
            if not written.done():
                written.set_result(None) if error is None else written.set_exception(error)

        self._recorder.durable(entry, then)
        await written


def _refusal(exit_code: int, err: bytes) -> HandrailError:
    """What the command said, as an error with its exit code."""
    message, _, next_step = err.decode("utf-8", "replace").strip()[-1000:].partition("\n")
    error: Any = HandrailError(message.removeprefix("error: ") or "the archive could not be written", next_step=next_step.strip())
    error.exit_code = exit_code
    return error  # type: ignore[no-any-return]
