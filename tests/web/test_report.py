"""The session as a document."""

from __future__ import annotations

from web import report

SHOWCASE = "/sessions/named?session=6f1d0f52-8f0a-4c3e-9a51-2b6f7f1e5d10&agent=claude-code"


def test_it_has_every_step_the_decision_and_the_hashes(person):
    place = person.get(SHOWCASE).headers["Location"]
    text = person.get(f"{place}/report").get_data(as_text=True)
    for words in ("Session report", "rm -rf ~/", "Deletes the whole home folder", "K4XP approved by dev", "agent-a91c", "signature fits", "handrail verify", "2 blocked, 2 held, 1 flagged"):
        assert words in text, words
    assert text.count('class="hash">') == 2 and text.count("<tr") > 14


def test_an_unknown_session_has_none(person):
    assert person.get("/sessions/3/report").status_code == 404


def test_a_session_without_end_is_cut_and_says_so(person, monkeypatch):
    monkeypatch.setattr(report, "MAX_STEPS", 5)
    text = person.get(person.get(SHOWCASE).headers["Location"] + "/report").get_data(as_text=True)
    assert "ends after 5 steps" in text
