"""A git remote as an anchor: each installation's newest checkpoint is a commit on a branch of its own.

The remote keeps the history; a push is fast-forward only, so that what was pushed can be taken back only by the owner of
the remote. Needs the program `git`, which must be able to push without asking.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

from sensor.audit.form.notes import BadNote, device_of, number_of, parse_checkpoint
from sensor.model.errors import HandrailError

FILE = "checkpoint.txt"
SECONDS = 60
MAX_NOTES = 1000
COMPARE = "Compare them: handrail anchor fetch --out notes.txt, then handrail verify --anchor notes.txt"


class AnchorConflict(HandrailError):
    """The remote holds a checkpoint of this log that the log here does not reach: one of the two was put back."""

    exit_code = 1


class GitAnchor:
    """One remote, for all of which SECONDS must do. `folder` holds bare copies of branches; it is no evidence and may be deleted."""

    def __init__(self, folder: Path, remote: str, branch: str) -> None:
        self._remote = remote
        self._until = time.monotonic() + SECONDS
        self._ref = f"refs/heads/{branch}"
        self._copy = folder / f"{hashlib.sha256(remote.encode('utf-8')).hexdigest()[:16]}.git"

    def __call__(self, note: bytes) -> bool:
        """Push a note; False when the remote has it already. Raises OSError, AnchorConflict."""
        head = self._fetch()
        if head:
            newest = self._git("cat-file", "blob", f"{head}:{FILE}")
            if newest == note:
                return False
            _compare(newest, note)
        blob = self._git("hash-object", "-w", "--stdin", given=note).decode().strip()
        tree = self._git("mktree", given=f"100644 blob {blob}\t{FILE}\n".encode()).decode().strip()
        parent = ("-p", head) if head else ()
        commit = self._git("commit-tree", tree, *parent, "-m", note.split(b"\n")[1].decode() + " entries").decode().strip()
        self._git("push", "--quiet", "--", self._remote, f"{commit}:{self._ref}")
        return True

    def notes(self) -> tuple[bytes, ...]:
        """The newest notes that the remote keeps, oldest first; what else somebody put there is left out. Raises OSError."""
        head = self._fetch()
        commits = self._git("rev-list", "-n", str(MAX_NOTES), head).decode().split() if head else []
        return tuple(found for commit in reversed(commits) if _is_note(found := self._git("cat-file", "blob", f"{commit}:{FILE}")))

    def _fetch(self) -> str:
        """Commit of the branch there, "" when it does not exist yet."""
        if not self._copy.exists():
            self._copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare", str(self._copy), inside=False)
        if not self._git("ls-remote", "--", self._remote, self._ref):
            return ""
        self._git("fetch", "--quiet", "--no-tags", "--", self._remote, f"+{self._ref}:{self._ref}")
        return self._git("rev-parse", self._ref).decode().strip()

    def _git(self, *words: str, given: bytes = b"", inside: bool = True) -> bytes:
        place = ("--git-dir", str(self._copy)) if inside else ()
        try:
            done = subprocess.run(["git", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", *place, *words],
                                  input=given, capture_output=True, timeout=max(0.1, self._until - time.monotonic()), env=_environment(), check=False)
        except subprocess.TimeoutExpired as error:
            raise OSError(f"git {words[0]} did not end: a remote has {SECONDS} s") from error
        if done.returncode:
            raise OSError(f"git {words[0]}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
        return done.stdout


def _is_note(data: bytes) -> bool:
    try:
        parse_checkpoint(data)
    except BadNote:
        return False
    return True


def _compare(there: bytes, here: bytes) -> None:
    try:
        kept, ours = parse_checkpoint(there), parse_checkpoint(here)
    except BadNote:
        return  # somebody else's file in our branch: it stays in the history
    if device_of(kept.origin) == device_of(ours.origin) and number_of(kept.origin) > number_of(ours.origin):
        raise AnchorConflict(f"The git remote has a checkpoint of {kept.origin}, a later log than {ours.origin} here.", next_step=COMPARE)
    if kept.origin == ours.origin and (kept.size > ours.size or (kept.size == ours.size and kept.root != ours.root)):
        raise AnchorConflict(f"The git remote has a checkpoint of {kept.size} entries of this log that does not fit the one here of {ours.size}.",
                             next_step=COMPARE)


def _environment() -> dict[str, str]:
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in (("NAME", "handrail"), ("EMAIL", "handrail@localhost"))}
    own = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")}
    return {**own, **who, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")}
