"""The systemd notification protocol, as far as a supervisor needs it: readiness, watchdog, stopping."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from sensor.model.calls import Value


class Notifier(Value):
    """Tells systemd about this process. `address` is "" where nobody listens; `watchdog_s` 0.0 where no ping is due."""

    address: str = ""
    watchdog_s: float = 0.0

    def send(self, *assignments: str) -> None:
        """Send `READY=1` and the like; a service manager that went away is not an error of ours."""
        if not self.address:
            return
        target = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            try:
                channel.sendto("\n".join(assignments).encode(), target)
            except OSError:
                pass


def from_environment(environ: Mapping[str, str], pid: int) -> Notifier:
    """The notifier that the service manager asked this process (`pid`) to use."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return Notifier()
    period = environ.get("WATCHDOG_USEC", "")
    meant = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
    seconds = int(period) / 1e6 if meant and period.isascii() and period.isdigit() else 0.0
    return Notifier(address=address, watchdog_s=seconds)
