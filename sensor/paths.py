"""Where Handrail keeps what: the one place that knows the folders of an installation, and how private ones and their files are made.

    <config>  config.yaml, rules.d/           (platformdirs user_config_dir)
    <state>   log/, keys/, spool/, index.db   (platformdirs user_state_dir)
    <run>     <state>/run: sensor.sock, web.token, indexer.sock

The run folder lies below the state folder, not in XDG_RUNTIME_DIR: it must be the same for a login session, a service
and a container, and two home folders of one user must not share a socket. Where that path is too long for a unix
socket, a 0700 folder in the temporary directory named after its hash is used.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import msgspec
import platformdirs

from sensor.model.errors import HandrailError

MAX_SOCKET_PATH = 100


class Paths(msgspec.Struct, frozen=True):
    """The folders of one installation; all absolute."""

    config: Path
    state: Path
    run: Path
    data: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.yaml"

    @property
    def policy_file(self) -> Path:
        """Rights of agents; see `sensor.access.policy`."""
        return self.config / "policy.yaml"

    @property
    def user_rules(self) -> Path:
        return self.config / "rules.d"

    @property
    def socket(self) -> Path:
        return self.run / "sensor.sock"

    @property
    def index_wakeup(self) -> Path:
        return self.run / "indexer.sock"

    @property
    def model_lines(self) -> Path:
        return self.run / "model.sock"

    @property
    def web_token(self) -> Path:
        return self.run / "web.token"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def spool(self) -> Path:
        return self.state / "spool"

    @property
    def index(self) -> Path:
        return self.state / "index.db"

    @property
    def cache(self) -> Path:
        return self.state / "cache"

    @property
    def client_policy(self) -> Path:
        """Mode and notices for the hook client when the sensor is away; written by the sensor only."""
        return self.state / "client-policy.json"

    @property
    def last_audit(self) -> Path:
        """What the daily audit found; written by the sensor only."""
        return self.state / "posture.json"

    @property
    def venv(self) -> Path:
        return self.data / "venv"

    @property
    def bin(self) -> Path:
        """Launcher, hook client and its `handrail-hook.conf`."""
        return self.data / "bin"

    def protected(self) -> tuple[str, ...]:
        """Every folder that tool calls may not touch."""
        return tuple(sorted({os.path.realpath(path) for path in (self.config, self.state, self.run, self.data)}))


def locate(home: Path, prefix: Path | None = None) -> Paths:
    """The folders of the installation below `home`, or wholly below `prefix` when one was chosen at installation."""
    if prefix is not None:
        config, state, data = prefix / "config", prefix / "state", prefix / "data"
    else:
        dirs = platformdirs.PlatformDirs("handrail", appauthor=False)
        config, state, data = (Path(dirs.user_config_dir), Path(dirs.user_state_dir), Path(dirs.user_data_dir))
        if config == data:  # macOS keeps all three below Application Support
            config, state, data = config / "config", state / "state", data / "data"
    if not home.is_absolute() or not state.is_absolute():
        raise HandrailError("HOME is not set to an absolute path", next_step="Set HOME, or choose a folder with --prefix.")
    return Paths(config=config, state=state, run=_run_folder(state), data=data)


def _run_folder(state: Path) -> Path:
    run = state / "run"
    if len(os.fsencode(run / "sensor.sock")) <= MAX_SOCKET_PATH:
        return run
    digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return Path(f"/tmp/handrail-{os.getuid()}-{digest}")


def make_private(folder: Path) -> None:
    """Create `folder` with mode 0700, or check that an existing one is ours. Raises HandrailError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = os.lstat(folder)
    if stat.S_ISLNK(facts.st_mode) or not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise HandrailError(f"{folder} is not a folder of this user", next_step="Move it away and start again.")
    if facts.st_mode & 0o077:
        folder.chmod(0o700)


def replace_private(file: Path, data: bytes, durable: bool = False) -> None:
    """Write `data` as a whole, mode 0600: who reads sees the old file or the new one. `durable` = on the disk before it returns. Raises OSError."""
    fresh = file.with_suffix(".tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        if durable:
            out.flush()
            os.fsync(out.fileno())
    fresh.replace(file)
