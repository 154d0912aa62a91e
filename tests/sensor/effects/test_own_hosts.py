"""Hosts that the project works with are no foreign ones; those that the call itself names so are."""

from __future__ import annotations

import pytest

from sensor.effects.own_hosts import OWN_SOURCE
from sensor.effects.runs.sources import FOREIGN_INDEX, UNKNOWN_SOURCE
from tests.sensor.effects.repository import git

ORIGIN = "git@git.acme.example:web/shop.git"


@pytest.fixture
def project(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", ORIGIN)
    return tmp_path


@pytest.fixture
def flags_of(effects_of, project):
    return lambda command: {flag for effect in effects_of(command, cwd=str(project)).effects for flag in effect.flags} & {OWN_SOURCE, UNKNOWN_SOURCE, FOREIGN_INDEX}


@pytest.mark.parametrize("command", [
    "pip install --index-url https://git.acme.example/simple a",
    "pip install 'git+ssh://git@git.acme.example/web/common.git@v1'",
    "poetry add git+https://git.acme.example/web/common.git",
    "npm install --registry https://npm.acme.example @acme/ui",
    "npm install --registry=https://user:token@npm.acme.example:8443/ @acme/ui",
    "pip install -i https://pypi.org/simple --extra-index-url https://git.acme.example/simple a",
    "PIP_INDEX_URL=https://git.acme.example/simple pip install a",
    "git fetch && conda config --add channels https://git.acme.example/c",
])
def test_own(flags_of, command):
    assert flags_of(command) == {OWN_SOURCE}


@pytest.mark.parametrize("command", [
    "pip install --index-url https://pkgs.other.example/simple a",
    "pip install --index-url https://git.acme.example.other.example/simple a",
    "pip install --index-url https://notacme.example/simple a",
    "pip install --index-url https://git.acme.example@pkgs.other.example/simple a",
    "pip install --index-url 'https://pkgs.other.example?@git.acme.example/simple' a",
    "pip install --index-url 'https://pkgs.other.example#@git.acme.example/simple' a",
    "pip install --index-url 'https://pkgs.other.example\\@git.acme.example/simple' a",
    "pip install --index-url http://git.acme.example/simple a",
    "pip install --index-url https://git.acme.example/simple --extra-index-url https://pkgs.other.example/simple a",
    "pip install --index-url https://git.acme.example/simple --extra-index-url //pkgs.other.example/simple a",
    "PIP_EXTRA_INDEX_URL=https://pkgs.other.example/simple pip install -i https://git.acme.example/simple a",
    "npm install --registry https://git.acme.example git@git.other.example:x/y.git",
    "npm install --own-source --registry https://npm.other.example a",
    "git remote set-url origin https://git.other.example/x.git; pip install -i https://git.other.example/simple a",
    "git config remote.origin.url https://git.other.example/x.git; pip install -i https://git.other.example/simple a",
    "git config url.https://git.other.example/.insteadOf https://git.acme.example/; pip install 'git+https://git.acme.example/a/b.git'",
    "sed -i s/acme/other/ .git/config; pip install -i https://git.acme.example/simple a",
])
def test_foreign(flags_of, command):
    assert OWN_SOURCE not in flags_of(command)


def test_only_the_folder_of_the_session_counts(effects_of, project, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    git(other, "remote", "add", "origin", "https://git.other.example/x.git")
    effects = effects_of(f"cd {other} && pip install -i https://git.other.example/simple a", cwd=str(project)).effects
    assert not any(OWN_SOURCE in effect.flags for effect in effects)


@pytest.mark.parametrize(("name", "content", "command"), [
    (".npmrc", "@acme:registry=https://npm.tools.example/\n", "npm install --registry https://npm.tools.example @acme/ui"),
    ("pyproject.toml", '[[tool.uv.index]]\nurl = "https://pkgs.tools.example/simple"\n', "uv pip install -i https://pkgs.tools.example/simple a"),
    (".yarnrc.yml", 'npmRegistryServer: "https://npm.tools.example"\n', "yarn add --registry https://npm.tools.example a"),
    ("Gemfile", 'source "https://gems.tools.example"\n', "bundle add a --source https://gems.tools.example"),
])
def test_committed_settings(flags_of, project, name, content, command):
    (project / name).write_text(content)
    assert OWN_SOURCE not in flags_of(command), "not committed"
    git(project, "add", name)
    git(project, "commit", "-qm", "settings")
    assert flags_of(command) == {OWN_SOURCE}
    git(project, "gc", "-q")
    assert flags_of(command) == {OWN_SOURCE}, "packed"
    (project / name).write_text(content + "\n")
    assert OWN_SOURCE not in flags_of(command), "changed since"


def test_what_told_is_named(effects_of, project):
    assert effects_of("pip install -i https://git.acme.example/simple a", cwd=str(project)).relied_on == (f"{project}/.git/config",)
    assert effects_of("pip install a", cwd=str(project)).relied_on == ()
