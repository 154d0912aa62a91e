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


def names(text: str) -> list[str]:
    return re.findall(r'class="row-note mono one-line" title="([^"]+)"', text)


def test_the_list_is_searched_and_filtered_and_test_calls_left_out(person):
    every = names(person.get("/sessions").get_data(as_text=True))
    played = names(person.get("/sessions?origin=test").get_data(as_text=True))
    assert played == ["handrail-self-test-5c1e"] and played[0] in every
    assert names(person.get("/sessions?origin=work").get_data(as_text=True)) == [name for name in every if name != played[0]]
    text = person.get(f"/sessions?text={SHOWCASE[:8]}+shop&verdict=block").get_data(as_text=True)
    assert names(text) == [SHOWCASE] and '<option value="block" selected>' in text and f'value="{SHOWCASE[:8]} shop"' in text
    assert f'href="/api/v1/sessions?verdict=block&amp;text={SHOWCASE[:8]}+shop"' in text
    assert [row["session"] for row in person.get(f"/api/v1/sessions?verdict=block&text={SHOWCASE[:8]}+shop").json["sessions"]] == [SHOWCASE]
    assert "Nothing fits this filter" in person.get("/sessions?text=zebrafish").get_data(as_text=True)
    assert "selected>nobody<" in person.get("/sessions?agent=nobody").get_data(as_text=True)


def test_pages_of_sessions_keep_the_filter(person, monkeypatch):
    from sensor.store.queries import sessions as queries

    whole = queries.page
    monkeypatch.setattr(queries, "page", lambda index, wanted, before=0: whole(index, wanted, before=before, limit=2))
    seen, path = [], "/sessions?origin=work"
    while path:
        text = person.get(path).get_data(as_text=True)
        seen += names(text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        path = older.group(1).replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) > 4 and not [name for name in seen if name.startswith("handrail-")]


def test_sessions_that_handrail_played_are_marked(person):
    answer = person.get("/sessions/named?session=handrail-self-test-5c1e")
    assert ">test calls<" in person.get(answer.headers["Location"]).get_data(as_text=True) and ">test calls<" not in page(person)


def test_the_timeline_shows_calls_gaps_decisions_and_sub_agents(person):
    text = page(person)
    for words in ("1 min 14 s without a call", "+12 s", "K4XP approved by dev (dashboard)", "sub-agent agent-a91c", "block · deny", "quarantine · ask", "held as K4XP", "HR-DST-001", "ran "):
        assert words in text, words
    assert text.index("git status --short") < text.index("K4XP approved") < text.index("paste.example.net") < text.index("git push --force")
    assert text.count(">sub-agent agent-a91c<") == 1  # said once per stretch


def test_the_risk_of_a_session_stands_above_its_timeline_with_every_term(person, sensor):
    text = page(person)
    assert 'Risk <b class="num">138</b>' in text and "verdicts go up 1 level" in text and text.count("+40</span>") == 2 and '= 122</span><span class="breaks">quarantine HR-EXE-002' in text and "local model 0.45: setcap" in text
    assert f"/agents/claude-code/clear?about={SHOWCASE}" in text
    steps = text[text.index("timeline"):]
    for words in ("risk +40 to 40: block HR-DST-001", "risk +20 to 60: quarantine HR-EXE-002", "risk +40 to 98: block HR-CRD-004", "risk +5 to 103: flag HR-GIT-003", "risk +20 to 122: quarantine HR-EXE-002"):
        assert steps.count(words) == 1, words
    sensor.living["risks"] = []
    assert "Risk <b" not in page(person)
    sensor.close()
    assert "Deletes the whole home folder" in page(person), "the record is shown without the sensor"


def test_the_timeline_filters(person):
    text = page(person, "?verdict=block")
    assert len(re.findall(r'<li class="step ', text)) == 2 and "git status" not in text
    assert b"No step fits" not in text.encode()
    assert "No step fits this filter" in page(person, "?tool=prompt")


def test_an_unknown_session_is_not_found(person):
    assert person.get("/sessions/named?session=nobody").status_code == 404
    assert person.get("/sessions/3").status_code == 404


def test_from_an_entry_to_its_step(person):
    import re

    found = re.search(r'href="(/events/0/(\d+))"><code class="one-line">rm -rf', person.get("/events?session=" + SHOWCASE + "&verdict=block").get_data(as_text=True))
    assert found is not None
    link = re.search(r'href="(/sessions/named[^"]+)"', person.get(found.group(1)).get_data(as_text=True))
    assert link is not None
    there = person.get(link.group(1).replace("&amp;", "&")).headers["Location"]
    assert there.endswith(f"#e{found.group(2)}") and f'id="e{found.group(2)}"' in person.get(there.partition("#")[0]).get_data(as_text=True)


def test_in_a_long_session_it_leads_to_the_page_with_the_step(person, monkeypatch):
    from sensor.store.queries import sessions as queries

    monkeypatch.setattr(queries, "STEP_LIMIT", 5)
    newest = person.get("/api/v1/sessions").json["sessions"][1]
    there = person.get(f"/sessions/named?session={newest['session']}&agent={newest['agent']}&after={newest['last']}").headers["Location"]
    assert f"after={newest['last'] - 40}" in there and there.endswith(f"#e{newest['last']}")
