"""What agents did, on the command line: lists, one event, one session with its story."""

from __future__ import annotations

import json
import time

import pytest
from msgspec import NODEFAULT, structs

from sensor.audit.form.entry import AuditEntry
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.cli.history.record import PARTS, _facts, _summary, telling
from sensor.model.held import SESSION_OVER
from sensor.store.indexer import IndexerConfig, rebuild
from sensor.store.queries.events import EventRow

TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "a1B2c3"


def history(live):
    """A transcript in which the model says why it makes two calls; for the second its thinking is hollow."""
    path = live.prefix / "s1.jsonl"
    rows = []
    for number, thinking in (("call-1", "I look around first. " + TOKEN), ("call-3", "")):
        for block in ({"type": "thinking", "thinking": thinking, "signature": "c2ln"}, {"type": "tool_use", "id": number, "name": "Bash", "input": {}}):
            rows.append({"type": "assistant", "message": {"id": f"m-{number}", "content": [block], "model": "model-a", "usage": {"input_tokens": 600, "output_tokens": 20}}})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {"transcript_path": str(path)}


@pytest.fixture(scope="module")
def told(live):
    """A short history: a clean call, a held one that a person rejects, a sub-agent's call, a blocked one."""
    given = history(live)
    live.bash("ls -la", "call-1", **given)
    live.bash("cat README.md", "call-2", agent_id="a-7", agent_type="Explore")
    live.bash("rm -rf ~/", "call-3", **given)
    live.bash("git push --force origin main", "call-4")
    for held in live.op("quarantine.list")["calls"]:
        live.op("quarantine.reject", id=held["id"], by="tester")
    paths = live.paths
    deadline = time.monotonic() + 60
    while not any(entry["kind"] == "reasoning" for entry in live.entries()) and time.monotonic() < deadline:
        time.sleep(0.1)
    rebuild(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))
    return live


def test_events_newest_first_and_filtered(terminal, told):
    found = terminal.json("events", "-n", "50")["events"]
    assert [event["seq"] for event in found] == sorted((event["seq"] for event in found), reverse=True)
    blocked = terminal.json("events", "--verdict", "block")["events"]
    assert blocked and {event["verdict"] for event in blocked} == {"block"}
    assert "rm -rf" in terminal.ok("events", "--search", "rm") and "ls -la" not in terminal.ok("events", "--search", "rm")
    assert terminal.ok("events", "--search", "zebrafish") == "No event is like that.\n"


@pytest.mark.parametrize(("option", "known"), [("--kind", ("approval", "file_change", "files", "heartbeat")), ("--verdict", ("notable", "quarantine"))])
def test_a_word_that_does_not_exist_is_an_error_that_names_those_that_do(terminal, told, option, known):
    result = terminal.run("events", option, "bogus")
    assert result.exit_code == 2 and all(f"'{word}'" in result.output for word in known)


def test_the_name_of_a_tool_instead_of_its_kind_leads_to_the_search(terminal, told):
    hint = " ".join(terminal.ok("events", "--tool", "Bash").split())
    assert hint.startswith("No event is like that. Kinds of tools are shell, file_read") and hint.endswith("handrail events --search Bash")
    assert "Kinds of tools" not in terminal.ok("events", "--tool", "network") and "Kinds" not in terminal.ok("events", "--tool", "shell")


def test_lists_tell_what_a_call_returned_from_the_call_and_stand_in_columns(terminal, told):
    told.bash("ls -la", "call-1", hook_event_name="PostToolUse", tool_response={"stdout": "a"})
    rebuild(IndexerConfig(log=told.paths.log, index=told.paths.index, wakeup=told.paths.index_wakeup))
    head, *lines = terminal.ok("events", "--search", "ls").splitlines()
    at = head.index("TOOL")
    assert {line[at:].split("  ")[0] for line in lines if "ls -la" in line} == {"Bash", "↳ Bash"}


def test_one_event_with_everything(terminal, told):
    blocked = terminal.json("events", "--verdict", "block")["events"][0]
    shown = terminal.json("show", f"{blocked['log']}-{blocked['seq']}")
    assert shown["entry"]["summary"]["text"] == "rm -rf ~/" and len(shown["signature"]) == 128
    text = terminal.ok("show", str(blocked["seq"]))
    for word in ("verdict", "block", "finding", "follows", "effect"):
        assert word in text
    lines = text.splitlines()
    assert '{"' not in text
    column = next(line for line in lines if line.startswith("  verdict")).index("block")
    assert next(line for line in lines if line.startswith("  reasoning"))[column - 2:column].isspace()


def test_a_change_is_told_in_words(terminal, told):
    told.op("mode.set", mode="observe", by="tester")
    told.op("mode.set", mode="enforce", by="tester")
    rebuild(IndexerConfig(log=told.paths.log, index=told.paths.index, wakeup=told.paths.index_wakeup))
    newest = next(one for one in terminal.json("events", "--kind", "config_change")["events"] if one["summary"].startswith("mode"))
    assert "  change  mode: observe -> enforce, by tester" in terminal.ok("show", str(newest["seq"]))


def test_every_kind_of_entry_is_shown_with_what_it_is_about():
    """A part that an entry may have and that is shown in no other way is listed; the digest of an archive is what it is held against."""
    elsewhere = {"agent", "summary", "rules", "stage_us", "commits", "tails", "effects", "roots", "reasons"}
    assert {field.name for field in structs.fields(AuditEntry) if not isinstance(field.default, (str, int, bool)) and field.default is not NODEFAULT} - elsewhere == set(PARTS)
    place = {"seq": 7, "log": "l/0", "ts": "2026-11-27T09:00:00Z", "prev": "00"}
    assert ("prune", "from seq 0, to seq 5, root aa, archive sha256 bb") in _facts({**place, "kind": "prune", "prune": {"from_seq": 0, "to_seq": 5, "root": "aa", "archive_sha256": "bb"}})
    assert ("would answer", "deny") in _facts({**place, "kind": "call", "verdict": "block", "answer": "allow", "would_answer": "deny"})


def test_a_list_that_is_cut_says_so(terminal, told):
    assert "There are older ones: add -n 10" in terminal.ok("events", "-n", "2") and "older ones" not in terminal.ok("events", "-n", "200")


@pytest.mark.parametrize("name", ["x", "1-2-3", "99999999", "0-99999999999999999999", "9999999999-1"])
def test_what_is_no_event(terminal, told, name):
    assert terminal.error("show", name).exit_code == 2


def _row(kind, summary):
    blank = dict.fromkeys(("agent", "session", "subagent", "tool", "tool_kind", "phase", "tool_use", "verdict", "answer", "rule", "reason", "hold"), "")
    numbers = dict.fromkeys(("id", "log", "seq", "ts", "took_us", "segment", "start", "size"), 0)
    return EventRow(**blank, **numbers, kind=kind, summary=summary)


@pytest.mark.parametrize(("kind", "summary", "said"), [("log_open", "", "the sensor started"), ("shutdown", "shutdown", "the sensor ended"), ("drop", "", ""), ("heartbeat", "x", "x")])
def test_an_entry_without_words_says_what_it_marks(kind, summary, said):
    assert _summary(_row(kind, summary)) == said


@pytest.mark.parametrize(("summary", "said"), [
    ("expire Q19E858 by sam", "Q19E858 lapsed: the approval by sam was not used"), ("expire Q19E858 ", "Q19E858 lapsed: nobody answered"),
    (f"expire Q19E858 by {SESSION_OVER}", f"Q19E858 lapsed: {SESSION_OVER}"), ("approve Q19E858 by sam", "Q19E858 approved by sam"),
    ("reject Q19E858 ", "Q19E858 rejected"), ("ponder Q19E858", "ponder Q19E858"),
])
def test_what_ran_out_is_not_the_deed_of_a_person(summary, said):
    assert _summary(_row("approval", summary)) == said


@pytest.mark.parametrize(("names", "width"), [
    ([], 0), (["s1"], 2), (["3f2a91c4-aaaa-1", "3f2a91c4-bbbb-1"], 12), (["handrail-self-test-1a", "handrail-self-test-2b", "demo-1"], 20), (["a" * 20, "a" * 30], 21),
])
def test_beginnings_of_sessions_tell_them_apart(names, width):
    assert telling(names) == width


def test_sessions_show_their_tokens_where_any_has_some(terminal, told, monkeypatch):
    deadline = time.monotonic() + 60
    while terminal.json("sessions")["sessions"][0]["tokens"] != 1240 and time.monotonic() < deadline:
        time.sleep(0.1)
    text = terminal.ok("sessions")
    assert "1,240" in text and "BLOCK  TOKENS  FOLDER" in text
    monkeypatch.setattr("sensor.cli.history.record._tokens", lambda installation: {("claude-code", "s1"): 0})
    assert "BLOCK  FOLDER" in terminal.ok("sessions")


def test_sessions_and_the_story_of_one(terminal, told):
    assert terminal.json("sessions")["sessions"][0]["session"] == "s1"
    story = terminal.json("sessions", "s1")
    assert [step["event"]["summary"] for step in story["steps"]][:3] == ["ls -la", "cat README.md", "rm -rf ~/"]
    assert [step["depth"] for step in story["steps"]][:3] == [0, 1, 0]
    decisions = [step for step in story["steps"] if step["event"]["kind"] == "approval"]
    assert all("reject" in step["event"]["summary"] for step in decisions)
    text = terminal.ok("sessions", "s1")
    assert "rm -rf" in text and "GAP" in text
    assert terminal.error("sessions", "nothing-like-this").exit_code == 2
    assert terminal.ok("sessions", "s1…") == text


def test_reasoning_of_a_call_is_shown_without_its_secret_or_said_to_be_missing(terminal, told):
    by_call = {event["tool_use"]: f"{event['log']}-{event['seq']}" for event in terminal.json("events", "-n", "50")["events"] if event["verdict"]}
    text = terminal.ok("show", by_call["call-1"])
    assert "I look around first." in text and TOKEN not in text and "not provided by the agent" in terminal.ok("show", by_call["call-3"])
    assert terminal.json("show", by_call["call-1"])["reasoning"].startswith("[thinking]") and terminal.json("show", by_call["call-3"])["reasoning"] == ""
    assert "I look around" not in terminal.ok("sessions", "s1") and "I look around first." in terminal.ok("sessions", "s1", "--reasoning")
    steps = terminal.json("sessions", "s1", "--reasoning")["steps"]
    assert [step["event"]["tool_use"] for step in steps if "reasoning" in step] == ["call-1"]
    kinds = [json.loads(line)["entry"]["kind"] for line in terminal.ok("export", "--format", "jsonl", "--session", "s1").splitlines() if line.startswith("{")]
    assert "reasoning" in kinds


def test_what_handrail_played_and_what_a_server_offers_are_no_calls_of_an_agent(terminal, told):
    told.bash("uname -s", "call-9", session_id="handrail-self-test-7e")
    told.hook({"hook_event_name": "tools/list", "mcp_client": "claude-code", "mcp_server_name": "notes", "tool_name": "add", "tool_input": {"description": "Adds a note."}}, agent="mcp")
    rebuild(IndexerConfig(log=told.paths.log, index=told.paths.index, wakeup=told.paths.index_wakeup))
    assert "test call: uname -s" in terminal.ok("events", "--search", "uname") and "test call" not in terminal.ok("events", "--session", "s1")
    assert "offered mcp__notes__add" in terminal.ok("events", "--search", "notes")
    assert [event["test_call"] for event in terminal.json("events", "--search", "uname")["events"]] == [True]
    assert {event["test_call"] for event in terminal.json("events", "--session", "s1")["events"]} == {False}
    assert {row["session"]: row["test_call"] for row in terminal.json("sessions")["sessions"]}.items() >= {"s1": False, "handrail-self-test-7e": True}.items()
    assert {step["event"]["test_call"] for step in terminal.json("sessions", "s1")["steps"]} == {False}
    assert "  test calls: /" in terminal.ok("sessions") and "(test calls)" in terminal.ok("sessions", "handrail-self-test-7e")


def test_events_of_a_time(terminal, told):
    everything = terminal.json("events", "-n", "200")["events"]
    moments = sorted(event["ts"] for event in everything)
    middle = moments[len(moments) // 2]
    assert terminal.json("events", "-n", "200", "--since", "1h")["events"] == everything
    found = terminal.json("events", "-n", "200", "--since", middle)["events"] + terminal.json("events", "-n", "200", "--until", middle)["events"]
    assert found == everything and found[-1]["ts"] < middle
    assert terminal.ok("events", "--until", "1h") == "No event is like that.\n"
    assert terminal.ok("events", "--verdict", "block", "--since", "2h").count("rm -rf") == terminal.ok("events", "--verdict", "block").count("rm -rf") > 0


def test_a_time_that_is_none_and_an_end_of_what_goes_on_are_errors(terminal, told):
    assert terminal.error("events", "--since", "lately").exit_code == 2
    assert "--follow goes on" in terminal.error("events", "--follow", "--until", "1h").message


def test_following_from_a_time_on_shows_nothing_older_whenever_it_looks(terminal, told, monkeypatch):
    looks = iter((None, KeyboardInterrupt))

    def once(seconds):
        if (end := next(looks)) is not None:
            raise end

    monkeypatch.setattr("sensor.cli.history.record.time.sleep", once)
    assert "Bash" not in terminal.run("events", "--follow", "--since", "2999-01-01").stdout


def test_following_without_a_sensor_says_that_nothing_new_comes(idle_terminal, warm_paths, monkeypatch):
    def stop(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr("sensor.cli.history.record.time.sleep", stop)
    journal = open_log(LogSettings(root=warm_paths.log, keys=warm_paths.keys, reserve_bytes=0)).journal
    journal.close()
    rebuild(IndexerConfig(log=warm_paths.log, index=warm_paths.index, wakeup=warm_paths.index_wakeup))
    result = idle_terminal.run("events", "--follow")
    assert result.exit_code == 0 and "handrail service start" in result.stderr and "start" in result.stdout
