"""Ports of a new installation: the usual ones, or free ones ten above where somebody else (another user) has them.

4872 and 4873 are left alone: gateways between agents and MCP servers belong there.
"""

from __future__ import annotations

import socket

from sensor.model.errors import HandrailError
from sensor.settings import IntakeSettings, WebSettings

FIRST_OTHER, TRIES = 10, 100


def is_free(port: int) -> bool:
    """Nobody listens on the port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_ports() -> tuple[tuple[tuple[str, str], int], ...]:
    """(setting, port) for each door whose usual port is taken; empty in the usual case. Raises HandrailError."""
    chosen: list[tuple[tuple[str, str], int]] = []
    taken: set[int] = {WebSettings().port, IntakeSettings().port}
    for key, usual in ((("web", "port"), WebSettings().port), (("intake", "port"), IntakeSettings().port)):
        if is_free(usual):
            continue
        free = next((port for port in range(usual + FIRST_OTHER, usual + FIRST_OTHER + TRIES) if port not in taken and is_free(port)), 0)
        if not free:
            raise HandrailError(f"No free port near {usual}", next_step="Set web.port and intake.port in config.yaml.")
        taken.add(free)
        chosen.append((key, free))
    return tuple(chosen)
