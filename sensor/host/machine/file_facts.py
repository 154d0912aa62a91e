"""Owner and rights of a file or folder, looked at once: what `doctor` and `audit` both ask about."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sensor.model.calls import Value

OTHERS, WRITERS = 0o077, 0o022  # bits that nobody else may have: any at all, or the right to write


class FileFact(Value):
    """What is known of a path. `mode` and `uid` are those of the file behind a link; `problem` = why it could not be looked at.

    `is_link` is true too where a folder on the way leads out of the project that brings the file.
    """

    path: str
    exists: bool = False
    mode: int = 0
    uid: int = -1
    is_link: bool = False
    is_folder: bool = False
    mtime: float = 0.0
    problem: str = ""

    @property
    def is_executable(self) -> bool:
        """Whether its owner may run it."""
        return self.exists and not self.is_folder and bool(self.mode & 0o100)


def look_at(path: str | Path, project: str = "") -> FileFact:
    """The facts of `path` as they are now, `project` being the folder that brings it; never raises."""
    name = str(path)
    try:
        is_link = stat.S_ISLNK(os.lstat(name).st_mode) or bool(project and not Path(os.path.realpath(name)).is_relative_to(os.path.realpath(project)))
        facts = os.stat(name)
    except (FileNotFoundError, NotADirectoryError):
        return FileFact(path=name)
    except (OSError, ValueError) as error:
        return FileFact(path=name, problem=f"cannot be used: {getattr(error, 'strerror', None) or error}")
    return FileFact(path=name, exists=True, mode=stat.S_IMODE(facts.st_mode), uid=facts.st_uid, is_link=is_link,
                    is_folder=stat.S_ISDIR(facts.st_mode), mtime=facts.st_mtime)


def rights_problem(fact: FileFact, forbidden: int, uid: int) -> str:
    """What is wrong with the owner or the rights, in words; "" when nothing is. Root may own what nobody else can change."""
    if fact.problem:
        return fact.problem
    if not fact.exists:
        return "cannot be used: No such file or directory"
    if fact.uid not in (uid, 0):
        return "belongs to another user"
    return f"is open to others (mode {fact.mode:o})" if fact.mode & forbidden else ""
