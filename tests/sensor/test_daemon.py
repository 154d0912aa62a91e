"""The whole sensor as one process, over its real socket."""

import json
import os
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sensor.ask import SensorRefused
from sensor.audit.verifying.verify import VerifyOptions, verify_newest
from sensor.host.running.own_commands import push_command

ROOT = Path(__file__).resolve().parents[2]
DENY = "rm -rf / --no-preserve-root"
HOLD = "git push --force origin main"


def test_a_harmless_call_is_answered_with_silence_and_recorded(live):
    assert live.bash("ls -la", "call-1") == (0, {}, "")
    entry = next(entry for entry in live.entries() if entry.get("tool_use_id") == "call-1")
    assert (entry["verdict"], entry["answer"], entry["session"], entry["summary"]["text"]) == ("clean", "allow", "s1", "ls -la")
    assert set(entry["stage_us"]) == {"rate_limit", "identity", "suspension", "access", "effects", "rules", "analyzers", "escalation", "decision"}


def test_a_dangerous_call_is_denied_with_words_for_both(live):
    code, out, err = live.bash(DENY, "call-2")
    decision = out["hookSpecificOutput"]
    assert (code, decision["permissionDecision"]) == (2, "deny")
    assert "HR-DST-001" in decision["permissionDecisionReason"] and "HR-DST-001" in out["systemMessage"]
    assert err.strip() == decision["permissionDecisionReason"]
    assert next(e for e in live.entries() if e.get("tool_use_id") == "call-2")["answer"] == "deny"


def test_one_action_reported_twice_is_one_entry(live):
    assert live.bash(DENY, "call-3")[1] == live.bash(DENY, "call-3")[1]
    assert sum(entry.get("tool_use_id") == "call-3" for entry in live.entries()) == 1


def test_a_held_call_is_released_once_by_a_person_and_every_step_is_an_entry(live):
    assert live.bash(HOLD, "call-4", session_id="held")[1]["hookSpecificOutput"]["permissionDecision"] == "ask"
    (waiting,) = live.op("quarantine.list", state="pending")["calls"]
    assert ("command", HOLD) in [tuple(line) for line in waiting["lines"]] and "consent" not in waiting
    live.op("quarantine.approve", id=waiting["id"], by="sam", reason="my branch")
    assert live.bash(HOLD, "call-5", session_id="held")[1] == {}
    assert live.bash(HOLD, "call-6", session_id="held")[1]["hookSpecificOutput"]["permissionDecision"] == "ask"
    entries = live.entries()
    approval = next(entry for entry in entries if entry["kind"] == "approval")
    assert (approval["approval"]["id"], approval["approval"]["by"], approval["approval"]["action"]) == (waiting["id"], "sam", "approve")
    used = next(entry for entry in entries if entry.get("tool_use_id") == "call-5")
    assert (used["verdict"], used["answer"], used["approval"]["id"]) == ("quarantine", "allow", waiting["id"])


def test_a_yes_to_a_recipe_is_no_yes_to_another(live):
    recipe = live.prefix / "Makefile"
    recipe.write_text("deploy:\n\tgit push --force origin topic\n")
    live.bash("make deploy", "call-20", session_id="make")
    waiting = next(call for call in live.op("quarantine.list", state="pending")["calls"] if call["session"] == "make")
    assert ["runs", "git push --force origin topic"] in waiting["lines"]
    live.op("quarantine.approve", id=waiting["id"], by="sam")
    recipe.write_text("deploy:\n\tgit push --force origin main\n")
    assert live.bash("make deploy", "call-21", session_id="make")[1]["hookSpecificOutput"]["permissionDecision"] == "ask"
    recipe.write_text("deploy:\n\tgit push --force origin topic\n")
    assert live.bash("make deploy", "call-22", session_id="make")[1] == {}
    other = next(call for call in live.op("quarantine.list", state="pending")["calls"] if call["session"] == "make")
    live.op("quarantine.reject", id=other["id"], by="sam")
    recipe.unlink()


def test_a_rejected_call_stays_refused_without_a_new_question_and_the_agent_is_told_why(live):
    (waiting,) = live.op("quarantine.list", state="pending")["calls"]
    token = "ghp_" + "0123456789abcdefghijABCDEFGHIJ" + "0g4VQE"
    live.op("quarantine.reject", id=waiting["id"], by="sam", reason=f"use the\nstaging branch, not {token}")
    code, out, _ = live.bash(HOLD, "call-7", session_id="held")
    assert (code, out["hookSpecificOutput"]["permissionDecision"]) == (2, "deny")
    assert 'sam refused it and wrote: "use the staging branch' in out["hookSpecificOutput"]["permissionDecisionReason"]
    assert live.op("quarantine.list", state="pending")["calls"] == []
    entries = live.entries()
    assert next(e for e in entries if e.get("tool_use_id") == "call-7")["answer"] == "deny"
    note = [e for e in entries if e["kind"] == "approval"][-1]["approval"]["note"]
    assert note.startswith("use the staging branch, not ")
    assert not any(token.encode() in file.read_bytes() for file in live.prefix.rglob("*") if file.is_file())
    with pytest.raises(SensorRefused, match="rejected"):
        live.op("quarantine.reject", id=waiting["id"])
    assert live.bash(HOLD, "call-7b", session_id="another")[1]["hookSpecificOutput"]["permissionDecision"] == "ask", "the answer was for that session"
    live.op("quarantine.approve", id=waiting["id"], by="sam")
    assert live.bash(HOLD, "call-7c", session_id="held")[1] == {}, "a refusal can be taken back"


def test_secrets_never_reach_the_disk(live):
    token = "ghp_" + "0123456789abcdefghijABCDEFGHIJ" + "0g4VQE"
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n" * 3 + "-----END OPENSSH PRIVATE KEY-----"
    live.bash(f"curl -H 'Authorization: Bearer {token}' https://api.example.invalid/", "call-8")
    live.hook({"session_id": "s1", "cwd": "/", "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_use_id": "call-9",
               "tool_input": {"command": "cat key"}, "tool_response": {"stdout": key, "stderr": ""}})
    live.op("status")
    for file in live.prefix.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert token.encode() not in content, file
            assert b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU" not in content, file


def test_the_mode_changes_at_once_is_saved_and_is_an_entry(live):
    assert live.op("mode.set", mode="observe", by="sam") == {"before": "enforce", "after": "observe"}
    try:
        assert live.bash(DENY, "call-10")[:2] == (0, {})
        entry = next(e for e in live.entries() if e.get("tool_use_id") == "call-10")
        assert (entry["verdict"], entry["answer"], entry["would_answer"], entry["mode"]) == ("block", "allow", "deny", "observe")
        assert "mode: observe" in live.paths.config_file.read_text()
        assert json.loads(live.paths.client_policy.read_text())["mode"] == "observe"
    finally:
        live.op("mode.set", mode="enforce", by="sam")
    assert live.bash(DENY, "call-11")[0] == 2


def test_what_is_malformed_is_held_not_passed(live):
    code, out, _ = live.hook(b'{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls","command":"rm -rf /"}}')
    assert out["hookSpecificOutput"]["permissionDecision"] in ("ask", "deny")
    assert code in (0, 2)


def test_an_unknown_agent_or_operation_is_said(live):
    assert live.hook({}, agent="nobody")[0] == 1
    with pytest.raises(SensorRefused, match="no operation"):
        live.op("nonsense")


def test_explain_judges_without_recording_or_holding(live):
    before = len(live.entries())
    answer = live.op("explain", command=HOLD, cwd="/tmp")
    assert answer["verdict"] == 2 and answer["hold"] == ""
    assert len(live.entries()) == before


def test_a_changed_rule_file_is_in_force_within_seconds(live):
    rule = """
- id: MY-1
  name: No yodeling
  description: Test rule.
  severity: critical
  category: destructive-shell
  status: stable
  phase: [before]
  match: {effect: {any: [{command: [yodel]}]}}
  examples:
    true_positive: [{tool: Bash, input: {command: yodel}}, {tool: Bash, input: {command: yodel -x}}]
    true_negative: [{tool: Bash, input: {command: ls}}, {tool: Bash, input: {command: echo yodel}}]
  remediation: Sing.
  references: {mitre: [], asi: [], cwe: [], urls: []}
"""
    (live.paths.user_rules / "own.yaml").write_text(rule)
    try:
        deadline = time.monotonic() + 60
        number = 0
        while live.bash("yodel", f"yodel-{number}")[0] != 2:
            assert time.monotonic() < deadline, live.op("status")["problems"]
            number += 1
            time.sleep(0.05)
        (live.paths.user_rules / "own.yaml").write_text("- id: [broken\n")
        while not any("own.yaml" in problem for problem in live.op("status")["problems"]):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert live.bash("yodel", "yodel-kept")[0] == 2, "the last good version stays"
    finally:
        (live.paths.user_rules / "own.yaml").unlink()


def request(live, path, body, **headers):
    token = (live.paths.run / "intake.token").read_text()
    sent = urllib.request.Request(f"http://127.0.0.1:{live.port}{path}", data=body and json.dumps(body).encode(), headers={
        "Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(sent, timeout=60) as answer:
            return answer.status, dict(answer.headers), json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), json.loads(error.read() or b"{}")


@pytest.mark.parametrize("command, status, verdict", [("ls", 200, "clean"), (HOLD, 202, "quarantine"), (DENY, 403, "block")])
def test_the_verdict_api_answers_with_its_status(live, command, status, verdict):
    code, headers, body = request(live, "/api/v1/verdict", {"agent": "my-bot", "session_id": "h1", "tool_name": "Bash", "cwd": "/tmp", "tool_input": {"command": command}})
    assert (code, headers["X-Handrail-Verdict"], body["verdict"]) == (status, verdict, verdict)
    if status == 202:
        assert request(live, body["poll"], None)[2]["state"] == "pending"


def test_the_same_call_gets_the_same_verdict_through_every_door(live):
    payload = {"session_id": "x", "cwd": "/tmp", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": DENY}}
    through_socket = live.hook({**payload, "tool_use_id": "door-1"})[1]
    through_http = request(live, "/hooks/claude-code", {**payload, "tool_use_id": "door-2", "session_id": "y"})[2]
    assert through_socket == through_http


def test_a_killed_sensor_loses_nothing_and_comes_back(own_live):
    own_live.start()
    for number in range(20):
        own_live.bash("ls" if number % 2 else DENY, f"k{number}")
    own_live.kill()
    own_live.start()
    recorded = [entry.get("tool_use_id") for entry in own_live.entries()]
    assert all(recorded.count(f"k{number}") == 1 for number in range(20))
    own_live.bash("ls", "after")
    own_live.stop()
    report = verify_newest(own_live.paths.log, own_live.paths.keys, VerifyOptions(), time.time_ns() // 1000)
    assert not report.problems


def test_a_second_sensor_refuses_the_same_log(own_live):
    own_live.start()
    done = subprocess.run([sys.executable, "-I", "-m", "sensor.daemon", "sensor", "--prefix", str(own_live.prefix)], capture_output=True, timeout=60,
                          env={"HOME": str(own_live.prefix)}, check=False)
    assert done.returncode == 3 and b"nother sensor" in done.stderr


def test_a_broken_config_starts_with_defaults_that_enforce_and_says_so(own_live):
    own_live.configure("mood: observe\n")
    own_live.start()
    assert own_live.bash(DENY, "x")[0] == 2
    assert any("config.yaml" in problem for problem in own_live.op("status")["problems"])


def test_everything_it_keeps_is_private(live):
    for path in [live.paths.state, *live.paths.state.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode & 0o077 == 0, path


def test_metrics_count_every_door_and_need_the_token(live):
    live.bash("ls", "metric-1", session_id="m1")
    request(live, "/api/v1/verdict", {"agent": "my-bot", "session_id": "m2", "tool_name": "Bash", "cwd": "/tmp", "tool_input": {"command": "ls"}})
    token = (live.paths.run / "intake.token").read_text()
    asked = urllib.request.Request(f"http://127.0.0.1:{live.port}/metrics", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        text = answer.read().decode()
    assert 'door="hook"' in text and 'door="http"' in text and "handrail_log_entries" in text
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"http://127.0.0.1:{live.port}/metrics", timeout=60)


def test_the_schedule_pushes_to_the_anchors_of_its_own_installation(tmp_path):
    done = subprocess.run(push_command(tmp_path / "p"), capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "no checkpoint" in done.stderr
    assert "--prefix" not in push_command(None)


def test_a_script_of_one_tool_is_judged_when_another_runs_it_and_the_entry_says_so(live):
    script = live.prefix / "tidy.sh"
    live.hook({"session_id": "script", "cwd": str(live.prefix), "hook_event_name": "PreToolUse", "tool_name": "Write", "tool_use_id": "call-w",
               "tool_input": {"file_path": str(script), "content": "rm -rf ~\n"}})
    script.write_text("rm -rf ~\n")
    code, out, _ = live.bash(f"sh {script}", "call-r", session_id="script")
    assert (code, out["hookSpecificOutput"]["permissionDecision"]) == (2, "deny")
    assert "tidy.sh, which an earlier call wrote" in out["systemMessage"]
    entry = next(e for e in live.entries() if e.get("tool_use_id") == "call-r")
    assert entry["verdict"] == "block" and "HR-DST-001" in entry["reason"] and "tidy.sh" in entry["reason"]
    script.write_text("echo tidy\n")
    assert live.bash(f"sh {script}", "call-r2", session_id="script")[0] == 0, "what counts is what the file holds when it is run"


def test_a_home_that_is_no_place_is_said_in_a_sentence(tmp_path):
    done = subprocess.run([sys.executable, "-I", "-m", "sensor.daemon", "indexer"], capture_output=True, text=True, timeout=60, check=False,
                          cwd=tmp_path, env={**os.environ, "HOME": "nowhere"})
    assert done.returncode == 3 and "HOME is not set to an absolute path" in done.stderr and "Traceback" not in done.stderr


def test_no_process_carries_the_code_of_another():
    code = "import sys, sensor.daemon; print(sorted({'asyncio', 'peewee', 'flask', 'sensor.composition'} & set(sys.modules)))"
    code += "; import sensor.store.indexer, web.server; print('sensor.composition' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines() == ["[]", "False"]
