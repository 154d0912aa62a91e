"""`handrail anchor` on a real log: files, a git remote, and a log that was put back."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.paths import locate, make_private
from tests.sensor.audit.authority import Authority, Served, make, needs_openssl
from tests.sensor.cli.conftest import Terminal


def write(paths, count):
    make_private(paths.state)
    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, reserve_bytes=0)).journal
    for number in range(count):
        journal.append(draft_heartbeat(f"n{number}"))
    journal.close()


@pytest.fixture
def paths(tmp_path):
    found = locate(tmp_path, tmp_path / "p")
    write(found, 3)
    return found


@pytest.fixture
def shell(paths, tmp_path):
    return Terminal(tmp_path / "p")


@pytest.fixture
def remote(tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "remote.git")], check=True)
    return str(tmp_path / "remote.git")


def states(shell, *words):
    result = shell.run("anchor", "push", "--json", *words)
    return result.exit_code, [one["state"] for one in json.loads(result.output)["anchors"]]


def test_files_and_remotes_get_the_checkpoint_once(shell, paths, remote, tmp_path):
    kept = str(tmp_path / "kept.txt")
    assert states(shell, "--file", kept, "--git", remote) == (0, ["kept", "kept"])
    assert states(shell, "--file", kept, "--git", remote) == (0, ["known", "known"])
    write(paths, 2)
    assert states(shell, "--file", kept, "--git", remote) == (0, ["kept", "kept"])
    notes = tmp_path / "notes.txt"
    assert shell.json("anchor", "fetch", "--git", remote, "--out", str(notes))["notes"] == 2
    shown = json.loads(shell.run("verify", "--anchor", str(notes), "--json").output)
    assert shown["outcome"] == "verified" and sum(one["name"] == "notes.txt" for one in shown["anchors"]) == 2


def test_the_settings_name_the_anchors(shell, paths, remote, tmp_path):
    make_private(paths.config)
    paths.config_file.write_text(f"audit:\n  anchor-files: [{tmp_path}/kept.txt]\n  anchor-git: ['{remote}']\n")
    assert states(shell) == (0, ["kept", "kept"])


def test_a_state_folder_put_back_whole_is_convicted_by_the_remote(shell, paths, remote, tmp_path):
    shutil.copytree(paths.state, tmp_path / "old")
    write(paths, 4)
    assert states(shell, "--git", remote) == (0, ["kept"])
    shutil.rmtree(paths.state)
    shutil.copytree(tmp_path / "old", paths.state)
    assert states(shell, "--git", remote) == (1, ["conflict"])
    notes = tmp_path / "notes.txt"
    shell.ok("anchor", "fetch", "--git", remote, "--out", str(notes))
    assert shell.run("verify", "--anchor", str(notes)).exit_code == 1 and shell.run("verify").exit_code == 0


def test_notes_that_cannot_be_written_are_an_error(shell, remote, tmp_path):
    error = shell.error("anchor", "fetch", "--git", remote, "--out", str(tmp_path / "none" / "n"))
    assert error.exit_code == 2 and "No such file" in error.message and "Errno" not in error.message


def test_an_anchor_that_is_away_keeps_no_other_from_its_turn(shell, tmp_path):
    assert states(shell, "--file", str(tmp_path / "none" / "x"), "--file", str(tmp_path / "kept.txt")) == (3, ["away", "kept"])
    assert (tmp_path / "kept.txt").exists()


def test_nothing_to_push(tmp_path):
    assert "handrail run" in Terminal(tmp_path / "empty").error("anchor", "push").next_step


@needs_openssl
def test_a_timestamp_authority_is_asked_and_its_token_verified_offline(shell, paths, tmp_path):
    root = make("root")
    (tmp_path / "ca.pem").write_bytes(root.pem)
    make_private(paths.config)
    with Served(Authority(tmp_path / "tsa", make("tsa", root), (root,)).reply) as served:
        words = ("--tsa", served.url, "--tsa-ca", str(tmp_path / "ca.pem"))
        assert states(shell, *words) == (0, ["kept"]) and states(shell, *words) == (0, ["known"])
        paths.config_file.write_text(f"audit:\n  anchor-tsa: ['{served.url}']\n  tsa-ca: {tmp_path}/ca.pem\n")
        write(paths, 2)
        assert states(shell, "--due") == (0, []) and states(shell) == (0, ["kept"])
        assert len(served.requests) == 2
    shown = json.loads(shell.run("verify", "--json").output)
    assert shown["outcome"] == "verified" and sum("timestamp of CN=tsa" in one["name"] for one in shown["anchors"]) == 2
    assert shell.run("verify", "--tsa-ca", str(tmp_path / "ca.pem")).exit_code == 0
    assert states(shell)[0] == 0  # the newest checkpoint is stamped already: the authority that is away now is not needed
    write(paths, 1)
    assert states(shell) == (3, ["away"])


@needs_openssl
def test_an_authority_with_another_root_is_refused(shell, paths, tmp_path):
    (tmp_path / "ca.pem").write_bytes(make("root").pem)
    root = make("another")
    with Served(Authority(tmp_path / "tsa", make("tsa", root), (root,)).reply) as served:
        assert states(shell, "--tsa", served.url, "--tsa-ca", str(tmp_path / "ca.pem")) == (3, ["refused"])
        assert "--tsa-ca" in shell.error("anchor", "push", "--tsa", served.url).next_step
    assert "https" in shell.error("anchor", "push", "--tsa", "http://tsa.example.com/", "--tsa-ca", str(tmp_path / "ca.pem")).next_step
