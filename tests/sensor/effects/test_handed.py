"""Commands in key bindings, hooks, make functions and environment files."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("cmake -E rm -rf ~/x", "rm D:~/x"), ("cmake -E remove_directory ~/x", "rm D:~/x"), ("cmake -E copy a ~/b", "cp R:./a W:~/b"), ("cmake -E env A=b rm -r ~/x", "rm D:~/x"),
    ("cmake -E capabilities", "cmake"), ("cmake --build build", "cmake"),
])
def test_small_programs_of_cmake(brief, command, expected):
    assert brief(command)[-1] == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("ansible localhost -m file -a 'path=/home/dev/x state=absent'", ["ansible", "rm D:~/x"]), ("ansible all -m ansible.builtin.file -a 'path=/home/dev/x state=directory'", ["ansible"]),
    ("ansible all -m shell -a 'rm -r ~/x'", ["ansible", "rm D:~/x"]), ("ansible all -a 'rm -r ~/x'", ["ansible", "rm D:~/x"]), ("ansible all -m ping", ["ansible"]),
    ("ansible localhost -m lineinfile -a 'path=~/a line=\"b c\"'", ["ansible", "printf W:~/a"]), ("ansible localhost -m cron -a 'name=a job=b'", ["ansible", "crontab", "echo", "crontab W:/var/spool/cron/crontab"]),
])
def test_modules_of_ansible(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize("command", [
    "fzf --bind 'start:execute(rm -r ~/x)'", "fzf --bind 'enter:become(rm -r ~/x),ctrl-a:abort'", "fzf --bind='ctrl-r:reload:rm -r ~/x'", "fzf --preview 'rm -r ~/x'", "fzf --preview='rm -r ~/x'",
    "apt-get update -o APT::Update::Pre-Invoke::='rm -r ~/x'", "apt -oDPkg::Post-Invoke='rm -r ~/x' install jq", "make --eval='$(shell rm -r ~/x)'", "MAKEFLAGS='--eval=$(shell rm -r ~/x)' make",
    "make CC='$(shell rm -r ~/x)'", "printf 'rm -r ~/x' > .envrc; direnv allow", "printf 'rm -r ~/x' > a/.envrc; direnv allow a", "printf 'rm -r ~/x' > .envrc; direnv allow .envrc",
    """rails runner 'system("rm -r ~/x")'""", """php artisan tinker --execute='system("rm -r ~/x");'""", """wp eval 'system("rm -r ~/x");'""", """mix run -e 'System.cmd("rm", ["-r", "/home/dev/x"])'""",
    """python3 manage.py shell -c 'import os; os.system("rm -r ~/x")'""",
    "hg --config alias.st='!rm -r ~/x' st", "hg --config hooks.pre-status='rm -r ~/x' st", "hg --config=ui.ssh='rm -r ~/x' pull", "svn diff --diff-cmd 'rm -r ~/x'", "svn up --config-option 'config:tunnels:t=rm -r ~/x'",
    "jj util exec -- rm -r /home/dev/x", """jj --config 'aliases.x=["util", "exec", "--", "rm", "-r", "/home/dev/x"]' x""", "jj --config 'ui.editor=rm -r ~/x' describe", "gh alias set st '!rm -r ~/x'", "cmd /c rm -r ~/x", "cmd.exe /q /c 'dir & rm -r ~/x'", "CMD.EXE /C start /b rm -r ~/x", "cmd /k 'for %f in (a b) do rm -r ~/x'", "glab alias set --shell st 'rm -r ~/x'",
])
def test_handed_commands_are_walked(brief, command):
    assert [one for one in brief(command) if one.startswith("rm D:~/x")]


@pytest.mark.parametrize("command", [
    "fzf --bind 'ctrl-j:down'", "apt-get install -o Dpkg::Options::=--force-confold jq", "make CC='$(CROSS)gcc'", "direnv status", "direnv deny",
    "hg --config ui.username='rm -r x' commit -m x", "hg --config extensions.strip= log", "jj --config user.name='rm -r x' log", "gh alias set prs 'pr list'", "cmd ver", "svn up --config-option config:miscellany:x=y",
])
def test_what_hands_over_nothing(brief, command):
    assert len(brief(command)) == 1


@pytest.mark.parametrize("command", ["jj util exec", "jj util exec --", "jj --config 'aliases.x=[\"util\", \"exec\", \"--\", 1]' x", "jj --config 'aliases.x=[1]' x"])
def test_an_empty_command_that_is_handed_over_hides_nothing_beside_it(brief, command):
    assert [one for one in brief(f"{command}; rm -r ~/x") if one.startswith("rm D:~/x")]


@pytest.mark.parametrize("command", [
    "aws ssm send-command --document-name AWS-RunShellScript --parameters commands='rm -r /data' --instance-ids i-1",
    """aws ssm send-command --document-name AWS-RunShellScript --parameters '{"commands": ["ls", "rm -r /data"]}'""",
    """aws ssm send-command --parameters='commands=["rm -r /data"]'""",
    "aws ecs execute-command --cluster c --task t --interactive --command 'rm -r /data'",
])
def test_what_is_sent_to_machines_far_away(brief, command):
    assert brief(command)[-1] == "rm D:/data"


@pytest.mark.parametrize("command", ["aws ssm send-command --parameters '{\"commands\": 1}'", "aws ssm send-command --parameters '['", "aws ssm describe-parameters", "aws s3 ls --command 'rm -r /data'"])
def test_what_sends_nothing(brief, command):
    assert len(brief(command)) == 1
