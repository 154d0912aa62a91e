"""`handrail shell`: the wrapper for terminals and for agents without hooks."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hooks.settings.startup import (
    SHELLS,
    Change,
    StartupFile,
    State,
    inspect_block,
    installed_files,
    startup_files,
    take_blocks,
)
from sensor.cli.context import Installation, json_option
from sensor.cli.difference import difference
from sensor.cli.output import Printer, from_home
from sensor.host.files.hook_client import client_path
from sensor.host.files.shell_files import (
    PREFIX,
    SHIMS,
    altered,
    apply_shells,
    plan_shells,
    remove_shell_files,
    shell_folder,
)
from sensor.model.errors import HandrailError
from sensor.settings import Wish, load_settings, save_value

VETOES = {"bash": "scripts, -c and typed lines", "zsh": "scripts, -c and typed lines", "fish": "typed lines"}


@click.group()
def shell() -> None:
    """The shell wrapper: what agents run in bash, zsh and fish is judged and recorded, also where they have no hooks.

    It is a record and a speed bump, not a boundary: docs/limits.md says what passes it.

    \b
    Examples:
      handrail shell install                  # every shell that is found
      handrail shell install --bash --zsh --dry-run
      handrail shell install --shims --claude-prefix
      handrail shell status
      handrail shell remove
    """


def shell_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--bash`, `--zsh`, `--fish`."""
    for name in reversed(SHELLS):
        command = click.option(f"--{name}", is_flag=True, help=f"Only {name} (and the others that are named).")(command)
    return command


@shell.command()
@shell_options
@click.option("--shims", is_flag=True, help="Also a folder at the front of PATH whose programs report themselves, for what no shell starts.")
@click.option("--claude-prefix", is_flag=True, help="Also set CLAUDE_CODE_SHELL_PREFIX, for Claude Code that no terminal started.")
@click.option("--typed", is_flag=True, help="Also record what you type yourself (shell.typed: observe). It is never stopped.")
@click.option("--dry-run", is_flag=True, help="Show the change of each start-up file; write nothing.")
@json_option
@click.pass_obj
def install(installation: Installation, bash: bool, zsh: bool, fish: bool, shims: bool, claude_prefix: bool,
            typed: bool, dry_run: bool, printer: Printer) -> None:
    """Start the wrapper from the start-up files of shells (default: those that are found).

    Each file gets one marked block at its end; nothing else of it changes. Terminals that are open now go on without it.
    """
    paths = installation.paths
    if not dry_run and not os.access(client_path(paths), os.X_OK):
        raise HandrailError(f"There is no hook client at {client_path(paths)}", next_step="Run install.sh, which puts it there.")
    plans = plan_shells(paths, Path.home(), os.environ, _named(bash, zsh, fish))
    if not dry_run:
        apply_shells(paths, plans, shims=shims, prefix=claude_prefix)
    if typed and not dry_run:
        save_value(paths.config_file, ("shell", "typed"), Wish.OBSERVE.value)
    if not printer.result({"files": [_facts(plan, dry_run) for plan in plans], "shims": shims, "claude_prefix": claude_prefix}):
        for plan in plans:
            word = "would be changed" if dry_run and plan.change else "changed" if plan.change else "unchanged"
            printer.line(f"{plan.of.shell}: {plan.of.path}: {word}", "green" if plan.change else "")
            if dry_run and plan.change:
                printer.line(difference(plan.of.path, plan.file.data, plan.after), "dim")
        if not dry_run:
            printer.line("New terminals, and what is started from them, use it. Agents of your desktop do after the next login.", "dim")


def _facts(plan: Change, dry_run: bool) -> dict[str, object]:
    return {
        "shell": plan.of.shell, "file": str(plan.of.path), "changed": plan.change and not dry_run,
        "difference": difference(plan.of.path, plan.file.data, plan.after),
    }


@shell.command()
@shell_options
@json_option
@click.pass_obj
def remove(installation: Installation, bash: bool, zsh: bool, fish: bool, printer: Printer) -> None:
    """Take the wrapper out again (default: of every shell). The start-up files become what they were."""
    done = take_blocks(installation.paths.state, _named(bash, zsh, fish) or SHELLS)
    if not installed_files(installation.paths.state):
        remove_shell_files(installation.paths)
    if not printer.result({"files": [{"file": str(file), "outcome": outcome} for file, outcome in done]}):
        for file, outcome in done:
            printer.line(f"{file}: {outcome}")
        if done:
            printer.line("Open new terminals: those that are open now still name the wrapper's files in their environment.", "dim")
        else:
            printer.line("The wrapper is in no start-up file.", "dim")


uninstall = copy.copy(remove)  # the word of the other groups
uninstall.help = "The same as `handrail shell remove`."
shell.add_command(uninstall, "uninstall")


@shell.command()
@json_option
@click.pass_obj
def status(installation: Installation, printer: Printer) -> None:
    """Which shells start the wrapper, and whether it works. Exit code 1 when it was installed and is altered or incomplete."""
    paths = installation.paths
    installed = {one.path: one for one in installed_files(paths.state)}
    files = [installed.get(one.path, one) for name in SHELLS for one in startup_files(name, Path.home(), os.environ, shell_folder(paths))]
    states = [(one, *inspect_block(one)) for one in dict.fromkeys([*files, *installed.values()])]
    broken = altered(paths) if installed else ()
    settings = load_settings(paths.config_file).shell
    facts = {
        "files": [{"shell": one.shell, "file": str(one.path), "state": state.value, "problem": problem} for one, state, problem in states],
        "altered": list(broken), "shims": (shell_folder(paths) / SHIMS).is_dir(), "claude_prefix": (shell_folder(paths) / PREFIX).exists(),
        "outside": settings.outside.value, "typed": settings.typed.value, "here": _is_here(paths.data),
    }
    wrong = [one for one, state, _ in states if state in (State.ALTERED, State.PROBLEM) or (one.path in installed and state is State.ABSENT)]
    if not printer.result(facts):
        printer.table(("SHELL", "START-UP FILE", "WRAPPER", "CAN STOP"), [_row(one, state) for one, state, _ in states], "")
        printer.facts((
            ("shims", "yes" if facts["shims"] else "no"), ("Claude Code's shell prefix", "yes" if facts["claude_prefix"] else "no"),
            ("scripts outside of agents", settings.outside.value), ("typed lines outside of agents", settings.typed.value),
            ("in this terminal", "yes" if facts["here"] else "no")))
        for problem in (*(text for _, _, text in states if text), *(f"{shell_folder(paths) / name} is not as Handrail wrote it" for name in broken)):
            printer.line(problem, "yellow")
        if wrong or broken:
            printer.line("Run: handrail shell install", "yellow")
        elif not installed:
            printer.line("It is in no start-up file. To put it there: handrail shell install", "dim")
    if wrong or broken:
        raise SystemExit(1)


def _row(one: StartupFile, state: State) -> tuple[str, ...]:
    return one.shell, from_home(str(one.path)), state.value, VETOES[one.shell]


def _is_here(data: Path) -> bool:
    return os.environ.get("BASH_ENV", "").startswith(f"{data}/")


def _named(bash: bool, zsh: bool, fish: bool) -> tuple[str, ...]:
    return tuple(name for name, wanted in zip(SHELLS, (bash, zsh, fish), strict=True) if wanted)
