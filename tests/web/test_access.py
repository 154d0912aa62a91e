"""Who gets past, and the CSRF token."""

from __future__ import annotations

import pytest

from tests.web.conftest import HOST

FORMS = (("/mode", {"mode": "observe"}), ("/report", {"first": "2026-03-01", "last": "2026-03-02"}), ("/quarantine/Q7M2/approve", {}), ("/quarantine/Q7M2/reject", {}), ("/logout", {}))


@pytest.mark.parametrize(("path", "form"), FORMS)
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_forms_need_the_token_of_the_login(person, sensor, path, form, token):
    assert person.post(path, form, csrf=token).status_code == 403
    assert sensor.changes() == [] and person.get("/").status_code == 200


def test_programs_need_it_as_a_header(person, sensor):
    path = "/api/v1/quarantine/Q7M2/approve"
    assert person.post(path, json={}, csrf="wrong").status_code == 403
    assert person.post(path, {"csrf": person.csrf()}).status_code == 415  # a form is no JSON
    assert sensor.changes() == []
    assert person.post(path, json={}).status_code == 200


def test_pages_do_not_take_json(person, sensor):
    assert person.post("/mode", json={"mode": "observe", "csrf": person.csrf()}).status_code == 415
    assert sensor.changes() == []


def test_another_logins_token_is_not_enough(person, visitor, sensor, config):
    from web.logins import Logins

    other = Logins(lambda: 0.0)
    login = other.find(other.begin())
    assert login is not None and person.post("/mode", {"mode": "observe"}, csrf=login.csrf).status_code == 403


def test_large_bodies_are_refused(person, sensor):
    assert person.post("/mode", {"mode": "x" * 100_000}).status_code == 413 and sensor.changes() == []


def test_only_the_address_that_is_looked_up_may_change_anything(person, sensor, monkeypatch):
    """A program of an agent may bind 127.0.0.2 to the port number of a person's browser."""
    monkeypatch.setattr("web.access.why_no_person_on_port", lambda port, ours: "")  # a browser holds it
    form, own = {"csrf": person.csrf(), "mode": "observe"}, {"Host": HOST, "Origin": f"http://{HOST}"}

    def change(address: str) -> int:
        return person.client.post("/mode", data=form, headers=own, environ_overrides={"REMOTE_ADDR": address, "REMOTE_PORT": "40001"}).status_code

    assert change("127.0.0.2") == 403 and sensor.changes() == []
    assert change("127.0.0.1") == 303
