"""Take over what the hook client decided while the sensor was away: one entry per spooled event, then the file goes.

The client writes one file per event (`hooks.spool`). A file is removed only after its entry is durable, so an event is
lost by no crash; after one, it may be read again, and then `spool_id` shows the repetition. What cannot be read is set
aside, counted and kept. The files are read in slices between calls, so that a full spool delays no verdict.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec

from hooks.adapters import Adapter
from sensor.audit.form.clock import Stamp
from sensor.audit.form.errors import AuditUnavailable, EntryRefused
from sensor.desk.recorder import DEGRADED, SpoolFacts
from sensor.model.calls import Caller, Heartbeat, ToolCall
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, Verdict

log = logging.getLogger(__name__)

SLICE = 20
MAX_BYTES = 4 * 1024 * 1024
SET_ASIDE = "unreadable"
COUNTERS = ("lost-decisions", "lost-allowed")
VERDICTS = {Answer.ALLOW: Verdict.CLEAN, Answer.ASK: Verdict.QUARANTINE, Answer.DENY: Verdict.BLOCK}


CallKey = tuple[str, str, str, str]
Micros = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
"""What an entry can hold of a time: until the year 2255."""


class SpoolRecord(msgspec.Struct, frozen=True):
    """One file of the spool, as `hooks.spool.render_record` writes it. Times in microseconds."""

    v: int
    uuid: str
    wall_us: Micros
    mono_us: Micros
    pid: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    agent: str
    answer: Answer
    rule: str
    mode: Mode
    reason: str
    truncated: bool
    event: dict[str, Any]


class Recorder(Protocol):
    """The part of `sensor.desk.recorder.JournalRecorder` that is needed here."""

    def spooled(self, judged: JudgedCall, spool: SpoolFacts, note: str, then: Callable[[AuditUnavailable | None], None]) -> None: ...

    def dropped(self, spool: int, note: str) -> None: ...


class SpoolReader:
    """Reads the spool in the sensor's loop. `judge` gives the sensor's own opinion, without holding or releasing calls.

    `answered` is what this sensor answered to a call it has recorded itself, None when it does not know the call;
    `recorded` reads the same from the end of the log, for calls that an earlier run answered into the void. `names` takes secrets
    out of what a call is called by.
    """

    def __init__(self, folder: Path, *, adapters: Mapping[str, Adapter], recorder: Recorder, uid: int, judge: Callable[[ToolCall, Caller], Judgement],
                 answered: Callable[[ToolCall], Answer | None], recorded: Callable[[], Mapping[CallKey, Answer]],
                 names: Callable[[ToolCall], ToolCall]) -> None:
        self._folder = folder
        self._adapters = adapters
        self._recorder = recorder
        self._uid = uid
        self._judge = judge
        self._answered = answered
        self._recorded = recorded
        self._clean = names
        self._earlier: Mapping[CallKey, Answer] | None = None
        self._stamp = Stamp()
        self._names: list[str] = []
        self._pending: set[str] = set()

    def collect(self) -> None:
        """Take over everything that waits now. Cheap when nothing does; may be called at any time from the loop."""
        idle = not self._names
        try:
            found = sorted(entry.name for entry in os.scandir(self._folder) if entry.name.endswith(".json") and entry.is_file(follow_symlinks=False))
            lost = [name for name in COUNTERS if (self._folder / name).is_file() and not (self._folder / name).is_symlink()]
        except OSError as error:
            log.error("the spool cannot be listed: %s", error)
            return
        for name in lost:
            self._take_counter(self._folder / name)
        self._names = [name for name in found if name not in self._pending]
        if idle and self._names:
            asyncio.get_running_loop().call_soon(self._slice)

    def waiting(self) -> int:
        """How many files wait to be recorded."""
        try:
            return sum(entry.name.endswith(".json") for entry in os.scandir(self._folder))
        except OSError:
            return 0

    def _slice(self) -> None:
        names, self._names = self._names[:SLICE], self._names[SLICE:]
        try:
            for name in names:
                self._take(name)
        except AuditUnavailable as error:
            log.error("spooled events wait until the log can be written: %s", error.message)
            self._names = []
        finally:  # whatever is wrong with one file, the others do not wait for it
            if self._names:
                asyncio.get_running_loop().call_soon(self._slice)

    def _take(self, name: str) -> None:
        file = self._folder / name
        try:
            record = msgspec.json.decode(_read(file), type=SpoolRecord)
            adapter = self._adapters[record.agent]
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError, KeyError, UnicodeDecodeError) as error:
            log.warning("set aside an unreadable spool file: %s", type(error).__name__)
            self._set_aside(file)
            return
        call = adapter.parse_event(msgspec.json.encode(record.event), record.truncated)
        if isinstance(call, Heartbeat):
            if call.call is None:
                file.unlink(missing_ok=True)
                return
            call = call.call  # the client found nothing of ours that reports it, or it would not be here
        answered = self._answered(call)  # asks by the names that the call came with; the log knows it by clean ones
        call = self._clean(call)
        answered = answered or self._answered_earlier(call)
        if answered is record.answer:
            file.unlink(missing_ok=True)  # the entry that this sensor wrote already says everything
            return
        note = f"decided by the hook client, because the sensor was {record.reason}"
        if answered is not None:
            note += f"; the sensor's own answer ({answered.value}) did not reach the agent"
        caller = Caller(uid=self._uid, pid=record.pid, proof="spool")
        judged = JudgedCall(call=call, caller=caller, judgement=spooled_judgement(self._judge(call, caller), record))
        self._pending.add(name)
        facts = SpoolFacts(id=record.uuid, ts=self._stamp.render(record.wall_us * 1000), mono_us=record.mono_us)

        def settled(error: AuditUnavailable | None) -> None:
            self._pending.discard(name)
            if error is None:
                file.unlink(missing_ok=True)

        try:
            self._recorder.spooled(judged, facts, note, settled)
        except AuditUnavailable:
            self._pending.discard(name)
            raise
        except EntryRefused as error:
            self._pending.discard(name)
            log.warning("set aside a spool file that fits into no entry: %s", error.message)
            self._set_aside(file)

    def _answered_earlier(self, call: ToolCall) -> Answer | None:
        if not call.tool_use_id:
            return None
        if self._earlier is None:
            self._earlier = self._recorded()
        return self._earlier.get((call.agent, call.session, call.tool_use_id, call.phase.value))

    def _set_aside(self, file: Path) -> None:
        folder = self._folder / SET_ASIDE
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            file.replace(folder / file.name)
        except OSError as error:
            log.error("an unreadable spool file cannot be moved: %s", error)
            return
        self._recorder.dropped(1, f"a spool file could not be read; it is kept as {SET_ASIDE}/{ascii(file.name)[1:-1]}")

    def _take_counter(self, file: Path) -> None:
        """Events that the client could not keep: the counter's size is their number."""
        taken = file.with_name(f"{file.name}.taken")
        try:
            file.replace(taken)
            count = taken.stat().st_size
        except OSError as error:
            log.error("a counter of lost events cannot be read: %s", error)
            return
        try:
            self._recorder.dropped(count, f"the hook client could not keep these events ({file.name})")
        except AuditUnavailable:
            taken.replace(file)
            return
        taken.unlink()


def spooled_judgement(own: Judgement, record: SpoolRecord) -> Judgement:
    """What the log says about a call that the client answered: its answer, and the worse of the two verdicts.

    The sensor's findings stay in, so that a risky call that was let through is seen; its texts were already redacted.
    """
    stopped = record.answer is not Answer.ALLOW
    local = VERDICTS[record.answer] if stopped or not record.rule else Verdict.BLOCK  # in observe mode a hit is only named
    findings = own.findings
    if stopped or record.rule:
        findings = (Finding(
            rule=record.rule or "HR-OFF-001", severity=Severity.HIGH, stage=Stage.DECISION, category=DEGRADED,
            message="The hook client's local rules decided, because the sensor did not answer"), *findings)
    would = Answer.DENY if not stopped and record.rule else record.answer
    order = (Answer.ALLOW, Answer.ASK, Answer.DENY)
    return msgspec.structs.replace(
        own, verdict=max(local, own.verdict), answer=record.answer, would_answer=max(would, own.would_answer, key=order.index), mode=record.mode,
        findings=findings, hold="", approval=None,
    )


def _read(file: Path) -> bytes:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as source:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError("too large")
    return data
