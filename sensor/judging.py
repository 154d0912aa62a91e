"""Builds what judges calls: for the sensor, for `explain` without a sensor, and for the examples of rules."""

from __future__ import annotations

import datetime
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from sensor.access.admissions import Counters
from sensor.access.delegations import Delegations
from sensor.access.desk import AccessDesk
from sensor.access.rates import RateLimiter, RateLimits
from sensor.access.tasks import TaskKeys
from sensor.correlate.arrivals import arrived_since
from sensor.correlate.files import WrittenFiles
from sensor.desk.description import describe_call, redact_lines
from sensor.desk.operations import shell_question
from sensor.detectors.redact import Redactor
from sensor.detectors.scan import Detectors, build_detectors
from sensor.detectors.secrets import SecretScanner
from sensor.effects import derive_effects
from sensor.inforce import InForce
from sensor.model.calls import Caller, ToolCall
from sensor.model.effects import Effect, Effects, Surroundings
from sensor.model.findings import Finding
from sensor.model.verdicts import Judgement, Mode
from sensor.paths import Paths, make_private
from sensor.pipeline import Access, Check, NoQueue, OpenAccess, Pipeline, Policy, Queue, no_past, nobody_there
from sensor.policy.decide import VerdictPolicy, decide
from sensor.policy.examples import AROUND
from sensor.policy.excused import Excused, excused_rules
from sensor.policy.profiles import choose_profile
from sensor.policy.rule import Rule
from sensor.policy.ruleset import RuleSet

DEVICE_SECRET = "device.secret"
UNLIMITED = RateLimits(1_000_000_000, 1_000_000_000)


class Judging(msgspec.Struct, frozen=True):
    """What judges calls, and the secrets of this device that it uses."""

    inforce: InForce
    redactor: Redactor
    detectors: Detectors
    around: Surroundings
    consent_key: bytes

    def pipeline(self, limiter: RateLimiter, queue: Queue, access: Access, presence: Callable[[ToolCall, Caller], tuple[Finding, ...]],
                 escalation: Check) -> Pipeline:
        """A pipeline over a queue of held calls and the rights that are in force."""
        return Pipeline(
            policy=self.inforce.policy, around=self.around, limiter=limiter, quarantine=queue, detectors=self.detectors.scan,
            presence=presence, access=access, escalation=escalation, uid=os.getuid(), consent_key=self.consent_key, clock_ns=time.perf_counter_ns,
            describe=self._describe, redact=lambda text: self.redactor.redact(text).text,
        )

    def dry(self) -> Pipeline:
        """A pipeline for questions: nothing is held, released, counted or limited."""
        nobody = Delegations(roots=frozenset, origin="", now=time.time, snapshot=None)
        desk = AccessDesk(standing=self.inforce.standing, delegations=nobody, tasks=TaskKeys(time.monotonic, time.time), counters=Counters(time.monotonic))
        return self.pipeline(RateLimiter(UNLIMITED, time.monotonic), NoQueue(), desk, nobody_there, no_past)

    def files(self) -> WrittenFiles:
        """The memory of what agents wrote, from now on, judged by the rules in force."""
        return WrittenFiles(
            lambda call, known: derive_effects(call, self.around, known),
            lambda call, effects: self.inforce.policy.match(call, effects, self.inforce.policy.profile(call)), arrived=arrived_since(time.time()))

    def _describe(self, call: ToolCall, effects: Effects) -> tuple[tuple[str, str], ...]:
        return redact_lines(describe_call(call, effects), self.redactor.redact)


def build_judging(paths: Paths) -> Judging:
    """Load settings, rules and detectors."""
    secret = device_secret(paths)
    with ThreadPoolExecutor(1) as beside:  # without a cache both compile for seconds
        scanning = beside.submit(SecretScanner, cache=paths.cache)
        inforce = InForce(paths, lambda: datetime.datetime.now(datetime.timezone.utc).date())
    scanner = scanning.result()
    return Judging(
        inforce=inforce, redactor=Redactor(scanner, secret),
        detectors=build_detectors(scanner, time.thread_time), around=surroundings(paths), consent_key=secret,
    )


def dry_judge(paths: Paths) -> Callable[[str, str, str], Judgement]:
    """For `explain` without a sensor: judge (command, cwd, agent) by the rules of this installation."""
    pipeline = build_judging(paths).dry()
    return lambda command, cwd, agent: pipeline.judge(shell_question(command, cwd, agent), Caller(uid=os.getuid()))


def excused_in(paths: Paths, command: str, cwd: str, agent: str) -> tuple[Excused, ...]:
    """For `explain`: the rules of this installation that an excuse alone keeps from firing on a command."""
    inforce = InForce(paths, lambda: datetime.datetime.now(datetime.timezone.utc).date())
    call = shell_question(command, cwd, agent)
    return excused_rules(inforce.rules.rules, call, derive_effects(call, surroundings(paths)), inforce.policy.profile(call))


def programs_of(paths: Paths, command: str, cwd: str) -> tuple[Effect, ...]:
    """What a recorded command runs: programs and their words alone, because what it touched is in the record and the files have changed since."""
    effects = derive_effects(shell_question(command, cwd, ""), surroundings(paths)).effects
    return tuple(msgspec.structs.replace(effect, reads=(), writes=(), deletes=(), executes=frozenset(), privilege=False, opaque=False)
                 for effect in effects if effect.program or effect.assignments)


def example_judge(rules: Sequence[Rule], cache: Path | None = None) -> Callable[[ToolCall], Judgement]:
    """For examples of rules: judge by `rules` and all detectors, with default settings, on the imaginary machine."""
    ruleset = RuleSet.compile(rules, cache)
    policy = Policy(
        match=ruleset.match, decide=lambda call, found: decide(call, found, VerdictPolicy(), datetime.date.min), profile=choose_profile,
        mode=lambda agent: Mode.ENFORCE, suspended=frozenset(), digest="", ruleset=ruleset.sha256,
    )
    pipeline = Pipeline(
        policy=policy, around=AROUND, limiter=RateLimiter(UNLIMITED, time.monotonic), quarantine=NoQueue(),
        detectors=build_detectors(SecretScanner(cache=cache), time.thread_time).scan, presence=nobody_there, access=OpenAccess(),
        escalation=no_past, uid=os.getuid(),
        consent_key=b"", clock_ns=time.perf_counter_ns, describe=lambda call, effects: (),
    )
    return lambda call: pipeline.judge(call, Caller(uid=os.getuid()))


def surroundings(paths: Paths) -> Surroundings:
    """The machine as effects are resolved against."""
    home = os.path.realpath(Path.home())
    temps = {os.path.realpath(folder) for folder in ("/tmp", "/var/tmp", os.environ.get("TMPDIR", "/tmp"))}
    return Surroundings(home=home, user=os.environ.get("USER", ""), temps=tuple(sorted(temps)), handrail=paths.protected(),
                        platform="macos" if sys.platform == "darwin" else "linux")


def masking() -> Callable[[str], str]:
    """Takes secrets out of the address or command of a server that is shown to a person. Its tags are made for once, and mean nothing elsewhere."""
    return Redactor(SecretScanner(), secrets.token_bytes(32)).redact_server


def device_secret(paths: Paths) -> bytes:
    """The 32 bytes that key redaction tags and consent digests; made at the first start."""
    return secret_file(paths.keys, DEVICE_SECRET, lambda: secrets.token_bytes(32))


def secret_file(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The bytes in `folder/name`; made, 0600, at the first use."""
    make_private(folder)
    file = folder / name
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as out:
        out.write(value := make())
    return value
