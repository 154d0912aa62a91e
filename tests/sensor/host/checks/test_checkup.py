"""Every check finds what it is there for, and nothing where all is well."""

from __future__ import annotations

import sys

import pytest

from sensor import __version__
from sensor.audit.drafts.drafts import draft
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.host.checks import checkup
from sensor.host.checks.checkup import ON_DISK, Place
from sensor.host.files.hook_client import CONF, client_path, place_client
from sensor.host.files.launcher import launcher_path, write_launcher
from sensor.host.files.manifest import Manifest, save_manifest
from sensor.host.files.shell_files import apply_shells, plan_shells, shell_folder
from sensor.paths import make_private
from sensor.settings import save_value

NOW = 1_790_000_000.0


@pytest.fixture
def place(plan, own_home) -> Place:
    """An installation with nothing wrong on the disk."""
    paths = plan.paths
    for folder in (paths.config, paths.user_rules, paths.state, paths.run, paths.data, paths.bin, paths.spool):
        make_private(folder)
    save_value(paths.config_file, ("mode",), "enforce")
    opened = open_log(LogSettings(root=paths.log, keys=paths.keys, version="0", platform=sys.platform))
    opened.journal.append(draft("call", session="s"))
    opened.journal.close()
    write_launcher(paths, None)
    place_client(paths)
    save_manifest(paths, Manifest(version=__version__, installed=1.0))
    return Place(paths=paths, home=own_home, now=4_000_000_000.0)


def found(place: Place, look=None) -> dict[str, str]:
    """Name -> outcome of the checks that `look` makes (default: all)."""
    checks = [check for one in ((look,) if look else ON_DISK) for check in one(place)]
    assert all(check.next_step for check in checks if check.outcome != "ok")
    return {check.name: check.outcome for check in checks}


def test_a_good_installation_has_nothing_wrong(place):
    outcomes = found(place)
    assert outcomes.pop("log") in ("ok", "warn")  # a log of two entries may have no checkpoint yet
    assert set(outcomes.values()) == {"ok"}, outcomes


@pytest.mark.parametrize(("folder", "mode"), [("state", 0o750), ("keys", 0o701), ("config", 0o777)])
def test_open_folders(place, folder, mode):
    getattr(place.paths, folder).chmod(mode)
    assert found(place, checkup.folders) == {"folders": "fail"}


def test_a_missing_or_linked_folder(place):
    place.paths.run.rmdir()
    assert found(place, checkup.folders) == {"folders": "fail"}
    place.paths.run.symlink_to(place.paths.state)
    assert found(place, checkup.folders) == {"folders": "fail"}


@pytest.mark.parametrize(("text", "outcome"), [("mode: enforce\n", "ok"), ("mode: observe\n", "warn"), ("mode: maybe\n", "fail"), ("mode: [\n", "fail")])
def test_configuration(place, text, outcome):
    place.paths.config_file.write_text(text)
    assert found(place, checkup.configuration) == {"configuration": outcome}


def test_a_configuration_that_others_can_write(place):
    place.paths.config_file.chmod(0o666)
    assert found(place, checkup.configuration) == {"configuration": "fail"}


def test_keys_that_are_open_or_gone(place):
    key = place.paths.keys / "identity.key"
    key.chmod(0o644)
    assert found(place, checkup.keys) == {"keys": "fail"}
    key.unlink()
    assert found(place, checkup.keys) == {"keys": "fail"}


def test_program_parts(place):
    (place.paths.bin / CONF).write_text("socket=/tmp/other\n")
    assert found(place, checkup.program) == {"program": "fail"}
    place_client(place.paths)
    client_path(place.paths).chmod(0o600)
    assert found(place, checkup.program) == {"program": "fail"}
    place_client(place.paths)
    assert found(place, checkup.program) == {"program": "ok"}
    launcher_path(place.paths).unlink()
    assert found(place, checkup.program) == {"program": "fail"}


def test_another_version_or_no_installation(place):
    save_manifest(place.paths, Manifest(version="0.0", installed=1.0))
    assert found(place, checkup.program) == {"program": "fail"}
    (place.paths.state / "install.json").unlink()
    assert found(place, checkup.program) == {"program": "fail"}


def test_another_program_of_our_name_on_path(place, fake_program):
    fake_program("handrail", "exit 0")
    assert found(place, checkup.program) == {"program": "warn"}


@pytest.mark.parametrize(("free", "outcome"), [(10 << 30, "ok"), (400 << 20, "warn"), (10 << 20, "fail")])
def test_disk_space(place, monkeypatch, free, outcome):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda folder: usage)
    assert found(place, checkup.disk) == {"disk space": outcome}


@pytest.mark.parametrize(("newest", "now", "outcome"), [
    ("", NOW, "ok"), ("", 1000.0, "fail"), ("2026-09-21T14:00:00.000000Z", NOW, "ok"), ("2027-01-01T00:00:00.000000Z", NOW, "warn"),
])
def test_clock(place, newest, now, outcome):
    assert checkup.clock(Place(paths=place.paths, home=place.home, now=now), newest).outcome == outcome


def test_waiting_and_lost_events(place):
    (place.paths.spool / "b-1-1-u-d.json").write_text("{}")
    (check,) = checkup.spool(place)
    assert check.outcome == "warn" and "1 events wait" in check.detail
    (place.paths.spool / "lost-decisions").write_text("...")
    (check,) = checkup.spool(place)
    assert "3 were lost" in check.detail


def test_a_changed_log(place):
    (file,) = place.paths.log.glob("*/journal-*.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"session":"s"', b'"session":"t"'))
    assert found(place, checkup.record)["log"] == "fail"


def test_no_log_or_keys_at_all(place):
    (place.paths.keys / "identity.pub").unlink()
    assert found(place, checkup.record) == {"log": "fail"}


def test_a_shell_wrapper_that_was_altered(place, own_home):
    assert found(place, checkup.shells) == {}, "nothing is said where it is not installed"
    apply_shells(place.paths, plan_shells(place.paths, own_home, {}, ("zsh",)))
    assert found(place, checkup.shells) == {"shell wrapper": "ok"}
    (shell_folder(place.paths) / "wrapper.zsh").write_text("")
    assert found(place, checkup.shells) == {"shell wrapper": "warn"}
    apply_shells(place.paths, plan_shells(place.paths, own_home, {}, ("zsh",)))
    (own_home / ".zshenv").write_text("")
    assert found(place, checkup.shells) == {"shell wrapper": "warn"}
