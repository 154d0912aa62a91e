"""`handrail policy`: rights of agents - show them, try them, compare two files on what really happened, learn one from it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from sensor.access.admissions import Counters
from sensor.access.delegations import Delegations
from sensor.access.desk import AccessDesk
from sensor.access.learning import Learner, render_policy
from sensor.access.policy import AccessFile, compile_rights, load_policy
from sensor.access.presets import HOST_PLACES, HOST_PRESETS
from sensor.access.standing import Governance
from sensor.access.tasks import TaskKeys
from sensor.access.words import budget_in_words, in_words
from sensor.audit.journal.recorded import Recorded, recorded_calls
from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, fail
from sensor.model.calls import Caller, ToolKind
from sensor.model.categories import CATEGORIES
from sensor.model.effects import Effects
from sensor.policy.load import own_rules
from sensor.policy.rule import own_categories

MAX_SHOWN = 40


@click.group()
def policy() -> None:
    """Rights of agents and sub-agents (policy.yaml).

    \b
    Examples:
      handrail policy show
      handrail policy learn --agent claude-code > policy.yaml
      handrail policy test policy.yaml
      handrail policy diff policy.yaml
    """


@policy.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_obj
def show(installation: Installation, file: Path | None, printer: Printer) -> None:
    """Show the rights in force, or those of FILE, in words."""
    target = file or installation.paths.policy_file
    found = _load(installation, target)
    if printer.result({"file": str(target), "policy": msgspec.to_builtins(found)}):
        return
    printer.line(f"{target}{'' if target.exists() else ' (does not exist: nothing is limited but sub-agents)'}", "bold")
    printer.line(f"agents without a section: {found.default.value}")
    if budget_in_words(found.budget):
        printer.line(f"all agents together: {budget_in_words(found.budget)}")
    for name, section in found.agents.items():
        printer.line(name, "bold")
        budget = budget_in_words(section.budget)
        printer.facts([*in_words(compile_rights(name, section, "~")), *([("budget", budget)] if budget else [])])
        for kind, own in section.subagents.items():
            printer.line(f"  its sub-agent {kind}", "bold")
            printer.facts(list(in_words(compile_rights(name, own, "~"))))


@policy.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_obj
def test(installation: Installation, file: Path | None, printer: Printer) -> None:
    """Check FILE (or the policy in force), and say which recorded calls it would have refused."""
    target = file or installation.paths.policy_file
    refused = [(call, why) for call, why in _judged(installation, _load(installation, target)) if why]
    if not printer.result({"file": str(target), "refused": [_row(call, why) for call, why in refused]}):
        cells = (_cells(call, why) for call, why in refused[:MAX_SHOWN])
        printer.table(("SEQ", "AGENT", "TOOL", "CALL", "WHY"), cells, "It would have refused nothing that is recorded.")
        _more(printer, len(refused))
    raise SystemExit(1 if refused else 0)


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_obj
def diff(installation: Installation, file: Path, printer: Printer) -> None:
    """Which recorded calls would be judged otherwise under FILE than under the policy in force."""
    now = {call.seq: why for call, why in _judged(installation, _load(installation, installation.paths.policy_file))}
    changed = [(call, now[call.seq], why) for call, why in _judged(installation, _load(installation, file)) if bool(why) != bool(now[call.seq])]
    rows = [{**_row(call, why or before), "change": "refused now" if why else "allowed now"} for call, before, why in changed]
    if printer.result({"file": str(file), "changed": rows}):
        return
    printer.table(("SEQ", "CHANGE", "AGENT", "TOOL", "CALL", "WHY"),
                  ((str(row["seq"]), row["change"], row["agent"], row["tool"], row["call"], row["why"]) for row in rows[:MAX_SHOWN]),
                  "Nothing that is recorded would change.")
    _more(printer, len(rows))


@policy.command()
@click.option("--agent", default="", help="Only for this agent.")
@click.option("--min-calls", default=1, show_default=True, type=click.IntRange(1), help="Leave out tools that were used less often.")
@json_option
@click.pass_obj
def learn(installation: Installation, agent: str, min_calls: int, printer: Printer) -> None:
    """Propose a policy from what agents really did and nobody refused. Read it before you use it.

    Exit code 1 when there is nothing to learn from; nothing is printed then but the reason, on standard error.
    """
    if agent:
        check_agent(installation, agent)
    learner = Learner()
    counts: Counter[str] = Counter()
    for one in recorded_calls(installation.paths.log):
        if agent in ("", one.call.agent) and one.verdict in ("clean", "flag"):
            learner.add(one.call, _whole(installation, one))
            counts[one.call.agent] += 1
    proposal = learner.proposal(min_calls)
    if printer.result({"calls": dict(counts), "policy": msgspec.to_builtins(proposal)}):
        raise SystemExit(0 if counts else 1)
    if not counts:
        fail(f"there is nothing to learn from: no call{f' of {agent}' if agent else ''} is recorded that passed",
             "Work with your agents for some days first. Calls of the demo and the self-test do not count.", 1)
    click.echo(render_policy(proposal, dict(counts)), nl=False)


@policy.command()
@json_option
@click.pass_obj
def hosts(installation: Installation, printer: Printer) -> None:
    """List the presets of hosts that `hosts` and `egress` may name."""
    if printer.result({"presets": HOST_PRESETS, "places": HOST_PLACES}):
        return
    printer.table(("NAME", "HOSTS"), ((name, ", ".join(names) or "none") for name, names in HOST_PRESETS.items()), "")
    printer.table(("NAME", "WHAT A HOST IS"), HOST_PLACES.items(), "")


@policy.command()
@json_option
@click.pass_obj
def categories(installation: Installation, printer: Printer) -> None:
    """List the categories of findings that `content` may deny."""
    own = own_categories(own_rules(installation.paths.user_rules))
    found = {**CATEGORIES, **dict.fromkeys(sorted(own - set(CATEGORIES)), "your own rules")}
    if not printer.result({"categories": found}):
        printer.table(("CATEGORY", "WHAT IT IS ABOUT"), found.items(), "")


def _judged(installation: Installation, found: AccessFile) -> Iterator[tuple[Recorded, str]]:
    """Every recorded call, and why `found` refuses it ("" = it does not)."""
    desk = AccessDesk(
        standing=Governance(found, os.path.realpath(Path.home())).of, tasks=TaskKeys(lambda: 0.0, lambda: 0.0), counters=Counters(lambda: 0.0),
        delegations=Delegations(roots=frozenset, origin="", now=lambda: 0.0, snapshot=None))
    caller = Caller(uid=os.getuid())
    for one in recorded_calls(installation.paths.log):
        admission = desk.admit(one.call, caller)
        findings = admission.findings + desk.reach(admission, one.call, _whole(installation, one)) + desk.content(admission, one.call, one.findings)
        yield one, findings[0].message if findings else ""


def _whole(installation: Installation, one: Recorded) -> Effects:
    """The recorded effects, and the programs of the command: they say which registries and remotes are reached."""
    from sensor.judging import programs_of  # loads the whole rule engine

    if one.call.kind is not ToolKind.SHELL:
        return one.effects
    return msgspec.structs.replace(one.effects, effects=one.effects.effects + programs_of(installation.paths, one.text, one.call.cwd))


def _load(installation: Installation, file: Path) -> AccessFile:
    return load_policy(file, own_categories(own_rules(installation.paths.user_rules)))


def _row(one: Recorded, why: str) -> dict[str, object]:
    return {"seq": one.seq, "agent": one.call.agent, "tool": one.call.tool, "call": one.text[:200], "why": why}


def _cells(one: Recorded, why: str) -> tuple[str, ...]:
    return str(one.seq), one.call.agent, one.call.tool, one.text[:80], why


def _more(printer: Printer, count: int) -> None:
    if count > MAX_SHOWN:
        printer.line(f"... and {count - MAX_SHOWN} more; --json shows all", "dim")
