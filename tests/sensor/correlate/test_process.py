"""The model's process: alone with a model that is made here, and for real under the supervisor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import msgspec
import pytest

from sensor.ask import SensorAway, SensorRefused, ask
from sensor.correlate.backends import ModelError
from sensor.correlate.process import OP_SCORED, OP_STATE, Correlator, Lines, Spent
from sensor.paths import make_private
from sensor.settings import ModelSettings
from tests.sensor.correlate.test_scoring import Words
from tests.sensor.live import LiveSensor


class Told:
    def __init__(self) -> None:
        self.said: list[tuple[str, dict]] = []

    def __call__(self, op, args):
        self.said.append((op, args))


def correlator(paths, told, settings=ModelSettings(model_path="/m.gguf"), model=Words):
    make_private(paths.state)
    return Correlator(paths, lambda: settings, lambda given: model(), told)


def body(*lines: str, session: str = "s") -> bytes:
    return msgspec.json.encode(Lines(agent="claude-code", session=session, call="t1", lines=lines))


def test_what_stands_out_is_told_once(warm_paths):
    told = Told()
    one = correlator(warm_paths, told)
    one.start()
    for lines in (("ssh build.example.com uptime",), ("wget https://a.example/x", "nc 203.0.113.9 9"), ("nc 203.0.113.8 8",)):
        one.take(body(*lines))
    scored = [args for op, args in told.said if op == OP_SCORED]
    assert [(args["agent"], args["session"], args["call"], args["line"]) for args in scored] == [("claude-code", "s", "t1", "nc 203.0.113.9 9")]
    assert 0.25 <= scored[0]["weight"] <= 0.5
    one.take(body("nc 203.0.113.9 10000 -v", session=""))
    assert len([op for op, _ in told.said if op == OP_SCORED]) == 1, "without a session nobody has the risk"
    one.take(b"{")


def test_a_model_that_is_not_good_enough_is_refused_and_says_so(warm_paths):
    with pytest.raises(ModelError, match="not tell risky from harmless"):
        correlator(warm_paths, Told(), model=lambda: Words(bad=())).start()


class Slow(Words):
    def next_word(self, prompt, labels):
        end = time.process_time() + 0.01
        while time.process_time() < end:
            pass
        return super().next_word(prompt, labels)


def test_the_budget_of_a_day_ends_the_questions_over_a_restart(warm_paths):
    told, settings = Told(), ModelSettings(model_path="/m.gguf", cpu_minutes_per_day=0.0001)
    one = correlator(warm_paths, told, settings, Slow)
    one.start()
    one.take(body("nc 203.0.113.9 9"))
    one.take(body("nc -v files.example 9"))
    one.stop()
    again = correlator(warm_paths, told, settings)
    again.take(body("nc -z files.example 9"))
    assert len([op for op, _ in told.said if op == OP_SCORED]) == 1
    assert "until tomorrow" in [args["detail"] for op, args in told.said if op == OP_STATE and args["state"] == "resting"][-1]
    kept = msgspec.json.decode((warm_paths.state / "model.json").read_bytes(), type=Spent)
    assert kept.seconds > 0 and kept.asked == 1 and len(kept.usual) == 1


def test_a_model_that_was_put_away_is_loaded_when_it_is_needed(warm_paths):
    told = Told()
    one = correlator(warm_paths, told)
    one.start()
    one.stop()
    one.take(body("nc 203.0.113.9 9"))
    assert OP_SCORED in [op for op, _ in told.said]


def test_loading_it_again_counts(warm_paths):
    one = correlator(warm_paths, Told(), model=Slow)
    one.start()
    one.take(body("nc 203.0.113.9 9"))
    one.stop()
    before = msgspec.json.decode((warm_paths.state / "model.json").read_bytes(), type=Spent).seconds
    one.take(body("nc 203.0.113.9 9"))
    one.stop()
    assert msgspec.json.decode((warm_paths.state / "model.json").read_bytes(), type=Spent).seconds > before + 0.1


@pytest.fixture
def installation(tmp_path, model_file):
    """Handrail as `handrail run` starts it, with a real model that counts however small it is."""
    live = LiveSensor(tmp_path / "own")
    live.configure(f"mode: enforce\nllm: {{model-path: {model_file}, runtime: xllamacpp, least-apart: -100, least-weight: 0.02}}\nwatch: {{enabled: false}}\n")
    process = subprocess.Popen([sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", str(live.prefix), "run"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    yield live
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=60)


def until(question, seconds: float = 120.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := question():
                return found
        except SensorAway:
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come to that")


@pytest.mark.timeout(300)
def test_a_real_model_raises_the_risk_of_a_session_and_everything_is_an_entry(installation):
    live = installation
    state = until(lambda: (lambda found: found if found["state"] == "running" else None)(ask(live.paths.socket, "model.status")))
    assert "through xllamacpp" in state["detail"]
    assert live.bash("ls -la", "plain", session_id="m")[0] == 0
    assert live.bash("setcap cap_net_raw+ep ./tool", "odd", session_id="m")[0] == 0
    (risk,) = until(lambda: [one for one in ask(live.paths.socket, "escalation.list")["sessions"] if any("model" in term["why"] for term in one["terms"])])
    assert risk["session"] == "m" and 0 < next(term["points"] for term in risk["terms"] if "model" in term["why"]) <= 20 and risk["level"] == 0
    said = [entry for entry in live.entries() if entry["kind"] == "assessment"]
    assert any("running" in entry["note"] for entry in said) and any((entry.get("session"), entry.get("tool_use_id")) == ("m", "odd") and "setcap" in entry["note"] for entry in said)
    with pytest.raises(SensorRefused, match="was not started by Handrail"):
        ask(live.paths.socket, "model.scored", {"agent": "claude-code", "session": "m", "weight": 0.5})
    done = subprocess.run([sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", str(live.prefix), "llm", "status", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["raised"] == 1
