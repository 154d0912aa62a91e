"""Layers in front of routing. Each test states what a hostile page could do without the layer."""

from __future__ import annotations

import pytest

CHANGES = ("/logout", "/mode", "/quarantine/Q7M2/approve", "/quarantine/Q7M2/reject", "/api/v1/quarantine/Q7M2/approve", "/login")
READS = ("/", "/events", "/events/0/5", "/sessions", "/quarantine", "/rules", "/log", "/report", "/live", "/api/v1/events", "/static/app.css", "/login")


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:4870", "127.0.0.1", "127.0.0.1:4871", "127.0.0.1:48700", "localhost.evil.example:4870", "0.0.0.0:4870",
    "127.0.0.1:4870.evil.example", "127.0.0.1:4870, evil.example", "[::]:4870", "handrail:4870", "",
])
@pytest.mark.parametrize("path", ["/", "/static/app.css", "/nowhere", "/api/v1/events"])
def test_a_rebound_name_is_misdirected_before_routing(person, host, path):
    answer = person.get(path, Host=host)
    assert answer.status_code == 421 and b"Handrail" not in answer.data


@pytest.mark.parametrize("host", ["127.0.0.1:4870", "localhost:4870", "LOCALHOST:4870", "[::1]:4870"])
def test_our_own_names_are_answered(visitor, host):
    assert visitor.get("/login", Host=host).status_code == 200


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("headers", [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://127.0.0.1:8080"}, {"Origin": "https://127.0.0.1:4870"},
    {"Origin": "http://localhost:4870"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
    {"Host": "evil.example:4870", "Origin": "http://evil.example:4870"},
])
def test_foreign_changes_are_refused_even_with_cookie_and_token(person, sensor, path, headers):
    assert person.post(path, {"mode": "observe"}, **headers).status_code in (403, 421)
    assert person.get("/log").status_code == 200  # still logged in
    assert sensor.changes() == []


def test_a_change_without_an_origin_is_refused(person, sensor):
    from web.guard import NONCE

    assert NONCE
    answer = person.client.post("/mode", data={"csrf": person.csrf(), "mode": "observe"}, headers={"Host": "127.0.0.1:4870"})
    assert answer.status_code == 403 and sensor.changes() == []


@pytest.mark.parametrize("path", READS)
def test_no_read_changes_anything(person, sensor, path):
    if path != "/live":
        person.get(path)
    assert sensor.changes() == []
    for change in CHANGES:
        if change != "/login":
            assert person.get(change + "?csrf=" + person.csrf()).status_code in (200, 404, 405)
    assert sensor.changes() == [] and person.get("/log").status_code == 200


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_load_pages_as_parts_of_theirs(person, path, site):
    answer = person.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="script")
    assert answer.status_code == 403


def test_a_link_elsewhere_may_lead_to_the_entrance_only(person):
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert person.get("/", **link).status_code == 200
    assert person.get("/login?token=x", **link).status_code in (200, 303)
    assert person.get("/events", **link).status_code == 403
    assert person.get("/", **{**link, "Sec_Fetch_Dest": "iframe"}).status_code == 403


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_do_not_exist(person, method):
    answer = person.client.open("/api/v1/events", method=method, headers={"Host": "127.0.0.1:4870", "Origin": "http://evil.example"})
    assert answer.status_code == 405
    assert not [name for name, _value in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/xml"])
def test_bodies_that_forms_elsewhere_could_send_are_refused(person, sensor, kind):
    answer = person.client.post(
        "/api/v1/quarantine/Q7M2/approve", data=b"{}", content_type=kind,
        headers={"Host": "127.0.0.1:4870", "Origin": "http://127.0.0.1:4870", "X-CSRF-Token": person.csrf()})
    assert answer.status_code == 415 and sensor.changes() == []


@pytest.mark.parametrize("path", ["/", "/login", "/static/app.js", "/nowhere", "/events/0/99999999", "/api/v1/events"])
def test_every_answer_carries_the_headers(person, path):
    headers = person.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert not [name for name, _value in headers if name.lower().startswith("access-control")]
    assert path.startswith("/static/") or headers["Cache-Control"] == "no-store"


def test_the_nonce_is_fresh_and_on_every_script(person):
    import re

    pages = [person.get("/events") for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"]).group(1) for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        scripts = re.findall(rb"<(?:script|link rel=\"stylesheet\")[^>]*>", page.data)
        assert scripts and all(f'nonce="{nonce}"'.encode() in tag for tag in scripts)


@pytest.mark.parametrize("path", ["/", "/events", "/sessions", "/quarantine", "/rules", "/log", "/report", "/login", "/events/0/0"])
def test_pages_load_nothing_from_elsewhere_and_have_no_inline_code(person, path):
    import re

    text = person.get(path).get_data(as_text=True)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:|<script[^>]*>[^<]", text)


def test_files_are_kept_under_an_address_that_names_their_content(person):
    import re

    found = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', person.get("/").get_data(as_text=True))
    assert found is not None and person.get(found.group(1)).headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert person.get("/static/app.css").headers["Cache-Control"] == "private, no-cache"
    for path in ("/events", "/static/app.css"):
        assert len(person.get(path).headers.getlist("Cache-Control")) == 1, path
    assert person.get("/events").headers["Cache-Control"] == "no-store"
