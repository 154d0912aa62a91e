"""What is shipped: the wheel holds every file the program reads, the locks cover what setup.cfg asks for."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.hooks.harness import zig_environment

pytestmark = pytest.mark.timeout(400)  # the cross-compiler builds its C libraries at its first use
ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE", "install.sh", "docs", "packaging", "sensor", "hooks", "web", "rules",
)
DATA_SUFFIXES = {".yaml", ".c", ".h", ".html", ".css", ".js", ".svg", ".json", ".service", ".socket", ".py", ".sh", ".bash", ".zsh", ".fish", ".tsv"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The source folder, copied because building writes into it."""
    folder = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(copy, release, tmp_path_factory) -> set[str]:
    """Names in the wheel."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (file,) = out.glob("handrail-*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist(copy, release, tmp_path_factory) -> set[str]:
    """Names in the source archive, below its one folder."""
    out = tmp_path_factory.mktemp("dist")
    program = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", program, str(out)], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (file,) = out.glob("handrail-*.tar.gz")
    with tarfile.open(file) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def data_files(folders: tuple[str, ...]) -> set[str]:
    return {
        str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix in DATA_SUFFIXES
    }


def test_every_data_file_is_in_the_wheel(wheel):
    missing = sorted(data_files(("sensor", "hooks", "web", "rules")) - wheel)
    assert not missing, "\n".join(missing)


def test_the_source_archive_can_be_installed_from(sdist):
    wanted = data_files(("sensor", "hooks", "web", "rules")) | {"install.sh", "LICENSE", "README.md", "CHANGELOG.md", "docs/limits.md", "setup.cfg",
                                                              "packaging/requirements.lock", "packaging/build_client.sh"}
    assert not sorted(wanted - sdist)


@pytest.fixture(scope="module")
def release(copy) -> Path:
    """The folder of compiled clients that packaging/build.sh puts into the source folder before it builds."""
    folder = copy / "hooks/prebuilt"
    done = subprocess.run(["sh", copy / "packaging/build_prebuilt.sh", folder], env=zig_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_release_brings_the_client_for_every_machine(release, wheel, sdist):
    kinds = {
        "linux-x86_64": (b"\x7fELF\x02\x01", b"\x3e\x00"), "linux-aarch64": (b"\x7fELF\x02\x01", b"\xb7\x00"),
        "darwin-x86_64": (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", b""), "darwin-arm64": (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01", b""),
    }
    clients = {file.name.removeprefix("handrail-hook-"): file.read_bytes() for file in release.iterdir()}
    assert clients.keys() == kinds.keys()
    for name, (magic, machine) in kinds.items():
        body = clients[name]
        assert body.startswith(magic) and body[18:20].startswith(machine) and len(body) < 100_000, name
        assert str(ROOT).encode() not in body and b"ziglang" not in body, f"{name} names the folders of whoever built it"
        assert "darwin" in name or b"/ld-" not in body, f"{name} is not static"
    assert {f"hooks/prebuilt/handrail-hook-{name}" for name in kinds} <= wheel & sdist


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
