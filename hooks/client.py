#!/usr/bin/python3 -IS
"""The hook client in Python, for machines without the compiled one (`hooks/client.c`): same frame, same settings file.

    python3 -I -S client.py --agent NAME [--conf FILE] [--unanswered CODE]

Start-up is the cost of a hook, so the usual way imports only modules that are built into the interpreter: no json, no
socket, no os, nothing of Handrail; and an installation runs the compiled code (`__pycache__/client.*.pyc`). The client
holds no policy. Whatever keeps the sensor's answer away leads to `hooks.fallback`, which may import what it likes; the
compiled client ends there too, with `--handover REASON` and the event on standard input. With `--unanswered` (the shell
wrapper) the client ends with that exit code instead.
"""

import _signal
import _socket
import posix
import sys
import time

MAX_BODY = 16 * 1024 * 1024
MAX_REPLY = 256 * 1024
MAX_HEADER = 512
CONNECT_SECONDS = 0.05
AGAIN_SECONDS = 0.002
INPUT_SECONDS = 5.0
CHUNK = 1 << 20
# Events that can stop something; an event that cannot be read is taken for one.
STOPPING = (b"PreToolUse", b"PreSkillShellCommand", b"PermissionRequest", b"preToolUse", b"before", b"subagentStart")


class Unanswered(Exception):
    """The sensor gave no usable answer; the text is one word that says why."""


def conf_of(path):
    """The `key=value` lines of the settings file, as bytes. A missing file is an empty one: then nothing is known."""
    try:
        file = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
        text = posix.read(file, 65536)
        posix.close(file)
    except OSError:
        return {}
    pairs = [line.partition(b"=") for line in text.split(b"\n") if line and not line.startswith(b"#")]
    return {key.strip().decode("ascii", "replace"): value.strip() for key, equals, value in pairs if equals}


def options_of(arguments):
    """The words after the program as {name: value}. Unknown words are ignored, so that a newer installation may add some."""
    options = {"agent": "unknown", "conf": "", "handover": "", "truncated": "0", "unanswered": ""}
    words = iter(arguments)
    for word in words:
        if word[:2] == "--" and word[2:] in options:
            options[word[2:]] = next(words, "")
    name = options["agent"]
    if not (0 < len(name) <= 64 and name.isascii() and name.replace("-", "").isalnum() and name.islower()):
        options["agent"] = "unknown"
    options["conf"] = options["conf"] or sys.argv[0].rpartition("/")[0] + "/handrail-hook.conf"
    return options


def read_event():
    """Standard input up to the cap, and whether it was cut. The rest is read and dropped, so that the agent can finish."""
    chunks, size = [], 0
    while True:
        chunk = posix.read(0, CHUNK)
        if not chunk:
            break
        if size <= MAX_BODY:
            chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)[:MAX_BODY], size > MAX_BODY


def owner_of(connection):
    """The user at the other end of the socket, by the kernel's word."""
    if sys.platform == "linux":
        return int.from_bytes(connection.getsockopt(1, 17, 12)[4:8], sys.byteorder)  # SOL_SOCKET, SO_PEERCRED: pid, uid, gid
    return int.from_bytes(connection.getsockopt(0, 1, 8)[4:8], sys.byteorder)  # SOL_LOCAL, LOCAL_PEERCRED: version, uid


def connect(connection, path):
    """Connect within CONNECT_SECONDS. While the queue of the socket is full, a connection with a deadline is refused at once, so it is tried again."""
    deadline = time.monotonic() + CONNECT_SECONDS
    connection.settimeout(CONNECT_SECONDS)
    while True:
        try:
            connection.connect(path)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(AGAIN_SECONDS)


def ask(conf, agent, body, truncated):
    """(out, err, exit code) as the sensor says. Raises Unanswered or OSError."""
    wait = int(conf.get("timeout_ms", b"300")) / 1000
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connect(connection, conf["socket"])
        if owner_of(connection) != posix.getuid():
            raise Unanswered("foreign")
        deadline = time.monotonic() + wait
        connection.settimeout(wait)
        connection.sendall(b"HR1 hook agent=%s len=%d truncated=%d\n" % (agent.encode(), len(body), truncated) + body)
        return read_reply(connection, deadline)
    finally:
        connection.close()


def read_reply(connection, deadline):
    """The reply frame. `hold` frames before it move the deadline: a person is being asked."""
    data = b""
    while True:
        line, newline, rest = data.partition(b"\n")
        if newline:
            kind, fields = header_of(line)
            if kind == b"hold":
                deadline, data = time.monotonic() + number(fields, b"ms") / 1000, rest
                continue
            out, err, code = number(fields, b"out"), number(fields, b"err"), number(fields, b"exit")
            if kind != b"reply" or code > 255 or out + err > MAX_REPLY:
                raise Unanswered("garbage")
            if len(rest) >= out + err:
                return rest[:out], rest[out:out + err], code
        elif len(data) > MAX_HEADER:
            raise Unanswered("garbage")
        left = deadline - time.monotonic()
        if left <= 0:
            raise Unanswered("timeout")
        connection.settimeout(left)
        chunk = connection.recv(65536)
        if not chunk:
            raise Unanswered("closed")
        data += chunk


def header_of(line):
    """Kind and fields of a header line. Raises Unanswered for anything that is not this protocol."""
    words = line.split(b" ")
    if len(words) < 2 or words[0] != b"HR1":
        raise Unanswered("version" if line[:2] == b"HR" else "garbage")
    return words[1], dict([word.partition(b"=")[::2] for word in words[2:]])


def number(fields, key):
    """A number of a header. Raises Unanswered."""
    value = fields.get(key, b"")
    if not value.isdigit() or len(value) > 9:
        raise Unanswered("garbage")
    return int(value)


def write_all(file, data):
    """Write everything; an agent that no longer reads is no error of ours."""
    try:
        while data:
            data = data[posix.write(file, data):]
    except OSError:
        pass


def finish(out, err, code):
    """Answer and end at once: tearing the interpreter down costs more than the rest of the client."""
    write_all(1, out)
    write_all(2, err)
    posix._exit(code)


def interrupted(number, frame):
    """SIGTERM and the input deadline: end what is being done and answer."""
    raise Unanswered("interrupted")


def fall_back(options, conf, body, reason):
    """Start the sensor and ask again, or decide locally: everything that needs more than this file."""
    if options["unanswered"]:
        return b"", b"", int(options["unanswered"]) & 255
    sys.path.append(root_of(__file__))
    from hooks.fallback import answer

    return answer(options, conf, body, reason)


def root_of(file):
    """The folder that holds the package `hooks`, for this file as source or as compiled code in `__pycache__`."""
    folder = file.rpartition("/")[0]
    if folder.endswith("/__pycache__"):
        folder = folder.rpartition("/")[0]
    return folder.rpartition("/")[0] or ".."


def last_resort(agent, body):
    """The answer when the fallback itself cannot run: no where something can be stopped, silence elsewhere."""
    error = b"Handrail could not judge this call and is broken: run `handrail doctor`.\n"
    event = body.partition(b'"hook_event_name"')[2].partition(b'"')[2].partition(b'"')[0]
    stops = not event or event.startswith(STOPPING)
    if agent == "cursor":
        text = b'"user_message":"Handrail is broken: run `handrail doctor`.","agent_message":"Handrail could not judge this call."'
        return (b'{"continue":true,"permission":"deny",%s}' % text if stops else b"{}"), error, 0
    return b"", error, 2 if stops else 0


def main():
    """Answer one event. Never returns."""
    options, conf, body = options_of(sys.argv[1:]), {}, b""
    try:
        _signal.signal(_signal.SIGTERM, interrupted)
        _signal.signal(_signal.SIGALRM, interrupted)
        _signal.setitimer(_signal.ITIMER_REAL, INPUT_SECONDS)
        conf = conf_of(options["conf"])
        try:
            body, cut = read_event()
            _signal.setitimer(_signal.ITIMER_REAL, 0)
            options["truncated"] = "1" if cut or options["truncated"] == "1" else "0"
            if options["handover"]:
                raise Unanswered(options["handover"])
            answer = ask(conf, options["agent"], body, options["truncated"] == "1")
        except FileNotFoundError:
            answer = fall_back(options, conf, body, "absent")
        except ConnectionRefusedError:
            answer = fall_back(options, conf, body, "refused")
        except BlockingIOError:
            answer = fall_back(options, conf, body, "busy")
        except TimeoutError:
            answer = fall_back(options, conf, body, "timeout")
        except (OSError, KeyError, ValueError):
            answer = fall_back(options, conf, body, "unreachable")
        except Unanswered as failure:
            answer = fall_back(options, conf, body, failure.args[0])
    except BaseException:  # noqa: BLE001 - an agent without an answer lets the call run, so there must be one, whatever happens
        answer = (b"", b"", int(options["unanswered"]) & 255) if options["unanswered"].isdigit() else last_resort(options["agent"], body)
    finish(*answer)


if __name__ == "__main__":
    main()
