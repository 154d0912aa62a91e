"""The command line against a real sensor, in this process."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from sensor.cli.main import cli
from sensor.model.errors import HandrailError
from sensor.paths import Paths, locate, make_private


def _counted_moments(value, path="$"):
    """Places of numbers that can only be a time of our days, in seconds or in microseconds."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _counted_moments(one, f"{path}.{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _counted_moments(one, f"{path}[{number}]")
    elif isinstance(value, (int, float)) and (1.5e9 < value < 2.5e9 or 1.5e15 < value < 2.5e15):
        yield path


class Terminal:
    """Runs `handrail --prefix PREFIX ...`. Errors of ours come back as (message, next step), as `main` prints them."""

    def __init__(self, prefix) -> None:
        self.prefix = prefix

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, ["--prefix", str(self.prefix), *words], terminal_width=200)

    def ok(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.output

    def json(self, *words: str) -> dict:
        end = words.index("--") if "--" in words else len(words)
        value = json.loads(self.ok(*words[:end], "--json", *words[end:]))
        assert value["schema_version"] == 1 and not list(_counted_moments(value))
        return value

    def error(self, *words: str) -> HandrailError:
        result = self.run(*words)
        assert isinstance(result.exception, HandrailError), (words, result.output, result.exception)
        return result.exception


@pytest.fixture
def terminal(live) -> Terminal:
    """A terminal beside the module's running sensor."""
    return Terminal(live.prefix)


@pytest.fixture
def idle_terminal(warm_paths, tmp_path) -> Terminal:
    """A terminal of an installation in which nothing runs."""
    return Terminal(tmp_path / "p")


@pytest.fixture
def terminal_of():
    """Make a terminal of the installation below a prefix."""
    return Terminal


@pytest.fixture
def paths(tmp_path) -> Paths:
    """The folders of an installation in which nothing runs."""
    paths = locate(tmp_path, tmp_path / "p")
    for folder in (paths.config, paths.state):
        make_private(folder)
    return paths


@pytest.fixture
def bare(paths, tmp_path) -> Terminal:
    """A terminal of an installation without a client."""
    return Terminal(tmp_path / "p")
