"""The whole application: every page answers, hostile text stays text, hostile ids find nothing."""

from __future__ import annotations

import datetime
import html.parser
import itertools
import re

import pytest

from sensor.audit.form.parts import AgentFacts, Change, FileFacts, HookFacts, RuleHit, Summary
from sensor.store.indexer import IndexerConfig, rebuild

PAGES = ("/", "/events", "/events?verdict=notable&text=git", "/events/0/0", "/events/0/7", "/sessions", "/quarantine", "/quarantine/Q7M2/approve",
         "/quarantine/Q7M2/reject", "/rules", "/rules/HR-EXE-002", "/agents", "/agents/claude-code/suspend", "/quarantine/Q7M2/allow", "/agents/claude-code/end?about=T1A2B3C4", "/log", "/fragment/overview", "/fragment/events")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers(person, path):
    answer = person.get(path)
    assert answer.status_code == 200 and answer.mimetype == "text/html"


@pytest.mark.parametrize("path", ["/", "/events", "/sessions", "/agents", "/quarantine", "/rules", "/log"])
def test_pages_are_read_while_the_sensor_is_away(visitor, path):
    answer = visitor.log_in().get(path)
    assert answer.status_code == 200
    if path not in ("/events", "/sessions"):
        assert b"handrail service start" in answer.data


@pytest.mark.parametrize("path", ["/", "/events", "/sessions", "/log", "/api/v1/events"])
def test_a_missing_index_is_said(person, config, run, path):
    from web.app import create_app

    bare = type(person)(create_app(type(config)(**{**{name: getattr(config, name) for name in config.__struct_fields__}, "index": run / "none.db"})), config)
    answer = bare.log_in().get(path)
    assert answer.status_code == 503 and (b"`handrail run`" if path.startswith("/api") else b"<code>handrail run</code>") in answer.data


def test_an_empty_record_says_what_to_do(person, config, run):
    from sensor.store.writer import IndexWriter
    from web.app import create_app

    IndexWriter(run / "empty.db").close()
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    bare = type(person)(create_app(type(config)(**{**facts, "index": run / "empty.db", "log": run / "log"})), config).log_in()
    for path, words in (("/", b"handrail demo"), ("/events", b"handrail demo"), ("/sessions", b"handrail doctor"), ("/log", b"Nothing yet")):
        answer = bare.get(path)
        assert answer.status_code == 200 and words in answer.data, path


def test_old_addresses_lead_to_the_pages(person):
    assert person.get("/dashboard/sessions").headers["Location"] == "/sessions"
    assert person.get("/dashboard/quarantine/Q7M2/approve").headers["Location"] == "/quarantine/Q7M2/approve"
    for path in ("//evil.example/x", "/%2Fevil.example/x", "/%5Cevil.example", "/%09/evil.example", "/%09%5Cevil.example", "/%0D/evil.example", "/@evil.example"):
        location = person.get(f"/dashboard{path}").headers.get("Location", "/")
        assert location == "/" or location.startswith("http://127.0.0.1:4870/"), location


def test_what_goes_wrong_is_told_in_our_words(person):
    for path, words in (("/nowhere", "There is no such page"), ("/log/verify", "There is no such page"), ("/events/0/99999999", "There is no entry 99999999 in log 0."), ("/events?before=x", "Before must be a number.")):
        text = person.get(path).get_data(as_text=True)
        assert words in text and "requested URL" not in text and "Not Found" not in text, path
    assert person.get("/api/v1/nowhere").json["error"].startswith("The dashboard has nothing at this address")


IDS = ("..", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "%00", "Q7M2%00", "C:%5Cwindows", "..%5c..%5c", "%c0%ae%c0%ae", "'--", "Q7M2/../x", "-1", "1e9",
       "99999999999999999999", "0x10", "٣", "%F0%9F%92%A9", "a" * 3000)
PLACES = ("/events/0/{}", "/events/{}/0", "/events/0/{}.json", "/sessions/{}", "/quarantine/{}/approve", "/quarantine/Q7M2/{}", "/rules/{}", "/static/{}",
          "/api/v1/events/0/{}", "/api/v1/sessions/{}", "/api/v1/quarantine/{}", "/api/v1/rules/{}", "/sessions/named?session={}", "/agents/{}/suspend", "/agents/claude-code/{}", "/agents/claude-code/end?about={}")


@pytest.mark.parametrize(("place", "name"), list(itertools.product(PLACES, IDS)))
def test_ids_are_numbers_or_names_never_paths(person, sensor, place, name):
    answer = person.get(place.format(name))
    assert answer.status_code in (400, 404, 405, 308, 409) or (answer.status_code == 200 and "/static/" not in place), answer.status_code
    assert b"root:" not in answer.data
    assert sensor.changes() == []


@pytest.mark.parametrize("query", ["before=x", "after=-1", "limit=99999999999999999999", "before=1.5", "before=%00", "after=٣"])
def test_places_in_the_list_are_numbers(person, query):
    assert person.get(f"/events?{query}").status_code == 400


PAYLOADS = [
    "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "</code></pre><svg onload=alert(1)>", "javascript:alert(1)",
    "{{7*7}}{% raw %}", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "<!--<script>", "]]><script>alert(1)</script>",
    "\u202e<script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "&lt;script&gt;alert(1)&lt;/script&gt;", "\"onmouseover=\"alert(1)", "<iframe srcdoc='<script>alert(1)</script>'>",
]
# Every tag and attribute that our own pages use; a payload that became markup would add one.
FORBIDDEN = {"script", "img", "iframe", "object", "embed", "style", "textarea", "math"}


class Markup(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in FORBIDDEN and "nonce" not in dict(attrs):
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc") or (name in ("href", "src", "action", "formaction") and (value or "").lower().startswith("javascript:")):
                self.wrong.append(f"{tag} {name}={value}")


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory):
    """A record in which every text is a payload."""
    import sys

    dataset = sys.modules["dataset"]
    root = tmp_path_factory.mktemp("hostile")
    story = dataset.Story(root / "log", datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.timezone.utc))
    for number, text in enumerate(PAYLOADS):
        story.add(
            agent=AgentFacts(name=text, ver=text, surface=text, event=text), session=text, subagent=text, subagent_type=text, parent_session=text, cwd=text, tool=text,
            tool_kind="shell", tool_use_id=f"t{number}", phase="before", verdict="block", answer="deny", mode=text, path=text, profile=text, reason=text, advice=text,
            hold=text, rules=(RuleHit(id=text, sev=text, msg=text, remedy=text, category=text, stage=text, field=text, form=text, end=3),),
            summary=Summary(action=text, text=text, paths=(text,), url=text, server=text, tool=text, note=text, result=text), effects=(text,), problems=(text,),
            stage_us={"rules": 5}, lat_us=9)
        story.add(kind="approval", note=text)
        story.add(kind="config_change", note=text)
    for text in PAYLOADS:
        story.add(kind="hook_change", note=text, change=Change(what=text, before=text, after=text, by=text), file=FileFacts(
            event=text, kind=text, sure=text, how=text, seen=text, since=text, owner=text, mode=text, mode_before=text, source=text, target=text, part=text,
            hooks=HookFacts(agent=text, lost=(text,), altered=(text,), gained=(text,), foreign=(text,), foreign_gone=1, off=True, problem=text)))
    story.close()
    rebuild(IndexerConfig(log=root / "log", index=root / "index.db", wakeup=root / "w"))
    return root


def test_hostile_text_stays_text_on_every_page(person, sensor, dataset, hostile_folder, config):
    import time

    from web.app import create_app

    sensor.calls = {
        f"H{n}": dataset.held(time.time(), f"H{n}", agent=text, session=text, tool=text, rule=text, reason=text, lines=[[text, text]], decided_by=text)
        for n, text in enumerate(PAYLOADS)
    }
    dataset.RULES.append({"id": "HR-X", "name": PAYLOADS[0], "severity": PAYLOADS[1], "category": PAYLOADS[2], "status": PAYLOADS[3], "remedy": PAYLOADS[4], PAYLOADS[5]: PAYLOADS[6]})
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    victim = type(person)(create_app(type(config)(**{**facts, "log": hostile_folder / "log", "index": hostile_folder / "index.db"})), config).log_in()
    paths = ["/", "/events", "/sessions", "/quarantine", "/rules", "/rules/HR-X", "/log", "/fragment/events", "/quarantine/H3/approve"]
    paths += [f"/events/0/{1 + 3 * len(PAYLOADS) + n}" for n in range(len(PAYLOADS))]
    paths += [f"/events/0/{1 + 3 * n}" for n in range(len(PAYLOADS))] + [f"/sessions/{1 + 3 * n}" for n in range(len(PAYLOADS))]
    try:
        for path in paths:
            answer = victim.get(path)
            assert answer.status_code == 200, path
            markup = Markup()
            markup.feed(answer.get_data(as_text=True))
            assert markup.wrong == [], (path, markup.wrong)
            assert "\u202e" not in answer.get_data(as_text=True), path
        assert "{{7*7}}" in victim.get("/events").get_data(as_text=True)
        for text in PAYLOADS:
            for place in ("/events", "/sessions"):
                page = victim.client.get(place, query_string={"text": text, "agent": text, "session": text}, headers={"Host": "127.0.0.1:4870"})
                markup = Markup()
                markup.feed(page.get_data(as_text=True))
                assert markup.wrong == []
    finally:
        dataset.RULES.pop()


# The log page asks once per kind of housekeeping entry, each over an index.
@pytest.mark.parametrize(("path", "most"), [
    ("/", 14), ("/events?limit=200", 6), ("/events/0/7", 4), ("/sessions", 5), ("/quarantine", 5), ("/rules", 3), ("/log", 24), ("/sessions/{first}", 5),
])
def test_no_page_asks_the_index_per_row(person, monkeypatch, path, most):
    from sensor.store.reading import Index

    first = person.get("/api/v1/sessions").json["sessions"][0]["first"]
    asked = []
    original = Index.rows
    monkeypatch.setattr(Index, "rows", lambda self, query: asked.append(query) or original(self, query))
    assert person.get(path.format(first=first)).status_code == 200
    assert 0 < len(asked) <= most


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return sum(weight * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4) for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("theme", range(3))
def test_the_edge_of_a_field_and_the_ring_of_focus_are_seen(person, theme):
    """WCAG 1.4.11: 3 to 1 against what is around. The dark theme, and the light one as it is preferred and as it is chosen."""
    rules = person.get("/static/app.css").get_data(as_text=True)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", re.findall(r"color-scheme: (?:dark|light);([^}]*)}", rules)[theme]))
    for seen, around in itertools.product(("field", "accent"), ("bg", "panel")):
        dark, light = sorted((_light(colours[seen]), _light(colours[around])))
        assert (light + 0.05) / (dark + 0.05) >= 3, (seen, around)
