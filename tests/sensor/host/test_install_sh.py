"""install.sh before it installs anything: options, refusals, its own idea of the data folder. The rest is in tests/e2e."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sensor.host.files.progress import Progress
from sensor.host.install import Options, Setup, install
from sensor.paths import locate

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def script(own_home):
    """Run install.sh in an empty HOME: `script("--yes", XDG_DATA_HOME=...)`."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        base = {"HOME": str(own_home), "PATH": "/usr/bin:/bin", "HANDRAIL_PYTHON": sys.executable}
        return subprocess.run(["sh", str(ROOT / "install.sh"), *words], env={**base, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              timeout=60, check=False)

    return run


def test_help_names_every_option_and_changes_nothing(script, own_home):
    done = script("--help")
    assert done.returncode == 0 and list(own_home.iterdir()) == []
    for option in ("--observe", "--agents", "--no-service", "--prefix", "--wheels", "--yes", "--uninstall"):
        assert option in done.stdout


@pytest.mark.parametrize("words", [("--obserev",), ("--agents",), ("--prefix",), ("extra",)])
def test_mistakes_are_refused_before_anything_is_changed(script, own_home, words):
    done = script(*words)
    assert done.returncode == 2 and "usage:" in done.stderr and list(own_home.iterdir()) == []


def test_no_python_is_said_with_the_next_step(script, own_home, tmp_path):
    """Only a python that is too old can be found."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    text = (ROOT / "install.sh").read_text().replace("set -- /usr/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3", "set --").replace(
        "python3 python3.14 python3.13 python3.12 python3.11 python3.10", str(old))
    copy = tmp_path / "install.sh"
    copy.write_text(text)
    done = subprocess.run(["sh", str(copy), "--yes"], env={"HOME": str(own_home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and "No Python 3.10" in done.stderr and "HANDRAIL_PYTHON" in done.stderr
    assert list(own_home.iterdir()) == []


def test_a_python_that_was_chosen_is_the_only_candidate(script, own_home):
    done = script("--yes", HANDRAIL_PYTHON="/nowhere/python3")
    assert done.returncode == 3 and "HANDRAIL_PYTHON is /nowhere/python3" in done.stderr and list(own_home.iterdir()) == []


def test_a_python_that_is_too_old_is_named(script, own_home, tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\ncase $3 in *_base_executable*) exit 1 ;; esac\necho 3.9\n")
    old.chmod(0o755)
    copy = tmp_path / "install.sh"
    copy.write_text((ROOT / "install.sh").read_text().replace("set -- /usr/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3 python3 python3.14", "set -- python3").replace(
        "python3.13 python3.12 python3.11 python3.10", ""))
    done = subprocess.run(["sh", str(copy), "--yes"], env={"HOME": str(own_home), "PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and "(python3 is 3.9)" in done.stderr


@pytest.mark.parametrize(("words", "chosen"), [("python3 python3.14", "python3.14"), ("python3", "python3")])
def test_a_python_newer_than_the_wheels_is_the_last_choice_and_is_said(own_home, tmp_path, words, chosen):
    """Stand-ins: `python3` says that it is 3.15, and cannot make an environment."""
    fake = "#!/bin/sh\ncase $3 in *_base_executable*) [ {version} -le $4 ] && echo {path} ;; *wheels*) echo ' too new' ;; *) exit {code} ;; esac\n"
    for name, version in (("python3", 15), ("python3.14", 14)):
        (tmp_path / name).write_text(fake.format(version=version, path=tmp_path / name, code=0))
        (tmp_path / name).chmod(0o755)
    text = (ROOT / "install.sh").read_text()
    copy = tmp_path / "install.sh"
    copy.write_text(re.sub("set -- /usr/bin/python3 .*", f"set -- {words}", text))
    done = subprocess.run(["sh", str(copy), "--yes"], env={"HOME": str(own_home), "PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and f"newer: {tmp_path}/{chosen}\n" in done.stdout
    assert "give the wheels with --wheels DIR. too new" in done.stderr


def test_a_library_without_a_wheel_is_explained_by_the_python(own_home, tmp_path):
    """install.sh believes that wheels end before this Python, and finds none in an empty folder."""
    copy = tmp_path / "install.sh"
    copy.write_text((ROOT / "install.sh").read_text().replace("NEWEST_WHEELS=14", "NEWEST_WHEELS=9"))
    (tmp_path / "packaging").symlink_to(ROOT / "packaging")
    (tmp_path / "none").mkdir()
    done = subprocess.run(["sh", str(copy), "--yes", "--wheels", str(tmp_path / "none")], env={"HOME": str(own_home), "PATH": "/usr/bin:/bin", "HANDRAIL_PYTHON": sys.executable},
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3 and f"Python 3.{sys.version_info[1]} is newer than the wheels of some libraries: install python3.9" in done.stderr


def test_a_folder_that_cannot_be_made_is_said(script, own_home):
    (own_home / "taken").write_text("")
    done = script("--yes", "--prefix", str(own_home / "taken"))
    assert done.returncode == 3 and f"{own_home}/taken/data cannot be written: mkdir" in done.stderr and "--prefix" in done.stderr


def test_a_disk_without_room_is_said_before_anything_is_unpacked(script, own_home, tmp_path):
    """`df` is a stand-in: it says that 120 MB are free."""
    (tmp_path / "df").write_text("#!/bin/sh\necho Filesystem\necho /dev/x 1000000 877120 122880 88% /\n")
    (tmp_path / "df").chmod(0o755)
    done = script("--yes", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 3 and "Only 120 MB are free" in done.stderr
    assert not list((locate(own_home).data / "venvs").iterdir())


def at_terminal(own_home, typed, *words, question=b"[Y/n] "):
    """What install.sh says to a person who types `typed`, and its exit code."""
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(["sh", str(ROOT / "install.sh"), *words], env={"HOME": str(own_home), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
                          stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True) as process:
        os.close(terminal)
        said = b""
        while not said.endswith(question):
            said += os.read(keyboard, 4096)
        os.write(keyboard, typed)
        with contextlib.suppress(OSError):  # what Linux says at the end
            while data := os.read(keyboard, 4096):
                said += data
        code = process.wait(60)
    os.close(keyboard)
    return said.decode().replace("\r\n", "\n"), code


@pytest.mark.parametrize("typed", [b"\x04", b"n\n"])
def test_no_answer_and_a_no_change_nothing_and_say_so(own_home, typed):
    said, code = at_terminal(own_home, typed)
    assert code == 1 and said.endswith("\nNothing was changed.\n") and list(own_home.iterdir()) == []


def test_the_line_that_undoes_it_names_the_prefix(own_home):
    said, _ = at_terminal(own_home, b"n\n", "--prefix", f"{own_home}/it's mine")
    line = next(line for line in said.splitlines() if "undo everything with: " in line)
    assert shlex.split(line.partition("undo everything with: ")[2])[1:] == ["--prefix", f"{own_home}/it's mine", "--uninstall"]


@pytest.fixture
def installed(own_home):
    """An installation below a prefix, not started, whose program is this checkout."""
    with tempfile.TemporaryDirectory(prefix="hr-") as prefix:  # short, so that the folder for sockets lies in it
        paths, venv = locate(own_home, Path(prefix)), Path(prefix) / "data/venvs/1"
        (venv / "bin").mkdir(parents=True)
        (venv / "bin/python").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        (venv / "bin/python").chmod(0o700)
        install(Setup(options=Options(venv=venv, prefix=Path(prefix), start=False), paths=paths, home=own_home, progress=Progress(io.StringIO())))
        yield paths


def test_uninstalling_asks_and_a_no_changes_nothing(own_home, installed):
    said, code = at_terminal(own_home, b"n\n", "--uninstall", "--prefix", str(installed.data.parent), question=b"[y/N]: ")
    assert code == 1 and "Nothing was changed." in said and installed.config_file.exists()


def test_uninstalling_without_a_terminal_wants_a_yes(script, installed):
    words = ("--uninstall", "--prefix", str(installed.data.parent))
    done = script(*words)
    assert done.returncode == 2 and "--yes" in done.stderr and installed.config_file.exists()
    done = script(*words, "--yes")
    assert done.returncode == 0 and "Handrail is removed." in done.stdout and not installed.data.exists()


def test_home_must_be_known(script):
    done = script("--yes", HOME="relative")
    assert done.returncode == 3 and "HOME" in done.stderr


@pytest.mark.parametrize("place", ["", "XDG_DATA_HOME", "prefix"])
def test_its_data_folder_is_the_one_of_the_program(script, own_home, tmp_path, monkeypatch, place):
    """`--uninstall` names the folder it looks into."""
    chosen = tmp_path / "data of mine"
    environment, words, prefix = {}, ("--uninstall",), None
    if place == "XDG_DATA_HOME":
        environment = {place: str(chosen)}
        monkeypatch.setenv(place, str(chosen))
    elif place == "prefix":
        words, prefix = ("--uninstall", "--prefix", str(chosen)), chosen
    done = script(*words, **environment)
    assert done.returncode == 3 and f"not installed in {locate(own_home, prefix).data}." in done.stderr


@pytest.mark.parametrize("name", [b"a\nb", b"a\n", b"w\xff"])
def test_a_home_that_no_record_can_name_is_refused_before_anything_is_changed(script, own_home, name):
    home = os.fsencode(own_home) + b"/" + name
    os.mkdir(home)
    done = script("--yes", "--no-start", "--wheels", "/nowhere", HOME=os.fsdecode(home))
    assert done.returncode == 3 and "line break or is not UTF-8" in done.stderr and os.listdir(home) == []


def test_two_at_once_are_refused(script, own_home):
    lock = locate(own_home).data / "installing"
    lock.mkdir(parents=True)
    (lock / "pid").write_text(str(os.getpid()))
    done = script("--yes")
    assert done.returncode == 3 and f"process {os.getpid()}" in done.stderr
    assert (lock / "pid").read_text() == str(os.getpid())


def test_a_failing_step_shows_its_output_and_leaves_no_environment(script, own_home, tmp_path):
    """No wheel is in the folder, so the second step fails."""
    (tmp_path / "empty").mkdir()
    done = script("--yes", "--wheels", str(tmp_path / "empty"))
    data = locate(own_home).data
    assert done.returncode == 3 and "Locked dependencies failed" in done.stderr and "--wheels" in done.stderr
    assert list((data / "venvs").iterdir()) == [] and not (data / "installing").exists()


def test_modules_of_the_working_folder_are_not_run(script, own_home, tmp_path, monkeypatch):
    """An upgrade may be started in a project: what an agent wrote there is no part of the installation."""
    for name in ("pip", "json"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    done = script("--yes", "--wheels", str(tmp_path / "empty"), PYTHONPATH=str(tmp_path))
    assert "Locked dependencies failed" in done.stderr and not (tmp_path / "ran").exists()
