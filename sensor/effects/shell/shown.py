"""What is shown of a file with values: `cat .env | cut -d= -f1` shows names alone, `grep KEY .env | wc -l` a count, `export $(cat .env)` nothing.

A token that a tool prints is not shown either when another program takes it: `gh auth token | docker login --password-stdin`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.syntax.script import Node, Simple

if TYPE_CHECKING:
    from sensor.effects.shell.scope import Field
    from sensor.model.effects import Effect

NAMES_ONLY = "names-only"
HANDED_ON = "handed-on"
_TOKEN_PRINTERS = frozenset({"gh", "glab", "gcloud", "az", "aws", "npm", "heroku", "fly", "flyctl", "doctl", "oc", "kubectl", "pulumi", "terraform", "tofu", "databricks", "keyctl", "vault"})
# They show what they get.
_SHOWERS = frozenset({"cat", "tee", "head", "tail", "grep", "egrep", "rg", "cut", "sed", "awk", "tr", "base64", "xxd", "od", "hexdump", "rev", "sort", "less", "more", "fold", "jq", "yq", "echo", "printf", "tac", "nl", "bat", "column", "say", "strings", "xargs"})
_PRINTERS = frozenset({"cat", "grep", "egrep", "sort", "head", "tail", "sops", "kubectl", "oc"})
# The second command of a pipe, its words joined by blanks.
_LETS_NAMES_THROUGH = re.compile(
    r"cut (?:-d ?= -f ?1|-f ?1 -d ?=)|awk -F ?= \{ ?print \$1;? ?\}|sed (?:-E )?s/=\.\*/(?:=?[*x.]*|=?<?[a-zA-Z]+>?)/g?|wc(?: -[lwc])?|[jy]q (?:-r )?(?:\.data|\.)? ?\|? ?keys(?:\[\])?|grep (?:-c|-q|--count|--quiet) [\w^=.-]+")

_SHOW_VARIABLES = frozenset({"env", "printenv", "set", "export", "declare", "echo", "printf", "sh", "bash", "zsh", "cat"})
_GOES_ELSEWHERE = re.compile(r">|\btee\b|/dev/|&")
_EXPANDS = re.compile(r"[$`\\*?~{\[]")
_QUOTED = re.compile(r"'[^']*'")


def lets_names_through(stage: Node, following: Node) -> bool:
    """Whether `stage` prints nowhere but to `following`, which shows no value."""
    if not isinstance(stage, Simple) or not isinstance(following, Simple) or stage.redirects or following.redirects or stage.assigns or following.assigns:
        return False
    words, then = _words(stage), _words(following)
    return bool(words and then) and words[0] in _PRINTERS and _LETS_NAMES_THROUGH.fullmatch(" ".join(then)) is not None


def handed_on(effects: list[Effect], program: str) -> list[Effect]:
    """The same; tools that print a token are known to hand it to `program`, "" for a variable, which does not show it."""
    if program.rpartition("/")[2] in _SHOWERS:
        return effects
    return [msgspec.structs.replace(effect, flags=effect.flags | {HANDED_ON}) if effect.program in _TOKEN_PRINTERS else effect for effect in effects]


def receiver(following: Node) -> str:
    """The program that reads a pipe, "cat" when it is not a plain command."""
    words = [*following.plain, *(word.value or "" for word in following.words)] if isinstance(following, Simple) else []
    return next((word for word in words if word not in ("sudo", "env", "command") and "=" not in word), "cat")


def takes_as_variables(fields: list[Field], node: Simple) -> bool:
    """Whether a command's words become variables that it does not print: `export $(...)`, `env $(...) npm test`."""
    names = [field.text.rpartition("/")[2] for field in fields]
    if not names or names[0] not in ("export", "env") or any(field.text.startswith("-") for field in fields) or any(_GOES_ELSEWHERE.search(word.text) for word in node.words):
        return False
    program = next((name for name, field in zip(names[1:], fields[1:], strict=True) if field.known and "=" not in field.text), "")
    return names[0] == "export" or (bool(program) and program not in _SHOW_VARIABLES)


def _words(node: Simple) -> list[str]:
    """The words of a command, none when one of them is not certain."""
    if any(word.value is None and _EXPANDS.search(_QUOTED.sub("", word.text)) for word in node.words):
        return []
    return [*node.plain, *(word.text.replace("'", "").replace('"', "") if word.value is None else word.value for word in node.words)]


def names_only(effects: list[Effect]) -> list[Effect]:
    """The same, known to show no values."""
    return [msgspec.structs.replace(effect, flags=effect.flags | {NAMES_ONLY}) for effect in effects]
