"""`handrail`: the command line. Commands are listed here and loaded when they are used."""

from __future__ import annotations

import importlib
import inspect
import os
import pwd
import sys
from pathlib import Path
from typing import Any

import click

from sensor import __version__
from sensor.cli.context import Installation
from sensor.cli.output import fail
from sensor.model.errors import Declined, HandrailError, in_words, way_out

# command -> (module, attribute, one line of help shown without importing the module)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "run": ("sensor.cli.installation.service", "run", "Start Handrail here and keep it running"),
    "status": ("sensor.cli.health.status", "status", "What runs, what protects, what was counted"),
    "doctor": ("sensor.cli.health.doctor", "doctor", "Check the installation; --live proves that a deny takes effect"),
    "audit": ("sensor.cli.health.audit", "audit_command", "Grade this deployment, and say what to change first"),
    "dashboard": ("sensor.cli.installation.service", "dashboard", "Open the dashboard with a one-time login address"),
    "events": ("sensor.cli.history.record", "events", "List what agents did, newest first; --follow shows it live"),
    "show": ("sensor.cli.history.record", "show", "Everything about one event"),
    "sessions": ("sensor.cli.history.record", "sessions", "List sessions, or show the timeline of one"),
    "verify": ("sensor.cli.proof.verify", "verify", "Prove the audit log offline"),
    "export": ("sensor.cli.proof.export", "export", "Write entries as CSV, JSON, SARIF, OCSF, CEF, OTLP or a page"),
    "report": ("sensor.cli.history.report", "report", "What happened in a period, for people who must account for it"),
    "bundle": ("sensor.cli.proof.export", "bundle", "Copy the log, or chosen entries with proofs, to verify elsewhere"),
    "prune": ("sensor.cli.proof.prune", "prune", "Move old entries into an archive; the rest still verifies"),
    "witness": ("sensor.cli.proof.witness", "witness", "Cosign the logs of other machines, and have this one's cosigned"),
    "anchor": ("sensor.cli.proof.anchor", "anchor", "Checkpoints that left this machine: push, fetch"),
    "index": ("sensor.cli.proof.verify", "index", "Rebuild the index from the audit log"),
    "explain": ("sensor.cli.questions.explain", "explain", "What would happen to a command, and why"),
    "scan": ("sensor.cli.questions.scan", "scan", "Look for injected orders, secrets and hidden text in files"),
    "replay": ("sensor.cli.history.replay", "replay", "Judge sessions that your agents recorded"),
    "rules": ("sensor.cli.judging.rules", "rules", "List, show, test and lint rules"),
    "quarantine": ("sensor.cli.questions.quarantine", "quarantine", "List held calls; approve or reject them"),
    "approve": ("sensor.cli.questions.quarantine", "approve", "Let one held call through once (short form)"),
    "llm": ("sensor.cli.judging.llm", "llm", "The local model: status, test, use, off"),
    "policy": ("sensor.cli.judging.policy", "policy", "Rights of agents: show, test, diff, learn"),
    "delegate": ("sensor.cli.judging.delegate", "delegate", "Hand a part of the rights on: make, verify, attach, revoke"),
    "task": ("sensor.cli.judging.task", "task", "Task keys, and what each session may do"),
    "agent": ("sensor.cli.judging.agent", "agent", "Keys of agents; suspend and resume them"),
    "escalation": ("sensor.cli.questions.escalation", "escalation", "Risk of sessions: list and clear"),
    "mode": ("sensor.cli.installation.service", "mode", "Show or choose observe or enforce"),
    "hooks": ("sensor.cli.sources.hooks", "hooks", "Connect agents: install, uninstall, status"),
    "watch": ("sensor.cli.sources.watching", "watch", "Watched files: status, list; put our hook entries back"),
    "shell": ("sensor.cli.sources.shell", "shell", "Shells: judge what agents run in them, also without hooks"),
    "mcp": ("sensor.cli.sources.mcp", "mcp", "MCP servers: start them through the proxy, see what they offer"),
    "demo": ("sensor.cli.health.demo", "demo", "Play a recorded session with attacks through the real sensor"),
    "bench": ("sensor.cli.installation.bench", "bench", "Measure what a tool call and an entry cost on this machine"),
    "config": ("sensor.cli.installation.service", "config", "Print every setting, its value and what it means"),
    "service": ("sensor.cli.installation.service", "service", "Control the background service"),
    "uninstall": ("sensor.cli.installation.uninstall", "uninstall", "Remove Handrail and restore what it changed"),
}

# The list of commands as `handrail --help` shows it: what is wanted first stands first.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Where things stand": ("status", "doctor", "audit", "dashboard", "demo"),
    "What agents did": ("events", "show", "sessions", "report", "replay"),
    "What waits for you, and what would happen": ("quarantine", "approve", "explain", "scan", "escalation"),
    "What is allowed": ("mode", "rules", "policy", "delegate", "task", "agent", "llm"),
    "Where calls come from": ("hooks", "mcp", "shell", "watch"),
    "The log and its proof": ("verify", "export", "bundle", "prune", "anchor", "witness", "index"),
    "This installation": ("config", "service", "run", "bench", "uninstall"),
}


# What pages of the dashboard and other programs call it.
ELSEWHERE = {
    "posture": "audit", "log": "verify", "logs": "events", "files": "watch", "risk": "escalation", "web": "dashboard",
    "start": "service start", "stop": "service stop", "restart": "service restart", "install": "hooks install",
}
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended


class Commands(click.Group):
    """Loads a command's module only when it is used: `handrail status` should not import the rule engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        _add_examples(command, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), COMMANDS[name][2]) for name in names])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] == "help":  # as many programs have it: `handrail help events`
            if len(args) == 1:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib  # only on a mistake

            near = [ELSEWHERE[args[0]]] if args[0] in ELSEWHERE else difflib.get_close_matches(args[0], COMMANDS, n=1)
            if near:
                error.message += f" Did you mean {near[0]!r}?"
            raise


def _add_examples(command: click.Command, path: str, known: str = "") -> None:
    """Help of a command that has no examples of its own shows those of its group that are about it, or the bare command."""
    text = inspect.cleandoc(command.help or "")
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            below.short_help = _first_sentence(below.help or "")  # whole: click would cut it
            _add_examples(below, f"{path} {name}", text)
    if "Examples:" not in text and not any(line.strip().startswith(f"handrail {path} ") for line in text.splitlines()):
        own = [line.strip() for line in known.splitlines() if f"{line.strip()} ".startswith(f"handrail {path} ")]
        command.help = "\n".join((text, "", "\b", "Examples:", *(f"  {line}" for line in own or (f"handrail {path}",))))


def _first_sentence(text: str) -> str:
    paragraph = " ".join(inspect.cleandoc(text).split("\n\n")[0].split())
    end = paragraph.find(". ")
    return paragraph if end < 0 else paragraph[: end + 1]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]},
             epilog="Start with: handrail demo. More on a command: handrail COMMAND --help")
@click.option("--prefix", type=click.Path(path_type=Path, file_okay=False), hidden=True, help="Folder of the installation (set by the launcher).")
@click.version_option(__version__, prog_name="handrail")
@click.pass_context
def cli(ctx: click.Context, prefix: Path | None) -> None:
    """Handrail judges every tool call of your coding agents before it runs, and keeps a record that can be proved."""
    ctx.obj = Installation(prefix)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 negative result, 2 usage, 3 could not be completed, 130 ended by Ctrl-C."""
    as_json = _asks_for_json(sys.argv[1:])
    try:
        code = cli(prog_name="handrail", standalone_mode=False)
    except Declined as error:
        click.echo(error.message, err=True)
        sys.exit(error.exit_code)
    except HandrailError as error:
        fail(error.message, error.next_step, error.exit_code, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        fail(_said(error), f"{error.ctx.get_usage()}\nSee: {error.ctx.command_path} --help" if error.ctx else "", error.exit_code, as_json)
    except click.ClickException as error:
        fail(_said(error), "", error.exit_code, as_json)
    except click.Abort:
        click.echo("Stopped by Ctrl-C.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (| head); nothing is wrong
    except OSError as error:
        fail(in_words(error, with_file=True), _way_out(error), HandrailError.exit_code, as_json)
    else:
        sys.exit(code if isinstance(code, int) else 0)  # click returns the code of what only shows help


def _asks_for_json(words: list[str]) -> bool:
    """Whether a program reads along. Known before anything is parsed, as what is wrong may be the line itself; behind `--` stands a command to judge."""
    return "--json" in words[: words.index("--") if "--" in words else None]


def _way_out(error: OSError) -> str:
    """The next step; where the place is another user's, most likely after `sudo`, that is who may."""
    place = Path(os.fsdecode(error.filename)) if isinstance(error, PermissionError) and isinstance(error.filename, (str, bytes)) else None
    for folder in (place, *place.parents) if place is not None else ():
        try:
            owner = folder.stat().st_uid
        except OSError:
            continue  # what lies behind a closed folder shows nothing
        return f"{folder} is that of {_name_of(owner)}: run this as {_name_of(owner)}." if owner != os.getuid() else way_out(error)
    return way_out(error)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _said(error: click.ClickException) -> str:
    """What click found, on one line and without a full stop, as our own errors are."""
    return " ".join(error.format_message().split()).removesuffix(".")


if __name__ == "__main__":
    main()
