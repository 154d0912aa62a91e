import json

import pytest

from hooks.usage import read_usage


def line(message="m1", model="model-a", at="2030-01-02T03:04:05.678Z", **usage) -> bytes:
    row = {"type": "assistant", "timestamp": at, "sessionId": "s", "message": {"id": message, "role": "assistant", "model": model, "content": [], "usage": usage}}
    return json.dumps(row).encode() + b"\n"


FULL = line(input_tokens=10, output_tokens=20, cache_creation_input_tokens=30, cache_read_input_tokens=40)


@pytest.fixture
def history(tmp_path):
    return tmp_path / "s.jsonl"


def test_a_history_is_read_from_where_it_was_left_in_whole_lines(history):
    history.write_bytes(FULL + b'{"type":"user"}\n' + line("m2", input_tokens=1)[:-5])
    found, end = read_usage(history, 0)
    assert found == (("m1", "model-a", "2030-01-02", 10, 20, 30, 40),) and end == len(FULL) + 16
    assert read_usage(history, end) == ((), end)
    with history.open("ab") as file:
        file.write(line("m2", input_tokens=1)[-5:])
    found, end = read_usage(history, end)
    assert [one.message for one in found] == ["m2"] and end == history.stat().st_size


def test_a_history_that_was_replaced_is_read_from_its_beginning(history):
    history.write_bytes(FULL)
    assert len(read_usage(history, 10**6)[0]) == 1


@pytest.mark.parametrize("bad", [
    b'{"usage" broken\n', b'{"type":"assistant","message":{"usage":5,"id":"x"}}\n', b'{"type":"assistant","message":{"usage":{}}}\n', b'["usage"]\n',
    b'{"type":"user","message":{"id":"x","usage":{"input_tokens":5}}}\n', b'"usage"' + b"[" * 100_000 + b"\n"])
def test_what_is_not_understood_is_skipped(history, bad):
    history.write_bytes(bad + FULL)
    assert [one.message for one in read_usage(history, 0)[0]] == ["m1"]


def test_numbers_and_days_that_cannot_be_are_nothing(history):
    history.write_bytes(line(at="yesterday!", input_tokens=-5, output_tokens=True, cache_read_input_tokens=10**12, cache_creation_input_tokens="7"))
    assert read_usage(history, 0)[0] == (("m1", "model-a", "", 0, 0, 0, 0),)


def test_only_files_of_this_user_are_read_and_no_links(history, tmp_path):
    history.write_bytes(FULL)
    (tmp_path / "link.jsonl").symlink_to(history)
    for path in (tmp_path / "link.jsonl", tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(OSError):
            read_usage(path, 0)
