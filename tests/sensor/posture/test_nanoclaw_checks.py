"""Area NCL: the list of folders of NanoClaw."""

from __future__ import annotations

import json

import pytest

from sensor.posture.nanoclaw_checks import NCL
from sensor.posture.places import NANOCLAW
from tests.sensor.posture.machine import Rows, hold, names

GOOD = {"allowedRoots": [{"path": "~/projects", "allowReadWrite": True}], "blockedPatterns": [".ssh", ".aws", ".env"], "nonMainReadOnly": True}


def listed(mode: int = 0o600, **changes: object):
    return lambda machine: machine.write(NANOCLAW, json.dumps({**GOOD, **changes}, indent=1), mode)


def root(path: str, writes: bool = False):
    return listed(allowedRoots=[{"path": path, "allowReadWrite": writes}])


def broken(machine):
    machine.write(NANOCLAW, "{")


ROWS: Rows = [
    ("NCL-01", "fail", lambda machine: (machine.home / NANOCLAW).parent.mkdir(parents=True)),
    ("NCL-01", "unread", broken),
    ("NCL-01", "near", listed()),
    ("NCL-02", "fail", listed(nonMainReadOnly=False)),
    ("NCL-02", "near", listed()),
    ("NCL-03", "fail", root("~")),
    ("NCL-03", "fail: variable", root("$HOME/.")),
    ("NCL-03", "fail: above", root("/")),
    ("NCL-03", "near", root("~/home")),
    ("NCL-04", "fail", root("~/.ssh", writes=True)),
    ("NCL-04", "fail: system", root("/etc/x", writes=True)),
    ("NCL-04", "near", root("~/.ssh")),
    ("NCL-04", "near: a like name", root("~/.ssh-notes", writes=True)),
    ("NCL-05", "fail", listed(blockedPatterns=[".ssh"])),
    ("NCL-05", "near", listed(blockedPatterns=["**/.ssh/**", ".aws", ".env*"])),
    ("NCL-06", "fail", listed(mode=0o644)),
    ("NCL-06", "near", listed(mode=0o400)),
    ("NCL-07", "near", listed()),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    assert {check_id for check_id, _, _ in ROWS} == {check.id for check in NCL}


def test_nothing_is_said_without_nanoclaw(machine):
    assert not any(machine.results(check.id) for check in NCL)
