"""Model files and runtimes."""

from __future__ import annotations

import hashlib
import math
import os
import sys

import pytest

from sensor.correlate.backends import HINT, LOWEST, PIECE, ModelError, _softmax, check_file, load, runtimes


def test_only_a_whole_model_file_of_ours_is_taken(tmp_path):
    file = tmp_path / "m.gguf"
    for content in (None, b"", b"PK\x03\x04"):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(ModelError):
            check_file(file)
    file.write_bytes(b"GGUF and more")
    check_file(file)
    check_file(file, hashlib.sha256(b"GGUF and more").hexdigest())
    with pytest.raises(ModelError, match="another file"):
        check_file(file, "0" * 64)
    whole = b"GGUF" + bytes(2 * PIECE) + b"the end"
    file.write_bytes(whole)
    check_file(file, hashlib.sha256(whole).hexdigest())
    with pytest.raises(ModelError, match="another file"):
        check_file(file, hashlib.sha256(whole[:PIECE]).hexdigest())
    file.chmod(0o666)
    with pytest.raises(ModelError, match="written by others"):
        check_file(file)


def test_a_model_whose_folder_others_can_write_to_is_refused(tmp_path):
    file = tmp_path / "open/models/m.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"GGUF and more")
    (tmp_path / "link").symlink_to(file)
    (tmp_path / "open").chmod(0o777)
    for path in (file, tmp_path / "link"):
        with pytest.raises(ModelError, match="another file in the place"):
            check_file(path)
    (tmp_path / "open").chmod(0o1777)
    check_file(file)


@pytest.mark.timeout(60)
def test_a_pipe_is_no_model(tmp_path):
    os.mkfifo(tmp_path / "m.gguf")
    with pytest.raises(ModelError, match="no GGUF"):
        check_file(tmp_path / "m.gguf")


def test_what_is_no_runtime_or_no_model_is_said(tmp_path):
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="no runtime"):
        load(file, 1, "magic")
    for runtime in runtimes():
        with pytest.raises(ModelError, match="cannot be loaded"):
            load(file, 1, runtime)


def test_probabilities_of_chosen_words():
    yes, no = _softmax([0.0, 1.0, 1.0], [1, 0])
    assert yes == pytest.approx(1 - math.log(1 + 2 * math.e)) and no == pytest.approx(yes - 1)
    assert _softmax([0.0, 1000.0], [0]) == (LOWEST,)


def test_the_way_to_a_runtime_leads_into_our_own_environment_and_asks_no_index_for_our_name():
    assert f"{sys.executable} -m pip install xllamacpp" in HINT and "handrail[" not in HINT
