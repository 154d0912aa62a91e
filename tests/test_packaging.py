"""What is shipped: the wheel holds every file the program reads, the locks cover what setup.cfg asks for."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "sensor", "hooks", "web", "rules")
DATA_SUFFIXES = {".yaml", ".c", ".h", ".html", ".css", ".js", ".svg", ".json", ".service", ".socket", ".py"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """Names in the wheel, built from a copy because building writes into its source folder."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (file,) = out.glob("handrail-*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_every_data_file_is_in_the_wheel(wheel):
    shipped = {
        str(path.relative_to(ROOT)) for package in ("sensor", "hooks", "web", "rules") for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix in DATA_SUFFIXES
    }
    missing = sorted(shipped - wheel)
    assert not missing, "\n".join(missing)


def test_nothing_else_is_in_the_wheel(wheel):
    strangers = [name for name in wheel if not name.startswith(("sensor/", "hooks/", "web/", "rules/", "handrail-"))]
    assert not strangers


def locked(name: str) -> set[str]:
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    return {match.lower().replace("_", "-").replace(".", "-") for match in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@pytest.mark.parametrize(("file", "section", "key"), [
    ("requirements.lock", "options", "install_requires"),
    ("requirements-test.lock", "options", "install_requires"),
    ("requirements-test.lock", "options.extras_require", "test"),
])
def test_locks_cover_what_is_asked_for(file, section, key):
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    asked = {re.split(r"[<>=!;\s\[]", line.strip(), maxsplit=1)[0].lower().replace("_", "-").replace(".", "-") for line in setup[section][key].strip().splitlines()}
    assert asked <= locked(file), f"run packaging/lock.sh: {asked - locked(file)}"


def test_every_locked_package_has_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z])", text.strip()):
            assert "--hash=sha256:" in block, block[:60]
