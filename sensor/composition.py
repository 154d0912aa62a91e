"""The composition root: builds every object of a sensor once. `serving` starts and stops what stands here."""

from __future__ import annotations

import asyncio
import datetime
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from hooks.adapters import CHANNELS
from hooks.local_decision import reports_itself
from sensor import __version__
from sensor.access.admissions import Counters
from sensor.access.budgets import Budgets
from sensor.access.credentials import CallerDesk
from sensor.access.delegations import Delegations
from sensor.access.desk import AccessDesk
from sensor.access.keyring import Keyring
from sensor.access.ledger import Ledger
from sensor.access.pins import ToolPins
from sensor.access.presence import Presence
from sensor.access.quarantine import Quarantine, State
from sensor.access.rates import RateLimiter, RateLimits
from sensor.access.repeats import Repeats
from sensor.access.risk import SessionRisk
from sensor.access.tasks import TaskKeys
from sensor.alerts.desk import AlertDesk
from sensor.audit.drafts.drafts import CallDrafter, draft_note
from sensor.audit.drafts.summary import Redact
from sensor.audit.form.keys import load_identity, load_public
from sensor.audit.journal.acceptance import add_accepted, why_unaccepted
from sensor.audit.journal.anchors import FileAnchor
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.journal import Limits as LogLimits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import LogSettings, Opened, open_log
from sensor.audit.journal.pruning import finish
from sensor.audit.journal.recorded import answers_of
from sensor.audit.journal.remembered import WITNESSED, what_is_gone
from sensor.audit.outside.anchor_runs import AnchorRuns
from sensor.desk.acceptances import Acceptances
from sensor.desk.attribution import Writers
from sensor.desk.budgets import BudgetDesk
from sensor.desk.control import SensorControl
from sensor.desk.definitions import Definitions
from sensor.desk.housekeeping import Housekeeping
from sensor.desk.intake import Intake, Ticket
from sensor.desk.log_acceptance import LogAcceptance
from sensor.desk.metrics import Metrics
from sensor.desk.model import ModelDesk
from sensor.desk.names import clean_names
from sensor.desk.operations import Operations
from sensor.desk.recorder import JournalRecorder
from sensor.desk.requests import Operation, require_person
from sensor.desk.retention import RetentionDesk
from sensor.desk.rights_operations import RightsOperations
from sensor.desk.shells import Shells
from sensor.desk.spool import SpoolReader
from sensor.desk.waiting import WaitingRoom
from sensor.desk.watch_plan import WatchPlanKeeper
from sensor.desk.watching import WatchDesk
from sensor.detectors.retries import RefusedIntents
from sensor.escalation import Escalation
from sensor.host.checks.audit_runs import AuditRuns
from sensor.host.machine.cpu import CpuDesk
from sensor.host.machine.desktop import start as start_question
from sensor.host.machine.kept_processes import KeptProcesses
from sensor.host.machine.kin import Kin
from sensor.host.machine.processes import agent_at, agent_at_or_above, look, parent_finder
from sensor.host.machine.requester import why_no_person
from sensor.host.machine.siblings import CORRELATOR, WATCHER, why_not_ours
from sensor.host.running.own_commands import audit_command, own_command, prune_command, push_command
from sensor.judging import build_judging, secret_file
from sensor.model.calls import Caller
from sensor.model.errors import HandrailError
from sensor.model.findings import Severity
from sensor.model.verdicts import Answer, JudgedCall
from sensor.paths import Paths, make_private
from sensor.policy.decide import gravest_usual
from sensor.reasoning.desk import ReasoningDesk
from sensor.reasoning.usage import UsageDesk
from sensor.settings import AuditSettings, Durability, Unknown

log = logging.getLogger(__name__)

SNAPSHOT_SECONDS = 0.5  # how long calls that only wait may stay unwritten
LEDGER_SECONDS = 5.0  # the same of what was counted: hundreds of KB, written as a whole
LOOK_BACK = 5000  # entries of earlier runs in which a spooled call may already stand
INTAKE_TOKEN, ALERT_SECRET = "intake.token", "alerts.secret"
UNKNOWN_CALLERS = {Unknown.ALLOW: None, Unknown.ASK: Severity.HIGH, Unknown.DENY: Severity.CRITICAL}


class Sensor:
    """A sensor, built whole and not running yet. `loop` is the one that it runs in, set before anything of it starts."""

    loop: asyncio.AbstractEventLoop
    anchor_alarm = ""

    def __init__(self, paths: Paths, prefix: Path | None = None) -> None:
        for folder in (paths.config, paths.user_rules, paths.state, paths.run, paths.cache, paths.spool):
            make_private(folder)
        self.paths, self._prefix = paths, prefix
        judging = build_judging(paths)
        self.inforce, self._redact = judging.inforce, judging.redactor.redact
        opened = _open_log(paths, self.inforce.settings.audit, self._redact)
        self.journal, self.first_seq, self.log_alarm = opened.journal, opened.journal.size, opened.alarm
        # Who may try what, and the pipeline that judges it.
        self.quarantine = Quarantine(paths.state / "quarantine.json", time.time, lambda: "Q" + secrets.token_hex(3).upper(), put_off)
        limits = self.inforce.settings.limits
        limiter = RateLimiter(RateLimits(limits.calls_per_minute, limits.burst), time.monotonic)
        self.tasks = TaskKeys(time.monotonic, time.time)
        roots = Keyring(paths.keys / "roots")
        self.delegations = Delegations(roots=lambda: frozenset(key.public for key in roots.all()), origin=self.journal.origin,
                                       now=time.time, snapshot=paths.state / "delegations.json")
        self.risk = SessionRisk(time.monotonic, gravest_usual, paths.state / "risk.json", put_off)
        escalation = Escalation(self.risk, RefusedIntents(time.monotonic), judging.files(), self._risk_rose)
        presence = Presence(parent_finder(), KeptProcesses(look).look, agent_at_or_above, lambda: UNKNOWN_CALLERS[self.inforce.settings.identity.unknown])
        budgets = self._counting(presence)
        desk = AccessDesk(standing=self.inforce.standing, delegations=self.delegations, tasks=self.tasks,
                          counters=Counters(time.monotonic), budget=budgets.check)
        pins = ToolPins(paths.state / "mcp-pins.json", time.time)
        pipeline = judging.pipeline(limiter, self.quarantine, desk, lambda call, caller: presence.check(call, caller) + pins.check(call), escalation.check)
        dry = judging.dry()
        # Who hears of what was judged, and the hand on the journal.
        self.metrics = Metrics(self._gauges)
        self.alerts = self._alerts()
        self.reasoning = ReasoningDesk(redact=self._redact, random=os.urandom, now=time.monotonic,
                                       deliver=self._from_thread(lambda entry: self.recorder.note(entry)))
        self.watching = self._watching()
        self.model = self._model()
        self.control = SensorControl(inforce=self.inforce, pipeline=pipeline, dry=dry, quarantine=self.quarantine, journal=self.journal,
                                     escalation=escalation, watch=self.watching.summary, model=self.model.shown, listeners=self._listeners(budgets),
                                     alarm=lambda: "; ".join(filter(None, (self.log_alarm, self.anchor_alarm, self.ledger.lost))), now=time.time)
        self.recorder = JournalRecorder(self.journal, CallDrafter(self._redact, os.urandom), lambda: pipeline.policy, paths.index_wakeup)
        # What people may ask, and the way of a call from bytes to bytes.
        self.waiting = WaitingRoom(settings=lambda: self.inforce.settings.approvals, release=self.quarantine.release,
                                   later=lambda seconds, function: asyncio.get_running_loop().call_later(seconds, function), now=time.time)
        rights = RightsOperations(tasks=self.tasks, delegations=self.delegations, risk=self.risk, origin=self.journal.origin, settings=self.control,
                                  recorder=self.recorder, person=from_a_person, now=time.time)
        self.budgets = self._budgets(budgets)
        definitions = Definitions(pins, offers=desk.offers, recorder=self.recorder, person=from_a_person)
        self.retention = self._retention(opened)
        self.callers = CallerDesk(delegations=self.delegations, tasks=self.tasks, agents=Keyring(paths.keys / "agents"),
                                  required=lambda agent: agent in self.inforce.settings.identity.require, now=time.time, uid=os.getuid())
        acceptances, log_acceptance = self._acceptances(), self._log_acceptance(LogPlace(origin=self.journal.origin, folder=opened.folder, keys=paths.keys))
        names = clean_names(self._redact, judging.redactor.redact_server)
        self.intake = Intake(
            adapters=CHANNELS, pipeline=pipeline, repeats=Repeats[Ticket](time.monotonic), recorder=self.recorder,
            operations=self._operations(rights.table() | definitions.table() | acceptances.table() | log_acceptance.table()),
            watcher=self.control, waiting=self.waiting, begins=self.watching.judged, asked=self.alerts.judged, definitions=definitions,
            shells=self._shells(presence), names=names, reports_itself=lambda agent: reports_itself(str(paths.state), agent), judge_dry=dry.judge,
            audit_failure=lambda: self.inforce.settings.audit.failure, clock_ns=time.perf_counter_ns,
        )
        self.spool = SpoolReader(paths.spool, adapters=CHANNELS, recorder=self.recorder, uid=os.getuid(), judge=dry.judge,
                                 answered=self.intake.answered, recorded=self._answers_of_earlier_runs, names=names)
        self.token = secret_file(paths.run, INTAKE_TOKEN, lambda: secrets.token_urlsafe(32).encode()).decode()
        self.housekeeping = self._housekeeping()
        self.inforce.write_client_policy()

    def _listeners(self, budgets: Budgets) -> tuple[Callable[[JudgedCall], None], ...]:
        """Who hears of each judged call."""
        return (self.metrics.judged, self.alerts.judged, self.reasoning.judged, self.usage.judged, self.cpu.judged, self.model.judged,
                budgets.judged, lambda judged: self.housekeeping.judged(judged))

    def _counting(self, presence: Presence) -> Budgets:
        """What agents use, and the budgets that are held against it."""
        self.ledger = Ledger(self.paths.state / "usage.json", lambda: datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
                             lambda write: put_off(write, LEDGER_SECONDS))
        self.usage = UsageDesk(offset=self.ledger.offset, deliver=self._from_thread(lambda *what: self.budgets.used(*what)))
        self.cpu = CpuDesk(speaker=presence.speaker, deliver=self._from_thread(lambda *what: self.budgets.cpu(*what)))
        return Budgets(self.ledger, lambda: self.inforce.access, lambda: self.inforce.settings.prices, lambda agent, line: self.budgets.crossed(agent, line))

    def _budgets(self, budgets: Budgets) -> BudgetDesk:
        return BudgetDesk(
            ledger=self.ledger, budgets=budgets, suspend=self.control.suspend, recorder=self.recorder, person=from_a_person,
            alert=lambda agent, title, text: self.alerts.tell("budget", title, text, f"budget {title}", agent))

    def _retention(self, opened: Opened) -> RetentionDesk:
        return RetentionDesk(
            command=lambda before, folder: prune_command(self._prefix, before, folder), size=lambda: self.journal.durable, recorder=self.recorder,
            finish=lambda prepared: finish(opened.folder, prepared, load_identity(self.paths.keys), Medium()), person=from_a_person)

    def _model(self) -> ModelDesk:
        """What goes to the local model and comes back as risk, told by a process of its own that only our supervisor can start."""
        return ModelDesk(
            place=self.paths.model_lines, wishes=lambda: self.inforce.settings.llm, choose=self.inforce.choose_model,
            redact=self._redacted, risk=self.risk, recorder=lambda: self.recorder, person=from_a_person, rose=self._risk_rose,
            ours=lambda caller: require_person(caller, lambda pid: why_not_ours(pid, CORRELATOR)))

    def _watching(self) -> WatchDesk:
        """What happens to watched files, told by a process of its own that only our supervisor can start."""
        return WatchDesk(
            writers=Writers(time.time), plan=WatchPlanKeeper(self.paths.state, os.path.realpath(Path.home()), put_off),
            recorder=lambda: self.recorder, redact=self._redact,
            wishes=lambda: self.inforce.settings.watch, why_not_ours=lambda caller: why_not_ours(caller.pid, WATCHER), person=from_a_person,
            alert=lambda title, text, key: self.alerts.tell("hooks", title, text, key), now=time.time)

    def _alerts(self) -> AlertDesk:
        return AlertDesk(
            wishes=lambda: self.inforce.settings.alerts, redact=self._redacted, now=time.monotonic,
            secret=secret_file(self.paths.keys, ALERT_SECRET, lambda: secrets.token_hex(32).encode()),
            question=lambda held_id: start_question(own_command(self._prefix, "quarantine", "notice", held_id)))

    def _operations(self, more: dict[str, Operation]) -> Operations:
        """What people and our own processes may ask for, beside `more`."""
        of_desks = self.retention.table() | self.budgets.table() | self.model.table() | self.watching.table()
        return Operations(self.quarantine, self.control, self.recorder, decided=self.waiting.decided, person=from_a_person,
                          redact=self._redacted, waits=self.waiting.until, more=more | of_desks)

    def _acceptances(self) -> Acceptances:
        """The daily audit, and what of it a person accepts."""
        self.audits = AuditRuns(audit_command(self._prefix), self.paths.last_audit, record=lambda found: self.recorder.audited(self._redacted(found.words)),
                                alert=lambda title, text: self.alerts.tell("posture", title, text, f"posture {title}"), now=time.time)
        return Acceptances(self.control, self.recorder, person=from_a_person, redact=self._redacted, changed=self.audits.soon)

    def _log_acceptance(self, place: LogPlace) -> LogAcceptance:
        """What a person may accept about the log; the alarm is told anew then."""
        identity = load_identity(self.paths.keys)

        def changed() -> None:
            self.log_alarm = why_unaccepted(place, identity.public)
            self.anchor_alarm = ""
            self.look_at_anchors()

        return LogAcceptance(place.origin, self.recorder, keep=lambda losses: add_accepted(place, losses, identity, Medium()), person=from_a_person,
                             redact=self._redacted, changed=changed)

    def look_at_anchors(self) -> None:
        """Hold what anchors remember against the log here. In a thread of its own, which nobody waits for: an anchor's share may hang."""
        files = [Path(path).expanduser() for path in self.inforce.settings.audit.anchor_files]
        files += sorted((self.paths.state / WITNESSED).glob("*.txt"))
        if files:
            heard = self._from_thread(self._anchors_say)
            place = self.paths.log, self.journal.origin, load_public(self.paths.keys)
            threading.Thread(target=lambda: heard(what_is_gone(*place, files)), name="handrail-remembered", daemon=True).start()

    def _anchors_say(self, alarm: str) -> None:
        self.anchor_alarm = alarm
        if alarm:
            log.error("%s", alarm)

    def _housekeeping(self) -> Housekeeping:
        anchors = AnchorRuns(push_command(self._prefix), lambda words: self.recorder.note(draft_note("witness_rollback", words)))
        return Housekeeping(
            audit=lambda: self.inforce.settings.audit, quarantine=self.quarantine, waiting=self.waiting, tasks=self.tasks, recorder=self.recorder,
            retention=self.retention, anchors=anchors, posture=self.audits.soon_if_due, now=time.time)

    def _shells(self, presence: Presence) -> Shells:
        return Shells(settings=lambda: self.inforce.settings.shell, lookup=Kin(look, agent_at), sessions=presence,
                      dry=self.control.judge_dry, now=time.monotonic)

    def _answers_of_earlier_runs(self) -> dict[tuple[str, str, str, str], Answer]:
        try:
            return answers_of(self.paths.log, self.first_seq - LOOK_BACK)
        except HandrailError as error:
            log.error("the end of the log cannot be read: %s", error.message)
            return {}

    def _gauges(self) -> dict[str, tuple[str, float]]:
        """What is true now, for the metrics."""
        journal, waiting = self.journal, sum(call.state is State.PENDING for call in self.quarantine.calls())
        return self.budgets.gauges() | {
            "held_calls": ("Calls that wait for a person.", waiting), "log_entries": ("Entries of the audit log.", journal.size),
            "log_lost_entries": ("Entries that could not be written since the last success.", journal.lost),
            "task_keys": ("Living task keys.", len(self.tasks.living())),
            "spool_files": ("Events of hook clients that wait to be recorded.", self.spool.waiting()),
            "alerts_failed": ("Alerts that could not be sent in this run.", self.alerts.failed),
            "alerts_dropped": ("Alerts dropped from a full queue.", self.alerts.dropped),
        }

    def _redacted(self, text: str) -> str:
        return self._redact(text).text

    def _risk_rose(self, agent: str, session: str, score: float) -> None:
        self.alerts.tell("risk", f"A session of {agent} is judged more strictly", f"Its risk rose to {score:.0f}.", f"risk {agent} {session}", agent, session)
        self.recorder.change(f"risk of session {session[:80]}", "", f"{score:.0f}", "handrail", lambda: None)

    def _from_thread(self, function: Callable[..., None]) -> Callable[..., None]:
        """`function` for threads of desks to call: the loop alone counts and writes. What comes after its end is left for the next start."""

        def hand_over(*values: object) -> None:
            try:
                self.loop.call_soon_threadsafe(function, *values)
            except RuntimeError:
                pass

        return hand_over


def _open_log(paths: Paths, audit: AuditSettings, redact: Redact) -> Opened:
    return open_log(LogSettings(
        root=paths.log, keys=paths.keys, version=__version__, platform=sys.platform, redact=redact,
        anchors=tuple(FileAnchor(Path(path).expanduser()) for path in audit.anchor_files),
        limits=LogLimits(every_entry_waits=audit.durability is Durability.POWER),
    ))


def from_a_person(caller: Caller) -> None:
    """Raises for callers that no person stands behind."""
    require_person(caller, why_no_person)


def put_off(write: Callable[[], None], seconds: float = SNAPSHOT_SECONDS) -> None:
    """Write a little later, from the loop; at once where none runs."""
    try:
        asyncio.get_running_loop().call_later(seconds, write)
    except RuntimeError:
        write()
