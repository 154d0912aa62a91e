"""The dashboard's process: waitress on 127.0.0.1, nothing else."""

from __future__ import annotations

import errno
import logging
import operator
import os
import pwd
import secrets
import signal
import socket
from pathlib import Path
from types import FrameType
from typing import Any

import waitress
from waitress.channel import HTTPChannel

from sensor import __version__
from sensor.host.machine.processes import describe_holder
from sensor.model.errors import HandrailError
from sensor.paths import Paths
from web.app import create_app
from web.config import STREAMS, WebConfig

# Beside the live streams four threads are left for pages.
THREADS = STREAMS + 4
IDLE_LOOP_SECONDS = 30
# So many connections may be idle or have sent half a request, out of those that are taken at all; an idle one is kept so long.
MAX_WAITING, MAX_CONNECTIONS = 40, 400
KEEP_SECONDS = 10
COOKIE_FILE = "web.cookie"

logger = logging.getLogger(__name__)


def run(paths: Paths, port: int) -> None:
    """Process main: serve the dashboard of an installation until SIGTERM or SIGINT."""
    config = WebConfig(
        port=port, index=paths.index, log=paths.log, keys=paths.keys, socket=paths.socket, token=paths.web_token,
        cookie=cookie_name(paths.run / COOKIE_FILE), user=pwd.getpwuid(os.getuid()).pw_name, version=__version__,
        paths=paths, home=Path.home(),
    )
    serve(config, listen(port))


def serve(config: WebConfig, listener: socket.socket) -> None:
    """Answer requests on `listener` until a signal ends the process."""
    app = create_app(config)
    server = waitress.create_server(
        app, sockets=[listener], threads=THREADS, ident=None, clear_untrusted_proxy_headers=True, max_request_body_size=65_536,
        max_request_header_size=16_384, connection_limit=MAX_CONNECTIONS, channel_timeout=KEEP_SECONDS, cleanup_interval=KEEP_SECONDS,
        asyncore_loop_timeout=IDLE_LOOP_SECONDS, log_socket_errors=False,
        # Lets a stream notice that its reader is gone.
        channel_request_lookahead=1,
    )
    server.channel_class = Channel

    def stop(number: int, frame: FrameType | None) -> None:
        app.extensions["handrail"].streams.ending.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)  # compiled now, not in the first request
    logging.getLogger("waitress").setLevel(logging.WARNING)  # a closed page is no news
    logger.info("dashboard on http://127.0.0.1:%d", config.port)
    try:
        server.run()
    finally:
        server.close()


class Channel(HTTPChannel):
    """One connection. Where too many wait, the oldest gives way.

    At its limit waitress takes nobody in, and a program that sends nothing would keep a person out.
    """

    def __init__(self, server: Any, *rest: Any, **more: Any) -> None:
        waiting = [one for one in server.active_channels.values() if not one.requests and not one.total_outbufs_len]
        if len(waiting) >= MAX_WAITING:
            min(waiting, key=operator.attrgetter("creation_time")).handle_close()
        super().__init__(server, *rest, **more)


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1. Raises HandrailError that names who holds the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise HandrailError(f"The dashboard cannot listen on 127.0.0.1:{port}: {error.strerror}") from error
        raise HandrailError(
            f"Port {port} of the dashboard is taken by {describe_holder(port)}",
            next_step="End that process, or set web.port in config.yaml.",
        ) from error
    listener.listen(128)
    return listener


def cookie_name(path: Path) -> str:
    """The random name of this installation's login cookie, made at the first start."""
    try:
        name = path.read_text(encoding="ascii").strip()
        if name.startswith("handrail_") and name[9:].isalnum():
            return name
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    name = f"handrail_{secrets.token_hex(8)}"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{name}\n")
    return name
