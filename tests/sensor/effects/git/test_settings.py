"""Settings of git that a call gives, sets or finds."""

from __future__ import annotations

import pytest

from sensor.effects.git.settings import parse_settings
from sensor.model.effects import Surroundings


def _flags(effects):
    return {flag for effect in effects.effects if effect.subcommand == ("push",) for flag in effect.flags}


@pytest.mark.parametrize("command", [
    "git config alias.p 'push --force' && git p", "git -c alias.p='push -f' p", "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=alias.p GIT_CONFIG_VALUE_0='push -f' git p",
    "git config alias.p push; git p --force", "git config alias.p '!git push' && git p --force", "git -c remote.origin.push=+HEAD:main push", "git config --add remote.origin.push '+refs/heads/*:refs/heads/*'; git push",
    "git send-pack --force origin main", "git push origin --forc",
])
def test_a_push_is_forced(effects_of, command):
    assert "force" in _flags(effects_of(command))


@pytest.mark.parametrize("command", ["git config alias.p push && git p", "git config alias.q 'push --force' && git p", "git -c remote.origin.push=HEAD:main push", "git -c remote.origin.mirror=false push", "git config alias.p 'push -f'"])
def test_a_push_is_an_ordinary_one(effects_of, command):
    assert not _flags(effects_of(command)) & {"force", "mirror"}


def test_a_mirror_is_set(effects_of):
    assert "mirror" in _flags(effects_of("git config remote.origin.mirror true && git push"))


def test_an_alias_of_the_repository_is_run(effects_of, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text('[alias]\n\tyolo = push --force\n[remote "o"]\n\turl = x\n')
    assert "force" in _flags(effects_of("git yolo", cwd=str(tmp_path), around=Surroundings(home="/home/dev")))


def test_an_alias_that_means_itself_ends(effects_of):
    assert not effects_of("git config alias.p p && git p").exhausted


def test_a_file_is_read_by_sections():
    assert parse_settings('[core]\n\tbare = false\n# a\n[remote "My.o"]\n\tURL = "u"\n\tmirror\n') == {"core.bare": "false", "remote.My.o.url": "u", "remote.My.o.mirror": "true"}
