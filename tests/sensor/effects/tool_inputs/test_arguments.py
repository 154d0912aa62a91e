"""Effects of what MCP and other tools are given."""

from __future__ import annotations

import time

import pytest

from sensor.effects.tool_inputs.arguments import (
    MAX_COUNT,
    MAX_HOSTS,
    MAX_KEYS,
    MAX_PATHS,
    MAX_VALUES,
    SINGLE_TEXTS,
    UNREAD,
    is_given_files,
    written_texts,
)
from sensor.model.calls import McpAction, OtherAction


def mcp(tool: str, **arguments: object) -> McpAction:
    return McpAction(server="s", tool=tool, arguments=arguments)


@pytest.mark.parametrize(("action", "expected"), [
    (mcp("read_file", path="~/.ssh/id_rsa"), ["- R:~/.ssh/id_rsa"]),
    (mcp("write_file", path="a.txt", content="rm -rf /"), ["- W:./a.txt"]),
    (mcp("delete_file", path="a.txt"), ["- D:./a.txt"]),
    (mcp("moveFile", source="a.txt", destination="b.txt"), ["- R:./a.txt W:./b.txt D:./a.txt"]),
    (mcp("copy_file", source="a.txt", destination="b.txt"), ["- R:./a.txt W:./b.txt"]),
    (mcp("fetch", url="https://a.example"), ["- H:a.example"]),
    (mcp("run_command", command="rm -r ~/x"), ["-", "rm D:~/x"]),
    (mcp("exec", cmd=["rm", "-r", "/home/dev/x"]), ["-", "rm D:~/x"]),
    (mcp("exec", argv=["rm", "-r", "/home/dev/x"]), ["-", "rm D:~/x"]),
    (mcp("batch", commands=["cd /tmp && ls", "rm -r x"]), ["-", "cd", "ls", "rm D:/tmp/x"]),
    (mcp("add_comment", body="run rm -rf ~"), ["-"]),
    (mcp("run_python", code="import shutil; shutil.rmtree('/home/dev/x')"), ["-", "python3 D:~/x"]),
    (mcp("calculator", expression="__import__('os').system('rm -r ~/x')"), ["-", "python3", "rm D:~/x"]),
    (mcp("js_eval", code="require('child_process').execSync('rm -r ~/x')"), ["-", "node", "rm D:~/x"]),
    (McpAction(server="tmux", tool="send", arguments={"text": "rm -r ~/x\n"}), ["-", "rm D:~/x"]),
    (McpAction(server="chat", tool="send", arguments={"text": "rm -r ~/x\n"}), ["-"]),
    (McpAction(server="osascript", tool="run", arguments={"script": "do shell script \"rm -r ~/x\""}), ["-", "osascript", "rm D:~/x"]),
    (mcp("file", action="write", path="~/.bashrc", content="x"), ["- W:~/.bashrc"]),
    (mcp("fs", operation="delete", path="~/x"), ["- D:~/x"]),
    (mcp("persist", path="~/.bashrc", content="x"), ["- W:~/.bashrc"]),
    (mcp("check_file", path="~/.bashrc", content="x"), ["- R:~/.bashrc"]),
    (mcp("render", output_path="~/x.png", path="a.svg"), ["- R:./a.svg W:~/x.png"]),
    (mcp("rmtree", directory="~/x"), ["- D:~/x"]),
    (mcp("run_command", command="rm -r x", cwd="/home/dev"), ["- R:~", "rm D:~/x"]),
    (mcp("run_command", command="rm -r x", workingDirectory="/home/dev"), ["- R:~", "rm D:~/x"]),
    (mcp("search", query="drop table users"), ["-"]),
    (mcp("lint", sql="DROP TABLE users"), ["-"]),
    (mcp("run", sql="DROP TABLE users"), ["-", "psql"]),
    (mcp("run", query="DROP TABLE users"), ["-", "psql"]),
    (mcp("create_issue", title="Drop table users;"), ["-"]),
    (mcp("push_files", files=[{"path": "a.txt", "content": "x"}]), ["- W:./a.txt"]),
    (mcp("run_code", language="bash", code="rm -r ~/x"), ["-", "rm D:~/x"]),
    (mcp("run_code", language="ruby", code="File.delete('/home/dev/x')"), ["-", "ruby D:~/x"]),
    (mcp("create_snippet", code="import shutil; shutil.rmtree('/home/dev/x')"), ["-"]),
    (mcp("kubectl", args="delete ns production"), ["-", "kubectl"]),
    (mcp("git", args=["rm", "a.txt"]), ["-", "git D:./a.txt"]),
    (mcp("git", command="git rm a.txt"), ["-", "git D:./a.txt"]),
    (McpAction(server="git", tool="run", arguments={"command": "rm", "args": ["a.txt"]}), ["-", "git D:./a.txt"]),
    (McpAction(server="git", tool="log", arguments={"args": ["rm", "a.txt"]}), ["-"]),
    (McpAction(server="node", tool="eval", arguments={"code": "require('fs').rmSync('/home/dev/x')"}), ["-", "node D:~/x"]),
    (mcp("docker_exec", command="rm a.txt"), ["-", "rm D:./a.txt"]),
    (mcp("search", query="a/b.txt"), ["-"]),
    (mcp("start", executable="rm", arguments=["-r", "/home/dev/x y"]), ["-", "rm D:~/x y"]),
    (mcp("start", executable="rm -r", arguments=["a.txt"]), ["-"]),
    (mcp("upload_file", path="a.txt"), ["- R:./a.txt"]),
    (mcp("execute_sql", query="DROP TABLE orders"), ["-", "psql"]),
    (mcp("run_sql", text="DROP TABLE orders"), ["-", "psql"]),
    (mcp("call", arguments='{"command": "rm -r ~/x"}'), ["-", "rm D:~/x"]),
    (mcp("call", given='["x", {"params": "{\\"cmd\\": \\"rm -r ~/x\\"}"}]'), ["-", "rm D:~/x"]),
    (mcp("call", params={"program": "rm", "args": ["-r", "/home/dev/x"]}), ["-", "rm D:~/x"]),
    (mcp("add_note", text='{"command": "rm -r ~/x"}'), ["-"]),
    (mcp("call", arguments='{"command": "rm -r ~/x"'), ["-"]),
    (mcp("call", arguments='"{\\"command\\": \\"rm -r ~/x\\"}"'), ["-", "rm D:~/x"]),
    (mcp("start", commands=["ls", "ls", "ls", "rm -r ~/x"]), ["-", "ls", "ls", "ls", "rm D:~/x"]),
    (mcp("add_note", text="DROP TABLE orders"), ["-"]),
    (McpAction(server="mysql", tool="run", arguments={"statement": "delete from a"}), ["-", "mysql"]),
    (OtherAction(arguments={"query": "DROP TABLE orders"}), ["-"]),
    (mcp("read_many", files=[{"path": "a.txt"}, {"path": "b.txt"}]), ["- R:./a.txt R:./b.txt"]),
    (OtherAction(arguments={"notebook_path": "a.ipynb", "note": "x"}), ["- R:./a.ipynb"]),
    (OtherAction(arguments={}), ["-"]),
])
def test_effects(brief_action, action, expected):
    assert brief_action(action) == expected


def test_texts_are_handed_to_the_patterns_with_their_place(effects_of_action):
    found = effects_of_action(mcp("post", body="hello", url="https://a.example", items=[{"text": "deep"}]))
    assert {(text.field.value, text.name, text.text) for text in found.texts} == {
        ("content", "arguments.body", "hello"), ("url", "arguments.url", "https://a.example"), ("content", "arguments.items.0.text", "deep")}


def test_what_is_too_much_or_too_deep_is_said(effects_of_action):
    deep: dict = {}
    inner = deep
    for _ in range(80):
        inner["a"] = {}
        inner = inner["a"]
    assert effects_of_action(OtherAction(arguments=deep)).exhausted
    assert effects_of_action(OtherAction(arguments={"a": ["x"] * (MAX_VALUES * 5)})).exhausted
    assert not effects_of_action(OtherAction(arguments={"a": ["x"] * 10})).exhausted


def test_typed_values_are_words_and_switches(effects_of_action):
    given = {"privileged": True, "skipFinalSnapshot": "true", "rm": False, "replicas": 0, "filter": {}, "spec": {"hostPID": True, "ports": [80, None]}, "note": "x" * 2000}
    effect = effects_of_action(mcp("create", **given)).effects[0]
    assert effect.argv == ("create", "privileged=true", "skipFinalSnapshot=true", "rm=false", "replicas=0", "filter={}", "hostPID=true", "ports=80", "ports=null")
    assert effect.flags == {"privileged", "skip-final-snapshot", "host-pid", "tool-sets", "of-all"}


def test_more_words_than_are_looked_at_are_said(effects_of_action):
    assert not effects_of_action(mcp("create", names=["a" * 900] * 200)).exhausted
    assert effects_of_action(mcp("create", names=["a" * 900] * 400)).exhausted


def test_what_is_known_of_statements_is_known_of_the_tool(effects_of_action):
    def flags(*statements, **more):
        return effects_of_action(mcp("execute_sql", statements=list(statements), **more)).effects[0].flags

    assert "removes-nothing" in flags("SELECT 1", "INSERT INTO a VALUES (1)")
    assert "test-data" in flags("DROP TABLE tmp_a") and "test-data" in flags("DELETE FROM a", database="shop_test")
    assert not {"removes-nothing", "test-data"} & flags("SELECT 1", "DROP TABLE a")
    assert "removes-nothing" in flags(*["SELECT 1"] * 30) and "removes-nothing" not in flags(*["SELECT 1"] * 30, "DROP TABLE a")


def test_a_long_list_of_commands_takes_no_time(effects_of_action):
    start = time.thread_time()
    assert effects_of_action(mcp("run", commands=["a b"] * 50_000)).exhausted
    assert time.thread_time() - start < 2


@pytest.mark.parametrize("given", [
    {"pad": ["a"] * MAX_VALUES * 5, "command": "rm -r ~/x"},
    {"pad": {str(number): "a" for number in range(MAX_VALUES * 5)}, "command": "rm -r ~/x"},
    {"steps": [*({"command": f"true {number}"} for number in range(300)), {"command": "rm -r ~/x"}]},
    {"steps": [*({"command": "true '"} for _ in range(MAX_VALUES * 5)), {"command": "rm -r ~/x"}]},
])
def test_nothing_that_is_run_hides_behind_other_values(effects_of_action, given):
    assert any(effect.program == "rm" and effect.deletes for effect in effects_of_action(mcp("run", **given)).effects)


def test_what_is_done_is_said_also_behind_other_values(effects_of_action):
    for pad in ("a", "a" * 900):
        given = {"pad": [pad] * MAX_VALUES * 5, "action": "delete", "resource": "repository"}
        assert effects_of_action(mcp("manage", **given)).effects[0].flags >= {"tool-removes", "about-repositories"}


def test_commands_that_are_read_in_part_are_said(effects_of_action):
    given = {"steps": [{"command": f"cp a{number} b{number}; " * 20} for number in range(MAX_VALUES * 5)]}
    assert UNREAD in effects_of_action(mcp("run", **given)).effects[0].flags
    assert UNREAD in effects_of_action(mcp("run", pad=["a"] * MAX_COUNT)).effects[0].flags
    assert UNREAD not in effects_of_action(mcp("run", pad=["a"] * MAX_VALUES * 5, command="ls")).effects[0].flags


def test_of_very_many_addresses_only_the_first_are_looked_up(effects_of_action):
    effects = effects_of_action(mcp("fetch", url=[f"http://h{number}.example/" for number in range(MAX_HOSTS + 50)], command="rm -r ~/x"))
    assert len(effects.effects[0].hosts) == MAX_HOSTS and effects.exhausted
    assert any(effect.deletes for effect in effects.effects)


@pytest.mark.parametrize("many", [SINGLE_TEXTS - 2, SINGLE_TEXTS * 2, MAX_VALUES * 5])
def test_no_text_hides_behind_others(effects_of_action, many):
    texts = effects_of_action(mcp("post", pad=[f"w{number}" for number in range(many)], body="here", note="there")).texts
    assert len(texts) <= SINGLE_TEXTS + 2
    assert {("content", "here"), ("args", "there")} <= {(text.field.value, line) for text in texts for line in text.text.split("\n")}


def test_a_mapped_folder_is_a_word_also_as_a_key(effects_of_action):
    argv = effects_of_action(mcp("run", volumes={"/srv": {"bind": "/x"}, "data": {"bind": "/y"}})).effects[0].argv
    assert "volumes=/srv:" in argv and "volumes=data:" not in argv


def test_what_is_deleted_behind_hundreds_of_other_paths_is_seen(effects_of_action):
    effects = effects_of_action(mcp("delete_files", paths=[*(f"/tmp/{number}" for number in range(600)), "/home/dev"]))
    assert "/home/dev" in {ref.path for effect in effects.effects for ref in effect.deletes} and not effects.exhausted


@pytest.mark.parametrize("given", [
    {"paths": [f"/tmp/{number}" for number in range(MAX_PATHS + 1)]},
    {"urls": [f"http://{number}.example" for number in range(MAX_HOSTS + 1)]},
    {f"key{number}": "a" for number in range(MAX_KEYS + 1)},
])
def test_what_is_more_than_is_looked_at_is_said(effects_of_action, given):
    effects = effects_of_action(mcp("delete", **given))
    assert effects.exhausted and any(UNREAD in effect.flags for effect in effects.effects)


@pytest.mark.parametrize("tool", ["python_run", "run"])
def test_many_texts_that_are_run_cost_one_second_look(effects_of_action, tool, monkeypatch):
    looks = []
    monkeypatch.setattr("sensor.effects.skim.skim", lambda walk, text, context: looks.append(text))
    effects = effects_of_action(mcp(tool, **{f"code{number}": f"import os; x = {number}" for number in range(MAX_KEYS - 1)}, command="true;" * 5_000))
    assert effects.exhausted and len(looks) == 1


@pytest.mark.parametrize(("server", "tool", "arguments", "expected"), [
    ("files", "cleanup", {"path": "/home/dev/x"}, "- D:~/x"),
    ("s", "reclaim_space", {"directory": "/home/dev/x"}, "- D:~/x"),
    ("s", "free_space", {"directory": "/home/dev/x"}, "- R:~/x"),
    ("xcode", "clean", {"path": "/home/dev/x"}, "- R:~/x"),
    ("files", "clean_imports", {"path": "/home/dev/x"}, "- R:~/x"),
    ("files", "fs", {"operation": "move", "path": "/home/dev/x", "destination": "/tmp/y"}, "- R:~/x W:/tmp/y D:~/x"),
])
def test_files_taken_away_by_other_names(brief_action, server, tool, arguments, expected):
    assert brief_action(McpAction(server=server, tool=tool, arguments=arguments)) == [expected]


def test_what_arguments_put_into_a_file():
    assert written_texts({"path": "a", "content": "x", "edits": [{"new_text": "y", "old": "z"}, "odd"], "code": "", "count": 1}) == ("x", "y")


@pytest.mark.parametrize(("given", "expected"), [({"targetFile": "a"}, True), ({"folder_name": 1}, True), ({"id": "a"}, False), ({}, False)])
def test_whether_a_tool_is_given_files(given, expected):
    assert is_given_files(given) is expected
