"""`handrail llm`."""

from __future__ import annotations

import hashlib

from sensor.correlate.backends import ModelError
from tests.sensor.correlate.conftest import model_file  # noqa: F401 - the fixture


def test_without_a_model_the_status_says_how_to_get_one(terminal):
    assert terminal.json("llm", "status")["state"] == "off"
    assert "handrail llm use FILE" in terminal.ok("llm", "status")
    error = terminal.error("llm", "test")
    assert isinstance(error, ModelError) and "No model is chosen" in error.message


def test_what_is_no_model_is_refused(terminal, tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"nothing")
    for command in ("test", "use"):
        assert "no GGUF model file" in terminal.error("llm", command, str(tmp_path / "x.gguf")).message


def test_a_model_is_tried_and_the_small_one_is_not_good_enough(terminal, model_file):  # noqa: F811
    result = terminal.run("llm", "test", str(model_file), "--runtime", "xllamacpp")
    assert result.exit_code == 1 and "not tell risky from harmless" in result.output and "CPU seconds" in result.output


def test_a_choice_is_kept_with_its_digest_and_taken_back(terminal, live, model_file):  # noqa: F811
    said = terminal.ok("llm", "use", str(model_file))
    digest = hashlib.sha256(model_file.read_bytes()).hexdigest()
    assert digest[:16] in said and "handrail service restart" in said
    assert digest in live.paths.config_file.read_text() and str(model_file) in live.paths.config_file.read_text()
    assert "model" in [entry["change"]["what"] for entry in live.entries() if entry["kind"] == "config_change"]
    assert terminal.json("llm", "status")["model"] == str(model_file)
    assert "No model" in terminal.ok("llm", "off")
    assert terminal.json("llm", "status")["model"] == ""
