"""Files that run or steer something by themselves, written with nothing but what stands in everybody's: start-up files of shells, settings of git, SSH hosts, tasks of editors,
exporters of a node, workflows that put labels.

Each kind is judged by a list of what is plain. What is not on it, or cannot be read, is not plain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from sensor.effects.places.hosts import parse_url
from sensor.effects.projects.manifests import MAX_BYTES, read_limited
from sensor.effects.tool_inputs.plain_manifests import is_plain_yaml, names_what_is_daily
from sensor.effects.tool_inputs.tightening import applied, single
from sensor.model.calls import Edit

PLAIN_CONTENT = "plain-content"
MAX_LINES = 400

# -- Start-up files of shells: settings of one value, folders for programs, hooks of known tools, other names for daily commands.
_SHELL_FILE = re.compile(r"/\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin)$")
_VALUE = r"""(?:"[^"`$;&|<>\\]*"|'[^'`$;&|<>\\]*'|[\w@%+=:,./~-]*)"""
_FOLDER = r"""["']?(?:~|\$HOME|\$\{HOME\})?(?:/?[\w.{}$-]+){0,9}["']?"""
_SHELL_LINES = tuple(map(re.compile, (
    r"(?:export )?(?:PS1|PROMPT|LANG|LC_[A-Z]+|TERM|COLORTERM|TZ|HISTSIZE|HISTFILESIZE|HISTCONTROL|SAVEHIST|CLICOLOR|LS_COLORS|ZSH_THEME)=" + _VALUE,
    r"(?:export )?(?:EDITOR|VISUAL|PAGER|GIT_EDITOR)=[\"']?(?:n?vim?|nano|emacs|hx|code --wait|less|bat|more)[\"']?",
    r"(?:export )?(?:GOPATH|JAVA_HOME|ANDROID_HOME|ANDROID_SDK_ROOT|NVM_DIR|PYENV_ROOT|BUN_INSTALL|PNPM_HOME|VOLTA_HOME|CARGO_HOME|RUSTUP_HOME|DENO_INSTALL|SDKMAN_DIR|ZSH)=" + _FOLDER,
    r"(?:export )?PATH=[\"']?(?:(?:~|\$HOME|\$\{HOME\}|\$GOPATH|\$BUN_INSTALL|\$PNPM_HOME|\$VOLTA_HOME|\$PYENV_ROOT|/opt|/usr)(?:/\.?[\w-]+){0,5}:){1,8}\$\{?PATH\}?[\"']?",
    r"(?:export )?PATH=[\"']?\$\{?PATH\}?(?::(?:~|\$HOME|\$\{HOME\}|\$GOPATH|\$BUN_INSTALL|/opt|/usr)(?:/\.?[\w-]+){0,5}){1,8}[\"']?",
    r"eval [\"']?\$\((?:direnv hook|starship init|zoxide init|(?:(?:~|\$HOME)/\.local/bin/)?mise activate|pyenv init|rbenv init|nodenv init|fnm env|atuin init|thefuck --alias|(?:/opt/homebrew/bin/)?brew shellenv)[ \w-]*\)[\"']?",
    r"eval [\"']?\$\(ssh-agent -s\)[\"']?(?: ?> ?/dev/null)?|plugins=\([\w -]*\)|source [\"']?\$ZSH/oh-my-zsh\.sh[\"']?|(?:mkcd|mcd|take)\(\) \{ mkdir -p \"\$1\" && cd \"\$1\"; \}",
    r"source <\((?:kubectl|helm|gh|docker|kind|minikube|npm|uv|rustup|terraform|deno|k3d|flux|argocd|istioctl) completion (?:-s )?(?:bash|zsh)\)",
    r"(?:\[\[? -[efrs] [\w~$./{}\"-]+ \]\]? && )?(?:\\?\.|source) [\"']?(?:(?:~|\$HOME)/\.(?:fzf\.(?:bash|zsh)|cargo/env|bash_aliases|p10k\.zsh)|\$NVM_DIR/(?:nvm\.sh|bash_completion)|/usr/share/bash-completion/bash_completion)[\"']?",
    r"alias [\w.:-]+=[\"']?(?:git|ls|cd|docker|kubectl|npm|pnpm|yarn|terraform|grep|tmux|tree|df|du|eza|exa|bat|n?vim)(?: (?!exec\b|run\b|apply\b|delete\b|-c\b)(?:\.\.(?:/\.\.){0,4}|--color=auto|-{0,2}\w[\w-]*)){0,6}[\"']?",
    r"(?:shopt -s|setopt|unsetopt|bindkey|autoload -Uz|set -o)(?: [\w^'\"\[-]+){1,8}(?: && compinit)?|compinit",
)))

# -- Settings of git: who one is, how it looks, which known program keeps passwords, and other names for its own words. Nothing here starts a program of a file's own.
_GIT_FILE = re.compile(r"/(?:\.gitconfig|\.config/git/config)$")
_GIT_LINES = tuple(map(re.compile, (
    r"\[(?:user|gpg|init|pull|push|fetch|merge|rebase|color|commit|tag|core|credential|branch|rerere|help|column|log)\]",
    r"(?i)(?:name|email|signingkey|defaultbranch|rebase|ff|autosetupremote|default|prune|pruneTags|autostash|autosquash|conflictstyle|ui|gpgsign|verbose|autocrlf|eol|ignorecase|quotepath|untrackedcache|autoupdate|autocorrect|date|followtags)"
    r" = (?!/)[\w@.+~ -][\w@.+/~ -]*",
    r"(?i)fsmonitor = (?:true|false)|format = (?:ssh|openpgp|x509)|editor = (?:n?vim?|nano|hx|code --wait)|pager = (?:less(?: -[A-Za-z]+)?|delta|cat)|helper = (?:osxkeychain|manager|manager-core|libsecret|cache(?: --timeout=\d+)?)|excludesfile = ~/[\w./-]+",
)))

# -- Hosts for SSH: who, where, with which key, through which other host. A name that is an address itself is led nowhere else.
_SSH_FILE = re.compile(r"/\.ssh/(?:config|config\.d/[^/]+)$")
_SSH_LINES = tuple(map(re.compile, (
    r"(?i)host [\w*?!. -]+",
    r"(?i)(?:hostname|user|proxyjump|hostkeyalias) [\w.@:-]+",
    r"(?i)identityfile [\"']?~/\.ssh/[\w.-]+[\"']?",
    r"(?i)(?:port|serveraliveinterval|serveralivecountmax|connecttimeout|connectionattempts) \d+",
    r"(?i)(?:identitiesonly|addkeystoagent|usekeychain|compression|controlmaster|tcpkeepalive|hashknownhosts) (?:yes|no|auto|ask)",
    r"(?i)forwardagent no|stricthostkeychecking (?:yes|ask|accept-new)|passwordauthentication no",
    r"(?i)controlpath ~/\.ssh/[\w./%@:-]+|controlpersist \w+|loglevel \w+|preferredauthentications publickey",
)))

# -- Tasks that an editor starts with a folder, and commands of a development container.
_TASKS_FILE, _CONTAINER_FILE = re.compile(r"/\.vscode/tasks\.json$"), re.compile(r"/(?:\.devcontainer(?:/[^/]+)*/devcontainer|\.devcontainer)\.json$")
_CONTAINER_COMMANDS = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand")
_DAILY = re.compile(
    r"(?:npm|pnpm|yarn|bun|make|just|task|cargo|uv|poetry|pip3?|go|bundle|composer|dotnet|mvn|gradle|tsc|corepack|pre-commit)"
    r"(?: (?!exec\b|x\b|dlx\b|run-script\b|-c\b|-e\b|--eval\b|-C\b|-f\b)(?:-{0,2}[\w@:^+=\[\],-][\w@:^+=\[\],.-]*|\.(?:\[[\w,-]+\])?|[\w-]+(?:/[\w.-]+)+)){0,8}|(?:uv )?pip3? install -e \.(?:\[[\w,-]+\])?|git config --global --add safe\.directory [\w./${}*-]+")
_INSTALLER = re.compile(r"curl(?: -{1,2}[\w=.'-]+){0,4} (https://[\w./-]+) \| (?:ba)?sh(?: -s -- -y)?")


def is_plain(path: str, edits: Sequence[Edit]) -> bool:
    """Whether `edits` of the file `path` (absolute, links resolved) write only what is plain in a file of its kind, and take no line of Handrail away."""
    if _SHELL_FILE.search(path):
        return _keeps_ours(path, edits) and all(_are_plain(edit.new, _SHELL_LINES) for edit in edits)
    if _GIT_FILE.search(path):
        return all(_are_plain(edit.new, _GIT_LINES) for edit in edits)
    if _SSH_FILE.search(path):
        return all(_are_plain(edit.new, _SSH_LINES) and _leads_nowhere_else(edit.new) for edit in edits)
    if _TASKS_FILE.search(path):
        return _of_json(path, edits, _plain_tasks)
    if any(names_what_is_daily(path, edit.new) for edit in edits):
        before = read_limited(path)
        return len(before) < MAX_BYTES and is_plain_yaml(path, applied(before, edits))
    return bool(_CONTAINER_FILE.search(path)) and _of_json(path, edits, _plain_container)


def _are_plain(text: str, known: Sequence[re.Pattern[str]]) -> bool:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return len(lines) <= MAX_LINES and all(not line or line.startswith("#") or any(one.fullmatch(line) for one in known) for line in lines)


def _keeps_ours(path: str, edits: Sequence[Edit]) -> bool:
    """A wrapper of ours is a few lines that name Handrail."""
    before = read_limited(path)
    after = applied(before, edits)
    return len(before) < MAX_BYTES and after.lower().count("handrail") >= before.lower().count("handrail")


def _leads_nowhere_else(text: str) -> bool:
    """Whether no block for a name with a dot, or for all names, says another host: `Host github.com` stays github.com."""
    wide = False
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word.lower() == "host":
            wide = any(sign in rest for sign in ".*?")
        elif wide and word.lower() in ("hostname", "hostkeyalias"):
            return False
    return True


def _of_json(path: str, edits: Sequence[Edit], judge: Callable[[dict[str, Any]], bool]) -> bool:
    before = read_limited(path)
    try:
        found = json.loads(applied(before, edits), object_pairs_hook=single) if len(before) < MAX_BYTES else None
        return isinstance(found, dict) and judge(found)
    except (ValueError, RecursionError):
        return False


def _plain_tasks(found: dict[str, Any]) -> bool:
    """A task may name others that run before it, and a file other tasks for one system."""
    tasks = found.get("tasks")
    if not found.keys() <= {"version", "tasks", "presentation"} or not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        return False
    started = tasks if any("dependsOn" in task for task in tasks) else [task for task in tasks if "runOptions" in task]
    return all(map(_is_plain_task, started))


def _is_plain_task(task: dict[str, Any]) -> bool:
    if not task.keys().isdisjoint(("windows", "linux", "osx", "options", "path")):
        return False
    if task.get("type") == "npm" and "command" not in task:
        return isinstance(task.get("script"), str)
    args = task.get("args", [])
    return isinstance(args, list) and _is_plain_command([task.get("command"), *args])


def _plain_container(found: dict[str, Any]) -> bool:
    """What runs on the machine itself (`initializeCommand`) is never plain; mounts and arguments of the run are for other rules."""
    return "initializeCommand" not in found and all(_is_plain_command(found[name]) for name in _CONTAINER_COMMANDS if name in found)


def _is_plain_command(command: Any) -> bool:
    if isinstance(command, dict):
        return all(map(_is_plain_command, command.values()))
    if isinstance(command, list):
        return all(isinstance(word, str) for word in command) and _is_daily(" ".join(command))
    return isinstance(command, str) and _is_daily(command)


def _is_daily(line: str) -> bool:
    parts = [part.strip() for part in line.split("&&")]
    return ".." not in line and all(_DAILY.fullmatch(part) or _is_known_installer(part) for part in parts)


def _is_known_installer(part: str) -> bool:
    found = _INSTALLER.fullmatch(part)
    return found is not None and (host := parse_url(found.group(1))) is not None and "@installers" in host.places
