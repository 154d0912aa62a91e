"""Sessions and the timeline."""

from __future__ import annotations

import re

SHOWCASE = "6f1d0f52-8f0a-4c3e-9a51-2b6f7f1e5d10"


def page(person, query: str = "") -> str:
    answer = person.get(f"/sessions/named?session={SHOWCASE}&agent=claude-code")
    assert answer.status_code == 303
    return person.get(answer.headers["Location"] + query).get_data(as_text=True)


def test_the_list_has_the_newest_first(person):
    text = person.get("/sessions").get_data(as_text=True)
    assert text.index(SHOWCASE[:19]) < text.index('class="row-link"', text.index(SHOWCASE[:19]))
    assert "2 block" in text


def test_the_timeline_shows_calls_gaps_decisions_and_sub_agents(person):
    text = page(person)
    for words in ("1 min 14 s", "approve K4XP by dev (dashboard)", "sub-agent agent-a91c", "block · deny", "quarantine · ask", "held as K4XP", "HR-DST-001", "ran "):
        assert words in text, words
    assert text.index("git status --short") < text.index("approve K4XP") < text.index("paste.example.net") < text.index("git push --force")
    assert text.count(">sub-agent agent-a91c<") == 1  # said once per stretch


def test_the_timeline_filters(person):
    text = page(person, "?verdict=block")
    assert len(re.findall(r'<li class="step ', text)) == 2 and "git status" not in text
    assert b"No step fits" not in text.encode()
    assert "No step fits this filter" in page(person, "?tool=prompt")


def test_an_unknown_session_is_not_found(person):
    assert person.get("/sessions/named?session=nobody").status_code == 404
    assert person.get("/sessions/3").status_code == 404
