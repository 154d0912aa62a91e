"""Runs of a service's command line that say they take something away, whatever the program is called.

The verb counts only among the leading words, where a program reads what it is to do. Programs whose verbs concern the
project's own files, packages or sandboxes have rules of their own, and the rest are alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.command import Command

TAKES_AWAY = "takes-away"
UNASKED = "unasked"
_DEPTH = 4
_VERB = re.compile(
    r"(?i)(?:[a-z0-9]+[:._-]+)*(?:delete|destroy|purge|terminate|drop|wipe|erase|nuke|undefine|teardown|deprovision|unregister|deregister|obliterate|abandon|expunge|delete-?all|remove[_-]all|(?:clear|flush|reset)[_-]?all|forget)(?:[:_-][\w:-]+)?")
# Clouds that name what is done in one word: `DeleteInstances`.
_VERB_OF_API = re.compile(r"(?:Delete|Destroy|Terminate|Purge|Drop|Release|Unregister|Deregister)[A-Z][A-Za-z]*")
_WEAK = re.compile(r"(?i)(?:remove|rm|del|clear|flush|reset|prune|revoke|cancel|discard|strip|leave)")
# What a word that only leads on to the verb looks like: no path, no text.
_LEADS = re.compile(r"[\w:@.=-]{1,40}")
_LOCAL = frozenset([
    "git", "hg", "jj", "svn", "gh-dash", "npm", "yarn", "pnpm", "bun", "npx", "bunx", "pip", "pip3", "uv", "poetry", "pdm", "pipx", "conda", "mamba", "micromamba", "cargo", "rustup", "gem",
    "bundle", "composer", "dotnet", "go", "brew", "apt", "apt-get", "aptitude", "dnf", "yum", "pacman", "zypper", "apk", "snap", "flatpak", "nix", "nix-env", "mise", "asdf", "nvm", "pyenv",
    "volta", "sdk", "code", "find", "fd", "sed", "awk", "grep", "rg", "echo", "printf", "test", "man", "tldr", "which", "whereis", "type", "command", "hash", "docker", "podman", "nerdctl",
    "docker-compose", "kubectl", "oc", "k", "kind", "minikube", "k3d", "colima", "multipass", "limactl", "make", "just", "task", "rake", "rails", "vagrant", "php", "python", "python3", "node", "pytest",
    "jest", "vitest", "nx", "turbo", "lerna", "tmux", "screen", "crontab", "systemctl", "redis-cli", "tc", "ip", "rm", "mv", "cp", "sort", "cat", "ls", "xargs", "claude", "codex", "gemini",
])
_ANSWERS = frozenset([
    "force", "yes", "y", "Y", "auto-approve", "no-prompt", "no-prompts", "noprompt", "confirm", "assume-yes", "noconfirm", "no-confirm", "no-confirmation", "skip-confirmation", "skip-confirm",
    "non-interactive", "no-interactive", "approve", "quiet", "q", "dangerous", "force-delete", "force-destroy", "yes-i-really-mean-it", "i-am-sure", "purge", "permanent", "live",
])
_ANSWER_WORDS = frozenset({"FORCE", "YES", "everything", "--all"})


def removal_flags(command: Command, program: str, arguments: Arguments, subcommand: tuple[str, ...]) -> frozenset[str]:
    """TAKES_AWAY when a leading word says so, with UNASKED when the program's question is answered beforehand."""
    if not program or program in _LOCAL or ("." in program and not program.endswith(".sh")) or _is_script(command.fields[0].text):
        return frozenset()
    leading = [*subcommand, *(field.text for field in arguments.operands[: _DEPTH - len(subcommand)])]
    for word in leading:
        if _VERB.fullmatch(word) or _VERB_OF_API.fullmatch(word):
            return frozenset({TAKES_AWAY, UNASKED} if _is_unasked(command, arguments) else {TAKES_AWAY})
        if _WEAK.fullmatch(word) and _is_unasked(command, arguments):
            return frozenset({TAKES_AWAY})
        if not _LEADS.fullmatch(word):
            break
    return frozenset()


def _is_script(path: str) -> bool:
    """A program of the project: it is called by a path, and not by that of a system folder."""
    return "/" in path and not path.startswith(("/usr/", "/bin/", "/sbin/", "/opt/", "/snap/"))


def _is_unasked(command: Command, arguments: Arguments) -> bool:
    """Whether the program's question is answered beforehand. A last `-f` has no value, so it is no file."""
    return (not _ANSWERS.isdisjoint(map(str.lower, arguments.flags)) or any(field.text in _ANSWER_WORDS for field in command.fields)
            or (len(command.fields) > 1 and command.fields[-1].text == "-f"))
