"""Commands that are handed over in a key binding, a hook of a package manager, a function of a build file or a folder's environment file."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.code.powershell import run_powershell
from sensor.effects.code.prompt import read_prompt
from sensor.effects.interpreters import scan_code
from sensor.effects.projects.manifests import shell_functions
from sensor.effects.runs.plain import run_plain, run_started
from sensor.effects.shell.cells import MAX_FIELDS
from sensor.effects.shell.paths import path_field
from sensor.effects.shell.scope import NOWHERE, SILENT, Field
from sensor.effects.shells import run_shell_file

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.scope import Stream
    from sensor.effects.shell.walk import Walk

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
            run_started(walk, command, program, field.text.removeprefix("--preview="))
        shown = field.text == "--preview"
        for match in _BOUND.finditer(field.text):
            run_started(walk, command, program, next((part for part in match.groups() if part), ""))
    return output


def run_packages(walk: Walk, command: Command, program: str) -> Stream:
    """`apt-get -o DPkg::Pre-Invoke::=cmd`: commands before and after packages change."""
    output = run_plain(walk, command, program)
    for field in command.fields[1 : MAX_FIELDS + 1]:
        match = _HOOK.match(field.text)
        if match is not None:
            run_started(walk, command, program, match.group(1).strip("{}\"; "))
    return output


def run_cmake(walk: Walk, command: Command, program: str) -> Stream:
    """`cmake -E rm -rf x`: small programs that are the same on every system."""
    fields = list(command.fields)
    if len(fields) > 2 and fields[1].text == "-E":
        name = _OF_CMAKE.get(fields[2].text)
        if name is not None:
            _dispatch(walk, command, program, [*map(Field, name), *fields[3:]])
            return SILENT
    return run_plain(walk, command, program)


def run_functions(walk: Walk, command: Command, program: str) -> None:
    """`make X='$(shell cmd)'`, `--eval`, `MAKEFLAGS`: functions of make in its words."""
    for text in [*(field.text for field in command.fields[1 : MAX_FIELDS + 1]), *(value for _, value in command.assignments)]:
        for function in shell_functions(text):
            run_started(walk, command, program, function)


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
    stdin = command.channels.stdin
    if stdin.piped and stdin.text and words and words[0].text in _FRAMEWORK_SHELLS:
        scan_code(walk, command, (program, language), Field(stdin.text, origins=stdin.origins))
    return output


def run_versions(walk: Walk, command: Command, program: str) -> Stream:
    """`hg --config alias.st='!cmd'`, `jj util exec -- cmd`, `gh alias set st '!cmd'`: settings and words that are commands."""
    output = run_plain(walk, command, program)
    words = [field.text for field in command.fields[1 : MAX_FIELDS + 1]]
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _SETTING_OPTIONS:
            setting = _COMMAND_SETTING.match(value if equals and program != "svn" else (words[index + 1] if index + 1 < len(words) else ""))
            if setting is not None:
                run_started(walk, command, program, setting.group(1).strip("'\""))
    if program == "jj" and words[:2] == ["util", "exec"]:
        _dispatch(walk, command, program, [field for field in command.fields[3:] if field.text != "--"])
    elif program == "jj":
        for word in words:
            listed = _ALIAS_LIST.search(word)
            if listed is not None:
                _dispatch(walk, command, program, [Field(one) for one in _QUOTED.findall(listed.group(1))])
    elif program in ("gh", "glab") and words[:2] == ["alias", "set"] and len(words) > 3:
        texts = [word for word in words[2:] if not word.startswith("-")]
        if texts and (texts[-1].startswith("!") or {"--shell", "-s"} & set(words)):
            run_started(walk, command, program, texts[-1].lstrip("!"))
    return output


def run_aws(walk: Walk, command: Command, program: str) -> Stream:
    """`aws ssm send-command --parameters commands=...`, `aws ecs execute-command --command ...`: what runs on machines far away."""
    output = run_plain(walk, command, program)
    option = _AWS_TEXTS.get(walk.effects[-1].subcommand[:2])
    fields = command.fields[1 : MAX_FIELDS + 1]
    texts = [other.text for one, other in pairwise(fields) if one.text == option] + [field.text.partition("=")[2] for field in fields if option and field.text.startswith(option + "=")]
    saved, walk.scope.cwd = walk.scope.cwd, NOWHERE
    for text in texts:
        for line in _commands(text) if option == "--parameters" else [text]:
            run_started(walk, command, program, line)
    walk.scope.cwd = saved
    return output


def run_cmd(walk: Walk, command: Command, program: str) -> Stream:
    """`cmd /c text` and `cmd /c word word`: a command line of Windows, in as far as it reads like one of ours."""
    output = run_plain(walk, command, program)
    fields = list(command.fields[1 : MAX_FIELDS + 1])
    start = next((index for index, field in enumerate(fields) if field.text[:2].lower() in ("/c", "/k", "/r")), len(fields))
    for language, text in read_prompt(" ".join(field.text for field in fields[start + 1 :])):
        if language == "powershell":
            run_powershell(walk, text, command.context.within(program, span=command.span))
        else:
            run_started(walk, command, program, text.replace("\\", "\\\\"))
    return output


def run_ansible(walk: Walk, command: Command, program: str) -> Stream:
    """`ansible host -m shell -a 'text'`, `-m file -a 'path=x state=absent'`: what a module does, as the command that does the same."""
    output = run_plain(walk, command, program)
    if "dry-run" in walk.effects[-1].flags:
        return output
    given = {one.text.lstrip("-"): other.text for one, other in pairwise(command.fields[1 : MAX_FIELDS + 1])}
    given |= {name.lstrip("-"): value for name, equals, value in (field.text.partition("=") for field in command.fields[1 : MAX_FIELDS + 1]) if equals and name[:2] == "--"}
    module, text = (given.get("m") or given.get("module-name") or "command").rpartition(".")[2], given.get("a") or given.get("args") or ""
    values = {name: one or other or bare for name, one, other, bare in _MODULE_VALUES.findall(text)}
    path = next((values[name] for name in ("path", "dest", "name") if name in values), "")
    if module == "file" and values.get("state") == "absent":
        _dispatch(walk, command, program, [Field("rm"), Field("-rf"), path_field(walk.home, path)])
    elif module in ("lineinfile", "blockinfile", "copy", "template") and path:
        run_started(walk, command, program, f"printf '%s\\n' {quote(values.get('line') or values.get('block') or values.get('content') or '')} >> {path if path[:1] == '~' else quote(path)}")
    elif module == "cron" and "job" in values:
        run_started(walk, command, program, f"(crontab -l; echo {quote('@daily ' + values['job'])}) | crontab -")
    elif module in ("command", "shell", "raw", "script", "win_shell", "win_command"):
        run_started(walk, command, program, text)
    return output


def _commands(text: str) -> list[str]:
    """The command lines among the parameters of a document, in JSON or in the short form."""
    name, equals, listed = text.partition("=")
    given = listed if equals and name.strip() == "commands" else text
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        return [given.strip("[]'\"")] if equals else []
    lines = found.get("commands", []) if isinstance(found, dict) else found
    return [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []


def _dispatch(walk: Walk, command: Command, program: str, fields: list[Field]) -> None:
    if fields:
        walk.dispatch(walk, msgspec.structs.replace(command, fields=tuple(fields), context=command.context.within(program, span=command.span)))


_OF_CMAKE = {
    "rm": ("rm",), "remove": ("rm",), "remove_directory": ("rm", "-r"), "copy": ("cp",), "copy_directory": ("cp", "-r"), "copy_if_different": ("cp",), "rename": ("mv",), "touch": ("touch",), "env": ("env",), "time": ("time",),
    "create_symlink": ("ln", "-s"), "create_hardlink": ("ln",), "cat": ("cat",), "tar": ("tar",),
}
_AWS_TEXTS = {("ssm", "send-command"): "--parameters", ("ssm send-command",): "--parameters", ("ecs", "execute-command"): "--command", ("ecs execute-command",): "--command"}
_SETTING_OPTIONS = ("--config", "--config-option", "--config-toml")
# Names of settings whose value is a command: of Mercurial, Subversion (file:section:name) and Jujutsu.
_COMMAND_SETTING = re.compile(
    r"(?:alias\.[\w-]+\s*=\s*!|hooks\.[\w.-]+\s*=\s*(?!python:)|(?:ui\.(?:editor|merge|ssh|pager|diff-editor|merge-editor)|pager\.pager|merge-tools\.[\w-]+\.(?:executable|program)|extdiff\.cmd\.[\w-]+|"
    r"core\.fsmonitor|signing\.backends\.\w+\.program|fix\.tools\.[\w-]+\.command)\s*=|\w+:(?:tunnels|helpers):[\w-]+=)\s*(.+)", re.S)
_ALIAS_LIST = re.compile(r"(?:aliases\.[\w-]+|ui\.\w+|fix\.tools\.[\w-]+\.command)\s*=\s*\[(?:\s*\"util\"\s*,\s*\"exec\"\s*,\s*\"--\"\s*,)?([^\]]{1,2000})\]")
_QUOTED = re.compile(r"\"([^\"]*)\"")
_FRAMEWORKS = {"rails": ("ruby", ("runner", "r")), "wp": ("php", ("eval",)), "drush": ("php", ("php:eval", "eval", "ev")), "magerun": ("php", ("dev:console",)), "mix": ("elixir", ("-e", "--eval")), "rebar3": ("erl", ("--eval",))}
_FRAMEWORK_SHELLS = frozenset({"console", "c", "shell", "php:cli", "php", "dev:console"})  # they read code from standard input
_MODULE_VALUES = re.compile(r"(\w+)=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
HANDED = {
    "ansible": run_ansible,
    **dict.fromkeys(_FRAMEWORKS, run_framework), **dict.fromkeys(("hg", "svn", "jj", "gh", "glab"), run_versions),
    "cmake": run_cmake, "aws": run_aws, "cmd": run_cmd, "fzf": run_bindings, "sk": run_bindings, "apt": run_packages, "apt-get": run_packages, "aptitude": run_packages, "dpkg": run_packages, "direnv": run_direnv,
}
