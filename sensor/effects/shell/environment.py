"""Variables of the environment: whose value is known, and which make a program run a command or take more options (`PAGER`, `TAR_OPTIONS`)."""

from __future__ import annotations

import re
import shlex

import msgspec

from sensor.effects.shell.command import Command, Runner
from sensor.effects.shell.scope import Field
from sensor.effects.shell.subscripts import run_subscripts
from sensor.model.effects import Surroundings

RUN_VARIABLES = frozenset({
    "GIT_SSH_COMMAND", "GIT_SSH", "GIT_PAGER", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "GIT_PROXY_COMMAND",
    "SSH_ASKPASS", "SUDO_ASKPASS", "PAGER", "MANPAGER", "SYSTEMD_PAGER", "AWS_PAGER", "GH_PAGER", "BAT_PAGER", "DELTA_PAGER", "EDITOR", "VISUAL",
    "FCEDIT", "KUBE_EDITOR", "BROWSER", "LESSOPEN", "LESSCLOSE", "RSYNC_RSH", "CVS_RSH", "SVN_SSH", "PROMPT_COMMAND", "RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER",
    "TEXEDIT", "FZF_DEFAULT_COMMAND", "WATCH_COMMAND", "PERL5DB", "PSQL_PAGER", "PSQL_EDITOR", "MYSQL_PAGER", "BORG_PASSCOMMAND", "BORG_RSH", "RESTIC_PASSWORD_COMMAND", "RCLONE_PASSWORD_COMMAND", "GH_BROWSER", "GH_EDITOR",
    "KUBECTL_EXTERNAL_DIFF", "RUSTC", "RUSTDOC", "CARGO_BUILD_RUSTC", "CARGO_BUILD_RUSTDOC", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER", "CC", "CXX", "CPP", "LD", "AR", "HGEDITOR", "SVN_EDITOR", "P4EDITOR", "SUDO_EDITOR", "SYSTEMD_EDITOR", "HGMERGE",
})
_RUNNER_OF_TARGET = re.compile(r"CARGO_TARGET_\w+_(?:RUNNER|LINKER)")
# Commands within the options that a variable adds.
_IN_OPTIONS = {
    **dict.fromkeys(("_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "MAVEN_OPTS", "GRADLE_OPTS", "SBT_OPTS"), re.compile(r"-XX:On(?:Error|OutOfMemoryError)=[\"']?([^\"']+)")),
    **dict.fromkeys(("MAKEFLAGS", "GNUMAKEFLAGS"), re.compile(r"--eval[= ][^:\n]*:[^;\n]*;([^\n]+)")), "GOFLAGS": re.compile(r"-(?:tool)?exec=(\S+)"), "FZF_DEFAULT_OPTS": re.compile(r"--preview[= ][\"']([^\"']+)|execute(?:-silent)?\(([^)]+)"),
    "LUA_INIT": re.compile(r"os\.execute\s*\(?\s*[\"']([^\"']+)"), **dict.fromkeys(("ERL_FLAGS", "ERL_AFLAGS", "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS"), re.compile(r"os:cmd\(\s*[\"']([^\"']+)")),
}
OPTION_VARIABLES = {
    "tar": "TAR_OPTIONS", "gtar": "TAR_OPTIONS", "gzip": "GZIP", "xz": "XZ_OPT", "zip": "ZIPOPT", "unzip": "UNZIP", "grep": "GREP_OPTIONS", "rg": "RIPGREP_OPTIONS", "less": "LESS",
}
_GIT_KEYS = frozenset({
    "core.pager", "core.editor", "core.sshcommand", "core.fsmonitor", "core.askpass", "credential.helper", "diff.external", "sequence.editor", "gpg.program", "core.gitproxy",
    "uploadpack.packobjectshook", "core.alternaterefscommand", "interactive.difffilter", "gc.recentobjectshook",
})
_GIT_NAMED_KEYS = re.compile(
    r"(?:filter\..+\.(?:clean|smudge|process)|diff\..+\.(?:textconv|command)|merge\..+\.driver|(?:diff|merge)tool\..+\.cmd|pager\..+|trailer\..+\.(?:cmd|command)|gpg\..+\.program|"
    r"remote\..+\.(?:uploadpack|receivepack)|credential\..+\.helper|sendemail\..*cmd|(?:browser|man|guitool)\..+\.cmd|(?:tar|hook)\..+\.command|gpg\.ssh\.defaultkeycommand|imap\.tunnel|mergetool\..+\.path|alias\..+)")
_GIT_HARMLESS = frozenset({"cat", "true", "false", "less", "store", "osxkeychain", "manager", ""})
# A password that the program asks a manager of secrets for: nobody else sees what is printed.
ASKS_PASSWORD = re.compile(r"\S*(?i:passcommand|password[_-]command)[ =](?:pass|gopass|op|bw|rbw|cat|gpg2?|secret-tool|security|keyring|vault|age|sops|lpass|kwallet-query|echo|printf)\s[^;|&<>`$\n]*")
MAX_OPTIONS = 4000
_USUAL = {"SHELL": "/bin/bash", "BASH": "/bin/bash", "IFS": " \t\n", "TMPDIR": "/tmp", "EDITOR": "vi", "PAGER": "less"}


def known_variables(around: Surroundings) -> dict[str, str]:
    """Variables whose value is known without running anything."""
    known = {"HOME": around.home, **_USUAL}
    if around.user:
        known["USER"] = known["LOGNAME"] = around.user
    return known


def run_variables(walk: Runner, pairs: tuple[tuple[str, str], ...]) -> None:
    """Walk the commands that these assignments give to later programs. A bare program name is only a choice."""
    for name, value in pairs:
        if name.startswith("GIT_CONFIG_KEY_"):
            given = walk.scope.variables.get(name.replace("KEY", "VALUE"))
            text = given.fields[0].text if given is not None and given.fields else dict(pairs).get(name.replace("KEY", "VALUE"), "")
            if runs_value(value, text) and (not value.lower().startswith("alias.") or text.startswith("!")):
                walk.run_apart(text.lstrip("!"), walk.context.within("git", span=walk.span))
        if name.startswith("BASH_FUNC_") and value.startswith("()"):  # every bash that is started has this function
            walk.run_apart(value[2:], walk.context.within(name, span=walk.span))
        run_subscripts(walk, value)
        if name in _IN_OPTIONS:
            for match in _IN_OPTIONS[name].finditer(value):
                walk.run_apart(next(part for part in match.groups() if part), walk.context.within(name, span=walk.span))
        if (name in RUN_VARIABLES or _RUNNER_OF_TARGET.fullmatch(name)) and not ASKS_PASSWORD.fullmatch(f"{name} {value}") and ("/" in value or " " in value.strip() or "$(" in value):
            walk.run_apart(value.lstrip("|!"), walk.context.within(name, span=walk.span))


def runs_value(key: str, value: str) -> bool:
    """Whether git runs the value of this setting as a command."""
    key = key.lower()
    return (key in _GIT_KEYS or _GIT_NAMED_KEYS.fullmatch(key) is not None) and value not in _GIT_HARMLESS


def with_options(walk: Runner, command: Command, program: str) -> Command:
    """The command with the options that a variable adds in front."""
    name = OPTION_VARIABLES.get(program)
    value = walk.scope.variables.get(name) if name else None
    if value is None or not all(field.known for field in value.fields):
        return command
    words = tuple(Field(word) for field in value.fields for word in _words(field.text)[:64])
    return msgspec.structs.replace(command, fields=(command.fields[0], *words, *command.fields[1:]))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text) if len(text) < MAX_OPTIONS else text.split()
    except ValueError:
        return text.split()
