"""The spool: what the hook client decided by itself, kept for the sensor. Standard library only.

One file per event, `<boot>-<mono_us>-<pid>-<uuid>-<d|a>.json` (d: somebody was stopped or asked, a: allowed), written
whole or not at all, readable by the user alone. No secret is stored raw: of the event only names, ids, folders, paths and
commands are kept, with what looks like a secret taken out; every other text is its length and a salted commitment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from typing import Any, NamedTuple

MAX_FILES = 10_000
MAX_BYTES = 64 * 1024 * 1024
MAX_KEPT = 4_096
MARGIN = 1_024  # read beyond it and not shown: a secret across the end would be half of one, which nothing recognises
# Names and ids, kept as they are when they look like ids.
ID_FIELDS = frozenset({
    "hook_event_name", "session_id", "conversation_id", "generation_id", "prompt_id", "tool_name", "tool_use_id", "tool_call_id",
    "agent_id", "agent_type", "subagent_id", "subagent_type", "parent_conversation_id", "permission_mode", "cursor_version", "level",
    "mcp_client", "mcp_server_id",
})
IS_ID = re.compile(r"[\w.:@-]{0,128}\Z")
# Fields that say what happened. The texts of all others (contents, prompts, results) are not kept.
KEPT_FIELDS = ID_FIELDS | {
    "cwd", "workspace_roots", "transcript_path", "agent_transcript_path", "mcp_server_name", "name", "source", "reason", "trigger", "status",
    "event", "load_reason", "command", "file_path", "filePath", "path", "notebook_path", "target_file", "directory", "url", "pattern",
    "glob", "working_directory", "old_cwd", "new_cwd", "memory_type", "command_name", "expansion_type",
}
_SHAPES = (
    r"""-----BEGIN[^-]{0,40}PRIVATE KEY-----.*?(?:-----END[^-]{0,40}-----|\Z)"""
    r"""|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bglc_[\w+/=]{20,}|\bsk-[\w-]{16,}|\bxox[a-z]-[\w-]{10,}"""
    r"""|\bhf_\w{20,}|\b[spr]k_(?:live|test)_\w{16,}|\b\d{6,12}:[\w-]{30,}|\bSG\.[\w-]{10,}\.[\w-]{10,}|\bAIza[\w-]{30,}"""
    r"""|\beyJ[\w-]{8,}\.[\w-]{8,}\.?[\w-]*"""
)
ISSUED = re.compile(_SHAPES, re.DOTALL)  # in an id, which is random itself, only what a vendor issues is seen
SECRETS = re.compile(
    _SHAPES + r"""|(?<=://)[^/\s:@]{0,100}:[^/\s@]{1,200}(?=@)"""
    r"""|(?i:\b[\w-]{0,40}(?:passw(?:or)?[dt]|passphrase|passcode|secret|token|api[_-]?key|access[_-]?key|credential|auth|pwd|pass\b)[\w-]{0,40}\\{0,3}["']?"""
    r"""\s{0,3}(?:[:=]>?|->|,(?=\s{0,3}["']))\s{0,3}\[?\\{0,3}["']?(?:(?:bearer|basic)\s+)?)[^\s"'&;|]{3,}"""
    r"""|(?i:\b(?:passw(?:or)?[dt]|passphrase|passcode|identified\s+by|(?-i:AUTH))(?:\s+is)?[\s>]\s{0,3}["']?)[^\s"'&;|<-][^\s"'&;|<]{2,}"""
    r"""|(?i:\bsshpass\s+-p\s?)\S+|(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}"""
    r"""|(?i:\bname:\s{1,3}["']?\w{0,40}(?:password|secret|token)\w{0,20}["']?\s{1,20}value:\s{1,3}["']?)\S{3,}"""
    r"""|(?m:^[\w.*-]{1,80}:(?:\d{2,5}|\*):[\w*-]{1,60}:[\w.@*-]{1,60}:)\S{4,}"""
    r"""|(?i:\s--?(?:password|passphrase|pass|(?:store|key)pass|token|secret)[= ]{1,3})["']?[^\s"';|]{3,}|(?i:\s-p(?!rint|ass))["']?[^\s"';|]{3,}"""
    r"""|(?:\blogin\b[^\n|;]{0,100}?\s-p|\b(?:redis|valkey)-cli\b[^\n|;]{0,100}?\s-a|\bopenssl\b[^\n|;]{0,100}?\s-k|\b(?:zip|ipmitool|sqlcmd)\b[^\n|;]{0,100}?\s-P)"""
    r"""\s{1,3}["']?[^\s"';|]{3,}|\s-[pPakw]\s{1,3}["']?(?=[^\s/:]{0,80}\d)(?=[^\s/:]{0,80}[A-Za-z!#])[^\s"';|/:]{4,}"""
    r"""|\b(?:echo|printf)\s{1,3}[^|\n]{3,200}(?=\|\s{0,3}(?:sudo\s{1,3}(?:-S|chpasswd)|chpasswd|passwd|smbpasswd|su\b|docker\s{1,3}login|gh\s{1,3}auth))"""
    r"""|\b(?:sudo|su|passwd|kinit|cryptsetup)\b[^\n|;]{0,100}<<<\s{0,3}\S{3,}"""
    r"""|(?i:\s(?:-u|--user)[= ]?)["']?[^\s"':]{1,100}:[^\s"';|]+"""
    r"""|(?<![\w+=-])(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w+=-]))"""
    r"""(?=[\w+=-]{0,200}\d)(?=[\w+=-]{0,200}[A-Za-z])[\w+=-]{24,}""", re.DOTALL,
)

TAG = re.compile(r"(\[redacted(?::[a-z-]{1,24}:[0-9a-f]{8})?\])")
ADDRESS = re.compile(r"\w{2,20}://\S+")
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{8,}(?![A-Za-z0-9])")
# Letters among which are at least two digits, or a digit and another letter behind it.
RANDOM = re.compile(r"(?=.*[A-Za-z])(?:.*\d.*\d|.*[A-Za-z]\d+[A-Za-z])")
FILE_ENDING = re.compile(r"[\w-]*\.[A-Za-z]\w{0,5}(?!\w)")
PLAIN = re.compile(r"(?:[0-9a-f]{8,12}|[a-z]+\d{1,3}[a-z]+|\d+x\d+)\Z")  # a commit, `dos2unix`, `1920x1080`


class Times(NamedTuple):
    """When it happened: wall clock and time since boot, both microseconds, and the boot."""

    wall_us: int
    mono_us: int
    boot: str


class Outcome(NamedTuple):
    """What the client answered, and why it had to."""

    agent: str
    answer: str
    rule: str
    mode: str
    reason: str
    truncated: bool


def now() -> Times:
    """The clocks, read once."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Times(time.time_ns() // 1000, time.clock_gettime_ns(clock) // 1000, _boot())


def render_record(outcome: Outcome, obj: dict[str, Any], body: bytes, times: Times) -> dict[str, Any]:
    """The record of one event. `event` reads like the agent's own, so that the sensor can parse it the usual way."""
    salt = os.urandom(32)  # kept by nobody, so that a short text cannot be guessed from its commitment
    return {
        "v": 1, "uuid": os.urandom(16).hex(), "wall_us": times.wall_us, "mono_us": times.mono_us, "boot": times.boot, "pid": os.getpid(),
        "agent": outcome.agent, "answer": outcome.answer, "rule": outcome.rule, "mode": outcome.mode, "reason": outcome.reason,
        "truncated": outcome.truncated, "bytes": len(body), "commitment": hashlib.sha256(salt + body).hexdigest(),
        "event": _kept(obj, "", salt),
    }


def redact(text: str) -> str:
    """`text` without what looks like a secret. It takes out too much rather than too little: words of letters and digits, too, but names of files."""
    return "".join(part if number % 2 else _redact(part) for number, part in enumerate(TAG.split(text)))


def _redact(text: str) -> str:
    text = SECRETS.sub("[redacted]", text)
    addresses = [found.span() for found in ADDRESS.finditer(text)]

    def shown(found: re.Match[str]) -> str:
        word, (start, end) = found[0], found.span()
        if not RANDOM.match(word) or PLAIN.match(word):
            return word
        in_path = "/" in (text[start - 1:start], text[end:end + 1]) and "@" not in text[end:end + 4]
        is_file = FILE_ENDING.match(text, end) is not None
        if (in_path or is_file) and not any(first <= start < last for first, last in addresses):
            return word
        return "[redacted]"

    return WORD.sub(shown, text)


def write_record(folder: str, record: dict[str, Any]) -> bool:
    """Write one record durably, mode 0600. False when the spool is full or cannot be written; then the loss is counted."""
    decision = record["answer"] != "allow"
    data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    name = f"{record['boot']}-{record['mono_us']:016d}-{record['pid']}-{record['uuid']}-{'d' if decision else 'a'}.json"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not _make_room(folder, len(data), decision):
            _count(folder, decision)
            return False
        fresh = os.path.join(folder, f".{name}.tmp")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _write_whole(file, data)
            os.rename(fresh, os.path.join(folder, name))
        except OSError:
            os.unlink(fresh)  # a part of a record is none
            raise
        finally:
            os.close(file)
        _sync_folder(folder)
    except OSError:
        _count(folder, decision)
        return False
    return True


def _write_whole(file: int, data: bytes) -> None:
    """All of it, on the disk: one call may write less, as on a disk that is nearly full."""
    while data:
        data = data[os.write(file, data):]
    os.fsync(file)


def spooled(folder: str) -> int:
    """How many records wait."""
    try:
        return sum(name.endswith(".json") for name in os.listdir(folder))
    except OSError:
        return 0


def _kept(value: Any, field: str, salt: bytes) -> Any:
    if isinstance(value, str):
        if field in ID_FIELDS and IS_ID.match(value):
            return "__".join(ISSUED.sub("[redacted]", part) for part in value.split("__"))  # an underscore would hide where a secret begins
        if field in KEPT_FIELDS and len(value) <= MAX_KEPT:
            return redact(value)
        raw = value.encode("utf-8", "replace")
        shown = redact(value[:MAX_KEPT + MARGIN])[:-MARGIN][:MAX_KEPT] + " " if field in KEPT_FIELDS else ""
        return f"{shown}[{len(raw)} bytes, sha256:{hashlib.sha256(salt + raw).hexdigest()}]"
    if isinstance(value, dict):
        return {redact(name)[:200]: _kept(item, name, salt) for name, item in list(value.items())[:200]}
    if isinstance(value, list):
        return [_kept(item, field, salt) for item in value[:200]]
    return value


def _make_room(folder: str, size: int, decision: bool) -> bool:
    """Keep the caps: the oldest allowed calls go first, a decision is never dropped for another record."""
    with os.scandir(folder) as entries:
        files = sorted((entry.name, entry.stat(follow_symlinks=False).st_size) for entry in entries if entry.name.endswith(".json"))
    count, total = len(files), sum(length for _, length in files)
    for name, length in files:
        if count < MAX_FILES and total + size <= MAX_BYTES:
            break
        if name.endswith("-a.json"):
            try:
                os.unlink(os.path.join(folder, name))
            except FileNotFoundError:
                pass  # the sensor has just taken it
            else:
                _count(folder, False)
            count, total = count - 1, total - length
    return count < MAX_FILES and total + size <= MAX_BYTES


def _count(folder: str, decision: bool) -> None:
    """One more lost record: the size of the counter file is the count, so that appending needs no lock."""
    try:
        file = os.open(os.path.join(folder, "lost-decisions" if decision else "lost-allowed"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(file, b".")
        os.close(file)
    except OSError:
        tell_lost()


def tell_lost() -> None:
    """Say that an event is in no record."""
    sys.stderr.write("handrail: one event could not be kept for the log\n")


def _sync_folder(folder: str) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip().replace("-", "")[:16]
    except OSError:
        return "unknown"
