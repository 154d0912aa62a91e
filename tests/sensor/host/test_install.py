"""The steps of an installation, with everything real but the agents; install.sh itself is run in tests/e2e."""

from __future__ import annotations

import io
import shutil
import sys
import time
from pathlib import Path

import pytest

from sensor.host import install as steps
from sensor.host.checks.agents import connected_agents
from sensor.host.files.hook_client import client_path
from sensor.host.files.launcher import launcher_path
from sensor.host.files.manifest import load_manifest
from sensor.host.files.progress import Progress
from sensor.host.files.shell_files import altered, shell_folder
from sensor.host.install import Options, Setup, install, parse_options
from sensor.host.services.background import BackgroundService
from sensor.host.services.service_plan import ServicePlan, ServiceStatus
from sensor.model.errors import HandrailError, UsageError
from sensor.model.verdicts import Mode
from sensor.paths import Paths, locate
from sensor.patterns import engines
from sensor.settings import load_settings


class StillService:
    """A service that notes what it was told and starts nothing."""

    def __init__(self, kind: str = "background", refusal: str = "") -> None:
        self.kind, self.refusal = kind, refusal
        self.told: list[str] = []

    def files(self) -> tuple[Path, ...]:
        return ()

    def install(self) -> tuple[Path, ...]:
        self.told.append("install")
        if self.refusal:
            raise HandrailError(self.refusal)
        return ()

    def start(self) -> None:
        self.told.append("start")

    def stop(self) -> None:
        self.told.append("stop")

    def restart(self) -> None:
        self.told.append("restart")

    def remove(self) -> None:
        self.told.append("remove")

    def status(self) -> ServiceStatus:
        return ServiceStatus(kind=self.kind, installed=True, running=True)


@pytest.fixture
def setup(own_home, tmp_path):
    """Make a setup below a prefix: `setup(observe=True)`."""

    prefix = tmp_path / "some where"
    paths = locate(own_home, prefix)

    def make(**options: object) -> Setup:
        chosen = Options(**{"venv": Path(sys.prefix), "prefix": prefix, "start": False, **options})
        return Setup(options=chosen, paths=paths, home=own_home, progress=Progress(io.StringIO()))

    yield make
    _stop_what_the_client_started(paths, own_home)
    shutil.rmtree(paths.run, ignore_errors=True)  # outside of tmp_path, as the path is too long for a socket


def _stop_what_the_client_started(paths: Paths, home: Path) -> None:
    """A hook that finds no sensor starts one, a moment after the test perhaps."""
    if not (paths.state / "client-start.lock").exists():
        return
    service = BackgroundService(ServicePlan(command=(), paths=paths, home=home))
    deadline = time.monotonic() + 60
    while not service.status().running and time.monotonic() < deadline:
        time.sleep(0.1)
    service.stop()


@pytest.fixture
def still(monkeypatch):
    """No process is started: the service is a `StillService`, and it answers at once."""
    service = StillService()

    class Background:
        kind = "background"

        def __new__(cls, plan):
            return service

    monkeypatch.setattr(steps, "BackgroundService", Background)
    monkeypatch.setattr(steps, "choose", lambda plan: service)
    monkeypatch.setattr(steps, "why_not", lambda plan: "There is nothing to ask")
    monkeypatch.setattr(steps, "service_for", lambda paths, home: service)
    monkeypatch.setattr(steps, "wait_until_answering", lambda socket, timeout: 0.1)
    return service


@pytest.mark.parametrize(("words", "expected"), [
    ([], {}), (["--agents", "cursor, claude-code"], {"agents": ("cursor", "claude-code")}), (["--observe", "--no-start"], {"observe": True, "start": False}),
    (["--no-service", "--prefix", "/p"], {"service": False, "prefix": Path("/p")}),
])
def test_options(words, expected):
    assert parse_options(["--venv", "/v", *words]) == Options(venv=Path("/v"), **expected)


def test_an_unknown_agent_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="unknown agent: vim") as error:
        parse_options(["--venv", "/v", "--agents", "cursor,vim"])
    assert "claude-code" in error.value.next_step


def test_installing_without_starting_makes_everything_but_hooks(setup):
    made = setup()
    assert install(made) == ()
    paths = made.paths
    for file in (launcher_path(paths), client_path(paths), paths.config_file, paths.keys / "identity.key", paths.data / "completions/handrail.bash"):
        assert file.exists(), file
    assert connected_agents(paths) == () and load_manifest(paths).service == ""
    assert load_settings(paths.config_file).mode is Mode.ENFORCE


def test_the_second_time_keeps_keys_and_configuration(setup):
    made = setup(observe=True)
    install(made)
    key, text = (made.paths.keys / "identity.key").read_bytes(), made.paths.config_file.read_text()
    install(setup())
    assert (made.paths.keys / "identity.key").read_bytes() == key and made.paths.config_file.read_text() == text
    manifest = load_manifest(made.paths)
    assert manifest.upgraded >= manifest.installed > 0


def test_the_shell_wrapper_is_put_in_only_when_it_is_wanted_and_stays_up_to_date(setup, own_home):
    install(setup())
    assert not (own_home / ".bashrc").exists() and not shell_folder(setup().paths).exists()
    assert install(setup(shell=True)) == () and "wrapper" not in str(altered(setup().paths))
    assert b"handrail shell" in (own_home / ".bashrc").read_bytes()
    (shell_folder(setup().paths) / "wrapper.bash").write_text("of an earlier version")
    install(setup())
    assert altered(setup().paths) == ()


def test_a_start_up_file_that_cannot_be_changed_is_told(setup, own_home):
    (own_home / ".bashrc").write_text("")
    (own_home / ".bashrc").chmod(0o444)
    assert install(setup(shell=True)) == ("shells",)


def test_observe_can_be_chosen_later(setup):
    install(setup())
    install(setup(observe=True))
    assert load_settings(setup().paths.config_file).mode is Mode.OBSERVE


def test_an_agent_whose_self_test_fails_is_disconnected_again(setup, still):
    """Nothing answers at the socket here, so the hooks cannot work."""
    made = setup(start=True, agents=("claude-code",))
    assert install(made) == ("claude-code",)
    assert connected_agents(made.paths) == () and not (made.home / ".claude").exists()
    assert "install" in still.told


def test_without_an_agent_the_end_says_how_one_is_connected_later(setup, still, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    made = setup(start=True)
    assert install(made) == () and not (made.home / ".claude").exists()
    said = made.progress._out.getvalue()
    assert "No coding agent was found (Claude Code, Cursor)" in said and said.index("No coding agent") < said.index("nothing is protected yet") and "hooks install" in said


def test_where_nothing_keeps_it_running_a_sentence_says_so(setup, still, monkeypatch):
    monkeypatch.setattr(steps, "self_test", lambda hook, paths, mode, nonce: "tested")
    made = setup(start=True)
    install(made)
    assert "There is nothing to ask. So Handrail runs in the background" in made.progress._out.getvalue()
    asked_for = setup(start=True, service=False)
    install(asked_for)
    assert "nothing to ask" not in asked_for.progress._out.getvalue()


def test_a_service_manager_that_refuses_is_replaced_by_a_background_process(setup, still, monkeypatch):
    monkeypatch.setattr(steps, "self_test", lambda hook, paths, mode, nonce: "tested")
    refusing = StillService("systemd", "systemctl: Unit handrail.service is masked.")
    monkeypatch.setattr(steps, "choose", lambda plan: refusing)
    made = setup(start=True)
    assert install(made) == ()
    assert "handrail.service is masked. So Handrail runs in the background" in made.progress._out.getvalue()
    assert refusing.told == ["stop", "install", "remove"] and still.told == ["stop", "install", "start"]
    assert load_manifest(made.paths).service == "background"


def test_broken_settings_of_one_agent_leave_the_other_its_turn(setup, still, monkeypatch):
    monkeypatch.setattr(steps, "self_test", lambda hook, paths, mode, nonce: "tested")
    made = setup(start=True, agents=("claude-code", "cursor"))
    (made.home / ".claude").mkdir()
    (made.home / ".claude/settings.json").write_text("{")
    assert install(made) == ("claude-code",)
    assert [one.agent for one in connected_agents(made.paths)] == ["cursor"]


def test_a_version_that_does_not_start_gives_way_to_the_earlier_one(setup, still, monkeypatch, tmp_path):
    made = setup()
    install(made)

    def never(socket: Path, timeout: float) -> float:
        raise HandrailError("no answer")

    monkeypatch.setattr(steps, "wait_until_answering", never)
    monkeypatch.setattr(steps, "place_client", lambda paths: None)
    monkeypatch.setattr(steps, "write_completions", lambda paths, launcher: ())
    with pytest.raises(HandrailError, match="no answer"):
        install(setup(start=True, venv=tmp_path / "broken"))
    assert made.paths.venv.resolve() == Path(sys.prefix).resolve() and still.told[-1] == "restart"


def test_the_audit_is_asked_for_once_everything_is_connected(setup, still, monkeypatch):
    asked = []
    monkeypatch.setattr(steps, "self_test", lambda hook, paths, mode, nonce: asked.append("self-test") or "tested")
    monkeypatch.setattr(steps, "ask", lambda socket, op: asked.append(op) or {"rules": {"engine": "re2"}})
    install(setup(agents=("claude-code",)))
    assert asked == []
    install(setup(start=True, agents=("claude-code",)))
    assert asked[-2:] == ["self-test", "posture.look"]


def test_old_environments_go_and_the_one_in_use_stays(setup):
    made = setup()
    install(made)
    folder = made.paths.data / "venvs"
    (folder / "old").mkdir(parents=True)
    install(setup())
    assert not (folder / "old").exists() and made.paths.venv.exists()


def test_what_the_rules_are_looked_for_with_is_said(live, tmp_path):
    assert steps._engine(live.paths.socket).startswith(f", rules ready ({engines.available()[0]}")  # words may still be compiled beside it
    assert steps._engine(tmp_path / "nobody") == ""
