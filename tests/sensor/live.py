"""A real sensor process below a prefix of its own: for tests and benches that talk to it."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from sensor.ask import SensorAway, ask
from sensor.detectors.secrets import SecretScanner
from sensor.host.running.own_commands import daemon_command
from sensor.paths import Paths, locate, make_private
from sensor.patterns.engines import build_all
from sensor.policy.prepared import load_ruleset
from sensor.wire import parse_header, render_request

_PORTS = itertools.cycle(range(first := 10000 + os.getpid() % 500 * 40, first + 40))


def free_port() -> int:
    """A port that nobody listens on, from a range of this process's own and below those that systems give to connections: no test beside takes it first."""
    for port in _PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError


@functools.cache
def shared_cache() -> Path:
    """A filled rule cache that all tests of this machine's user share, so that no test compiles the rules again.

    Who builds other patterns may use it too: a database is put in it whole, under the hash of what is in it.
    """
    shared = Path(tempfile.gettempdir()) / f"handrail-test-rules-{os.getuid()}-{_sources()}"
    make_private(shared)
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of one run begin together: one fills it, on all cores, and the others wait
        build_all(load_ruleset(None, shared).ruleset.uncompiled(), shared)
        SecretScanner(cache=shared)
    return shared


def warm(cache: Path) -> None:
    """Fill a rule cache of a test's own from the shared one."""
    make_private(cache)
    for file in shared_cache().glob("[!.]*"):
        shutil.copy(file, cache / file.name)


@functools.cache
def _sources() -> str:
    """What the cache is made from, in short: another state of it has a folder of its own, and no test copies that of yesterday."""
    root = Path(__file__).resolve().parents[2]
    files = [file for folder in ("rules", "sensor/patterns", "sensor/policy", "sensor/detectors") for file in sorted((root / folder).rglob("*")) if file.suffix in (".py", ".yaml")]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


class LiveSensor:
    """Starts and stops `sensor.daemon sensor` below one prefix; `hook` and `op` talk to it."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.paths: Paths = locate(prefix, prefix)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.configure("mode: enforce\n")
        warm(self.paths.cache)

    def configure(self, text: str) -> None:
        self.paths.config.mkdir(mode=0o700, parents=True, exist_ok=True)
        limits = "limits: {calls-per-minute: 1000000, burst: 1000000}\n"
        self.paths.config_file.write_text(f"{text}intake: {{port: {self.port}}}\n{limits}")

    def start(self) -> LiveSensor:
        environment = {"HOME": str(self.prefix), "PATH": os.environ["PATH"]}
        self.log = (self.prefix / "sensor.log").open("ab")
        self.process = subprocess.Popen(daemon_command(self.prefix, "sensor"), env=environment, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(self.paths.socket, "ping", timeout=1)
                return self
            except SensorAway:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise AssertionError("the sensor did not start:\n" + (self.prefix / "sensor.log").read_text()[-3000:]) from None
                time.sleep(0.03)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(60) == 0, (self.prefix / "sensor.log").read_text()[-3000:]
            self.process = None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(60)

    def hook(self, payload: dict | bytes, agent: str = "claude-code", truncated: int = 0) -> tuple[int, dict, str]:
        """Exit code, decoded standard output, standard error."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(60)
            peer.connect(str(self.paths.socket))
            peer.sendall(render_request("hook", body, agent=agent, truncated=truncated))
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
        line, _, rest = answer.partition(b"\n")
        _, fields = parse_header(line)
        out = rest[: int(fields["out"])]
        return int(fields["exit"]), json.loads(out) if out.strip() else {}, rest[int(fields["out"]):].decode()

    def bash(self, command: str, call_id: str, **more: object) -> tuple[int, dict, str]:
        return self.hook({"session_id": "s1", "cwd": str(self.prefix), "hook_event_name": "PreToolUse", "tool_name": "Bash",
                          "tool_use_id": call_id, "tool_input": {"command": command}, **more})

    def op(self, op: str, **args: object) -> dict:
        return ask(self.paths.socket, op, args, timeout=60)

    def entries(self) -> list[dict]:
        """Every entry of the journal, parsed."""
        lines = [line for file in sorted(self.paths.log.glob("*/journal-*.jsonl")) for line in file.read_bytes().splitlines()]
        return [json.loads(line)["entry"] for line in lines]
