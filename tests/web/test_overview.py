"""The first page."""

from __future__ import annotations

import re

import pytest

from sensor.store.queries.counters import AgentRow, ByVerdict, Slot


def test_it_shows_counts_findings_agents_and_what_waits(person):
    text = person.get("/").get_data(as_text=True)
    for words in ("1 call waits", "Judged per minute", "claude-code", "HR-DST-001", "rm -rf ~/", "Protected</h2>", ">enforce</a>", "2 reporting", "Deletes the whole home folder"):
        assert words in text, words


def test_the_banner_leads_to_the_session_that_it_tells_of(person, sensor, dataset):
    text = person.get("/").get_data(as_text=True)
    assert f'href="/sessions/named?session={dataset.SESSION}&amp;agent=claude-code"' in text[:text.index("Protected</h2>")] and "test call" not in text[:text.index("Protected</h2>")]
    sensor.calls["D1"] = {**sensor.calls["Q7M2"], "id": "D1", "session": "demo-1", "rule": "HR-ESC-001"}
    banner = " ".join(re.sub(r"<[^>]+>", "", person.get("/").get_data(as_text=True)).split())
    assert "2 calls wait for your answer, 1 of them a test call. claude-code, session 6f1d0f52-8f0a-4…: Runs a script" in banner
    del sensor.calls["Q7M2"]
    text = person.get("/").get_data(as_text=True)
    assert "1 call waits for your answer, a test call." in text and "</a> (test call): " in text[:text.index("Protected</h2>")] and "session=demo-1" in text
    sensor.calls["D2"] = {**sensor.calls["D1"], "id": "D2"}
    assert "2 calls wait for your answer, all of them test calls." in person.get("/").get_data(as_text=True)


def test_before_the_first_call_nothing_is_called_clean(person, monkeypatch):
    monkeypatch.setattr("web.overview.counters.agents", lambda index, now, played=False: ())
    monkeypatch.setattr("web.overview.events.latest_findings", lambda index, limit, played=False: ())
    text = person.get("/").get_data(as_text=True)
    assert "Nothing judged yet" in text and "Every call so far was clean" not in text


def test_the_chart_is_drawn_by_the_server_and_has_words(person):
    text = person.get("/").get_data(as_text=True)
    assert text.count('<rect class="hit"') == 60 and "Judged per minute, last 60 minutes:" in text


def test_observe_mode_and_a_missing_sensor_are_loud(person, sensor):
    sensor.mode = "observe"
    assert b"nothing is stopped" in person.get("/").data
    sensor.close()
    assert b"The sensor does not answer" in person.get("/").data


def test_the_fragment_is_the_changing_part_only(person):
    text = person.get("/fragment/overview").get_data(as_text=True)
    assert "<html" not in text and "Judged per minute" in text


def test_top_rules_are_named(person):
    text = person.get("/").get_data(as_text=True)
    assert 'title="HR-DST-001">Deletes the whole home folder</a>' in text


def test_the_window_in_which_a_deletion_goes_unseen_is_shown(person):
    assert "3 newer could be deleted unseen" in person.get("/").get_data(as_text=True)


def test_hooks_that_are_gone_are_loud_and_can_be_put_back_where_the_setting_offers_it(person, sensor):
    sensor.watch |= {"problems": ["settings.json lost Handrail's entries for 30 events."], "harmed": ["claude-code"], "foreign": 2}
    text = person.get("/").get_data(as_text=True)
    assert "Hooks are not as they were installed" in text and "lost Handrail&#39;s entries" in text and 'href="/agents/claude-code/hooks"' in text
    assert "2 hook entries of other programs are not known" in text and "hooks altered" in text
    sensor.watch |= {"repair": "off", "foreign": 0}
    text = person.get("/").get_data(as_text=True)
    assert "/agents/claude-code/hooks" not in text and "not known." not in text


def test_calls_that_handrail_played_are_told_beside_the_days_work(person):
    counted = person.get("/api/v1/counters").json
    card = re.sub(r"<[^>]+>", " ", person.get("/").get_data(as_text=True).partition("Judged, 24 h")[2].partition("</a>")[0]).split()
    work = sum(sum(slot["counts"].values()) for slot in counted["hours"])
    assert counted["test_calls"] == 1 and card[0] == f"{work:,}" and " ".join(card[-5:]) == "1 test call not counted"


def test_before_any_work_the_demo_is_what_the_page_shows(person, monkeypatch):
    monkeypatch.setattr("web.overview.counters.only_played", lambda index, now: True)
    monkeypatch.setattr("web.overview.counters.per_hour", lambda index, now, hours, played=False: (Slot(start=0, counts=ByVerdict(block=7 if played else 0)),))
    monkeypatch.setattr("web.overview.counters.agents", lambda index, now, played=False: (AgentRow(agent="claude-code", counts=ByVerdict(block=6 if played else 0)),))
    monkeypatch.setattr("web.overview.counters.active_sessions", lambda index, now, played=False: 5 if played else 0)
    monkeypatch.setattr("web.overview.events.latest_findings", lambda index, limit, played=False: pytest.fail("findings of work") if not played else ())
    text = person.get("/").get_data(as_text=True)
    card, active, *heads = (text.partition(mark)[2].partition(end)[0] for mark, end in (
        ("Judged, 24 h", "</a>"), ("Active sessions", "</a>"), ("Judged per minute", "</h2>"), ("Latest stops", "</h2>"), ("Top rules", "</h2>"), ("<h2>Agents", "</h2>")))
    assert ">7<" in card and "all of them test calls, no work yet" in card and "not counted" not in card
    assert "Nothing protected yet" in text  # the demo is no agent
    assert ">5<" in active and all("test calls" in part for part in (active, *heads))
    assert text.partition("<h2>Agents")[2].partition("</tbody>")[0].count('<td class="num">6</td>') == 2  # judged, stopped
