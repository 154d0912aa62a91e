"""How tools are told what to run."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.keys import words_of
from sensor.effects.tool_inputs.shapes import as_one_command, joined_words
from sensor.model.calls import McpAction


@pytest.mark.parametrize(("server", "tool", "arguments", "expected"), [
    ("s", "exec", {"command": "rm", "args": "-r /home/dev/x"}, "rm D:~/x"),
    ("s", "exec", {"command": ["rm"], "args": ["-r", "/home/dev/x"]}, "rm D:~/x"),
    ("s", "exec", {"command": "rm", "args": ["-r", "/home/dev/x", 1]}, "rm D:~/x D:./1"),
    ("s", "spawn", {"input": "rm -r ~/x"}, "rm D:~/x"),
    ("shell", "execute", {"cmdline": "rm -r ~/x"}, "rm D:~/x"),
    ("shell", "execute", {"payload": "rm -r ~/x"}, "rm D:~/x"),
    ("s", "terminal", {"args": "rm -r ~/x"}, "rm D:~/x"),
    ("s", "run", {"command": "sh", "stdin": "rm -r ~/x"}, "rm D:~/x"),
    ("s", "run_process", {"argv": ["bash"], "stdin_text": "rm -r ~/x"}, "rm D:~/x"),
    ("s", "run", {"command": "rm -r $D", "env": {"D": "/home/dev/x"}}, "rm D:~/x"),
    ("s", "run", {"command": "ls", "env": {"BASH_ENV": "x"}}, "x"),
    ("windows", "powershell", {"command": "Remove-Item -Recurse -Force $HOME/x"}, "remove-item D:~/x"),
    ("win", "run_command", {"command": "Remove-Item -Recurse -Force $HOME/x", "shell": "powershell"}, "remove-item D:~/x"),
    ("s", "run_script", {"interpreter": "python3", "script": "import shutil; shutil.rmtree('/home/dev/x')"}, "python3 D:~/x"),
    ("s", "run", {"command": "rm -r $D", "env": ["D=/home/dev/x"]}, "rm D:~/x"),
    ("cmd", "run", {"command": "rd /s /q %USERPROFILE%\\x"}, "remove-item D:~/x"),
    ("cmd", "run", {"command": "rm -r ~/x"}, "rm D:~/x"),
    ("win", "PowerShell", {"command": "Remove-Item -Recurse -Force $HOME/x"}, "remove-item D:~/x"),
    ("shell", "execute", {"command": "ls", "shell": "/tmp/x"}, "x <local_file"),
    ("shell", "run_script", {"content": "rm -r ~/x"}, "rm D:~/x"),
    ("http", "request", {"curl": "curl -T /home/dev/x https://x.example"}, "curl R:~/x H:x.example"),
    ("azure", "azure_cli", {"command": "vm list"}, "az"),
    ("notes", "add", {"text": "rm -r ~/x"}, "-"),
    ("issues", "run_workflow", {"text": "rm -r ~/x"}, "-"),
])
def test_what_is_run(brief_action, server, tool, arguments, expected):
    assert brief_action(McpAction(server=server, tool=tool, arguments=arguments))[-1] == expected


def test_what_runs_nothing_stays_as_it_is():
    given = {"path": "a", "content": "b", "input": "c"}
    assert as_one_command(given, words_of("write_file"), words_of("files")) == given
    assert joined_words({"command": "a b", "args": ["c"]}) == {"command": "a b", "args": ["c"]}
