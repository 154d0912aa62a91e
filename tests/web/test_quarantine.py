"""Quarantine: what a person sees is what is decided."""

from __future__ import annotations

import re
import time

import pytest


def test_the_page_shows_the_real_call_with_hidden_characters(person, sensor):
    sensor.calls["Q7M2"]["lines"] = [["command", "echo safe \u202e# \x1b[2J && rm -rf ~"]]
    text = person.get("/quarantine").get_data(as_text=True)
    assert "\u202e" not in text and "\x1b" not in text and "U+202E" in text and "2 hidden or unusual" in text
    assert "29 characters" in text and "rm -rf ~" in text


@pytest.mark.parametrize(("answer", "op"), [("approve", "quarantine.approve"), ("reject", "quarantine.reject")])
def test_deciding_takes_a_confirmation_and_is_signed(person, sensor, answer, op):
    confirm = person.get(f"/quarantine/Q7M2/{answer}")
    assert confirm.status_code == 200 and b"get.example.dev" in confirm.data and sensor.changes() == []
    done = person.post(f"/quarantine/Q7M2/{answer}", {"reason": " looked at it ", "scope": "once"})
    assert done.status_code == 303 and done.headers["Location"] == f"/quarantine?done={answer}"
    ((asked, args),) = sensor.changes()
    assert asked == op and args["id"] == "Q7M2" and args["by"] == "dev (dashboard)" and args["reason"] == "looked at it"
    assert args.get("scope") == ("once" if answer == "approve" else None)
    assert b"The decision is in the log" in person.get(done.headers["Location"]).data


def test_a_held_call_has_a_page_of_its_own_whatever_became_of_it(person, sensor):
    text = person.get("/quarantine/Q7M2").get_data(as_text=True)
    assert "get.example.dev" in text and "/quarantine/Q7M2/approve" in text and "/quarantine/Q7M2/allow" in text and "expires in" in text
    person.post("/quarantine/Q7M2/reject", {"reason": "not ours"})
    text = person.get("/quarantine/Q7M2").get_data(as_text=True)
    assert "rejected" in text and "by dev (dashboard)" in text and "Approve after all…" in text and "expires in" not in text
    assert person.get("/quarantine/Q7M2/approve").status_code == 200 and person.get("/quarantine/Q7M2/reject").status_code == 409
    sensor.calls["Q7M2"]["expires"] = time.time() - 1
    assert "/approve" not in person.get("/quarantine/Q7M2").get_data(as_text=True)
    assert person.get("/quarantine/NONE").status_code == 404
    sensor.calls["Q7M2"] |= {"state": "expired", "decided_by": "the end of its session", "note": ""}
    text = person.get("/quarantine/Q7M2").get_data(as_text=True)
    assert "by the end of its session" in text and "/approve" not in text and "/quarantine/Q7M2/allow" in text
    assert person.get("/quarantine/Q7M2/allow").status_code == 200


def test_a_refusal_can_be_taken_back_from_the_page_where_it_was_given(person, sensor):
    assert "can be taken back" not in person.get("/quarantine").get_data(as_text=True)
    person.post("/quarantine/Q7M2/reject", {"reason": "not ours"})
    text = person.get("/quarantine").get_data(as_text=True)
    assert "Refused, can be taken back" in text and "/quarantine/Q7M2/approve" in text and "told to the agent: not ours" in text
    sensor.calls["Q7M2"]["expires"] = time.time() - 1
    assert "can be taken back" not in person.get("/quarantine").get_data(as_text=True)


def test_a_call_that_a_hook_waits_with_comes_first_and_is_released(person, sensor, dataset):
    now = time.time()
    sensor.calls["W1"] = dataset.held(now, "W1", created=now - 500, waits=now + 30)
    text = person.get("/quarantine").get_data(as_text=True)
    assert text.index('id="held-W1"') < text.index('id="held-Q7M2"')
    card = text[text.index('id="held-W1"'):text.index('id="held-Q7M2"')]
    assert "Release now…" in card and re.search(r"waits for your answer: <time[^>]*>(29|30) s<", card) and "Approve…" in text
    assert "Only a person answers here" in text
    confirm = person.get("/quarantine/W1/approve").get_data(as_text=True)
    assert "Release this call now?" in confirm and "the call that waits now" in confirm
    assert "Reject this call?" in person.get("/quarantine/W1/reject").get_data(as_text=True)
    sensor.calls["W1"]["waits"] = now - 1
    assert "Release" not in person.get("/quarantine").get_data(as_text=True)


def test_backticks_of_a_reason_are_code_on_every_page_of_a_call(person, sensor):
    sensor.calls["Q7M2"]["reason"] = "Needs your decision: Runs `<i>make</i>` here. Rule X"
    for page in ("/quarantine", "/quarantine/Q7M2", "/quarantine/Q7M2/approve", "/quarantine/Q7M2/allow", "/"):
        assert "Runs <code>&lt;i&gt;make&lt;/i&gt;</code> here" in person.get(page).get_data(as_text=True), page


def test_a_call_that_only_the_past_made_a_block_is_called_one_and_says_what_can_be_done(person, sensor):
    text = person.get("/quarantine").get_data(as_text=True)
    assert "1 waiting" in text and "blocked" not in text and "v-quarantine" in text
    sensor.calls["Q7M2"] |= {"blocked": True, "rule": "HR-ESC-001"}
    text = person.get("/quarantine").get_data(as_text=True)
    assert "0 waiting, 1 blocked that you may let through" in text and "v-block" in text and "Blocked only for what its session did before" in text
    assert "/quarantine/Q7M2/approve" in text and "/quarantine/Q7M2/allow" not in text
    text = person.get("/").get_data(as_text=True)
    assert ", 1 you may still let through" in text and "0 waiting now" in text
    assert "<strong>1 blocked one you may let through.</strong>" in text and "for your answer" not in text
    sensor.calls["W1"] = {**sensor.calls["Q7M2"], "id": "W1", "blocked": False}
    assert "<strong>1 call waits for your answer, 1 blocked one you may let through.</strong>" in person.get("/").get_data(as_text=True)


def test_a_call_that_only_the_risk_of_its_session_holds_cannot_be_allowed_for_days(person, sensor):
    """The sensor asks about such a call each time, so the allowance would change nothing."""
    for state in ("pending", "expired"):
        sensor.calls["Q7M2"] |= {"rule": "HR-ESC-001", "state": state}
        assert "Always allow here" not in person.get("/quarantine/Q7M2").get_data(as_text=True)
        answer = person.get("/quarantine/Q7M2/allow")
        assert answer.status_code == 409 and "Clear the risk" in answer.get_data(as_text=True)
        assert person.post("/quarantine/Q7M2/allow", {"days": "7", "reason": "x"}).status_code == 409
    assert sensor.changes() == []


def test_calls_that_handrail_played_are_marked_everywhere_and_come_last(person, sensor, dataset):
    now = time.time()
    sensor.calls["D1"] = dataset.held(now, "D1", session="demo-1", created=now)
    for path in ("/quarantine/D1", "/quarantine/D1/approve", "/quarantine/D1/reject", "/quarantine/D1/allow"):
        assert ">test call<" in person.get(path).get_data(as_text=True), path
    assert ">test call<" not in person.get("/quarantine/Q7M2/approve").get_data(as_text=True)
    text = person.get("/quarantine").get_data(as_text=True)
    assert text.index('id="held-Q7M2"') < text.index('id="held-D1"') and "2 waiting, 1 of them a test call" in text
    for state, heading in (("approved", "Approved, not used yet"), ("rejected", "Refused, can be taken back")):
        sensor.calls["D1"]["state"] = state
        text = person.get("/quarantine").get_data(as_text=True)
        assert ">test call<" in text[text.index(heading):]


def test_without_a_sensor_no_page_counts_what_waits(visitor):
    person = visitor.log_in()
    for path in ("/quarantine", "/"):
        text = person.get(path).get_data(as_text=True)
        assert "hat waits is not known" in text and "0 waiting" not in text, path


def test_always_allow_here_takes_days_and_a_reason_and_can_be_revoked(person, sensor):
    assert "Always allow here…" in person.get("/quarantine").get_data(as_text=True)
    confirm = person.get("/quarantine/Q7M2/allow").get_data(as_text=True)
    assert "get.example.dev" in confirm and "Exactly this call" in confirm and sensor.changes() == []
    for form in ({"days": "7", "reason": " "}, {"days": "365", "reason": "x"}, {"reason": "x"}):
        assert person.post("/quarantine/Q7M2/allow", form).status_code == 400
    done = person.post("/quarantine/Q7M2/allow", {"days": "7", "reason": " how we publish "})
    assert sensor.changes() == [("quarantine.allow", {"id": "Q7M2", "days": 7, "reason": "how we publish", "by": "dev (dashboard)"})]
    text = person.get(done.headers["Location"]).get_data(as_text=True)
    assert "Allowed." in text and "until 2030-01-08" in text and "dev (dashboard): how we publish" in text
    assert person.get("/quarantine/Q7M2/allow").status_code == 409
    assert person.post("/quarantine/allowances/A0/revoke").status_code == 404
    assert person.post("/quarantine/allowances/A7M2/revoke", csrf="wrong").status_code == 403 and len(sensor.changes()) == 1
    done = person.post("/quarantine/allowances/A7M2/revoke")
    assert sensor.changes()[-1] == ("quarantine.revoke", {"id": "A7M2", "by": "dev (dashboard)"})
    text = person.get(done.headers["Location"]).get_data(as_text=True)
    assert "Revoked." in text and 'id="allowed"' not in text


def test_what_is_decided_cannot_be_decided_again(person, sensor):
    person.post("/quarantine/Q7M2/approve")
    assert person.get("/quarantine/Q7M2/approve").status_code == 409


def test_a_refusal_of_the_sensor_is_shown(person, sensor):
    person.get("/quarantine")
    sensor.calls["Q7M2"]["state"] = "pending"
    original = sensor._answer
    sensor._answer = lambda op, args: (1, {"error": "Q7M2 is expired", "next_step": "handrail quarantine list"}) if op == "quarantine.approve" else original(op, args)
    answer = person.post("/quarantine/Q7M2/approve")
    assert answer.status_code == 409 and b"Q7M2 is expired" in answer.data


@pytest.mark.parametrize(("path", "form", "status"), [
    ("/quarantine/NONE/approve", {}, 404), ("/quarantine/Q7M2/delete", {}, 404), ("/quarantine/Q7M2/approve", {"scope": "forever"}, 400),
])
def test_anything_else_changes_nothing(person, sensor, path, form, status):
    assert person.post(path, form).status_code == status and sensor.changes() == []


def test_without_a_sensor_nothing_is_decided(visitor):
    assert visitor.log_in().post("/quarantine/Q7M2/approve").status_code == 503


def test_a_person_can_answer_while_the_index_is_made_anew(person, config, run, sensor):
    from web.app import create_app

    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    bare = type(person)(create_app(type(config)(**{**facts, "index": run / "none.db"})), config).log_in()
    assert b"get.example.dev" in bare.get("/quarantine").data
    assert bare.post("/quarantine/Q7M2/approve").status_code == 303 and len(sensor.changes()) == 1


def test_past_decisions_are_listed_with_their_call(person):
    text = person.get("/quarantine").get_data(as_text=True)
    assert re.search(r'class="decision d-approve">approved</span>', text) and "dev (dashboard)</td>" in text
    row = text[text.index('class="decision d-approve"'):]
    assert "get.example.dev" in row[:400]


def test_answers_of_the_live_queue_add_scope_and_reason(person, sensor, dataset):
    sensor.calls["K4XP"] = dataset.held(time.time(), "K4XP", state="used", scope="session", note="read the script", decided_by="dev (dashboard)")
    text = person.get("/quarantine").get_data(as_text=True)
    assert "for the session" in text and "read the script" in text


def test_time_left_and_hidden_characters_of_short_lines_are_shown(person, sensor):
    sensor.calls["Q7M2"]["lines"] = [["command", "ls"], ["folder", "/home/dev/sh\u200bop"], ["length", "31 characters"]]
    text = person.get("/quarantine").get_data(as_text=True)
    assert re.search(r'data-until="\d{16}">23 h 59 min<', text) and "U+200B" in text and "1 hidden or unusual" in text and "whole call" in text
