"""What checks are made of."""

from __future__ import annotations

import shlex

import pytest

from sensor.host.machine.file_facts import OTHERS, WRITERS, FileFact
from sensor.posture.audit import CHECKS
from sensor.posture.check import State, holds_secret, private_below_home, rights, unreadable, verdict
from sensor.posture.documents import parse_json
from sensor.posture.grading import AREAS


def test_a_verdict_passes_without_a_problem():
    assert verdict("", "x").state is State.PASS
    assert (verdict("bad", "x", "/f", 3).state, verdict("bad", "x", "/f", 3).line) == (State.FAIL, 3)


@pytest.mark.parametrize(("mode", "forbidden", "state", "command"), [
    (0o600, OTHERS, State.PASS, ""), (0o644, OTHERS, State.FAIL, "chmod go-rwx ~/f"), (0o644, WRITERS, State.PASS, ""), (0o622, WRITERS, State.FAIL, "chmod go-w ~/f"),
])
def test_rights_come_with_the_command_that_takes_them_away(machine, mode, forbidden, state, command):
    context = machine.context()
    result = rights(FileFact(path=str(machine.home / "f"), exists=True, mode=mode, uid=context.uid), forbidden, context)
    assert (result.state, result.command) == (state, command)
    assert rights(FileFact(path="/f", problem="no"), forbidden, context).state is State.UNKNOWN


@pytest.mark.parametrize(("name", "shown"), [("a b/f", "~/'a b/f'"), ("it's", """~/'it'"'"'s'"""), ("$(x)", "~/'$(x)'")])
def test_the_command_can_be_typed_whatever_the_file_is_called(machine, name, shown):
    context = machine.context()
    assert rights(FileFact(path=str(machine.home / name), exists=True, mode=0o644, uid=context.uid), OTHERS, context).command == f"chmod go-rwx {shown}"


def test_files_that_are_not_there_are_not_spoken_of(machine):
    machine.write(".netrc", "")
    assert [one.subject for one in private_below_home(machine.context(), (".netrc", ".pgpass"))] == ["~/.netrc"]


def test_a_broken_document_is_unknown_at_its_line():
    (result,) = unreadable("x", parse_json("/f", '{\n"a": }'))
    assert (result.state, result.path, result.line) == (State.UNKNOWN, "/f", 2)
    assert not list(unreadable("x", parse_json("/f", "{}")))


@pytest.mark.parametrize("check", [check for check in CHECKS if check.command.startswith(("handrail ", "chmod ", "sudo ", "./"))], ids=lambda check: check.id)
def test_what_begins_as_a_command_is_one_and_nothing_else(check):
    assert "," not in check.command and " of " not in check.command and shlex.split(check.command)


def test_every_row_is_whole():
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.area in AREAS and check.title and check.why.endswith(".") and check.remedy.endswith(".") for check in CHECKS)


@pytest.mark.parametrize(("text", "holds"), [("SHOP_API_KEY=" + "q8Zr3Lk0Vt7Yw2Nd" * 2, True), ("SHOP_API_KEY=", False), ("SHOP_API_KEY=changeme", False), ("MODE=fast", False)])
def test_a_secret_is_told_from_what_only_has_its_name(text, holds):
    assert holds_secret(text) is holds
