"""Area SELF: how Handrail itself is set up, what its rules are worth, and who could change them."""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Iterator
from datetime import datetime, timezone

from sensor.access.policy import Default, Filesystem, Network, Shell
from sensor.host.machine.file_facts import OTHERS
from sensor.model.calls import ToolKind
from sensor.model.findings import Severity
from sensor.model.states import Standing
from sensor.model.verdicts import Mode, ScanProfile
from sensor.policy.overrides import parse_override
from sensor.posture.check import Check, Result, failed, passed, rights, unknown, verdict
from sensor.posture.context import Context
from sensor.posture.hook_checks import present
from sensor.settings import AuditFailure, Question, Settings

DAY_S = 86_400.0
OBSERVE_DAYS, RULES_DAYS = 14, 90
MOST_CALLS = 6000  # a hundred in a second are no limit
WANTED_ALERTS = ("block", "hooks")


def settings_of(context: Context) -> Iterator[Settings]:
    """The settings, where there is an installation and they can be read."""
    if context.is_installed and context.own.settings is not None:
        yield context.own.settings


def unread_settings(context: Context) -> Iterator[Result]:
    """That the settings cannot be read is said by every check that needs them."""
    if context.is_installed and context.own.settings is None:
        yield unknown("config.yaml", context.own.settings_problem, str(context.paths.config_file))


def observes(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    fact = context.fact(context.paths.config_file)
    for settings in settings_of(context):
        watched = [""] if settings.mode is Mode.OBSERVE else []
        watched += [name for name, own in settings.agents.items() if own.mode is Mode.OBSERVE and settings.mode is not Mode.OBSERVE]
        days = (context.now - fact.mtime) / DAY_S if fact.exists else 0.0
        for name in watched:
            severity = Severity.HIGH if days > OBSERVE_DAYS else Severity.MEDIUM
            detail = f"nothing is stopped; config.yaml has not changed for {days:.0f} days" if days >= 1 else "nothing is stopped"
            command = f"handrail mode enforce --agent {shlex.quote(name)}" if name else "handrail mode enforce"
            yield failed(name or "all agents", detail, str(context.paths.config_file), severity=severity, command=command)
        if not watched:
            yield passed("mode enforce")


def listens_outside(context: Context) -> Iterator[Result]:
    for one in context.own.listeners:
        if not one.address:
            yield unknown(one.process, "the ports on which it waits cannot be seen")
            continue
        is_inside = ipaddress.ip_address(one.address.partition("%")[0]).is_loopback
        yield verdict("" if is_inside else f"waits on {one.address}:{one.port}", one.process)


def allows_by_default(context: Context) -> Iterator[Result]:
    yield from unread_rights(context)
    for settings in settings_of(context):
        if context.own.access is not None and settings.mode is Mode.ENFORCE:
            yield verdict("default is allow" if context.own.access.default is Default.ALLOW else "", "policy.yaml", str(context.paths.policy_file))


def unread_rights(context: Context) -> Iterator[Result]:
    if context.is_installed and context.own.access is None:
        yield unknown("policy.yaml", context.own.access_problem, str(context.paths.policy_file))


def no_agent(context: Context) -> Iterator[Result]:
    if context.is_installed:
        yield verdict("" if any(one.is_recorded for one in context.agents) else "no settings hold Handrail's hooks", "agents")


def wide_rights(context: Context) -> Iterator[Result]:
    yield from unread_rights(context)
    for name, own in (context.own.access.agents if context.own.access is not None else {}).items():
        is_wide = "*" in own.tools.allow and own.filesystem is Filesystem.FULL and own.network is Network.FULL and own.shell is Shell.FULL
        yield verdict("every tool, and filesystem, network and shell in full" if is_wide else "", name, str(context.paths.policy_file))


def nobody_asked(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        is_none = settings.approvals.quarantine is Question.NONE
        problem = "approvals.quarantine is none: what is doubtful is refused, and nobody hears of it" if is_none else ""
        yield verdict(problem, "approvals", str(context.paths.config_file))


def no_limit(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        calls = settings.limits.calls_per_minute
        yield verdict(f"limits.calls-per-minute is {calls}" if not 0 < calls <= MOST_CALLS else "", "limits", str(context.paths.config_file))


def nobody_told(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        alerts = settings.alerts
        missing = [word for word in WANTED_ALERTS if word not in alerts.on]
        problem = f"alerts.on leaves out {' and '.join(missing)}" if missing else ""
        if not (alerts.desktop or alerts.webhook or alerts.command):
            problem = "neither alerts.desktop nor webhook nor command is set"
        yield verdict(problem, "alerts", str(context.paths.config_file))


def weakened_core(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        for rule, words in settings.overrides.items():
            if rule not in context.own.core:
                continue
            try:
                override = parse_override(rule, words, core=True)
            except ValueError:
                continue  # it is not in force; the check of overrides says so
            yield verdict(override.weakening, rule, str(context.paths.config_file))


def careless_override(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    today = datetime.fromtimestamp(context.now, timezone.utc).date()
    for settings in settings_of(context):
        for rule, words in settings.overrides.items():
            try:
                override = parse_override(rule, words)
            except ValueError as error:
                yield failed(rule, f"it is not in force: {error}", str(context.paths.config_file))
                continue
            lapsed = f"it expired on {override.expires}" if override.has_lapsed(today) else ""
            yield verdict("no expires" if override.expires is None else lapsed, rule, str(context.paths.config_file))


def not_watched(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        if not settings.watch.enabled:
            yield failed("watch", "watch.enabled is false", str(context.paths.config_file))
        elif context.sensor.watch == Standing.SILENT.value:
            yield failed("watch", "the watcher has not reported for more than a minute", command="handrail service restart")
        elif context.sensor.blind:
            yield failed("watch", f"{context.sensor.blind} folders are looked at by the sweep alone", command="handrail watch status")
        else:
            yield passed("watch")


def open_to_others(context: Context) -> Iterator[Result]:
    paths = context.paths
    for path in (paths.config, paths.config_file, paths.policy_file, paths.user_rules, paths.state):
        fact = context.fact(path)
        if context.is_installed and (fact.exists or fact.problem):
            yield rights(fact, OTHERS, context)


def goes_on_unrecorded(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    for settings in settings_of(context):
        if settings.mode is Mode.ENFORCE:
            goes_on = settings.audit.failure is AuditFailure.CONTINUE
            problem = "audit.failure is continue: calls run while nothing can be recorded" if goes_on else ""
            yield verdict(problem, "audit.failure", str(context.paths.config_file))


def broken_rules(context: Context) -> Iterator[Result]:
    rules = context.own.user_rules
    if rules is None or not context.is_installed:
        return
    for file in rules.files:
        yield passed(context.shown(file.source))
    for source in dict.fromkeys(problem.where.source for problem in rules.problems):
        first = next(problem for problem in rules.problems if problem.where.source == source)
        yield failed(context.shown(source), "it is not in force, because of errors", source, first.where.line)


def altered_rules(context: Context) -> Iterator[Result]:
    altered = context.own.altered
    if altered is None:
        return
    for name in altered:
        yield failed(name, "it differs")
    if not altered:
        yield passed("rules", f"{context.own.shipped_count} files are as released")


def old_rules(context: Context) -> Iterator[Result]:
    manifest = context.own.manifest
    if manifest is not None:
        days = (context.now - max(manifest.installed, manifest.upgraded)) / DAY_S
        yield verdict(f"nothing was upgraded for {days:.0f} days" if days > RULES_DAYS else "", "rules")


def minimal_profile(context: Context) -> Iterator[Result]:
    yield from unread_settings(context)
    risky = (ToolKind.SHELL.value, ToolKind.NETWORK.value, ToolKind.MCP.value)
    for settings in settings_of(context):
        for name, own in settings.agents.items():
            weak = [kind for kind, profile in own.profile.items() if profile is ScanProfile.MINIMAL and kind in risky]
            if own.profile:
                yield verdict(f"profile minimal for {', '.join(weak)}" if weak else "", name, str(context.paths.config_file))


def summary(context: Context) -> Iterator[Result]:
    for settings in settings_of(context):
        agents = ", ".join(one.name for one in present(context)) or "no agent"
        rules = len(context.own.user_rules.rules) if context.own.user_rules else 0
        yield passed("Handrail", f"mode {settings.mode.value}; {agents}; {rules} rules of your own, {len(settings.overrides)} overrides")


C, H, M, INFO = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.INFO
IN_CONFIG = "in config.yaml: "
SELF: tuple[Check, ...] = (
    Check("SELF-01", H, "nothing is stopped (mode observe)", "Everything is recorded and nothing prevented.",
          "Choose mode enforce.", observes, "handrail mode enforce"),
    Check("SELF-02", C, "Handrail can be reached from other machines", "Dashboard and intake are made for this machine alone.",
          "Restart it; reach it from elsewhere through an SSH tunnel.", listens_outside, "handrail service restart", ("CWE-668",)),
    Check("SELF-03", H, "agents without rights of their own may use everything", "A new agent or tool gets full rights unseen.",
          "Learn rights from what was used, then set default: deny in policy.yaml.", allows_by_default, "handrail policy learn", ("ASI03",)),
    Check("SELF-04", H, "no agent is connected", "An installation without agents protects nothing.",
          "Connect an agent.", no_agent, "handrail hooks install"),
    Check("SELF-05", H, "an agent's rights are without limits", "A section that allows everything is no section.",
          "Name tools, hosts and folders.", wide_rights, "handrail policy learn", ("ASI03",)),
    Check("SELF-06", H, "doubtful calls are refused without asking", "Who is never asked switches protection off.",
          "Let a person decide.", nobody_asked, IN_CONFIG + "approvals: {quarantine: ask}"),
    Check("SELF-07", M, "no rate limit", "A loop does its harm a thousand times.",
          "Set a limit.", no_limit, IN_CONFIG + "limits: {calls-per-minute: 300}", ("ASI08",)),
    Check("SELF-08", M, "nobody is told when something is stopped", "Blocks, changed hooks and a dead sensor stay unseen.",
          "Choose a way of being told.", nobody_told, IN_CONFIG + "alerts: {desktop: true}"),
    Check("SELF-10", C, "a core rule is weakened", "Core rules protect Handrail, credentials and agents' settings.",
          "Remove the override.", weakened_core, IN_CONFIG + "remove the entry below overrides"),
    Check("SELF-11", M, "an override without reason or end", "Exceptions stay when nobody knows why.",
          "Give it an end, or remove it.", careless_override, IN_CONFIG + "expires: YYYY-MM-DD below the override"),
    Check("SELF-13", H, "files that decide what agents run are not watched", "A changed hook or setting would not be noticed.",
          "Switch watching on.", not_watched, IN_CONFIG + "watch: {enabled: true}"),
    Check("SELF-14", H, "configuration or state open to others", "Who can write there decides; who can read there sees what agents did.",
          "Take the rights of others away.", open_to_others, references=("CWE-732",)),
    Check("SELF-15", H, "calls run while nothing can be recorded", "An attacker who fills the disk works unseen.",
          "Restore the default.", goes_on_unrecorded, IN_CONFIG + "audit: {failure: deny-high-risk}", ("CWE-636",)),
    Check("SELF-17", H, "a rule file of yours is not in force", "You rely on rules that are not there.",
          "Correct the file.", broken_rules, "handrail rules lint"),
    Check("SELF-18", H, "shipped rules are not as released", "Somebody changed what is judged.",
          "Install again.", altered_rules, "./install.sh", ("CWE-353",)),
    Check("SELF-19", M, "rules are older than 90 days", "New tricks need new rules.",
          "Install a newer release.", old_rules, "./install.sh"),
    Check("SELF-22", M, "shell or network with profile minimal", "Only core rules are left there.",
          "Use strict or content-aware.", minimal_profile, IN_CONFIG + "agents: {NAME: {profile: {shell: strict}}}"),
    Check("SELF-27", INFO, "how Handrail is set up", "For the record.",
          "Nothing.", summary),
)
