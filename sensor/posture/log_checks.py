"""Area LOG: is the record whole, would it stay provable, and is there room for it."""

from __future__ import annotations

from collections.abc import Iterator

from sensor.audit.verifying.report import Outcome
from sensor.host.machine.file_facts import OTHERS
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, failed, passed, rights, unknown, verdict
from sensor.posture.context import Context
from sensor.posture.self_checks import settings_of, unread_settings

GB, DAY_S = 1 << 30, 86_400.0
LEAST_FREE, LEAST_SHARE = 2 * GB, 0.05
VERIFY_DAYS, KEEP_DAYS = 7, 180


def tampered(context: Context) -> Iterator[Result]:
    log = context.log
    if not context.is_installed:
        return
    if log.report is None:
        yield unknown("log", log.problem, str(context.paths.log))
    elif log.report.outcome is Outcome.TAMPERED:
        yield failed("log", log.report.problems[0].what, str(context.paths.log))
    else:
        yield passed("log", f"{log.report.entries} entries, {log.report.outcome.name.lower().replace('_', ' ')}")


def not_verified(context: Context) -> Iterator[Result]:
    """An audit checks the signatures of all but large logs itself."""
    log = context.log
    if log.report is None or not context.is_installed:
        return
    if log.report.signatures_checked or not log.report.entries:
        yield passed("log", "its signatures were checked now")
    elif log.verified is None:
        yield unknown("log", "the index cannot be read", str(context.paths.index))
    else:
        days = (context.now - log.verified) / DAY_S
        yield verdict("it was never verified in full" if not log.verified else f"it was verified {days:.0f} days ago" if days > VERIFY_DAYS else "", "log")


def no_witness(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        audit = settings.audit
        ways = {
            "anchor-files": audit.anchor_files, "anchor-git": audit.anchor_git, "anchor-tsa": audit.anchor_tsa, "witness-policy": audit.witness_policy,
        }
        there = [name for name, value in ways.items() if value]
        yield passed("audit", ", ".join(there)) if there else failed("audit", "no checkpoint leaves this machine", str(context.paths.config_file))


def old_anchor(context: Context) -> Iterator[Result]:
    for settings in settings_of(context):
        audit, report = settings.audit, context.log.report
        if report is None or not (audit.anchor_files or audit.anchor_git or audit.anchor_tsa or audit.witness_policy):
            continue
        window = report.outside_window
        is_old = window.seconds < 0 or (window.entries > 0 and window.seconds > DAY_S)
        yield verdict(f"what could be deleted unseen: {window.words}" if is_old else "", "checkpoints")


def losses(context: Context) -> Iterator[Result]:
    if not context.is_installed:
        return
    if context.log.losses is None:
        yield unknown("log", "the index cannot be read", str(context.paths.index))
    else:
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(context.log.losses.items()))
        yield verdict(f"in the last 7 days: {found}" if found else "", "log")


def open_keys(context: Context) -> Iterator[Result]:
    if not context.is_installed:
        return
    folder = str(context.paths.keys)
    inside = [fact for path, fact in context.facts.items() if path == folder or path.startswith(folder + "/")]
    if not any(fact.path.endswith("identity.key") and fact.exists for fact in inside):
        yield failed("keys", "the key that signs the log is missing", folder, command="restore the keys folder from a backup")
    for fact in inside:
        yield rights(fact, OTHERS, context)


def little_room(context: Context) -> Iterator[Result]:
    log = context.log
    if context.is_installed and log.total:
        is_full = log.free < LEAST_FREE or log.free < log.total * LEAST_SHARE
        yield verdict(f"{log.free / GB:.1f} GB of {log.total / GB:.0f} GB are free" if is_full else "", "disk", str(context.paths.state))


def short_memory(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        days = settings.audit.keep_days
        yield verdict(f"audit.keep-days is {days}" if 0 < days < KEEP_DAYS else "", "audit.keep-days", str(context.paths.config_file))


def alarmed(context: Context) -> Iterator[Result]:
    if not context.sensor.why_not:
        yield verdict(context.sensor.alarm, "sensor")


def summary(context: Context) -> Iterator[Result]:
    if context.is_installed and context.log.report is not None:
        report = context.log.report
        counts = f"{report.entries} entries, {context.log.size / 1e6:.1f} MB, {report.epochs} epochs"
        yield passed("log", f"{counts}, last {report.last_ts or 'never'}, {report.checkpoints} checkpoints")


C, H, M, INFO = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.INFO
LOG: tuple[Check, ...] = (
    Check("LOG-01", C, "the log was changed", "It no longer proves what happened.",
          "Keep a copy of the log folder, then verify it.", tampered, "handrail verify"),
    Check("LOG-02", H, "signatures of a large log were not checked for a week", "A change that nobody looks for is not found.",
          "Verify it.", not_verified, "handrail verify"),
    Check("LOG-03", H, "nothing outside this machine vouches for the log", "Who takes over this account can rewrite it from the start.",
          "Send checkpoints elsewhere.", no_witness,
          "in config.yaml: audit: {anchor-files: [/path/on/another/volume]}, or anchor-git, anchor-tsa, witness-policy"),
    Check("LOG-04", M, "the newest checkpoint outside is old", "What was written since can still be taken back.",
          "Push one now.", old_anchor, "handrail anchor push"),
    Check("LOG-05", H, "entries were lost", "The record has holes.",
          "Look for the cause.", losses, "handrail events --kind drop"),
    Check("LOG-06", H, "keys missing or open to others", "Who reads them can sign a log of their own.",
          "Take the rights of others away.", open_keys, references=("CWE-732",)),
    Check("LOG-11", M, "little room for the log", "On a full disk calls are refused or go unrecorded.",
          "Make room, or move old entries away.", little_room, "handrail prune"),
    Check("LOG-12", M, "entries are kept for less than 180 days", "Incidents are often found later.",
          "Keep them longer, or for good.", short_memory, "in config.yaml: audit: {keep-days: 0}"),
    Check("LOG-13", C, "the sensor raised an alarm about its log", "Somebody else wrote there, or a copy is in use.",
          "Keep both logs, then look.", alarmed, "handrail verify"),
    Check("LOG-17", INFO, "the log", "For the record.",
          "Nothing.", summary),
)
