"""Commands that are handed over in a key binding, a hook of a package manager, a function of a build file or a folder's environment file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.cells import MAX_FIELDS
from sensor.effects.manifests import shell_functions
from sensor.effects.plain import run_plain
from sensor.effects.scope import Field
from sensor.effects.shells import run_shell_file, scan_code

if TYPE_CHECKING:
    from sensor.effects.command import Command
    from sensor.effects.scope import Stream
    from sensor.effects.walk import Walk

_BOUND = re.compile(
    r"(?<![\w-])(?:execute(?:-silent|-multi)?|become|reload(?:-sync)?|transform(?:-[a-z-]+)?|(?:change-)?preview)"
    r"(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\]]*)\]|\{([^}]*)\}|:(.+))", re.S)
_HOOK = re.compile(r"^(?:-o|--option=?)?\s*[\w:.-]*(?:Invoke|Pre-Install-Pkgs|Post-Install-Pkgs)(?:-Success)?(?:::)?\s*=\s*(.+)", re.I | re.S)


def run_bindings(walk: Walk, command: Command, program: str) -> Stream:
    """`fzf --preview 'cat {}' --bind 'enter:become(vim {})'`: keys that run a command."""
    output = run_plain(walk, command, program)
    shown = False
    for field in command.fields[1 : MAX_FIELDS + 1]:
        if shown or field.text.startswith("--preview="):
            _run(walk, command, program, field.text.removeprefix("--preview="))
        shown = field.text == "--preview"
        for match in _BOUND.finditer(field.text):
            _run(walk, command, program, next((part for part in match.groups() if part), ""))
    return output


def run_packages(walk: Walk, command: Command, program: str) -> Stream:
    """`apt-get -o DPkg::Pre-Invoke::=cmd`: commands before and after packages change."""
    output = run_plain(walk, command, program)
    for field in command.fields[1 : MAX_FIELDS + 1]:
        match = _HOOK.match(field.text)
        if match is not None:
            _run(walk, command, program, match.group(1).strip("{}\"; "))
    return output


def run_functions(walk: Walk, command: Command, program: str) -> None:
    """`make X='$(shell cmd)'`, `--eval`, `MAKEFLAGS`: functions of make in its words."""
    for text in [*(field.text for field in command.fields[1 : MAX_FIELDS + 1]), *(value for _, value in command.assignments)]:
        for function in shell_functions(text):
            _run(walk, command, program, function)


def run_direnv(walk: Walk, command: Command, program: str) -> Stream:
    """`direnv allow`: the shell reads the folder's `.envrc` from now on."""
    words = [field for field in command.fields[1:] if not field.text.startswith("-")]
    if not words or words[0].text not in ("allow", "permit", "grant"):
        return run_plain(walk, command, program)
    given = words[1] if len(words) > 1 else Field(".envrc")
    file = given if given.text.endswith(("rc", ".env")) else Field(given.text.rstrip("/") + "/.envrc", given.known)
    return run_shell_file(walk, command, program, [file])


def run_framework(walk: Walk, command: Command, program: str) -> Stream:
    """`rails runner 'code'`, `wp eval 'code'`, `drush php:eval 'code'`: program text for the application."""
    output = run_plain(walk, command, program)
    language, verbs = _FRAMEWORKS[program]
    words = list(command.fields[1:])
    for index, field in enumerate(words[: MAX_FIELDS - 1]):
        if field.text in verbs and index + 1 < len(words):
            scan_code(walk, command, (program, language), words[index + 1])
            break
    return output


def _run(walk: Walk, command: Command, program: str, text: str) -> None:
    if text.strip():
        walk.run_text(text, command.context.within(program, span=command.span))


_FRAMEWORKS = {"rails": ("ruby", ("runner", "r")), "wp": ("php", ("eval",)), "drush": ("php", ("php:eval", "eval", "ev")), "magerun": ("php", ("dev:console",))}
HANDED = {
    **dict.fromkeys(_FRAMEWORKS, run_framework),
    "fzf": run_bindings, "sk": run_bindings, "apt": run_packages, "apt-get": run_packages, "aptitude": run_packages, "dpkg": run_packages, "direnv": run_direnv,
}
