"""The daily run of `handrail audit`, in a process of its own with low priority: its result is kept, recorded, and told when it got worse."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.model.posture import LastAudit, has_fallen, new_critical
from sensor.paths import replace_private

SECONDS = 300.0  # an audit takes some; a log of a million entries and a slow disk more
DAY_S, AGAIN_S = 86_400.0, 3600.0  # how old a result may be, and when a run that failed is tried again
MAX_SHOWN, MAX_NAME = 5, 100
MAX_BYTES = 8 << 20

_LOG = logging.getLogger(__name__)


def load_last(file: Path) -> LastAudit | None:
    """The result of the last run; None where there was none, or it cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=LastAudit)
    except (OSError, msgspec.DecodeError):
        return None


class AuditRuns:
    """Runs `command` when the result in `file` is a day old. Belongs to one event loop; `now` gives Unix seconds.

    `record` gets each result, `alert` a title and a text when the grade fell, something critical is new, or there is no result.
    """

    def __init__(self, command: tuple[str, ...], file: Path, *, record: Callable[[LastAudit], None], alert: Callable[[str, str], None],
                 now: Callable[[], float]) -> None:
        self._command, self._file = command, file
        self._record, self._alert, self._now = record, alert, now
        self._last = load_last(file)  # from here on what this process saw counts, whoever changes the file
        self._tried = 0.0
        self._running = self._again = self._has_failed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False

    def soon_if_due(self) -> None:
        """What the clock calls."""
        now = self._now()
        fresh = self._last is not None and 0 <= now - self._last.moment < DAY_S
        if not fresh and not 0 <= now - self._tried < AGAIN_S:
            self.soon()

    def soon(self) -> None:
        """Run now, beside everything else: what counts has changed. A run that is on its way is followed by another."""
        self._again = self._running
        if not self._running and not self._closed:
            task = asyncio.get_running_loop().create_task(self.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End the run that is on its way. A task that is cancelled while its process is being started never ends, and the sensor with it."""
        self._closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self) -> None:
        """One run; at most SECONDS. Nothing while another is on its way."""
        if self._running:
            return
        self._running, self._again = True, True
        try:
            while self._again:
                self._again, self._tried = False, self._now()
                found = await self._found()
                if self._closed:
                    return
                if found is not None:
                    self._keep(found)
                elif not self._has_failed:  # what was found before would look like the state of today
                    self._alert("The audit could not be made", "What the dashboard shows under Posture is older. See: handrail audit")
                self._has_failed = found is None
        finally:
            self._running = False

    async def _found(self) -> LastAudit | None:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        self._process = process
        if self._closed:
            process.kill()
        try:
            out, err = await asyncio.wait_for(_printed(process), SECONDS)
        except asyncio.TimeoutError:
            _LOG.warning("the audit did not end within %s s", SECONDS)
            return None
        except _TooLongError:
            _LOG.warning("the audit printed more than %s bytes", MAX_BYTES)
            return None
        finally:
            if process.returncode is None:  # too slow, or this sensor ends
                process.kill()
                await process.wait()
        if self._closed:
            return None
        try:
            return msgspec.json.decode(out, type=LastAudit)
        except msgspec.DecodeError:
            _LOG.warning("the audit could not be made: %s", (err or out).decode("utf-8", "replace").strip()[-500:])
            return None

    def _keep(self, found: LastAudit) -> None:
        before, self._last = self._last, found
        self._record(found)
        try:
            replace_private(self._file, msgspec.json.encode(found))
        except OSError as error:
            _LOG.warning("the result of the audit was not kept: %s", error)
        fresh = new_critical(before, found)
        said = [f"{one.id} {one.title}" + (f" ({_plain(one.subject)})" if one.subject else "") for one in fresh[:MAX_SHOWN]]
        if has_fallen(before, found) and before is not None:
            self._alert(f"The grade of this deployment fell from {before.grade} to {found.grade}", "; ".join([found.words, *said]))
        elif fresh:
            self._alert("The audit found something critical", "; ".join(said) + ". See: handrail audit")


class _TooLongError(Exception):
    """More than is kept."""


async def _printed(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    return await asyncio.gather(_read(process.stdout), _read(process.stderr))


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """All of it, as far as the sensor can hold that in memory: what repositories hold decides how long it is. Raises _TooLongError."""
    data = b""
    while stream is not None and (more := await stream.read(1 << 16)):
        data += more
        if len(data) > MAX_BYTES:
            raise _TooLongError
    return data


def _plain(name: str) -> str:
    """A name that a project may have chosen, in one line and without what moves or turns text. What is secret in it the alerts take out."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name[:MAX_NAME])
