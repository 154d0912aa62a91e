"""What the files that a call depends on hold now: a yes to `sh deploy.sh` or `psql -f drop.sql` is for the text in the file, not for its name."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from collections.abc import Iterator

from sensor.model.effects import Effect, Effects, Origin
from sensor.model.globs import MAX_PATH

MAX_FILES = 32
MAX_BYTES = 4_000_000  # read for one call; a longer file is known by its inode, size and time of change
MAX_WORDS = 512  # looked up on the disk
SHOWERS = frozenset({
    "", "bat", "cat", "cut", "diff", "egrep", "fgrep", "file", "grep", "head", "hexdump", "jq", "less", "ls", "md5sum", "more", "nl", "od", "rg", "sha256sum",
    "sort", "stat", "strings", "tac", "tail", "uniq", "wc", "xxd", "yq",
})
"""Programs that only show what they read ("" is a file tool): a yes to them is for looking, whatever the file holds by then."""
RECIPES = {
    **dict.fromkeys(("make", "gmake"), ("GNUmakefile", "makefile", "Makefile")),
    **dict.fromkeys(("npm", "npx", "pnpm", "yarn", "bun"), ("package.json", ".npmrc")),
    "just": ("justfile", "Justfile"), "task": ("Taskfile.yml", "Taskfile.yaml"), "composer": ("composer.json",),
    "cargo": ("Cargo.toml", "build.rs", ".cargo/config.toml"), "docker": ("compose.yaml", "compose.yml", "docker-compose.yml", "Dockerfile"),
    "terraform": ("terraform.tfvars",),
}
"""Files that a program reads in its folder without being told: they say what it does."""


def contents_now(effects: Effects) -> tuple[tuple[str, str], ...]:
    """(path, what it holds) of every file that the call runs, reads, moves or names, at most MAX_FILES; "" for what is no readable regular file.

    Where one command of the call does more than show, all files that the call reads count: they may be piped into it. What a command
    only writes or deletes does not count: the yes was for the change.
    """
    if all(_only_shows(one) for one in effects.effects):
        return ()
    words = itertools.islice((path for one in effects.effects for path in _named(one)), MAX_WORDS)
    paths = dict.fromkeys([path for one in effects.effects for path in _used(one)] + [path for path in words if path])
    left, found = MAX_BYTES, []
    for path in list(paths)[:MAX_FILES]:
        held, read = _held(path, left)
        left -= read
        found.append((path, held))
    return tuple(found)


def _only_shows(effect: Effect) -> bool:
    is_tool = not effect.program and effect.argv  # of an MCP server: nobody here knows what it does with a file
    return effect.program in SHOWERS and not is_tool and Origin.LOCAL_FILE not in effect.executes and not (effect.writes or effect.deletes or effect.hosts)


def _used(effect: Effect) -> Iterator[str]:
    """Files that the command reads, and the program that it runs where that is named by its path."""
    yield from (ref.path for ref in effect.reads if ref.path and not ref.glob)
    if effect.writes:  # what goes from one place to another
        yield from (ref.path for ref in effect.deletes if ref.path and not ref.glob)
    name = effect.argv[0] if effect.argv and Origin.LOCAL_FILE in effect.executes else ""
    path = _path(effect, name) if "/" in name else ""
    if path:
        yield os.path.realpath(path)


def _named(effect: Effect) -> Iterator[str]:
    """For each word of the command the file that it names, or "": nobody here knows the options of every program. `--file=x`, `@x` and `X=x` name x."""
    skipped = frozenset() if Origin.LOCAL_FILE in effect.executes else _changed(effect)
    words = [word for word in effect.argv[1:] if not word.startswith("-")]
    words += [word[word.index(mark) + 1:] for word in effect.argv[1:] for mark in "=@" if mark in word]
    words += [part for _name, value in effect.assignments for part in value.split(":")]
    for word in (*words, *RECIPES.get(effect.program, ())):
        path = _path(effect, word)
        found = os.path.realpath(path) if path and os.path.isfile(path) else ""
        yield found if found not in skipped else ""


def _changed(effect: Effect) -> frozenset[str]:
    """What the command writes or deletes."""
    return frozenset(ref.path for ref in (*effect.writes, *effect.deletes))


def _path(effect: Effect, word: str) -> str:
    """`word` as an absolute path, "" for what can be none."""
    path = os.path.join(effect.cwd or "/", word)
    return path if word and len(path) <= MAX_PATH and "\0" not in path else ""


def _held(path: str, limit: int) -> tuple[str, int]:
    """What a file holds in one word, and how many bytes were read to know it."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError):
        return "", 0
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return "", 0
        if about.st_size > limit:
            return f"{about.st_ino} {about.st_size} {about.st_ctime_ns}", 0
        data = b""
        while len(data) <= limit and (more := os.read(file, limit + 1 - len(data))):
            data += more
        return hashlib.sha256(data).hexdigest(), len(data)
    except OSError:
        return "", 0
    finally:
        os.close(file)
