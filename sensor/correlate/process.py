"""The model's process: takes lines of judged calls, asks the model, and tells the sensor what stands out. It can only raise a risk.

    python -I -m sensor.correlate.process [--prefix DIR]

Lowest priority, a queue that drops when it is full, a budget of processor time per day, and a rest when the machine is busy:
no verdict waits for it. Without a model in the settings it is not started.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.ask import SensorAway, SensorRefused, ask
from sensor.correlate.backends import Backend, ModelError, check_file, load
from sensor.correlate.scoring import Scorer
from sensor.host.machine.siblings import CORRELATOR
from sensor.host.running.hardening import harden
from sensor.model.errors import HandrailError
from sensor.model.states import Standing
from sensor.paths import Paths, locate, make_private, replace_private
from sensor.settings import ModelSettings, load_settings

OP_SCORED, OP_STATE = "model.scored", "model.state"
IDLE_SECONDS = 300.0
BUSY = 0.8  # load per core above which the model rests
REST_SECONDS = 2.0
RESTS = 10  # a machine that is always busy gets its answers late, at the lowest priority
MAX_DATAGRAM = 16_384
NICE = 10
log = logging.getLogger(__name__)


class Lines(msgspec.Struct, frozen=True):
    """What the sensor sends: lines of one call, without secrets."""

    agent: str
    session: str
    call: str
    lines: tuple[str, ...]


class Spent(msgspec.Struct):
    """Processor time of a day (UTC), and what is usual here. Kept over a restart."""

    day: str = ""
    seconds: float = 0.0
    asked: int = 0
    usual: list[float] = []


class Correlator:
    """One loop: wait, ask, tell. `tell` is an operation of the sensor."""

    def __init__(self, paths: Paths, settings: Callable[[], ModelSettings], open_model: Callable[[ModelSettings], Backend],
                 tell: Callable[[str, dict[str, object]], object]) -> None:
        self._file = paths.state / "model.json"
        self._settings = settings
        self._open = open_model
        self._tell = tell
        self._spent = _load_spent(self._file)
        self._scorer: Scorer | None = None
        self._backend: Backend | None = None
        self._said, self._ready = (Standing.STARTING, ""), ""

    def start(self) -> None:
        """Load the model and try it on its canaries. Raises ModelError when it cannot be used."""
        settings = self._settings()
        self._backend = self._open(settings)
        scorer = Scorer(self._backend, self._spent.usual)
        trial = scorer.trial()
        if not trial.passed(settings.least_apart):
            self.stop()
            name, figures = Path(settings.model_path).name, f"apart {trial.apart:.2f}, moved by pleas {trial.moved:.2f}"
            raise ModelError(f"{name} does not tell risky from harmless commands well enough ({figures})",
                             next_step="Choose a larger model: handrail llm use FILE")
        self._scorer = scorer
        self._ready = f"{Path(settings.model_path).name} through {self._backend.name}, canaries {trial.apart:.2f} apart"
        self.say(Standing.RUNNING, self._ready)

    def stop(self) -> None:
        """Give the model's memory back, and keep what was learnt."""
        if self._scorer is not None:
            self._spent.usual = list(self._scorer.usual)
        if self._backend is not None:
            self._backend.close()
        self._scorer = self._backend = None
        self._keep()

    def take(self, body: bytes) -> None:
        """Ask about the lines of one datagram and tell the sensor what stands out."""
        try:
            got = msgspec.json.decode(body, type=Lines)
        except msgspec.DecodeError as error:
            log.error("a datagram that is none of ours: %s", error)
            return
        if not self._within_budget():
            return
        before = time.process_time()
        if self._scorer is None:
            self.start()  # counts as well: lines that come now and then would load it all day
        assert self._scorer is not None
        known = all(map(self._scorer.is_known, got.lines))
        odds = [(self._scorer.odds(line), line) for line in got.lines]
        self._spent.seconds += time.process_time() - before
        if known:
            return  # each line counts once
        self._spent.asked += 1
        worst, line = max(odds)
        weight = self._scorer.weight(worst)
        for one, _ in odds:
            self._scorer.learn(one)
        if weight >= self._settings().least_weight and got.session:
            self._tell(OP_SCORED, {"agent": got.agent, "session": got.session, "call": got.call, "weight": round(weight, 3), "line": line[:200]})
        if self._spent.asked % 50 == 0:
            self._keep()

    def say(self, state: Standing, detail: str) -> None:
        """Tell the sensor how the model stands, once per change."""
        if (state, detail) != self._said:
            self._said = (state, detail)
            log.info("%s: %s", state.value, detail)
            self._tell(OP_STATE, {"state": state.value, "detail": detail, "cpu_seconds": round(self._spent.seconds, 1), "asked": self._spent.asked})

    def _within_budget(self) -> bool:
        today = time.strftime("%Y-%m-%d", time.gmtime())
        if self._spent.day != today:
            self._spent = Spent(day=today, usual=self._spent.usual)
            if self._said[0] is Standing.RESTING:
                self.say(Standing.RUNNING, self._ready)
        if self._spent.seconds < 60 * self._settings().cpu_minutes_per_day:
            return True
        self.say(Standing.RESTING, f"until tomorrow: {self._spent.seconds:.0f} CPU seconds used today")
        return False

    def _keep(self) -> None:
        replace_private(self._file, msgspec.json.encode(self._spent))


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog=CORRELATOR, description=__doc__)
    parser.add_argument("--prefix", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    harden()
    os.nice(NICE)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        paths = locate(Path.home(), options.prefix)
        make_private(paths.run)
        _run(paths)
    except HandrailError as error:
        log.error("%s", error)
        sys.exit(error.exit_code)


def _run(paths: Paths) -> None:
    def tell(op: str, args: dict[str, object]) -> object:
        try:
            return ask(paths.socket, op, args)
        except (SensorAway, SensorRefused) as error:
            log.warning("%s: %s", op, error)
            return None

    correlator = Correlator(paths, lambda: load_settings(paths.config_file).llm, open_model, tell)
    with contextlib.closing(listen(paths.model_lines)) as door:
        try:
            correlator.start()
        except ModelError as error:
            correlator.say(Standing.FAILED, str(error))
            while True:  # a model that cannot be used is tried again after the next change of the settings, by a restart
                signal.pause()
        try:
            _follow(door, correlator)
        finally:
            correlator.stop()


def _follow(door: socket.socket, correlator: Correlator) -> None:
    door.settimeout(IDLE_SECONDS)
    while True:
        try:
            body = door.recv(MAX_DATAGRAM)
        except TimeoutError:
            correlator.stop()  # loaded again when there is something to ask
            door.settimeout(None)
            body = door.recv(MAX_DATAGRAM)
            door.settimeout(IDLE_SECONDS)
        _let_others_go_first()
        correlator.take(body)


def _let_others_go_first() -> None:
    for _ in range(RESTS):
        if os.getloadavg()[0] <= BUSY * (os.cpu_count() or 1):
            return
        time.sleep(REST_SECONDS)


def open_model(settings: ModelSettings) -> Backend:
    """The model of the settings, its file checked. Raises ModelError."""
    path = Path(settings.model_path).expanduser()
    check_file(path, settings.sha256)
    return load(path, settings.threads, settings.runtime)


def listen(place: Path) -> socket.socket:
    """The datagram socket that lines come in by."""
    place.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | getattr(socket, "SOCK_CLOEXEC", 0))
    door.bind(str(place))
    place.chmod(0o600)
    return door


def _load_spent(file: Path) -> Spent:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Spent)
    except (OSError, msgspec.DecodeError):
        return Spent()


def _leave(number: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
