from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sensor.host.running.own_commands import (
    Options,
    daemon_command,
    own_command,
    parse_options,
    prune_command,
    push_command,
)


def test_commands_are_those_of_the_same_installation():
    assert own_command(Path("/p q"), "status") == (sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", "/p q", "status")
    assert own_command(None, "status") == (sys.executable, "-I", "-m", "sensor.cli.main", "status")
    assert push_command(None)[4:] == ("anchor", "push", "--due", "--json")
    assert prune_command(None, "2026-01-01", "/a")[4:] == ("prune", "--before", "2026-01-01", "--archive", "/a", "--prepare")
    assert daemon_command(Path("/p q"), "web") == (*daemon_command(None, "web"), "--prefix", "/p q")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="code has no columns before Python 3.11")
def test_a_process_of_ours_is_isolated_and_keeps_no_columns_and_docstrings_of_its_code():
    command = daemon_command(None, "sensor")
    assert command[:2] == (sys.executable, "-I") and command[-3:] == ("-m", "sensor.daemon", "sensor")
    code = "import shutil; print({column for _, _, column, _ in shutil.copy.__code__.co_positions()})"
    assert subprocess.run((*command[:-3], "-c", code), capture_output=True, text=True, check=True).stdout == "{None}\n"
    assert subprocess.run((*command[:-3], "-c", "import shutil; print(shutil.copy.__doc__)"), capture_output=True, text=True, check=True).stdout == "None\n"


def test_the_words_of_a_process_are_read_and_a_wrong_one_is_said_in_a_line():
    assert parse_options(["web", *daemon_command(Path("/p q"), "web")[-2:]]) == Options(process="web", prefix=Path("/p q"), fd=None)
    assert parse_options(["sensor", "--prefix", "/p", "--fd", "3"]) == Options(process="sensor", prefix=Path("/p"), fd=3)
    assert parse_options(["--prefix=/p", "web"]) == Options(process="web", prefix=Path("/p"), fd=None)
    for words in ([], ["sensor", "web"], ["other"], ["sensor", "--fd", "x"], ["sensor", "--nothing"]):
        with pytest.raises(SystemExit, match=r"^usage: "):
            parse_options(words)
