"""A dashboard over a generated record with a real fake sensor behind its socket."""

from __future__ import annotations

import datetime
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sensor.paths import locate
from sensor.store.indexer import IndexerConfig, rebuild
from web.app import create_app
from web.config import WebConfig
from web.tokens import create_token

PORT = 4870
HOST = f"127.0.0.1:{PORT}"


def _load(name: str):
    """A module beside this file; tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def dataset():
    """The generator of records."""
    return _load("dataset")


@pytest.fixture
def deployment():
    """A result of the daily audit."""
    return _load("deployment")


@pytest.fixture
def browsing():
    """Server process and browser."""
    return _load("browsing")


@pytest.fixture(scope="session")
def record_folder():
    """`log/` and `index.db` of one generated day, made once; read only."""
    dataset = _load("dataset")
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        root = Path(folder)
        story = dataset.tell(root / "log", datetime.datetime.fromtimestamp(time.time(), dataset.UTC), 300)
        dataset.files(story, dataset.SESSION)
        story.close()
        rebuild(IndexerConfig(log=root / "log", index=root / "index.db", wakeup=root / "w"))
        dataset.pin(root, time.time())
        yield root


@pytest.fixture
def run():
    """A folder with a short name, for sockets."""
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        yield Path(folder)


@pytest.fixture
def sensor(run, dataset):
    """The fake sensor at `<run>/s.sock`."""
    fake = dataset.FakeSensor(run / "s.sock", time.time())
    yield fake
    fake.close()


@pytest.fixture
def config(record_folder, run):
    """The dashboard's configuration over the generated record."""
    return WebConfig(
        port=PORT, index=record_folder / "index.db", log=record_folder / "log", keys=record_folder / "keys", socket=run / "s.sock",
        token=run / "web.token", cookie="handrail_test0123", user="dev", version="0.1.0",
        paths=locate(run, run / "p"), home=run / "home",
    )


class Visitor:
    """A browser's requests: right Host, and Origin with every change, unless a test says otherwise."""

    def __init__(self, app, config: WebConfig) -> None:
        self.app, self.config = app, config
        self.client = app.test_client()

    def get(self, path: str, **headers: str):
        return self.client.get(path, headers={"Host": HOST, **_names(headers)})

    def post(self, path: str, form: dict[str, str] | None = None, *, json: object = None, csrf: str | None = None, **headers: str):
        token = self.csrf() if csrf is None else csrf
        own = {"Host": HOST, "Origin": f"http://{HOST}", **_names(headers)}
        if json is not None:
            return self.client.post(path, json=json, headers={"X-CSRF-Token": token, **own})
        return self.client.post(path, data={"csrf": token, **(form or {})}, headers=own)

    def log_in(self) -> Visitor:
        token = create_token(self.config.token, time.time())
        answer = self.post("/login", {"token": token}, csrf="")
        assert answer.status_code == 303 and answer.headers["Location"] == "/"
        return self

    def csrf(self) -> str:
        login = self.app.extensions["handrail"].logins
        cookie = self.client.get_cookie(self.config.cookie, domain=HOST.split(":")[0])
        found = login.find(cookie.value) if cookie else None
        return found.csrf if found else ""


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def visitor(config, monkeypatch):
    """Somebody who is not logged in, on a machine where no agent runs: what else runs while we test is not part of a page."""
    monkeypatch.setattr("web.connections.running_agents", lambda home: ())
    return Visitor(create_app(config), config)


@pytest.fixture
def person(visitor, sensor):
    """Somebody who is, with a sensor that runs."""
    return visitor.log_in()
