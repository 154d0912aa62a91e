"""Program text that tools are given."""

from __future__ import annotations

import pytest

from sensor.model.calls import McpAction


@pytest.mark.parametrize(("server", "tool", "arguments", "expected"), [
    ("python", "run", {"source": "import shutil; shutil.rmtree('/home/dev/x')"}, "python3 D:~/x"),
    ("s", "execute_python", {"command": "import shutil; shutil.rmtree('/home/dev/x')"}, "python3 D:~/x"),
    ("node", "run_js", {"javascript": "require('child_process').execSync('rm -r ~/x')"}, "rm D:~/x"),
    ("jupyter", "execute_code", {"code": "!rm -r ~/x"}, "rm D:~/x"),
    ("jupyter", "execute_code", {"code": "%cd ~\n!rm -r x"}, "rm D:~/x"),
    ("jupyter", "overwrite_cell_source", {"cell_index": 0, "cell_source": "import shutil; shutil.rmtree('/home/dev/x')"}, "python3 D:~/x"),
    ("tidewave", "project_eval", {"code": 'System.cmd("rm", ["-r", "/home/dev/x"])'}, "rm D:~/x"),
    ("emacs", "eval", {"elisp": '(shell-command "rm -r ~/x")'}, "rm D:~/x"),
    ("nvim", "vim_command", {"command": "!rm -r ~/x"}, "rm D:~/x"),
    ("nvim", "exec_lua", {"code": "vim.fn.delete('/home/dev/x', 'rf')"}, "lua D:~/x"),
    ("macos-automator", "execute_script", {"script_content": 'do shell script "rm -r ~/x"'}, "rm D:~/x"),
    ("s", "interact_with_process", {"pid": 7, "input": "rm -r ~/x"}, "rm D:~/x"),
    ("s", "interact_with_process", {"pid": 7, "input": "import shutil; shutil.rmtree('/home/dev/x')"}, "python3 D:~/x"),
    ("computer", "computer", {"action": "type", "text": "rm -r ~/x\n"}, "rm D:~/x"),
    ("windows-mcp", "Type-Tool", {"text": "rm -r ~/x", "press_enter": True}, "rm D:~/x"),
])
def test_what_it_does(brief_action, server, tool, arguments, expected):
    assert brief_action(McpAction(server=server, tool=tool, arguments=arguments)).count(expected) == 1


@pytest.mark.parametrize(("server", "tool", "arguments"), [
    ("computer", "computer", {"action": "type", "text": "rm -r ~/x"}),
    ("playwright", "browser_type", {"text": "rm -r ~/x", "submit": True}),
    ("jupyter", "insert_cell", {"cell_type": "markdown", "cell_source": "!rm -r ~/x"}),
    ("notes", "add_note", {"text": "import shutil; shutil.rmtree('/home/dev/x')"}),
    ("s", "interact_with_process", {"pid": 7, "input": "print(1)"}),
])
def test_what_runs_nothing(brief_action, server, tool, arguments):
    assert not any("D:" in one for one in brief_action(McpAction(server=server, tool=tool, arguments=arguments)))
