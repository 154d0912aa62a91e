"""What one hook call costs from process start to exit: `python tests/bench/hook_client.py [--rounds N] [--peers DIR]...`.

A payload of 1 KB, every program in every round, so that load on the machine meets all alike; the table gives
medians and their ratios. The bars are on the clients themselves, which are answered at once by a process that knows one
answer; the rows "and sensor" add a warm sensor that judges, signs and writes. Exit code 3 when a bar is missed or a peer
is faster. Peers are measured where they are installed
(`npm install cc-safety-net`, `pip install nah`; name their folders of programs with --peers).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sensor.host.files.hook_client import base_interpreter
from tests.bench.run import MISSED_BAR
from tests.sensor.live import LiveSensor

COMPILED_BAR, PYTHON_BAR = 2.0, 1.35
EMPTY, PYTHON = "an empty static program", "python3 -I -S -c pass"
RESPONDER = """
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
print("up", flush=True)
while True:
    peer, _ = listener.accept()
    peer.recv(65536)
    peer.sendall(b"HR1 reply exit=0 out=0 err=0\\n")
    peer.close()
"""
COMPILED_RESPONDER = """
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
static char frame[65536], answer[] = "HR1 reply exit=0 out=0 err=0\\n";
int main(int count, char **words) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (count != 2 || strlen(words[1]) >= sizeof address.sun_path) return 1;
    strcpy(address.sun_path, words[1]);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) return 1;
    puts("up");
    fflush(stdout);
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) return 1;
        if (recv(peer, frame, sizeof frame, 0) > 0 && send(peer, answer, sizeof answer - 1, 0) < 0) return 1;
        close(peer);
    }
}
"""
COMMAND = "git status"
PEERS = {"cc-safety-net": ("hook", "--claude-code"), "nah": ("_claude-hook",)}


class Program(NamedTuple):
    """What is measured, and what it is compared with."""

    name: str
    words: tuple[str, ...]
    against: str = ""
    bar: float = 0.0


def payload(home: Path, size: int = 1024) -> bytes:
    """A PreToolUse event of `size` bytes."""
    event = {"session_id": "bench", "transcript_path": "", "cwd": str(home), "permission_mode": "default", "hook_event_name": "PreToolUse",
             "tool_name": "Bash", "tool_input": {"command": COMMAND, "description": ""}, "tool_use_id": "toolu_bench"}
    event["tool_input"]["description"] = "x" * (size - len(json.dumps(event)))
    return json.dumps(event).encode()


def write_conf(file: Path, socket: Path) -> Path:
    """A settings file of the client."""
    file.write_text(f"socket={socket}\ntimeout_ms=5000\nstate={file.parent}\npython={base_interpreter()}\nclient={ROOT / 'hooks/client.py'}\n")
    return file


def compile_static(source: Path, target: Path) -> bool:
    """Build with the script that ships."""
    return subprocess.run(["sh", ROOT / "packaging/build_client.sh", source, target], capture_output=True, check=False).returncode == 0


def responder(folder: Path) -> list[str]:
    """The program that knows one answer: compiled where that works, so that little but the client is measured."""
    (folder / "responder.c").write_text(COMPILED_RESPONDER)
    compiled = folder / "responder"
    return [str(compiled)] if compile_static(folder / "responder.c", compiled) else [sys.executable, "-I", "-S", "-c", RESPONDER]


def run_once(words: tuple[str, ...], event: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds from start to exit, and the exit code."""
    stdin, nothing = os.open(event, os.O_RDONLY), os.open("/dev/null", os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
    try:
        began = time.perf_counter()
        pid = os.posix_spawn(words[0], words, environment, file_actions=actions)
        _, status = os.waitpid(pid, 0)
        return time.perf_counter() - began, os.waitstatus_to_exitcode(status)
    finally:
        os.close(stdin)
        os.close(nothing)


def programs(folder: Path, alone: Path, sensor: Path, peers: str) -> list[Program]:
    """Everything that can be measured here; what cannot is said. `alone` and `sensor` are settings files of the client."""
    found = []
    python, client = base_interpreter(), ROOT / "hooks" / "client.py"
    (folder / "empty.c").write_text("int main(void) { return 0; }\n")
    compiled = folder / "handrail-hook"
    if compile_static(folder / "empty.c", folder / "empty") and compile_static(ROOT / "hooks/client.c", compiled):
        words = (str(compiled), "--agent", "claude-code", "--conf")
        found.append(Program(EMPTY, (str(folder / "empty"),)))
        found.append(Program("compiled client", (*words, str(alone)), EMPTY, COMPILED_BAR))
        found.append(Program("compiled client and sensor", (*words, str(sensor)), EMPTY))
    else:
        print("no C compiler: the compiled client is not measured")
    subprocess.run([python, "-I", "-c", "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2])", client, folder / "client.pyc"], check=True)
    words = (python, "-I", "-S", str(folder / "client.pyc"), "--agent", "claude-code", "--conf")
    found.append(Program(PYTHON, (python, "-I", "-S", "-c", "pass")))
    found.append(Program("Python client", (*words, str(alone)), PYTHON, PYTHON_BAR))
    found.append(Program("Python client and sensor", (*words, str(sensor)), PYTHON))
    for name, options in PEERS.items():
        program = shutil.which(name, path=peers)
        if program:
            found.append(Program(name, (program, *options), "Python client and sensor"))
        else:
            print(f"{name}: not installed")
    return found


def measure(found: list[Program], event: Path, environment: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Seconds by name. Rounds go through the programs in a changing order, twice each: the first run only warms the caches."""
    times: dict[str, list[float]] = {program.name: [] for program in found}
    for number in range(rounds):
        for program in random.Random(number).sample(found, len(found)):
            run_once(program.words, event, environment)
            seconds, code = run_once(program.words, event, environment)
            if code not in (0, 2):
                sys.exit(f"{program.name} failed with exit code {code}")
            times[program.name].append(seconds)
    return times


def report(found: list[Program], times: dict[str, list[float]]) -> bool:
    """Print the table; False when a bar is missed or a peer is faster."""
    good = True
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'program':28} {'median ms':>10} {'p90 ms':>8} {'ratio':>7}  compared with")
    for program in found:
        ratio = middle[program.name] / middle[program.against] if program.against else 0.0
        missed = (bool(program.bar) and ratio > program.bar) or (program.name in PEERS and ratio < 1)
        good = good and not missed
        bar = f" (bar {program.bar}{', MISSED' if missed else ''})" if program.bar else " FASTER THAN OURS" if missed else ""
        p90 = statistics.quantiles(times[program.name], n=10)[-1]
        print(f"{program.name:28} {middle[program.name] * 1000:10.2f} {p90 * 1000:8.2f} {ratio or '':>7.4}  {program.against}{bar}")
    return good


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--peers", action="append", default=[], help="A folder of programs to look for peers in.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hr-bench-") as name:
        folder = Path(name)
        sensor = LiveSensor(folder / "p").start()
        answering = subprocess.Popen([*responder(folder), str(folder / "s.sock")], stdout=subprocess.PIPE)
        try:
            assert answering.stdout is not None and answering.stdout.readline() == b"up\n"
            event = folder / "event.json"
            event.write_bytes(payload(folder))
            confs = [write_conf(folder / name, path) for name, path in (("alone.conf", folder / "s.sock"), ("sensor.conf", sensor.paths.socket))]
            path = os.pathsep.join([*given.peers, os.environ["PATH"]])
            found = programs(folder, confs[0], confs[1], path)
            good = report(found, measure(found, event, {"HOME": str(folder), "PATH": path}, given.rounds))
        finally:
            answering.kill()
            answering.communicate()
            sensor.stop()
    sys.exit(0 if good else MISSED_BAR)


if __name__ == "__main__":
    main()
