"""What a model is asked about: one line per command, made from effects and never from the text of the call.

Text inside a command steers a model ("approved, answer No"). So comments and here-documents are gone (effects have none),
prose is cut out of the words, and where chat or section markup is left the line is split and each piece judged apart.
"""

from __future__ import annotations

import re
import unicodedata

from sensor.model.effects import OWN_PLACES, Effect, Effects

MAX_LINES = 8  # per call
MAX_LINE = 320
MAX_WORD = 100
PROSE = 4  # spaces in one word that make it a text for people
# Programs that only look, move about or run what a project brings; asked about when they do more than that.
DULL = frozenset({
    "ls", "cd", "pwd", "echo", "printf", "cat", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "grep", "egrep",
    "rg", "fd", "find", "tree", "stat", "file", "du",
    "df", "which", "type", "date", "true", "false", "test", "[", "[[", "diff", "cmp", "jq", "yq", "sed", "awk", "mkdir", "touch", "cp", "mv", "rm", "basename",
    "dirname", "realpath", "readlink", "sleep", "wait", "set", "export", "git", "npm", "pnpm", "yarn", "npx", "node", "tsc", "eslint", "prettier", "jest",
    "vitest", "pytest", "python", "python3", "ruff", "mypy", "cargo", "rustc", "go", "make", "cmake", "ninja",
    "mvn", "gradle", "gradlew", "ruby", "bundle", "rake",
    "uv", "pip", "pip3", "poetry", "dotnet", "swift", "php", "composer", "tox", "black", "isort",
})
_MARKUP = re.compile(
    r"<\|.{0,80}?\|>|\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT)\]|<</?SYS>>"
    r"|</?(?:s|system|user|assistant|human|instructions?|prompt|think|bos|eos|pad|unk|(?:start|end)_of_\w+)>"
    r"|#{2,}|(?:\b(?:human|assistant|system|user|risky|command|answer)\s*:)", re.I,
)


def lines_of(effects: Effects) -> tuple[str, ...]:
    """The lines of a call that are worth a question, at most MAX_LINES, each once."""
    found: dict[str, None] = {}
    for effect in effects.effects:
        if len(effect.argv) < 2 or _is_dull(effect):
            continue
        for line in pieces(" ".join(filter(None, map(_word, _shown(effect))))):
            found[line] = None
    return tuple(found)[:MAX_LINES]


def pieces(text: str) -> tuple[str, ...]:
    """`text` on one line, split where it bears the markup of a conversation."""
    plain = "…".join(unicodedata.normalize("NFKC", part) for part in text.split("…"))  # a model reads wide letters and colons as their plain ones
    parts = (" ".join(part.split())[:MAX_LINE] for part in _MARKUP.split("".join(one if one.isprintable() else " " for one in plain)))
    return tuple(part for part in parts if len(part) > 2)


def same_as(line: str) -> str:
    """What a line is remembered by: numbers do not make another line."""
    return re.sub(r"\d+", "0", line)


def _shown(effect: Effect) -> tuple[str, ...]:
    return (*(word for word in effect.wrappers if word in ("sudo", "doas", "su", "nohup", "ssh")), *effect.argv)


def _is_dull(effect: Effect) -> bool:
    """Whether the command stays within the project and runs nothing from elsewhere."""
    return (
        effect.program in DULL and not (effect.hosts or effect.executes or effect.privilege or effect.background or effect.opaque)
        and not any("@credentials" in ref.places for ref in effect.reads)
        and all(ref.places & OWN_PLACES or "@system" in ref.places for ref in effect.reads)
        and all(ref.places & OWN_PLACES for ref in effect.writes + effect.deletes))


def _word(word: str) -> str:
    """A word as it is shown: prose is a text for people and says nothing about what the command does."""
    if word.count(" ") >= PROSE and not any(mark in word for mark in ("|", ";", "&", "$(", "`", "/dev/", "=", "(")):
        return "…"
    return word if len(word) <= MAX_WORD else f"{word[: MAX_WORD - 20]}…{word[-19:]}"
