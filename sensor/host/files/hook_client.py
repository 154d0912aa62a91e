"""The program that agents call: the compiled client if there is one, else a launcher of the Python client; and its settings.

install.sh builds the compiled client into the new environment (`<environment>/bin/handrail-hook`), where a compiler exists.
A release carries it ready built (`hooks/prebuilt`, made by packaging/build_prebuilt.sh) for machines without one.
"""

from __future__ import annotations

import os
import shlex
import sys
from importlib.util import cache_from_source
from pathlib import Path

import hooks
from hooks.settings.own_writes import note_own_write
from sensor.host.files.launcher import launcher_path
from sensor.host.files.replacing import replace_file
from sensor.model.errors import HandrailError
from sensor.paths import Paths

NAME = "handrail-hook"
PROXY = "handrail-mcp"
CONF = "handrail-hook.conf"
TIMEOUT_MS = 1000  # a sensor that is there answers within milliseconds, a busy one a little later; a long call is told to wait at once
MODE = 0o700
CONF_MODE = 0o600


def client_path(paths: Paths) -> Path:
    """What hooks are registered with."""
    return paths.bin / NAME


def proxy_path(paths: Paths) -> Path:
    """What MCP servers are started through."""
    return paths.bin / PROXY


def place_client(paths: Paths) -> str:
    """Put the client of this environment, its settings and the MCP proxy into `<data>/bin`; one phrase that says which client it is."""
    _replace(paths, paths.bin / CONF, render_conf(paths).encode(), CONF_MODE)
    _replace(paths, proxy_path(paths), f'#!/bin/sh\nexec {shlex.join(proxy_words(paths))} "$@"\n'.encode(), MODE)
    for compiled, note in ((Path(sys.prefix) / "bin" / NAME, "compiled"), (prebuilt_client(), "compiled, as the release brought it")):
        if compiled.exists():
            _replace(paths, client_path(paths), compiled.read_bytes(), MODE)
            return note
    _replace(paths, client_path(paths), render_script(paths).encode(), MODE)
    return "in Python, as no C compiler was found: a call takes some 15 ms more"


def prebuilt_client() -> Path:
    """Where a release has the compiled client for this system and machine, whether or not this one has it."""
    about = os.uname()
    return Path(hooks.__file__ or "").parent / "prebuilt" / f"{NAME}-{about.sysname.lower()}-{about.machine}"


def render_conf(paths: Paths) -> str:
    """The settings that both clients read. Raises HandrailError for a path that cannot stand in it."""
    pairs = {
        "socket": str(paths.socket), "python": base_interpreter(), "client": str(python_client(paths)), "timeout_ms": str(TIMEOUT_MS),
        "state": str(paths.state), "handrail": shlex.join((str(launcher_path(paths)), "run", "--quiet")),
    }
    broken = [value for value in pairs.values() if "\n" in value]
    if broken:
        raise HandrailError(f"A path with a line break cannot be used: {broken[0]!r}", next_step="Choose another --prefix.")
    return "".join(f"{key}={value}\n" for key, value in pairs.items())


def render_script(paths: Paths) -> str:
    """The Python client behind a two-line script: a `#!` line could not hold a path with a space."""
    words = (base_interpreter(), "-I", "-S", str(python_client(paths)))
    return f'#!/bin/sh\nexec {shlex.join(words)} --conf {shlex.quote(str(paths.bin / CONF))} "$@"\n'


def proxy_words(paths: Paths) -> tuple[str, ...]:
    """The command of the MCP proxy, without the server's."""
    file = Path(hooks.__file__ or "").parent / "proxy" / "main.py"
    return (base_interpreter(), "-I", "-S", str(_through_link(paths, file)), "--conf", str(paths.bin / CONF))


def base_interpreter() -> str:
    """The interpreter behind this environment: it starts faster than the environment's own, and the client needs no package."""
    return os.path.realpath(str(getattr(sys, "_base_executable", sys.executable)))


def python_client(paths: Paths) -> Path:
    """The Python client as seen through `<data>/venv`, which always leads to the environment in use: as compiled by pip if it was.

    Compiling it anew would cost a fifth of each call.
    """
    source = Path(hooks.__file__ or "").parent / "client.py"
    compiled = Path(cache_from_source(str(source)))
    return _through_link(paths, compiled if compiled.exists() else source)


def _through_link(paths: Paths, file: Path) -> Path:
    """`file` as seen through `<data>/venv`, where it lies in an environment."""
    return paths.venv / file.relative_to(sys.prefix) if file.is_relative_to(sys.prefix) else file


def _replace(paths: Paths, file: Path, data: bytes, mode: int) -> None:
    note_own_write(paths.state, file, data, "install")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, data, mode)
