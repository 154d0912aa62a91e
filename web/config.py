"""What the dashboard is told once, when its process starts."""

from __future__ import annotations

from pathlib import Path

from sensor.model.calls import Value
from sensor.paths import Paths

SESSION_SECONDS = 8 * 3600
STREAMS = 4


class WebConfig(Value):
    """One dashboard. Folders and files of the installation, the loopback port, and the name of its login cookie.

    `cookie` is random per installation: cookies are not isolated by port. `user` signs decisions of the person. Without
    `paths` and `home` nothing is known about settings of agents and their rights.
    """

    port: int
    index: Path
    log: Path
    keys: Path
    socket: Path
    token: Path
    cookie: str
    user: str
    version: str = ""
    streams: int = STREAMS
    paths: Paths | None = None
    home: Path | None = None

    @property
    def state(self) -> Path:
        """The folder of the index, the log and the records of connected agents."""
        return self.index.parent

    @property
    def children(self) -> Path:
        """What the supervisor says about its processes."""
        return self.token.with_name("children.json")

    @property
    def hosts(self) -> frozenset[str]:
        """The only values of the Host header that are answered."""
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))
