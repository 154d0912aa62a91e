"""Logs to test on: made once, copied per test; a clock that stands still; the second verifier beside the first."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import json
import os
import shutil
import socketserver
import threading
import time
from pathlib import Path

import msgspec
import pytest

from sensor.audit.drafts.drafts import draft, draft_acceptance
from sensor.audit.form.clock import Clock
from sensor.audit.form.entry import EntryDraft, blank
from sensor.audit.form.keys import load_identity, load_public
from sensor.audit.form.parts import AgentFacts, Change, Lost, RuleHit, Summary
from sensor.audit.journal.acceptance import add_accepted
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import LogSettings, Opened, World, open_log
from sensor.audit.journal.pin import read_pin
from sensor.audit.verifying.verify import VerifyOptions, verify_log
from sensor.model.calls import Caller
from tests.sensor.audit.killing import copy_as_killed

START_NS = 1_800_000_000 * 10**9


def _second():
    spec = importlib.util.spec_from_file_location("second_verifier", Path(__file__).with_name("second_verifier.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECOND = _second()


class Ticking:
    """A clock under the test's control; every reading moves it by a microsecond."""

    def __init__(self, boot_id: str = "boot-1") -> None:
        self.wall, self.mono, self.boot_id = START_NS, 10**12, boot_id

    def pass_s(self, seconds: float) -> None:
        self.wall += int(seconds * 10**9)
        self.mono += int(seconds * 10**9)

    def clock(self) -> Clock:
        def read_wall() -> int:
            self.wall += 1000
            return self.wall

        def read_mono() -> int:
            self.mono += 1000
            return self.mono

        return Clock(wall_ns=read_wall, mono_ns=read_mono, boot_id=self.boot_id)


class State:
    """A state folder with a log in it, and how to open and verify it."""

    def __init__(self, folder: Path, ticking: Ticking | None = None) -> None:
        self.folder, self.ticking = folder, ticking or Ticking()
        self.root, self.keys = folder / "log", folder / "keys"

    @property
    def log(self) -> Path:
        return max((path for path in self.root.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))

    def settings(self, **changes) -> LogSettings:
        facts = {"root": self.root, "keys": self.keys, "reserve_bytes": 0}
        return LogSettings(**{**facts, **changes})

    def open(self, medium=None, random=os.urandom, **changes) -> Opened:
        world = World(clock=self.ticking.clock(), random=random)
        if medium is not None:
            world = msgspec.structs.replace(world, medium=medium)
        self.ticking.pass_s(1)
        return open_log(self.settings(**changes), world)

    def public(self) -> bytes:
        return load_public(self.keys)

    def report(self, **options):
        public = self.public()
        facts = {"identity": public, "pin": read_pin(self.keys, public), "workers": 1}
        return verify_log(self.log, VerifyOptions(**{**facts, **options}), self.ticking.wall // 1000)

    def codes(self) -> tuple[int, int]:
        """Exit codes of both verifiers."""
        path = self.keys / "pin.json"
        pin = json.loads(path.read_text()) if path.exists() else None
        return self.report().exit_code, SECOND.verify(self.log, self.public(), pin)[0]

    def segments(self) -> list[Path]:
        return sorted(self.log.glob("journal-*.jsonl"))


def call_draft(number: int = 0, **changes: object) -> EntryDraft:
    """An entry of a call with most fields set."""
    fields: dict[str, object] = {
        "mode": "enforce", "path": "live", "agent": AgentFacts(name="claude-code", ver="2.1", surface="hook", event="PreToolUse"),
        "session": "s-1", "tool": "Bash", "tool_kind": "shell", "tool_use_id": f"toolu_{number}", "phase": "before",
        "verdict": "clean", "answer": "allow", "would_answer": "allow", "profile": "strict", "cwd": "/home/dev/project",
        "summary": Summary(action="shell", text=f"make test-{number}"), "effects": ("runs make",),
        "rules": (RuleHit(id="HR-TST-001", sev="low", msg="a test"),), "stage_us": {"rules": 40, "effects": 90}, "lat_us": 300,
    }
    entry = blank("call", **{**fields, **changes})
    return EntryDraft(entry=entry, decision=entry.verdict in ("quarantine", "block") or entry.answer != "allow")


@pytest.fixture
def make_call():
    return call_draft


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def state(tmp_path, ticking) -> State:
    """An empty state folder."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return State(folder, ticking)


def write_sample(state: State) -> None:
    """Three segments, two restarts (one clean, one not), rotations, a block, a heartbeat, a change: about 40 entries."""
    limits = Limits(epoch_entries=9, segment_bytes=6000)
    numbers = itertools.count()
    for run in range(3):
        opened = state.open(limits=limits)
        for _ in range(4):
            opened.journal.append(call_draft(next(numbers)))
        opened.journal.append(call_draft(next(numbers), verdict="block", answer="deny", reason="HR-TST-001: no"))
        opened.journal.append(draft("heartbeat"))
        opened.journal.append(draft("config_change", change=Change(what="mode", before="observe", after="enforce", by="dev")))
        for _ in range(2):
            opened.journal.append(call_draft(next(numbers)))
        opened.journal.drain()
        if run == 1:
            abandon(opened)
        else:
            opened.journal.close()


def abandon(opened: Opened) -> None:
    """End a run without a shutdown entry, the lock released."""
    journal = opened.journal
    journal._closed = True
    journal._sync.stop()
    journal._m.on_close()


def killed_copy(state: State, opened: Opened, published: int) -> State:
    """The state folder as kill -9 leaves it now, elsewhere. Waits until `published` entries have their checkpoint."""
    public, deadline = state.public(), time.monotonic() + 60
    while (pin := read_pin(state.keys, public)) is None or pin.size < published:
        assert time.monotonic() < deadline, "no checkpoint"
        time.sleep(0.002)
    target = state.folder.with_name(state.folder.name + "-killed")
    copy_as_killed(state.folder, target)
    opened.journal.close()
    return State(target, state.ticking)


@pytest.fixture
def killed(state) -> State:
    """A log whose sensor was killed after three calls; only log_open is covered by a checkpoint."""
    opened = state.open()
    pinned = opened.journal.size
    while (pin := read_pin(state.keys, state.public())) is None or pin.size < pinned:
        time.sleep(0.002)
    for number in range(3):
        opened.journal.append(call_draft(number))
    return killed_copy(state, opened, pinned)


@pytest.fixture
def kill():
    return killed_copy


def accept_losses(state: State, *losses: Lost) -> tuple[Lost, ...]:
    """A person accepts `losses`, or what a verification of the log finds lost: the entry, then the signed file."""
    losses = losses or state.report().losses
    journal = state.open().journal
    journal.append(draft_acceptance(losses, "sam: a disk died", Caller(uid=1000, pid=7)))
    journal.drain()
    add_accepted(LogPlace(origin=journal.origin, folder=state.log, keys=state.keys), losses, load_identity(state.keys), Medium())
    journal.close()
    return losses


@pytest.fixture
def accept():
    return accept_losses


@pytest.fixture(scope="session")
def _sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "state"
    folder.mkdir(mode=0o700)
    write_sample(State(folder))
    return folder


@pytest.fixture
def sample(_sample, tmp_path) -> State:
    """A copy of a good log."""
    folder = tmp_path / "sample"
    shutil.copytree(_sample, folder)
    state = State(folder, Ticking())
    state.ticking.pass_s(1000)
    for path in state.segments():
        os.chmod(path, 0o600)
    return state


@pytest.fixture
def second():
    return SECOND


class FaultyMedium(Medium):
    """File calls of which chosen ones fail. `write_errors`/`sync_errors`: number of the call -> errno (from 1).

    `partial` bytes of a failing write are taken first. `full_after`: bytes that fit on the disk, None = no limit.
    """

    def __init__(self) -> None:
        self.write_errors: dict[int, int] = {}
        self.sync_errors: dict[int, int] = {}
        self.partial = 0
        self.full_after: int | None = None
        self.only = "journal-"  # files that fail
        self.handles: set[int] = set()
        self.writes = self.syncs = self.used = 0
        self.synced_handles: list[int] = []

    def create(self, path: Path) -> int:
        return self._opened(path, super().create(path))

    def reopen(self, path: Path) -> int:
        return self._opened(path, super().reopen(path))

    def _opened(self, path: Path, handle: int) -> int:
        (self.handles.add if path.name.startswith(self.only) else self.handles.discard)(handle)
        return handle

    def write(self, handle: int, data: bytes) -> int:
        if handle not in self.handles:
            return super().write(handle, data)
        self.writes += 1
        code = self.write_errors.get(self.writes)
        if code is not None:
            if self.partial:
                taken = os.write(handle, data[:self.partial])
                self.write_errors[self.writes + 1] = code
                self.partial = 0
                return taken
            raise OSError(code, os.strerror(code))
        if self.full_after is not None:
            room = self.full_after - self.used
            if room <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            data = data[:room]
        done = super().write(handle, data)
        self.used += done
        return done

    def sync(self, handle: int) -> None:
        if handle not in self.handles:
            return super().sync(handle)
        self.syncs += 1
        self.synced_handles.append(handle)
        code = self.sync_errors.get(self.syncs)
        if code is not None:
            raise OSError(code, os.strerror(code))
        super().sync(handle)


@pytest.fixture
def faulty() -> FaultyMedium:
    return FaultyMedium()


@pytest.fixture
def dripping(request):
    """dripping(head) -> the address of a server that sends `head`, then a byte every tenth of a second for as long as it is listened to."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(self.server.head or b"HTTP/1.0 200 OK\r\nX-Slow: ")
            try:
                while True:
                    self.request.sendall(b"x")
                    time.sleep(0.1)
            except ConnectionError:
                pass

    def serve(head: bytes) -> str:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads, server.block_on_close, server.head = True, False, head
        threading.Thread(target=server.serve_forever, daemon=True).start()
        request.addfinalizer(server.server_close)
        request.addfinalizer(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    return serve
