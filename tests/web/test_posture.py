"""Posture: what the last audit found, what a person accepts of it, and that accepting is a change like every other."""

from __future__ import annotations

import datetime
import json
import re
import time

import msgspec
import pytest


@pytest.fixture
def kept(config, deployment):
    """Leave an audit; `accepted` are numbers of findings that it has as accepted, `config` the text of config.yaml."""
    def keep(*accepted: int, text: str = ""):
        deployment.keep(config.paths, deployment.audit(time.time(), accepted), text)

    return keep


def page(person) -> str:
    answer = person.get("/posture")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_before_the_first_audit(person):
    text = page(person)
    assert "No audit yet" in text and "handrail audit" in text and person.get("/posture/accept/AGT-14").status_code == 404
    assert 'action="/posture/look"' in text and "Make it now" in text and "data-live" not in text


def test_a_run_that_was_asked_for_is_waited_for(person, sensor, config, deployment):
    """The page loads itself again until the result is newer than the question, and no longer than a run can take."""
    answer = person.post("/posture/look", {})
    assert answer.status_code == 303 and sensor.changes() == [("posture.look", {})]
    where = answer.headers["Location"]
    asked = int(where.partition("since=")[2])
    assert asked == pytest.approx(time.time(), abs=30)
    for last in (None, deployment.audit(asked)):  # none at all, and one of an hour before
        if last is not None:
            deployment.keep(config.paths, last)
        text = person.get(where).get_data(as_text=True)
        assert 'data-live="check"' in text and "The audit is being made." in text and "Make it now" not in text
    deployment.keep(config.paths, deployment.audit(asked + 3600))
    text = person.get(where).get_data(as_text=True)
    assert "data-live" not in text and "Look again now" in text and 'aria-label="Grade D"' in text


@pytest.mark.parametrize("since", ["", "x", "-1", "²", "1000", "99999999999999999999"])
def test_an_address_with_another_time_waits_for_nothing(person, since):
    assert "data-live" not in person.get(f"/posture?since={since}").get_data(as_text=True)


def test_a_run_is_asked_for_with_the_token_only(person, sensor):
    assert person.post("/posture/look", {}, csrf="wrong").status_code == 403 and sensor.changes() == []


def test_grade_arithmetic_and_findings_with_what_where_why_and_how(person, kept):
    kept()
    text = page(person)
    assert 'aria-label="Grade D"' in text and "Weighted mean of the areas 85; at most 59 because of AGT-01." in re.sub(r"<[^>]+>", "", text)
    assert [text.index(f'id="s-{name}"') for name in ("critical", "high", "medium", "low")] == sorted(text.index(f'id="s-{name}"') for name in ("critical", "high", "medium", "low"))
    card = text[text.index('id="AGT-03"'):text.index('id="LOG-03"')]
    assert card.count("<li>") == 2 and "~/.claude/settings.json:12" in card and "An interpreter, a shell or a downloader" in card and "Name exact commands" in card and "−14.4" in card
    assert '<code class="command" data-copy>chmod go-rwx ~/.netrc</code>' in text and '<span class="breaks">narrow or remove it' in text
    assert "1 h ago" in text and "41 passed" in text and "1 could not be" in text and "~/.cursor/hooks.json:1" in text[text.index('id="unknown"'):]
    assert "59 → 88" in text and "59 → 59" not in text, "what would not raise the score is no advice"


def test_what_can_never_be_accepted_has_no_link(person, kept):
    kept()
    text = page(person)
    assert "/posture/accept/AGT-14" in text and "/posture/accept/AGT-01" not in text and "/posture/accept/LOG-03" not in text
    assert "Cannot be accepted: critical" in text and "Cannot be accepted: it is about the log" in text
    for check in ("AGT-01", "LOG-03", "HOOK-01", "NO-1"):
        assert person.get(f"/posture/accept/{check}").status_code == 404


def test_accepting_takes_a_reason_and_is_signed(person, sensor, kept, deployment):
    kept()
    confirm = person.get("/posture/accept/AGT-03").get_data(as_text=True)
    assert deployment.key(1) in confirm and deployment.key(2) in confirm and "python3" in confirm and sensor.changes() == []
    form = {"key": deployment.key(2), "days": "30", "reason": "  only in this project "}
    for wrong in ({**form, "reason": " "}, {**form, "severity": "medium"}, {**form, "days": "365"}, {**form, "key": deployment.key(5)}, {"days": "30", "reason": "x"}):
        assert person.post("/posture/accept/AGT-03", wrong).status_code == 400
    assert sensor.changes() == []
    done = person.post("/posture/accept/AGT-03", form)
    assert done.status_code == 303 and done.headers["Location"] == "/posture?done=accepted"
    ((asked, args),) = sensor.changes()
    assert asked == "posture.accept" and args["by"] == "dev (dashboard)" and args["reason"] == "only in this project"
    assert args["expires"] == (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=30)).isoformat()
    (one,) = args["findings"]
    assert one == {"key": deployment.key(2), "severity": "high", "what": one["what"]} and one["what"].startswith("AGT-03 an allow rule") and "settings.json:13" in one["what"]


def test_what_is_accepted_stays_visible_with_who_when_and_why_and_is_taken_back(person, sensor, kept, deployment):
    kept(5, text=deployment.accepting(5))
    text = page(person)
    accepted = text[text.index('id="accepted"'):]
    assert "sandbox.enabled is not true" in accepted and "this laptop has one user" in accepted and "dev, 2026-11-20" in accepted and f"until {deployment.LAST}" in accepted
    assert 'id="AGT-14"' not in text and "1 accepted finding cost" in text and "data-live" not in text
    assert person.post("/posture/unaccept", {"key": deployment.key(5)}).headers["Location"] == "/posture?done=taken-back"
    assert sensor.changes() == [("posture.unaccept", {"id": deployment.key(5), "by": "dev (dashboard)"})]


def test_a_decision_shows_at_once_and_the_page_waits_for_the_audit_that_follows(person, kept, deployment):
    kept(text=deployment.accepting(5))
    text = person.get("/posture?done=accepted").get_data(as_text=True)
    assert "The audit is being made again" in text and 'data-live="check"' in text and "AGT-14" in text[text.index('id="accepted"'):]
    kept(5, text=deployment.accepting(5))
    assert "the audit has been made again" in person.get("/posture?done=accepted").get_data(as_text=True)


@pytest.mark.parametrize(("severity", "expires"), [("low", ""), ("medium", "2020-01-01"), ("medium", "2099-01-01")])
def test_what_became_graver_or_is_over_or_ends_too_late_counts_again(person, kept, deployment, severity, expires):
    kept(5, text=deployment.accepting(5, severity=severity, expires=expires or deployment.LAST))
    text = page(person)
    assert 'id="AGT-14"' in text and 'id="accepted"' not in text and "What is accepted has changed since this run" in text and "data-live" not in text


def test_a_line_in_the_file_for_what_never_is_accepted_changes_nothing(person, kept, deployment):
    kept(text=deployment.accepting(0, 3, severity="critical"))
    text = page(person)
    assert 'id="accepted"' not in text and 'id="AGT-01"' in text and "has changed since" not in text


def test_settings_that_cannot_be_read_accept_nothing(person, kept):
    kept(text="mode: [\n")
    assert 'id="AGT-14"' in page(person)


def test_names_of_files_hide_nothing(person, config, deployment):
    last = deployment.audit(time.time())
    bad = msgspec.structs.replace(last.results[0], subject="<script>x</script>\u202e", detail="a\x1b[2J")
    deployment.keep(config.paths, msgspec.structs.replace(last, results=(bad,)))
    text = page(person)
    assert "<script>x" not in text and "\u202e" not in text and "\x1b" not in text and "[U+202E]" in text


def test_without_the_token_or_from_elsewhere_nothing_changes(person, sensor, kept, deployment):
    kept()
    form = {"key": deployment.key(5), "days": "30", "reason": "x"}
    assert person.post("/posture/accept/AGT-14", form, csrf="wrong").status_code == 403
    assert person.post("/posture/accept/AGT-14", form, Origin="http://evil.example").status_code == 403
    assert person.post("/posture/unaccept", {"key": deployment.key(5)}, csrf="wrong").status_code == 403 and sensor.changes() == []
    person.client.delete_cookie(person.config.cookie, domain="127.0.0.1")
    assert person.get("/posture").status_code == 303


def test_the_sensor_has_the_last_word(person, sensor, kept, deployment):
    kept()
    sensor.refuse = "AGT-14 may not be accepted"
    answer = person.post("/posture/accept/AGT-14", {"key": deployment.key(5), "days": "30", "reason": "x"})
    assert answer.status_code == 409 and b"AGT-14 may not be accepted" in answer.data


def test_for_programs(person, kept, deployment):
    assert json.loads(person.get("/api/v1/posture").data)["audit"] is None
    kept(5, text=deployment.accepting(5))
    value = json.loads(person.get("/api/v1/posture").data)
    assert value["audit"]["grade"] == "D" and value["accepted"] == [deployment.key(5)] and value["settled"] is True


def test_findings_of_every_severity_of_a_check_can_be_accepted(person, config, sensor, deployment):
    last = deployment.audit(time.time(), ())
    results = tuple(msgspec.structs.replace(one, severity="medium") if one.key == deployment.key(2) else one for one in last.results)
    deployment.keep(config.paths, msgspec.structs.replace(last, results=results), "")
    confirm = person.get("/posture/accept/AGT-03").get_data(as_text=True)
    assert deployment.key(1) in confirm and deployment.key(2) in confirm
    assert person.post("/posture/accept/AGT-03", {"key": deployment.key(2), "days": "30", "reason": "it is right here"}).status_code == 303
    ((_, args),) = sensor.changes()
    assert [(one["key"], one["severity"]) for one in args["findings"]] == [(deployment.key(2), "medium")]


def test_an_address_puts_no_words_on_the_page_and_breaks_nothing(person, kept):
    kept()
    text = page(person)
    assert person.get("/posture?done=your+installation+is+broken").get_data(as_text=True).count("broken") == text.count("broken")
    assert person.get("/posture?since=" + "9" * 5000).status_code == 200
