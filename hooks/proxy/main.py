"""The MCP proxy as a process: `handrail-mcp [--agent NAME] [--server NAME] [--conf FILE] -- COMMAND ARGS...`.

It starts the server as its child in a process group of its own, passes lines both ways, leaves standard error alone, hands
signals on and ends as the server ended. Standard library only: it starts with every session of the agent. The server is
started before anything but this file is loaded, so that the rest is loaded while the server starts.
"""

from __future__ import annotations

import _signal
import os
import sys

if not __package__:  # started as a file: find the package beside it, and nothing of the folder of this file
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != os.path.dirname(os.path.abspath(__file__))]
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from hooks.proxy.traffic import Facts, Traffic

CLIENT_LINE, SERVER_LINE = 16 << 20, 64 << 20
CHUNK = 1 << 16
DRAIN_SECONDS = 5.0
USAGE = "usage: handrail-mcp [--agent NAME] [--server NAME] [--conf FILE] -- COMMAND [ARGUMENT]..."
FORWARDED = (_signal.SIGTERM, _signal.SIGINT, _signal.SIGHUP, _signal.SIGQUIT, _signal.SIGUSR1, _signal.SIGUSR2)
NOT_FOUND, NOT_STARTED, BAD_USAGE = 127, 126, 2


class Options:
    """The words before `--`, and the server's command after it."""

    __slots__ = ("agent", "command", "conf", "server")

    def __init__(self, agent: str, server: str, conf: str, command: list[str]) -> None:
        self.agent = agent
        self.server = server
        self.conf = conf
        self.command = command


class UsageProblem(ValueError):
    """The words cannot be understood."""


def read_options(words: list[str]) -> Options:
    """The options of a command line. Raises UsageProblem."""
    given = {"--agent": "", "--server": "", "--conf": ""}
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        if word == "--no-args":
            continue  # a remark of `handrail mcp wrap` for `unwrap`
        if word not in given:
            raise UsageProblem(f"unknown option {word}")
        given[word] = next(rest, "")
    command = list(rest)
    if not command:
        raise UsageProblem("the server's command is missing")
    agent = given["--agent"] or ("claude-code" if os.environ.get("CLAUDECODE") else "unknown")
    conf = given["--conf"] or os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "handrail-hook.conf")
    return Options(agent, given["--server"] or os.path.basename(command[0]), conf, command)


def facts_of(options: Options) -> Facts:
    """What the events say. Claude Code names session and project in the environment of its servers; others get a session per process."""
    import hashlib

    from hooks.proxy.traffic import Facts

    identity = hashlib.sha256("\0".join(options.command).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    session = os.environ.get("CLAUDE_CODE_SESSION_ID", "") if options.agent == "claude-code" else ""
    try:
        folder = os.getcwd()
    except OSError:  # it was deleted
        folder = ""
    return Facts(options.agent, options.server, identity, session or f"mcp-{os.getpid()}-{os.urandom(4).hex()}", folder)


class Pipe:
    """Writes whole lines to a descriptor, from any thread. A reader that has gone is no error: the other side will notice."""

    def __init__(self, descriptor: int) -> None:
        import threading

        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._open = True
        self._closed = False

    def write(self, line: bytes) -> None:
        with self._lock:
            view = memoryview(line)
            while self._open and view:
                try:
                    view = view[os.write(self._descriptor, view):]
                except OSError:
                    self._open = False

    def close(self) -> None:
        """Once is enough; later calls and writes do nothing."""
        with self._lock:
            self._open = False
            if not self._closed:
                self._closed = True
                os.close(self._descriptor)


def pump(descriptor: int, limit: int, traffic: Traffic, from_server: bool) -> None:
    """Hand every line of `descriptor` on until its end. A line beyond `limit` bytes is dropped, and said to be."""
    take = traffic.from_server if from_server else traffic.from_client
    parts: list[bytes] = []
    size, dropping = 0, False
    while True:
        try:
            chunk = os.read(descriptor, CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            break
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            if dropping or size + len(line) >= limit:
                traffic.oversized(from_server, limit)
            else:
                take(b"".join((*parts, line, b"\n")))
            parts, size, dropping = [], 0, False
        size += len(rest)
        if size >= limit:
            parts, dropping = [], True
        elif rest:
            parts.append(rest)
    if parts and not dropping:
        take(b"".join(parts))  # the last line may lack its end


def carry(descriptor: int, limit: int, traffic: Traffic, from_server: bool, server: Pipe) -> None:
    """`pump`, and the end of `server`'s input when the client's lines end or a line makes us fail: nobody waits for ever."""
    done = False
    try:
        pump(descriptor, limit, traffic, from_server)
        done = from_server
    finally:
        if not done:
            server.close()


def notice(text: str) -> None:
    """One sentence on standard error, which clients keep in their logs."""
    shown = "".join(char if char.isprintable() else " " for char in text)[:500]
    os.write(2, f"handrail: {shown}\n".encode("utf-8", "replace"))


class Server:
    """The server as a child: its process id, and our ends of its standard input and output."""

    __slots__ = ("input", "output", "pid")

    def __init__(self, pid: int, to: int, back: int) -> None:
        self.pid = pid
        self.input = to
        self.output = back


def start(command: list[str]) -> Server:
    """Start the server in a process group of its own. Exits like a shell when it cannot be started."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    try:
        pid = os.posix_spawnp(command[0], command, os.environ, setpgroup=0, setsigdef=(_signal.SIGPIPE, _signal.SIGXFSZ),
                              file_actions=((os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)))
    except FileNotFoundError:
        notice(f"the MCP server cannot be started: {command[0]} was not found")
        os._exit(NOT_FOUND)
    except OSError as error:
        notice(f"the MCP server cannot be started: {command[0]}: {error.strerror}")
        os._exit(NOT_STARTED)
    os.close(theirs_in)
    os.close(theirs_out)
    return Server(pid, ours_out, ours_in)


def end_like(status: int) -> None:
    """End with the server's exit status, or by the signal that ended it."""
    if status < 0:
        if -status != _signal.SIGKILL:
            _signal.signal(-status, _signal.SIG_DFL)
        os.kill(os.getpid(), -status)
        status = 128 - status
    os._exit(status)


def name_process() -> None:
    """Be called by our name: what speaks for a session is the agent above us, not an interpreter."""
    try:
        with open("/proc/self/comm", "w", encoding="ascii") as file:
            file.write("handrail-mcp")
    except OSError:
        pass  # no Linux


def run(options: Options) -> None:
    """Stand between standard input and output and the server until it ends. Never returns."""
    server = start(options.command)

    def hand_on(number: int, frame: FrameType | None) -> None:
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            pass

    for number in FORWARDED:
        _signal.signal(number, hand_on)
    import threading

    from hooks.proxy.link import Link
    from hooks.proxy.traffic import Traffic, Ways

    to_server, to_client = Pipe(server.input), Pipe(1)
    traffic = Traffic(facts_of(options), Link(options.conf), Ways(to_server.write, to_client.write, notice))

    threading.Thread(target=carry, args=(0, CLIENT_LINE, traffic, False, to_server), daemon=True).start()
    reader = threading.Thread(target=carry, args=(server.output, SERVER_LINE, traffic, True, to_server), daemon=True)
    reader.start()
    _, status = os.waitpid(server.pid, 0)
    reader.join(DRAIN_SECONDS)
    end_like(os.waitstatus_to_exitcode(status))


def main() -> None:
    """Process main."""
    try:
        options = read_options(sys.argv[1:])
    except UsageProblem as problem:
        notice(f"{problem}; {USAGE}")
        os._exit(BAD_USAGE)
    name_process()
    run(options)


if __name__ == "__main__":
    main()
