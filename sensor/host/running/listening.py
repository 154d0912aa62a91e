"""The sensor's listening socket, where systemd or launchd opened it for us.

The supervisor holds the socket (this one, or one it bound) for its whole life and hands it to each sensor it starts, so
that calls which arrive while a sensor restarts wait in the queue instead of being refused.
"""

from __future__ import annotations

import ctypes
import socket
import sys
from collections.abc import Mapping

from sensor.model.errors import HandrailError, in_words

FIRST_FD = 3
LAUNCHD_LABEL = "com.handrail.sensor"
LAUNCHD_NAME = b"Hook"


def adopt(environ: Mapping[str, str], pid: int) -> socket.socket | None:
    """The unix socket that the service manager opened for this process, if it did."""
    if not is_from_manager(environ, pid):
        return None
    return _adopt_launchd() if sys.platform == "darwin" else _unix_listener(FIRST_FD)


def is_from_manager(environ: Mapping[str, str], pid: int) -> bool:
    """Whether systemd or launchd started this process (`pid`) as our service."""
    if sys.platform == "darwin":
        return environ.get("XPC_SERVICE_NAME") == LAUNCHD_LABEL  # programs of the desktop hand their own name on to what they start
    return environ.get("LISTEN_PID") == str(pid) and environ.get("LISTEN_FDS", "0") != "0"


def _unix_listener(descriptor: int) -> socket.socket:
    try:
        held = socket.socket(fileno=descriptor)
    except OSError as error:
        raise HandrailError(f"The service manager passed no socket as descriptor {descriptor}: {in_words(error)}") from error
    if held.family != socket.AF_UNIX or not held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        held.detach()
        raise HandrailError(f"Descriptor {descriptor} is not a listening unix socket", next_step="Run: handrail service install")
    held.set_inheritable(False)
    return held


def _adopt_launchd() -> socket.socket | None:
    """launchd hands sockets over by a C call only; absent names mean that the agent declares none."""
    library = ctypes.CDLL(None)
    descriptors = ctypes.POINTER(ctypes.c_int)()
    count = ctypes.c_size_t()
    status = library.launch_activate_socket(LAUNCHD_NAME, ctypes.byref(descriptors), ctypes.byref(count))
    if status != 0 or count.value == 0:
        return None
    first = int(descriptors[0])
    library.free(descriptors)
    return _unix_listener(first)
