"""Tools that pass what they are given on to one program: its words, the options of one of its commands, orders of a store."""

from __future__ import annotations

import json
from shlex import quote
from typing import Any

from sensor.effects.tool_inputs.keys import WORD_KEYS, find_text, has_word, is_list_of_texts, only_words, words_of
from sensor.effects.tool_inputs.statements import DOCUMENT_WORDS

# Words of tools, and the program that they speak of: the rest of such a name says no more than that words are passed on.
_PROGRAMS = {
    "kubectl": "kubectl", "helm": "helm", "docker": "docker", "terraform": "terraform", "tofu": "tofu", "git": "git", "gh": "gh", "aws": "aws", "gcloud": "gcloud", "az": "az", "azure": "az",
    "redis": "redis-cli", "adb": "adb",
}
_PASSES_ON = frozenset({"cli", "command", "commands", "raw", "call", "execute", "run", "generic", "extension", "azmcp"})
_OPTION_KEYS = frozenset({"flags", "options", "opts"})
_SUBJECT_KEYS = frozenset({"args", "arguments", "remote", "refspec", "refspecs", "ref", "branch", "files", "paths", "pathspec"})
_GIT_COMMANDS = frozenset({"push", "pull", "fetch", "reset", "checkout", "restore", "clean", "branch", "tag", "rebase", "merge", "stash", "commit", "rm", "worktree", "remote"})
_LUA = frozenset({"eval", "lua", "script", "execute", "run"})
_STORE_KEYS = ("parameter", "param", "key", "name", "host", "value", "port")


def passed_on(arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> dict[str, Any] | None:
    """The arguments, with the words that a tool passes on to one program as the command that they stand for; None where it is no such tool.

    The program is that of the tool's name, or of the server's when the tool's name only says that it passes on."""
    if "redis" in server and (order := _to_redis(arguments, tool)):
        return {**arguments, "command": order}
    if server & DOCUMENT_WORDS and (order := _to_mongo(arguments, tool)):
        return {**{key: value for key, value in arguments.items() if not has_word(key, {"command"})}, "command": order}
    if "git" in tool | server and len(named := tool - {"git"}) == 1 and named <= _GIT_COMMANDS and (order := _to_git(arguments, next(iter(named)))):
        return {**arguments, "command": order}
    if "prisma" in server and tool == {"migrate", "reset"}:
        return {**arguments, "command": "npx prisma migrate reset --force"}
    if tool == {"state", "rm"} and server & {"terraform", "tofu"} and (address := find_text(arguments, {"address", "resource"})[1]):
        return {**arguments, "command": f"terraform state rm {quote(address)}"}
    program = next((name for word, name in _PROGRAMS.items() if (word in tool and tool <= {word} | _PASSES_ON) or (word in server and tool and tool <= _PASSES_ON)), "")
    if not program:
        return None
    rest, words = dict(arguments), []
    for key, value in arguments.items():
        given = _as_words(value)
        if has_word(key, WORD_KEYS | _OPTION_KEYS) and given.split() and given.split()[0].strip("'") != program:
            words.append(given)
            del rest[key]
    return {**rest, "command": f"{program} {' '.join(words)}"} if words else arguments


def _as_words(value: object) -> str:
    """Words of a command line: a text as it is, a list word by word, "" for anything else."""
    return " ".join(map(quote, value)) if isinstance(value, list) and is_list_of_texts(value) else value if isinstance(value, str) else ""


def _to_git(arguments: dict[str, Any], command: str) -> str:
    """One command of git whose options or whose subjects are given as words, "" where rules read the arguments themselves."""
    options = [words for key, value in arguments.items() if only_words(key, _OPTION_KEYS) and (words := _as_words(value)).lstrip("'").startswith("-")]
    subjects = {key: words for key, value in arguments.items() if only_words(key, _SUBJECT_KEYS) and (words := _as_words(value))}
    told = any(words.lstrip("'")[:1] in ("+", ":", "-") for words in subjects.values()) or (command in ("checkout", "restore") and any(words.strip("'") == "." for words in subjects.values()))
    if not options and not told:
        return ""
    if command == "push" and not any(has_word(key, {"remote"}) for key in subjects):
        subjects = {"remote": "origin", **subjects}
    files = [words for key, words in subjects.items() if has_word(key, {"files", "paths", "pathspec"})]
    others = sorted((key, words) for key, words in subjects.items() if not has_word(key, {"files", "paths", "pathspec"}))
    ordered = [words for key, words in others if has_word(key, {"remote"})] + [words for key, words in others if not has_word(key, {"remote"})]
    return " ".join(["git", command, *options, *ordered, *(["--", *files] if files else [])])


def _to_redis(arguments: dict[str, Any], tool: frozenset[str]) -> str:
    """A script, orders word by word, or a setting that Redis is given, "" for anything else."""
    script = next((value for key, value in arguments.items() if isinstance(value, str) and only_words(key, _LUA)), "")
    if script and tool <= _LUA:
        return f"redis-cli eval {quote(script)}"
    listed = next((value for key, value in arguments.items() if has_word(key, {"commands", "pipeline"}) and isinstance(value, list)), [])
    orders = [_as_words(one) for one in listed if isinstance(one, list) and is_list_of_texts(one)]
    if orders:
        return "\n".join(f"redis-cli {order}" for order in orders)
    for words in (("config", "set"), ("slaveof",), ("replicaof",)):
        if tool == frozenset(words):
            values = [str(arguments[key]) for key in _STORE_KEYS if isinstance(arguments.get(key), (str, int))]
            return " ".join(["redis-cli", *words, *map(quote, values)])
    return ""


def _to_mongo(arguments: dict[str, Any], tool: frozenset[str]) -> str:
    """A document of a command, or a deletion, that takes everything away, as the shell of MongoDB writes it; "" for anything else."""
    statement = _of_document(arguments) or _of_deletion(arguments, tool)
    database = next((value for key, value in arguments.items() if isinstance(value, str) and only_words(key, frozenset({"database", "db"})) and value.isidentifier()), "")
    return " ".join(["mongosh", *([database] if database else []), "--eval", quote(statement)]) if statement else ""


def _of_document(arguments: dict[str, Any]) -> str:
    document = next((value for key, value in arguments.items() if only_words(key, frozenset({"command", "run", "cmd"}))), None)
    if isinstance(document, str) and document.lstrip().startswith("{"):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return ""
    if not isinstance(document, dict):
        return ""
    if "dropDatabase" in document:
        return "db.dropDatabase()"
    return f"db.{document['drop']}.drop()" if isinstance(document.get("drop"), str) and document["drop"].isidentifier() else ""


def _of_deletion(arguments: dict[str, Any], tool: frozenset[str]) -> str:
    """Every document of a collection deleted, one by one, in a batch, or by another collection that takes its place."""
    named = {key: value for key, value in arguments.items() if isinstance(value, str) and value.isidentifier()}
    name = named.get("collection", "documents")
    if "rename" in tool and any(value is True and words_of(str(key)) == {"drop", "target"} for key, value in arguments.items()):
        return f"db.{next((value for key, value in named.items() if has_word(key, {'new', 'to', 'target'})), name)}.drop()"
    given = [value for key, value in arguments.items() if has_word(key, {"filter", "query", "where", "selector", "ids", "id", "documents"})]
    batch = next((value for key, value in arguments.items() if has_word(key, {"operations", "requests"}) and isinstance(value, list)), [])
    emptied = (tool == {"delete", "many"} and (not given or _fits_all(given[0]))) or any(
        isinstance(one, dict) and isinstance(one.get("deleteMany"), dict) and _fits_all(one["deleteMany"].get("filter")) for one in batch)
    return f"db.{name}.deleteMany({{}})" if emptied else ""


def _fits_all(condition: object) -> bool:
    """Whether every document fulfils a condition: it is empty, asks for what all have, or takes one such."""
    if not isinstance(condition, dict):
        return condition in (None, "", "{}")
    if set(condition) == {"$or"} and isinstance(condition["$or"], list):
        return any(map(_fits_all, condition["$or"]))
    return not condition or (set(condition) == {"_id"} and condition["_id"] in ({"$exists": True}, {"$ne": None}))
