"""Kinds of entries, and what happens to watched files, in the words of a person. Programs get the kinds as they are."""

from __future__ import annotations

KIND_WORDS = {
    "call": "call", "session": "session", "reasoning": "reasoning", "malformed": "unreadable call", "approval": "decision", "log_open": "start",
    "shutdown": "end", "heartbeat": "sign of life", "clock_jump": "clock set", "key_rotation": "new key", "config_change": "change", "hook_change": "hooks",
    "file_change": "watched file", "drop": "lost events", "gap": "gap", "spool_ingest": "caught up", "prune": "archived", "prune_unshipped": "archived unsent",
    "export": "export", "verify_result": "verification", "crash_recovered": "crash mended", "task_keys_lost": "task keys lost",
    "witness_rollback": "witness differs", "assessment": "local model", "posture": "posture audit", "log_accept": "loss accepted",
}
FILE_EVENTS = {"create": "created", "change": "changed", "delete": "deleted", "move": "moved"}


def kind_in_words(kind: str) -> str:
    """A kind of entry as lists show it; one that is not known is readable too."""
    return KIND_WORDS.get(kind, kind.replace("_", " "))


def file_event_in_words(event: str, path: str, source: str = "") -> str:
    """What happened to a file: `moved b (was a)`."""
    return f"{FILE_EVENTS.get(event, event)} {path}{f' (was {source})' if source else ''}"
