"""Area HOST: rights on this machine."""

from __future__ import annotations

import pytest

from sensor.host.machine.file_facts import FileFact
from sensor.posture.context import Running
from sensor.posture.host_checks import HOST
from tests.sensor.posture.machine import Machine, Rows, hold, names


def runs_as(uid: int):
    return lambda machine: {"running": (Running(agent="cursor", pid=7, words=("cursor",), uid=uid, age_s=1.0),)}


def unseen(name: str):
    def change(machine: Machine) -> dict[str, object]:
        path = str(machine.home / name) if name else str(machine.home)
        return {"facts": {**machine.context().facts, path: FileFact(path=path, problem="cannot be used: Permission denied")}}

    return change


ROWS: Rows = [
    ("HOST-01", "fail", runs_as(0)),
    ("HOST-01", "near", runs_as(1000)),
    ("HOST-02", "fail", lambda machine: machine.home.chmod(0o775)),
    ("HOST-02", "near", lambda machine: machine.home.chmod(0o755)),
    ("HOST-03", "fail", lambda machine: machine.write(".ssh/id_ed25519", "x", 0o644)),
    ("HOST-03", "near", lambda machine: machine.write(".ssh/id_ed25519", "x", 0o400)),
    ("HOST-03", "near: a public key", lambda machine: (machine.write(".ssh/id_ed25519.pub", "x", 0o644), machine.write(".netrc", "x", 0o600))),
    ("HOST-05", "fail", lambda machine: {"ptrace_scope": 0}),
    ("HOST-05", "near", lambda machine: {"ptrace_scope": 2}),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == {check.id for check in HOST} == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


@pytest.mark.parametrize(("check_id", "name"), [("HOST-02", ""), ("HOST-03", ".netrc")])
def test_what_cannot_be_looked_at_is_unknown(machine, check_id, name):
    assert machine.states(check_id, unseen(name)) == {"unknown"}
