import itertools

import pytest

NUMBERS = itertools.count()


@pytest.fixture
def held(live):
    """The id of a call that waits; each is its own call."""
    def hold() -> str:
        number = next(NUMBERS)
        live.bash(f"git push --force origin main # {number}", f"toolu_q{number}")
        return str(live.op("quarantine.list", state="pending")["calls"][0]["id"])

    return hold


def test_a_held_call_is_listed_shown_and_approved(terminal, live, held):
    call = held()
    listed = terminal.json("quarantine", "list")["calls"]
    assert call in [one["id"] for one in listed] and "consent" not in listed[0]
    assert call in terminal.ok("quarantine", "list") and "git push --force" in terminal.ok("quarantine", "show", call)
    said = terminal.ok("quarantine", "approve", call, "--reason", "my branch")
    assert "passes once" in said
    assert terminal.json("quarantine", "show", call)["state"] == "approved"
    assert [entry["approval"]["action"] for entry in live.entries() if entry["kind"] == "approval"] == ["approve"]


def test_a_rejected_call_is_not_asked_again(terminal, held):
    call = held()
    assert f"Rejected {call}" in terminal.ok("quarantine", "reject", call)
    error = terminal.error("quarantine", "approve", call)
    assert "rejected" in error.message and error.exit_code == 2


def test_approve_has_a_short_form(terminal, held):
    assert "until the session ends" in terminal.ok("approve", held(), "--scope", "session")


def test_an_unknown_id_says_where_to_look(terminal):
    error = terminal.error("quarantine", "show", "QZZZZZ")
    assert "handrail quarantine list" in error.next_step
