"""How an MCP server is started: what its words mean, parsed word by word. Each function says what is wrong, "" = nothing."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "fish", "ash", "pwsh", "powershell", "cmd", "cmd.exe"})
INLINE = {"python": "-c", "python3": "-c", "python2": "-c", "node": "-e", "deno": "eval", "perl": "-e", "ruby": "-e",
          "php": "-r", "osascript": "-e", "bun": "-e"}
FETCHERS = frozenset({"curl", "wget", "fetch", "base64", "openssl", "nc"})
NPM_RUNNERS = frozenset({"npx", "bunx", "pnpx"})
PYTHON_RUNNERS = frozenset({"uvx", "pipx"})
CONTAINERS = frozenset({"docker", "podman", "nerdctl"})
WITH_VALUE = frozenset({"-e", "--env", "--env-file", "-v", "--volume", "--mount", "--name", "--network", "--net",
                        "-p", "--publish", "-u", "--user", "-w", "--workdir", "--entrypoint", "--cap-add",
                        "--cap-drop", "--add-host", "--label", "-l", "--memory", "-m", "--cpus", "--platform",
                        "--pull", "--security-opt", "--device", "--pid", "--ipc", "--userns", "-h", "--hostname"})
ROOTS = frozenset({"sudo", "doas", "pkexec", "su", "run0"})
EXACT = re.compile(r"v?\d+(?:\.\d+)+(?:[-+.\w]*)?")
DIGEST = re.compile(r"@sha256:[0-9a-f]{16,}$")
FILE_SERVER = re.compile(r"(?:^|[/_-])(?:server-)?(?:filesystem|file-?system|fs|files?)(?:-(?:server|mcp))?(?:@|$)")


def started(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """(base name of the program, all words from it on), `env NAME=value` looked through."""
    while words and os.path.basename(words[0]) == "env":
        words = words[1:]
        while words and (re.fullmatch(r"\w+=.*", words[0], re.S) or words[0].startswith("-")):
            words = words[1:]
    return (os.path.basename(words[0]), words) if words else ("", ())


def inline_code(words: tuple[str, ...]) -> str:
    """A shell or an interpreter that is given a program text."""
    program, words = started(words)
    if program in SHELLS and any(re.fullmatch(r"-[a-z]*c|/c|-Command|-EncodedCommand", word, re.I) for word in words[1:]):
        return f"{program} is given a command line"
    if program in INLINE and INLINE[program] in itertools.takewhile(lambda word: word.startswith("-") or word == INLINE[program], words[1:]):
        return f"{program} is given a program text"
    return f"it is started by {program}" if program in FETCHERS else ""


def is_pinned(words: tuple[str, ...]) -> str:
    """A package without an exact version, an image without a digest or a tag."""
    program, words = started(words)
    if program in NPM_RUNNERS or (program in ("npm", "pnpm", "yarn") and words[1:2] in (("exec",), ("dlx",), ("x",))):
        package = _operand(words[2 if program in ("npm", "pnpm", "yarn") else 1:], ("-p", "--package"))
        version = package.rpartition("@")[2] if "@" in package[1:] else ""
        return "" if not package or package.startswith((".", "/")) or EXACT.fullmatch(version) else f"{program} starts a package without an exact version"
    if program in PYTHON_RUNNERS or (program == "uv" and words[1:3] == ("tool", "run")):
        package = _operand(words[1 if program == "uvx" else 2 if program == "pipx" else 3:], ("--from", "--spec"))
        version = re.split(r"==|@", package)[-1] if re.search(r"==|@", package) else ""
        return "" if not package or package.startswith((".", "/")) or EXACT.fullmatch(version) else f"{program} starts a package without an exact version"
    if program in CONTAINERS and "run" in words:
        image = _image(words)
        tag = image.rpartition("/")[2].partition(":")[2]
        return "" if not image or DIGEST.search(image) or tag not in ("", "latest") else f"{program} starts an image without a digest or a tag"
    return ""


def _operand(words: tuple[str, ...], naming: tuple[str, ...]) -> str:
    """The value of an option that names the package, else the first operand."""
    for number, word in enumerate(words):
        if word in naming:
            return words[number + 1] if number + 1 < len(words) else ""
        for name in naming:
            if word.startswith(name + "="):
                return word.partition("=")[2]
    return next((word for word in words if not word.startswith("-")), "")


def _options(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(option, value) of `docker run`, then ("", image)."""
    rest = list(words[words.index("run") + 1:]) if "run" in words else []
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            yield "", word
            return
        name, has_value, value = word.partition("=")
        if not has_value and name in WITH_VALUE and rest:
            value = rest.pop(0)
        yield name, value


def _image(words: tuple[str, ...]) -> str:
    return next((value for name, value in _options(words) if not name), "")


def container_rights(words: tuple[str, ...], home: str) -> str:
    """Rights beyond those of a program of this user."""
    program, words = started(words)
    if program in ROOTS:
        return f"it is started by {program}"
    for name, value in _options(words) if program in CONTAINERS else ():
        if name == "--privileged" and value != "false":
            return "the container is privileged"
        if name in ("--network", "--net", "--pid", "--ipc", "--userns") and value == "host":
            return f"the container shares the host's {name.lstrip('-')}"
        if name == "--cap-add":
            return "capabilities are added"
        if name in ("-v", "--volume", "--mount"):
            source = _mounted(name, value)
            if source.endswith("docker.sock"):
                return "it is given the container daemon's socket"
            if _is_whole(source, home):
                return f"it is given {'the whole disk' if source == '/' else 'your home folder'}"
    return ""


def _mounted(name: str, value: str) -> str:
    if name == "--mount":
        return next((part.partition("=")[2] for part in value.split(",") if part.partition("=")[0] in ("source", "src")), "")
    return value.partition(":")[0]


def root_scope(words: tuple[str, ...], home: str) -> str:
    """A file server whose folder is everything."""
    if not any(FILE_SERVER.search(word) for word in words[:4]):
        return ""
    found = next((word for word in words[1:] if _is_whole(word, home)), "")
    return f"it serves {'the whole disk' if found == '/' else 'your home folder'}" if found else ""


def _is_whole(path: str, home: str) -> bool:
    plain = path.rstrip("/") or path[:1]
    return plain in ("/", "~", "$HOME", "${HOME}", "${env:HOME}", "${userHome}", home)
