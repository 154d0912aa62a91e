"""`handrail rules`: what is looked for, and whether rules do what they say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from hooks.settings.own_writes import note_own_write
from sensor.ask import SensorAway
from sensor.cli.completing import rule_ids
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, counted, progress
from sensor.cli.questions.explain import effect_lines
from sensor.model.calls import ToolCall
from sensor.model.checks import BUILT_IN, check_name
from sensor.model.errors import UsageError
from sensor.model.findings import GRAVEST, Severity
from sensor.model.verdicts import Judgement
from sensor.policy import examples
from sensor.policy.excused import excused_rules
from sensor.policy.lint import lint_rules
from sensor.policy.load import load_rules, load_text, shipped_folder, user_rules
from sensor.policy.overrides import parse_overrides, weakened
from sensor.policy.prepared import load_ruleset
from sensor.policy.profiles import choose_profile
from sensor.policy.rule import Rule
from sensor.policy.trials import Failure, Judge, failures, shown
from sensor.settings import SettingsError, load_settings
from sensor.strict_yaml import YamlErrors

SUFFIXES = "Files of rules end in .yaml or .yml."


@click.group()
def rules() -> None:
    """Rules: list, show, test, lint, coverage, new.

    \b
    Examples:
      handrail rules list --category git-loss
      handrail rules show HR-DST-001
      handrail rules test            # every example of every rule
      handrail rules test my-rules/deploy.yaml
      handrail rules lint my-rules/
      handrail rules new TEAM-DEPLOY-001
      handrail rules coverage
    """


@rules.command("list")
@click.option("--category", default="", help="Only this category.")
@click.option("--severity", type=click.Choice(GRAVEST), default=None, help="Only this severity.")
@json_option
@click.pass_obj
def list_rules(installation: Installation, category: str, severity: str | None, printer: Printer) -> None:
    """List the rules in force (of the running sensor, else of this installation)."""
    every = _in_force(installation)
    categories = sorted({rule["category"] for rule in every})
    if category and category not in categories:
        raise UsageError(f"no rule has the category {category!r}", next_step=f"Categories: {', '.join(categories)}")
    found = [rule for rule in every if category in ("", rule["category"]) and severity in (None, rule["severity"])]
    if not printer.result({"rules": found, "count": len(found)}):
        rows = ((rule["id"], rule["severity"], rule["category"], rule["status"], _core_word(rule), rule["name"]) for rule in found)
        printer.table(("ID", "SEVERITY", "CATEGORY", "STATUS", "CORE", "NAME"), rows, "No rule fits. See all with: handrail rules list")
        for rule in found:
            if rule["weakened"]:
                printer.line(f"{rule['id']}: {rule['weakened']}", "yellow")
        printer.line(counted(len(found), "rule"), "dim")


def _core_word(rule: dict[str, Any]) -> str:
    if not rule["core"]:
        return ""
    return "core, weakened" if rule["weakened"] else "core"


@rules.command()
@click.argument("rule_id", metavar="ID", shell_complete=rule_ids)
@json_option
@click.pass_obj
def show(installation: Installation, rule_id: str, printer: Printer) -> None:
    """Show one rule: what it is for, where it stands, how your settings change it, its examples. Of a built-in check: its name."""
    rule = next((rule for rule in _load(installation, None) if rule.id == rule_id.upper() or rule.id == rule_id), None)
    if rule is None:
        _show_check(rule_id, printer)
        return
    import msgspec

    override = load_settings(installation.paths.config_file).overrides.get(rule.id)
    changes = {name: value for name, value in (msgspec.to_builtins(override) if override else {}).items() if value}
    if printer.result({"rule": {**msgspec.to_builtins(rule), "severity": rule.severity.name.lower()}, "override": changes or None}):
        return
    printer.facts([
        ("id", rule.id), ("name", rule.name), ("what", rule.description), ("severity", rule.severity.name.lower()), ("category", rule.category),
        ("status", rule.status.value), ("tools", ", ".join(rule.apply_to_tools) or "all"), ("instead", rule.remediation),
        ("from", str(rule.where)), *([("override", ", ".join(f"{name}: {value}" for name, value in changes.items()))] if changes else []),
        *(("fires on", shown(one)) for one in rule.examples.true_positive),
        *(("not on", shown(one)) for one in rule.examples.true_negative),
    ])


def _show_check(rule_id: str, printer: Printer) -> None:
    """A finding names checks that are no rules of a file. Raises UsageError for what is no check either."""
    known = check_name(rule_id.upper())
    if not known:
        raise UsageError(f"no rule has the id {rule_id!r}", next_step="See: handrail rules list")
    if not printer.result({"check": {"id": rule_id.upper(), "name": known}}):
        printer.facts([("id", rule_id.upper()), ("name", known), ("what", BUILT_IN), ("matches", f"handrail events --search {rule_id.upper()}")])


@rules.command()
@click.argument("targets", nargs=-1, metavar="[FILE|ID|CATEGORY]...")
@json_option
@click.pass_obj
def test(installation: Installation, targets: tuple[str, ...], printer: Printer) -> None:
    """Run the examples of rules through the whole pipeline: all, or those of a file, an id, a category.

    Each rule must fire on its true positives and stay silent on its near misses. What does not is shown with what was
    seen in it and what fired instead.
    """
    from sensor.judging import example_judge  # only the composition root can build the pipeline

    found = _targets(installation, targets)
    trials = tuple(examples.trials(found))
    with progress(len(trials), "examples", printer.as_json) as done:
        failed = tuple(failures(trials, _counted(example_judge(found), done)))
    if not printer.result({"rules": len(found), "examples": len(trials), "failures": [_failure(one) for one in failed]}):
        for failure in failed:
            for line, style in _failure_lines(failure):
                printer.line(line, style)
        of_rules, of_examples = counted(len(found), "rule"), counted(len(trials), "example")
        good = f"{of_rules} behave{'s' * (len(found) == 1)} as {'its' if len(found) == 1 else 'their'} {of_examples} say"
        printer.line(f"{len(failed)} of {of_examples} of {of_rules} fail" if failed else good, "red" if failed else "green")
    if failed:
        raise SystemExit(1)


@rules.command()
@click.argument("target", required=False, type=click.Path(path_type=Path, exists=True), metavar="[FILE|FOLDER]")
@json_option
@click.pass_obj
def lint(installation: Installation, target: Path | None, printer: Printer) -> None:
    """Check rule files: form, ids, patterns, examples, dead rules. Of a file or folder only its own; default: the shipped rules and yours."""
    from sensor.judging import example_judge

    loaded = load_rules(installation.paths.user_rules) if target is None else user_rules(target)
    broken = {problem.where.source for problem in loaded.problems}
    files = len({file.source for file in loaded.files} | broken)
    if not files:
        raise UsageError(f"there is no rule file in {target}", next_step=SUFFIXES)
    beside = () if target is None else load_ruleset(None, installation.paths.cache).ruleset.rules
    with progress(len(tuple(examples.trials(loaded.rules))), "examples", printer.as_json) as done:
        problems = [
            *map(str, loaded.problems),
            *map(
                str,
                lint_rules(loaded.rules, _counted(example_judge(loaded.rules, installation.paths.cache), done), beside),
            ),
        ]
    shipped = sum(rule.shipped for rule in loaded.rules)
    own = f"{counted(len(loaded.rules) - shipped, 'rule')} in {counted(files, 'file')}"
    looked_at = own if target is not None else f"{counted(shipped, 'shipped rule')} and {counted(len(loaded.rules) - shipped, 'rule')} of yours"
    if not printer.result({"rules": len(loaded.rules), "files": files, "problems": problems}):
        for problem in problems:
            printer.line(problem, "red")
        printer.line(f"{looked_at}, {counted(len(problems), 'problem') if problems else 'nothing to complain about'}", "red" if problems else "green")
    if problems:
        raise SystemExit(1)


def _counted(judge: Judge, done: Callable[[], None]) -> Judge:
    def judged(call: ToolCall) -> Judgement:
        judgement = judge(call)
        done()
        return judgement

    return judged


@rules.command()
@click.argument("words", nargs=-1, metavar="[CATEGORY|TECHNIQUE]...")
@json_option
@click.pass_obj
def coverage(installation: Installation, words: tuple[str, ...], printer: Printer) -> None:
    """Show which rules cover which category, technique and kind of effect, and what no rule speaks of."""
    from sensor.policy.coverage import cover, covers

    chosen = [rule for rule in _load(installation, None) if not words or any(covers(rule, word) for word in words)]
    found = cover(chosen)
    if printer.result({"coverage": found, "ids": [rule.id for rule in chosen]}):
        return
    for title, counts in (("category", found.categories), ("technique", found.mitre), ("OWASP", found.asi), ("effect", found.effects),
                          ("text", found.fields), ("tool", found.tools)):
        rows = [
            (
                count.name,
                str(count.rules),
                ", ".join(
                    f"{number} {word}"
                    for word, number in sorted(count.severities.items(), key=lambda one: -Severity[one[0].upper()])
                ),
            )
            for count in counts
            if count.rules or not words
        ]
        printer.table((title.upper(), "RULES", "SEVERITIES"), rows, f"no {title}")
        printer.line()
    if words:
        printer.line(" ".join(rule.id for rule in chosen) or "No rule fits.")
    else:
        for what, name in found.gaps:
            printer.line(f"no rule speaks of the {what} {name}", "yellow")
    printer.line(f"{counted(found.rules, 'rule')}, {counted(found.examples, 'example')}", "dim")


@rules.command()
@click.argument("rule_id", metavar="ID")
@json_option
@click.pass_obj
def new(installation: Installation, rule_id: str, printer: Printer) -> None:
    """Write a commented skeleton of a rule into your rules folder. What it finds is only noted until you raise its severity."""
    from sensor.policy.skeleton import render_skeleton

    folder = installation.paths.user_rules
    file = folder / f"{rule_id.lower()}.yaml"
    text = render_skeleton(rule_id, str(file))
    try:
        load_text(text, str(file))
    except YamlErrors as error:
        raise UsageError(error.problems[0].message, next_step="Choose an id like TEAM-DEPLOY-001.") from error
    if any(rule.id == rule_id for rule in _load(installation, None)):
        raise UsageError(f"the id {rule_id} is in use", next_step=f"See: handrail rules show {rule_id}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    note_own_write(installation.paths.state, file, text.encode(), "rules new")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise UsageError(f"{file} exists", next_step="Choose another id, or edit that file.") from error
    if not printer.result({"file": str(file), "id": rule_id}):
        printer.line(f"wrote {file}", "green")
        printer.line(f"What it finds is only noted until you raise its severity. Edit it, then: handrail rules test {file}", "dim")


@rules.command("reload")
@json_option
@click.pass_obj
def reload_rules(installation: Installation, printer: Printer) -> None:
    """Make the running sensor read rules and settings again (it does so by itself when files change)."""
    result = installation.ask("reload")
    if not printer.result(result):
        printer.line(f"in force: {result['after']}")


def _in_force(installation: Installation) -> list[dict[str, Any]]:
    try:
        return list(installation.ask("rules.list")["rules"])
    except SensorAway:
        weakened = _weakened(installation)
        return [
            {"id": rule.id, "name": rule.name, "severity": rule.severity.name.lower(), "category": rule.category,
             "status": rule.status.value, "core": rule.is_core, "weakened": weakened.get(rule.id, "") if rule.is_core else "", "source": rule.where.source}
            for rule in _load(installation, None)
        ]


def _weakened(installation: Installation) -> dict[str, str]:
    """How settings weaken rules, taken as core rules; nothing where the settings cannot be read."""
    try:
        given = load_settings(installation.paths.config_file).overrides
    except SettingsError:
        return {}
    return weakened(parse_overrides(given, lambda rule: True)[0], datetime.date.today())


def _load(installation: Installation, folder: Path | None) -> tuple[Rule, ...]:
    return load_rules(folder or installation.paths.user_rules).rules


def _targets(installation: Installation, targets: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that the words name; every rule for no word. Raises UsageError, YamlErrors."""
    named = [word for word in targets if word.endswith((".yaml", ".yml")) or "/" in word]
    found = [rule for word in named for rule in _load_file(Path(word))]
    given = {word.lower(): word for word in targets if word not in named}
    words = set(given)
    if words or not targets:
        loaded = _load(installation, None)
        unknown = words - {rule.id.lower() for rule in loaded} - {rule.category for rule in loaded}
        if unknown:
            raise UsageError(
                f"no rule, category or file is called {', '.join(sorted(given[word] for word in unknown))}",
                next_step=f"See: handrail rules list. {SUFFIXES}",
            )
        found += [rule for rule in loaded if not targets or {rule.id.lower(), rule.category} & words]
    return tuple(found)


def _load_file(file: Path) -> tuple[Rule, ...]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error.strerror if isinstance(error, OSError) else 'it is not UTF-8 text'}", next_step=SUFFIXES) from error
    return load_text(text, str(file), shipped=file.resolve().parent == shipped_folder().resolve())


def _failure(failure: Failure) -> dict[str, object]:
    return {"rule": failure.trial.rule.id, "where": str(failure.trial.example.where), "problem": failure.problem,
            "fired": [finding.rule for finding in failure.findings]}


def _failure_lines(failure: Failure) -> Iterator[tuple[str, str]]:
    yield str(failure), "bold red"
    yield from effect_lines(failure.effects)
    fired = ", ".join(f"{finding.rule} ({finding.severity.name.lower()})" for finding in failure.findings)
    yield f"  fired: {fired or 'nothing'}", "yellow" if fired else "dim"
    if failure.trial.positive:
        call = examples.example_call(failure.trial.example)
        for one in excused_rules((failure.trial.rule,), call, failure.effects, choose_profile(call)):
            yield from ((f"  excused by {reason}", "yellow") for reason in one.by)
    yield "", ""
