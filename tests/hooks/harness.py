"""Both hook clients as real processes, and a small sensor that answers as badly as a test wants."""

from __future__ import annotations

import json
import os
import py_compile
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PYTHON_CLIENT = ROOT / "hooks" / "client.py"
HANGS_SECONDS = 40
WARNINGS = ("-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")
BUILDS = {"compiled": (), "prebuilt": (), "sanitized": SANITIZERS}


class Answered(NamedTuple):
    code: int
    out: bytes
    err: bytes

    @property
    def answer(self) -> dict:
        """The JSON object on standard output, {} for none."""
        value = json.loads(self.out) if self.out.strip() else {}
        assert isinstance(value, dict)
        return value

    def says(self, agent: str) -> str:
        """allow, ask or deny, as the agent reads it; anything malformed fails the test."""
        answer = self.answer
        if agent == "cursor":
            assert self.code == 0 and self.out.strip(), "Cursor takes silence for a failure"
            return answer.get("permission", "deny" if answer.get("continue") is False else "allow")
        assert self.code in (0, 2), self
        assert self.code == 0 or self.err.strip(), "a denial needs a reason"
        specific = answer.get("hookSpecificOutput", {})
        word = specific.get("permissionDecision") or specific.get("decision", {}).get("behavior") or "allow"
        return "deny" if self.code == 2 else word


class Client:
    """One of the clients with a settings file and a state folder of its own."""

    def __init__(self, kind: str, program: Path | None, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.state = folder / "state"
        self.state.mkdir()
        self.socket = folder / "sensor.sock"
        self.conf = folder / "handrail-hook.conf"
        self.more: tuple[str, ...] = ()
        python = [sys.executable, "-I", "-S"]
        self.words = [str(program)] if program else [*python, str(bytecode() if kind == "bytecode" else PYTHON_CLIENT)]
        self.configure()

    def configure(self, **changes: str) -> None:
        """Write the settings file; a value of "" leaves the line out."""
        pairs = {"socket": str(self.socket), "python": os.path.realpath(sys.executable), "client": str(PYTHON_CLIENT), "timeout_ms": "20000", "state": str(self.state), **changes}
        self.conf.write_text("".join(f"{key}={value}\n" for key, value in pairs.items() if value))

    def command(self, agent: str = "claude-code") -> list[str]:
        return [*self.words, "--agent", agent, "--conf", str(self.conf), *self.more]

    def start(self, agent: str = "claude-code", **more: object) -> subprocess.Popen[bytes]:
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=0"}
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment, "cwd": "/", **more}
        return subprocess.Popen(self.command(agent), **options)

    def run(self, body: bytes, agent: str = "claude-code", **more: object) -> Answered:
        process = self.start(agent, **more)
        try:
            out, err = process.communicate(body, timeout=HANGS_SECONDS)
        finally:
            process.kill()
        assert b"Sanitizer" not in err and b"runtime error" not in err, err.decode()
        return Answered(process.returncode, out, err)

    def spooled(self) -> list[dict]:
        """Records in the spool, oldest first."""
        folder = self.state / "spool"
        return [json.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))] if folder.is_dir() else []


class FakeSensor:
    """Listens on a socket and lets `behave(connection, header, body)` answer. Keeps what it was sent."""

    def __init__(self, path: Path, behave: Callable[[socket.socket, bytes, bytes], None]) -> None:
        self.requests: list[tuple[bytes, bytes]] = []
        self._behave = behave
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(8)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    header, body = read_request(connection)
                    self.requests.append((header, body))
                    self._behave(connection, header, body)
                except OSError:
                    continue

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


def read_request(connection: socket.socket) -> tuple[bytes, bytes]:
    """Header line (without its end) and body of one request."""
    data = b""
    while b"\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            raise OSError("closed")
        data += chunk
    header, _, body = data.partition(b"\n")
    length = int(dict(word.split(b"=", 1) for word in header.split()[2:])[b"len"])
    parts, have = [body], len(body)
    while have < length:
        chunk = connection.recv(1 << 20)
        if not chunk:
            raise OSError("closed")
        parts.append(chunk)
        have += len(chunk)
    return header, b"".join(parts)


def sending(*pieces: bytes, pause: float = 0.0, linger: float = 0.0) -> Callable[[socket.socket, bytes, bytes], None]:
    """Send these pieces, then close: after `linger` seconds, or when the client has gone."""

    def behave(connection: socket.socket, header: bytes, body: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if linger:
            connection.settimeout(linger)
            connection.recv(1)

    return behave


def bytecode() -> Path:
    """The Python client as pip compiles it."""
    return Path(py_compile.compile(str(PYTHON_CLIENT), doraise=True) or "")


def build(kind: str, target: Path) -> str:
    """Build the compiled client; "" or why it cannot be built here. The release build is made by the script that ships."""
    if kind == "prebuilt":
        return prebuild(target)
    if kind == "compiled":
        command = ["sh", str(ROOT / "packaging/build_client.sh"), str(ROOT / "hooks/client.c"), str(target)]
    else:
        command = [os.environ.get("CC", "cc"), *WARNINGS, *BUILDS[kind], "-o", str(target), str(ROOT / "hooks/client.c")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except FileNotFoundError as error:
        return f"no C compiler: {error}"
    return "" if done.returncode == 0 else done.stderr.strip()[-300:]


def prebuild(target: Path) -> str:
    """The client for this machine as a release brings it; "" or why it cannot be built here."""
    about = os.uname()
    name = f"{about.sysname.lower()}-{about.machine}"
    done = subprocess.run(["sh", ROOT / "packaging/build_prebuilt.sh", target.parent, name], env=zig_environment(), capture_output=True, text=True, check=False)
    built = target.parent / f"handrail-hook-{name}"
    if done.returncode or not built.exists():
        return done.stderr.strip()[-300:] or f"no release for {name}"
    built.rename(target)
    return ""


def zig_environment() -> dict[str, str]:
    """Keeps what the cross-compiler builds once for all beside the other tools of the tests, not in the home folder."""
    cache = Path(os.environ.get("HANDRAIL_TEST_CACHE", ROOT / ".cache")) / "zig"
    return {**os.environ, "PYTHON": sys.executable, "ZIG_GLOBAL_CACHE_DIR": str(cache), "ZIG_LOCAL_CACHE_DIR": str(cache)}
