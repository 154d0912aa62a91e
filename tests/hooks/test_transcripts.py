import json
import os

import pytest

from hooks.adapters import ADAPTERS
from hooks.transcripts import TAILS, Reasoned, Skipped, find_transcripts, read_transcript, reasoning_of
from sensor.model.calls import Phase


def row(kind, *blocks, **more):
    return json.dumps({"type": kind, "sessionId": "s1", "cwd": "/w", "timestamp": "2030-01-02T03:04:05.000Z", "message": {"role": kind, "content": list(blocks)}, **more})


USE = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "npm test"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}


def read(path):
    skipped = Skipped()
    events = [(one, ADAPTERS[one.agent].parse_event(one.body, False)) for one in read_transcript(path, skipped)]
    return events, skipped.lines


def test_calls_and_results_of_claude_code(tmp_path):
    file = tmp_path / "s1.jsonl"
    file.write_text("\n".join([
        row("user", {"type": "text", "text": "run"}), row("assistant", {"type": "thinking", "thinking": "x"}), row("assistant", USE),
        row("user", RESULT, toolUseResult={"stdout": "12 passing", "stderr": ""}), row("user", {"type": "tool_result", "tool_use_id": "unknown"}),
        row("assistant", {**USE, "id": "toolu_2"}, isSidechain=True, agentId="a7", agentType="reviewer")]))
    events, skipped = read(file)
    assert [(call.phase, call.action.command, call.session, call.cwd, call.tool_use_id) for _, call in events] == [
        (Phase.BEFORE, "npm test", "s1", "/w", "toolu_1"), (Phase.AFTER, "npm test", "s1", "/w", "toolu_1"), (Phase.BEFORE, "npm test", "s1", "/w", "toolu_2")]
    assert "12 passing" in events[1][1].result and (events[2][1].subagent, events[2][1].subagent_type) == ("a7", "reviewer")
    assert [one.line for one, _ in events] == [3, 4, 6] and events[0][0].at.startswith("2030-01-02") and skipped == 0


def test_calls_of_cursor(tmp_path):
    file = tmp_path / ".cursor" / "projects" / "w" / "agent-transcripts" / "c1" / "c1.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"role": "assistant", "message": {"content": [{"type": "text", "text": "x"}, {"type": "tool_use", "name": "Shell", "input": {"command": "ls"}}]}})
                    + '\n{"type": "turn_ended", "status": "completed"}\n')
    events, skipped = read(file)
    assert [(one.agent, one.session, call.action.command) for one, call in events] == [("cursor", "c1", "ls")] and skipped == 0


def test_lines_that_are_not_understood_are_counted(tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{\n[1]\n\xff\xfe\n' + b"[" * 100_000 + b'\n{"type":"summary"}\n{"message":{"content":"text"}}\n' + row("assistant", USE).encode())
    events, skipped = read(file)
    assert len(events) == 1 and skipped == 4


def test_histories_are_found_oldest_first(tmp_path):
    files = [tmp_path / ".claude/projects/-w/s1.jsonl", tmp_path / ".claude/projects/-w/s1/subagents/agent-a.jsonl",
             tmp_path / ".cursor/projects/w/agent-transcripts/c/c.jsonl"]
    for age, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
        os.utime(file, (1000 - age, 1000 - age))
    assert find_transcripts(tmp_path) == files[::-1]
    assert find_transcripts(tmp_path, str(tmp_path / "elsewhere")) == [files[2]]


@pytest.mark.skipif(not os.path.isdir(os.path.join(os.path.dirname(__file__), "../../../shared/fixtures/payloads")), reason="the shared payloads are not beside this checkout")
def test_recorded_histories_of_both_agents_are_understood():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "payloads"
    for name, calls in (("claude-code/transcript-1.jsonl", 1), ("claude-code/transcript-subagent-1.jsonl", 1), ("cursor/transcript-1.jsonl", 1)):
        events, skipped = read(folder / name)
        assert len([call for _, call in events if call.phase is Phase.BEFORE]) >= calls and skipped == 0, name


def said(kind, text, message="m1"):
    return json.dumps({"type": "assistant", "message": {"id": message, "role": "assistant", "content": [{"type": kind, kind: text, **({"signature": "c2ln"} if kind == "thinking" else {})}]}})


def used(number, message="m1"):
    return json.dumps({"type": "assistant", "message": {"id": message, "role": "assistant", "content": [{**USE, "id": number}]}})


def test_reasoning_of_a_call_is_that_of_its_own_message(tmp_path):
    file = tmp_path / "s.jsonl"
    file.write_text("\n".join([
        said("thinking", "other", "m0"), used("t0", "m0"), said("thinking", "The tests must pass."), said("text", "I run them."), used("t1"), used("t2"),
        said("thinking", "later", "m2"), used("t3", "m2"), said("thinking", "", "m3"), used("t4", "m3")]) + "\n")
    assert reasoning_of(file, "t1") == reasoning_of(file, "t2") == Reasoned("The tests must pass.", "I run them.")
    assert reasoning_of(file, "t0") == Reasoned("other", "") and reasoning_of(file, "t3") == Reasoned("later", "")
    assert reasoning_of(file, "t4") == Reasoned("", "") and reasoning_of(file, "t9") is None


def test_reasoning_in_one_line_with_its_call_and_behind_a_long_history(tmp_path):
    file = tmp_path / "s.jsonl"
    line = json.dumps({"type": "assistant", "message": {"id": "m", "content": [{"type": "thinking", "thinking": "hm"}, {**USE, "id": "t1"}, {"type": "text", "text": "after"}]}})
    file.write_text((used("t0", "m0") + "\n") * (TAILS[-1] // 100) + line + "\n{torn")
    assert reasoning_of(file, "t1") == Reasoned("hm", "")


def test_a_message_that_begins_before_the_end_of_a_history_is_read_from_its_beginning(tmp_path):
    file, padding = tmp_path / "s.jsonl", "\n".join(["{}"] * 40)
    start = (used("t0", "m0") + "\n") * (TAILS[1] // 100)
    for length in (10, TAILS[0], TAILS[1]):
        message = [said("thinking", "first"), said("text", "x" * length), padding, used("t1")]
        file.write_text(start + "\n".join(message) + "\n")
        assert reasoning_of(file, "t1") == Reasoned("first", "x" * length)
    aside = json.dumps({"isSidechain": True, "type": "assistant", "message": {"id": "other", "content": []}}, separators=(",", ":"))
    file.write_text(start + "\n".join([said("thinking", "first"), *[aside] * (TAILS[0] // 50), used("t1")]) + "\n")
    assert reasoning_of(file, "t1") == Reasoned("first", ""), "what a sub-agent says in between ends no message"


def test_a_call_that_lies_farther_back_is_found_too(tmp_path):
    file = tmp_path / "s.jsonl"
    for behind in (TAILS[0], TAILS[1], TAILS[2] // 2):
        file.write_text(f"{used('t0', 'm0')}\n{said('thinking', 'why')}\n{used('t1')}\n" + (used("t2", "m2") + "\n") * (behind // 100))
        assert reasoning_of(file, "t1") == Reasoned("why", "")


def test_only_a_plain_file_of_this_user_is_read(tmp_path):
    file = tmp_path / "s.jsonl"
    file.write_text(used("t1"))
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "none", "."):
        with pytest.raises(OSError):
            reasoning_of(tmp_path / name, "t1")


def test_a_history_of_other_shapes_holds_no_reasoning(tmp_path):
    file = tmp_path / "s.jsonl"
    file.write_text('"assistant t1"\n{"type":"assistant","message":["t1"]}\n{"type":"assistant","message":{"id":7,"content":[7,{"type":"thinking","thinking":5}]}}\n[' + '"assistant"' + ',"t1"]')
    assert reasoning_of(file, "t1") is None
