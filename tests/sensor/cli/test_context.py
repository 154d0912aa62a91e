import click
import pytest
from click.testing import CliRunner

from sensor.ask import SensorAway
from sensor.cli.context import Installation, json_option, who


def test_an_installation_keeps_everything_below_its_prefix(tmp_path):
    installation = Installation(tmp_path)
    assert installation.paths.config.is_relative_to(tmp_path) and installation.paths.socket.is_relative_to(tmp_path)
    with pytest.raises(SensorAway):
        installation.ask("ping")


def test_json_option_hands_over_a_printer():
    @click.command()
    @json_option
    def command(printer):
        """Say something."""
        if not printer.result({"x": 1}):
            printer.line("x is 1")

    run = CliRunner().invoke
    assert run(command, []).output == "x is 1\n" and '"x": 1' in run(command, ["--json"]).output
    assert command.help == "Say something."


@pytest.mark.parametrize(("environment", "name"), [
    ({"USER": "sam"}, "sam"), ({"SUDO_USER": "kim", "USER": "root"}, "kim"), ({"LOGNAME": "lee"}, "lee"),
])
def test_who_answers(monkeypatch, environment, name):
    for variable in ("SUDO_USER", "USER", "LOGNAME"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert who() == name


def test_without_any_name_the_number_is_given(monkeypatch):
    for variable in ("SUDO_USER", "USER", "LOGNAME"):
        monkeypatch.delenv(variable, raising=False)
    assert who().startswith("uid ")
