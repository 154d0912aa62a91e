"""The summary names every change, how to undo it, and an address only when there is one."""

from __future__ import annotations

import io

import pytest

from hooks.settings.record import Record, save_record
from sensor.host.checks.agents import Connected
from sensor.host.files.launcher import launcher_path, link_launcher
from sensor.host.files.manifest import Manifest
from sensor.host.files.progress import Progress
from sensor.host.summary import changed, show_summary
from sensor.model.verdicts import Mode


@pytest.fixture
def program(plan):
    """A launcher that answers `dashboard` with an address (or with what it is given)."""

    def make(answer: str = "echo http://127.0.0.1:4870/login?token=t") -> None:
        file = launcher_path(plan.paths)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\n[ "$1 $2" = "dashboard --no-browser" ] || exit 9\n{answer}\n')
        file.chmod(0o755)

    return make


def shown(plan, manifest: Manifest, mode: Mode = Mode.ENFORCE) -> str:
    out = io.StringIO()
    show_summary(Progress(out), plan.paths, manifest, mode)
    return out.getvalue()


def test_every_change_is_named(plan):
    manifest = Manifest(version="1", installed=1.0, links=("/h/bin/handrail",), service_files=("/h/unit",))
    lines = "\n".join(changed(plan.paths, manifest, (Connected(agent="cursor", file="/h/hooks.json"),)))
    for place in (plan.paths.data, plan.paths.config, plan.paths.state, "/h/bin/handrail", "/h/unit", "/h/hooks.json (hooks of cursor)"):
        assert str(place) in lines


def test_address_and_undo_are_shown(plan, program):
    program()
    text = shown(plan, Manifest(version="1", installed=1.0, service="background"))
    assert "http://127.0.0.1:4870/login?token=t" in text and f"Undo:        {launcher_path(plan.paths)} uninstall" in text


@pytest.mark.parametrize("agents", [(), ("cursor",)])
def test_where_no_agent_is_connected_the_next_step_is_said(plan, program, agents):
    program()
    for agent in agents:
        save_record(plan.paths.state, Record(agent=agent, file=f"/h/.{agent}", client="/c", before=None, after_sha256=""))
    text = shown(plan, Manifest(version="1", installed=1.0))
    assert ("nothing is protected yet" in text and f"Install Claude Code or Cursor, then: {launcher_path(plan.paths)} hooks install" in text) is not bool(agents)
    assert ("with cursor as before, in a new session" in text) is ("events --follow" in text) is ("usually B" in text) is bool(agents)


@pytest.mark.parametrize("answer", ["exit 1", "echo nothing", ":"])
def test_no_address_is_no_line(plan, program, answer):
    program(answer)
    assert "Dashboard:" not in shown(plan, Manifest(version="1", installed=1.0, service="background"))


def test_the_short_name_is_used_where_the_link_is_on_path(plan, program, tmp_path, monkeypatch):
    program()
    link = link_launcher(plan.paths, tmp_path / "bin")
    monkeypatch.setenv("PATH", f"/usr/bin:{tmp_path / 'bin'}")
    text = shown(plan, Manifest(version="1", installed=1.0, links=("/h/share/handrail", str(link))))
    assert "Undo:        handrail uninstall" in text and "PATH:" not in text


def test_a_link_that_is_not_on_path_is_named_with_what_helps(plan, program, tmp_path, monkeypatch):
    program()
    link = link_launcher(plan.paths, tmp_path / "bin")
    monkeypatch.setenv("PATH", "/usr/bin")
    text = shown(plan, Manifest(version="1", installed=1.0, links=("/h/share/handrail", str(link))))
    assert f"Undo:        {link} uninstall" in text and f"PATH:        {tmp_path / 'bin'} is not on it" in text
    assert "PATH:" not in shown(plan, Manifest(version="1", installed=1.0)), "with a prefix there is no link"


def test_what_to_look_at_first_is_said_with_what_the_grade_means(plan, program):
    program()
    save_record(plan.paths.state, Record(agent="cursor", file="/h/.cursor", client="/c", before=None, after_sha256=""))
    text = shown(plan, Manifest(version="1", installed=1.0))
    assert "Look at it:  " in text and "audit (how safe all of it is; usually B at first, the rest are decisions of yours)" in text


@pytest.mark.parametrize(("mode", "words"), [(Mode.ENFORCE, "is stopped or asked about"), (Mode.OBSERVE, "is recorded, nothing is stopped")])
def test_the_mode_is_said_plainly(plan, program, mode, words):
    program()
    save_record(plan.paths.state, Record(agent="claude-code", file="/f", client="/c", before=None, after_sha256=""))
    assert words in shown(plan, Manifest(version="1", installed=1.0), mode)
