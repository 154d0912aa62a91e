import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sensor.model.verdicts import Mode, ScanProfile
from sensor.settings import AuditFailure, Settings, SettingsError, load_settings, save_value

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config.yaml"


def test_without_a_file_the_defaults_protect(file):
    settings = load_settings(file)
    assert settings == Settings()
    assert settings.mode is Mode.ENFORCE
    assert settings.audit.failure is AuditFailure.DENY_HIGH_RISK


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_an_empty_file_means_the_defaults(file, text):
    file.write_text(text)
    assert load_settings(file) == Settings()


def test_values_are_read_with_their_types(file):
    file.write_text("mode: observe\nagents:\n  cursor:\n    mode: enforce\n    profile: {shell: minimal}\naudit: {failure: deny-all}\nweb: {port: 5000}\n")
    settings = load_settings(file)
    assert settings.mode_of("claude-code") is Mode.OBSERVE
    assert settings.mode_of("cursor") is Mode.ENFORCE
    assert settings.agents["cursor"].profile["shell"] is ScanProfile.MINIMAL
    assert (settings.audit.failure, settings.web.port) == (AuditFailure.DENY_ALL, 5000)


@pytest.mark.parametrize("text, words", [
    ("mood: observe\n", "config.yaml:1:1: unknown key 'mood'; did you mean 'mode'"),
    ("mode: enforced\n", "config.yaml:1:7"),
    ("web:\n  port: many\n", "config.yaml:2:9"),
    ("web: {port: 0}\n", "web.port: 0 is not a port"),
    ("prices: {m: {input: -1, output: 2}}\n", "prices.m: a price is not below 0"), ("prices: {m: {input: 1}}\n", "missing key 'output'"),
    ("alerts: {on: [budgets]}\n", "budgets is not block, quarantine, risk, budget, hooks or posture"),
    ("web: {port: 4871}\n", "both 4871"),
    ("verdicts: {high: stop}\n", "stop is not a verdict"),
    ("verdicts: {huge: block}\n", "huge is not a severity"),
    ("agents: {cursor: {profile: {shells: strict}}}\n", "shells is not a tool kind"),
    ("mode: observe\nmode: enforce\n", "already set in line 1"),
    ("- a\n", "expected a mapping"),
])
def test_a_mistake_is_named_with_its_place(file, text, words):
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert words in caught.value.message
    assert caught.value.exit_code == 2


def test_saving_keeps_comments_and_order(file):
    file.write_text("# mine\nweb:\n  port: 5000  # because\nmode: enforce\n")
    save_value(file, ("mode",), "observe")
    save_value(file, ("agents", "cursor", "mode"), "enforce")
    text = file.read_text()
    assert "# mine" in text and "# because" in text and text.index("web:") < text.index("mode:")
    assert load_settings(file).mode is Mode.OBSERVE
    assert load_settings(file).agents["cursor"].mode is Mode.ENFORCE


def test_saving_creates_a_private_file(file):
    save_value(file, ("mode",), "observe")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_settings(file).mode is Mode.OBSERVE


def test_the_sensor_carries_no_database_no_web_framework_no_writer_of_yaml_and_nothing_that_is_seldom_needed():
    dear = {"sqlite3", "peewee", "flask", "ruamel", "argparse", "difflib", "html", "tarfile", "webbrowser", "apscheduler", "http", "email", "multiprocessing", "ssl"}
    code = f"import sys, sensor.daemon, sensor.serving; print(*{dear} & {{name.partition('.')[0] for name in sys.modules}})"
    code += "; print(*{'sensor.detectors.definition_orders', 'sensor.alerts.webhook'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() == []
