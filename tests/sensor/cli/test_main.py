import importlib
import json
import os
import pwd
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sensor.cli import main
from sensor.cli.main import COMMANDS, ELSEWHERE, SECTIONS, cli
from sensor.model.errors import Declined


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_exists_and_has_help(name, idle_terminal):
    module, attribute, line = COMMANDS[name]
    assert isinstance(getattr(importlib.import_module(module), attribute), click.Command) and line
    assert "Usage: " in idle_terminal.ok(name, "--help")


def _leaves(command, path):
    below = [one for name, sub in getattr(command, "commands", {}).items() if not sub.hidden for one in _leaves(sub, (*path, name))]
    return below or [path]


LEAVES = [path for name in sorted(COMMANDS) for path in _leaves(cli.get_command(None, name), (name,))]


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_help_of_every_command_has_an_example_of_it(path, idle_terminal):
    lines = [line.strip() for line in idle_terminal.ok(*path, "--help").splitlines()]
    assert any(f"{line} ".startswith(f"handrail {' '.join(path)} ") for line in lines)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_help_of_every_command_has_one_list_of_examples_and_shows_defaults_as_one_types_them(path, idle_terminal):
    text = idle_terminal.ok(*path, "--help")
    assert len([line for line in text.splitlines() if line.strip() in ("Example:", "Examples:")]) <= 1 and "[default: (" not in " ".join(text.split())


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_help_of_every_command_stands_in_one_column(path, idle_terminal):
    """Texts of commands are indented by two; only examples, keys and the like by two more."""
    text = idle_terminal.ok(*path, "--help").split("Options:")[0]
    assert not [line for line in text.splitlines() if line.startswith(" " * 6) or (line and line.isspace())]


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_help_of_every_command_fits_a_usual_terminal(path):
    shown = CliRunner().invoke(cli, [*path, "--help"], terminal_width=80).output
    assert shown and not [line for line in shown.splitlines() if len(line) > 80]


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_an_example_names_what_its_command_cannot_do_without(path):
    command, name = cli.get_command(None, path[0]), f"handrail {' '.join(path)}"
    for word in path[1:]:
        command = command.commands[word]
    example = next(line.strip() for line in command.help.splitlines() if f"{line.strip()} ".startswith(f"{name} "))
    needed = sum(isinstance(one, click.Argument) and one.required for one in command.params)
    assert len(example.removeprefix(name).split("#")[0].split()) >= needed


def _groups(command, path):
    if isinstance(command, click.Group):
        yield path, command
        for name, below in command.commands.items():
            yield from _groups(below, (*path, name))


GROUPS = [found for name in sorted(COMMANDS) for found in _groups(cli.get_command(None, name), (name,))]


@pytest.mark.parametrize(("path", "group"), GROUPS, ids=[" ".join(path) for path, _ in GROUPS])
def test_the_help_of_a_group_cuts_no_sentence_and_names_only_commands_that_do_something(path, group, idle_terminal):
    text = idle_terminal.ok(*path, "--help")
    assert "..." not in text.partition("\nCommands:")[2]
    assert not [line for line in CliRunner().invoke(cli, [*path, "--help"], terminal_width=80).output.splitlines() if len(line) > 80]
    if not group.invoke_without_command:
        assert f"handrail {' '.join(path)}" not in [line.strip() for line in text.splitlines()]


def test_the_list_of_commands_shows_each_once_in_one_column_and_on_one_line(idle_terminal):
    named = [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted(COMMANDS)
    lines = CliRunner().invoke(cli, ["--help"], terminal_width=80).output.splitlines()
    assert all(any(line == f"  {name.ljust(max(map(len, COMMANDS)))}  {COMMANDS[name][2]}" for line in lines) for name in named)


def test_the_list_of_commands_loads_none_of_them():
    code = "import sys; from sensor.cli.main import cli; cli(['--help'], standalone_mode=False); print(sorted(m for m in sys.modules if m.startswith('sensor.cli.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['sensor.cli.context', 'sensor.cli.main', 'sensor.cli.output']"
    assert all(name in done.stdout for name in COMMANDS)


def test_a_slip_of_the_finger_names_the_nearest_command(idle_terminal):
    result = idle_terminal.run("stauts")
    assert result.exit_code == 2 and "Did you mean 'status'?" in result.output


def test_a_word_of_the_dashboard_leads_to_its_command(idle_terminal):
    assert {name.split()[0] for name in ELSEWHERE.values()} <= set(COMMANDS) and not set(ELSEWHERE) & set(COMMANDS)
    result = idle_terminal.run("posture")
    assert result.exit_code == 2 and "Did you mean 'audit'?" in result.output


def _main(tmp_path, *words):
    command = [sys.executable, "-m", "sensor.cli.main", "--prefix", str(tmp_path), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(("words", "said"), [
    (("show",), "error: Missing argument 'ID'\nUsage: handrail show [OPTIONS] ID\nSee: handrail show --help\n"),
    (("quarantine", "foo"), "error: No such command 'foo'\n"),
    (("export",), "error: Missing option '--format'. Choose from: csv, jsonl,"),
    (("scan", "nowhere"), "error: Invalid value for PATHS: nowhere does not exist\n"),
])
def test_wrong_words_are_told_as_every_other_error_is(words, said, tmp_path):
    done = _main(tmp_path, *words)
    assert done.returncode == 2 and done.stderr.startswith(said) and f"See: handrail {words[0]} --help" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(("words", "code", "said", "step"), [
    (("show", "--json"), 2, "Missing argument 'ID'", "Usage: handrail show [OPTIONS] ID\nSee: handrail show --help"),
    (("events", "--json", "-n", "x"), 2, "Invalid value for '-n' / '--limit': 'x' is not a valid integer range", "See: handrail events --help"),
    (("stauts", "--json"), 2, "No such command 'stauts'. Did you mean 'status'?", "See: handrail --help"),
    (("show", "x", "--json"), 2, "'x' is not an event's id", "See the first column of: handrail events"),
    (("mode", "observe", "--json"), 3, "", "handrail service start"),
])
def test_with_json_an_error_is_one_object_on_standard_error(words, code, said, step, tmp_path):
    done = _main(tmp_path, *words)
    told = json.loads(done.stderr)
    assert (done.returncode, done.stdout, set(told), told["schema_version"]) == (code, "", {"schema_version", "error", "next_step"}, 1)
    assert told["error"].startswith(said) and told["error"] and step in told["next_step"]


def test_the_json_of_a_command_that_is_judged_is_none_of_ours(tmp_path):
    done = _main(tmp_path, "explain", "--agent", "nobody", "--", "gh pr list --json x", "--json")
    assert done.returncode == 2 and done.stderr.startswith("error: ")


def test_a_group_alone_shows_its_help(tmp_path):
    done = _main(tmp_path, "quarantine")
    assert done.returncode == 2 and "Commands:" in done.stderr and "error" not in done.stderr


def test_help_and_version_end_well(tmp_path):
    assert [_main(tmp_path, *words).returncode for words in (("--help",), ("--version",), ("show", "--help"))] == [0, 0, 0]


def test_ctrl_c_is_told_in_one_line(monkeypatch, capsys):
    def interrupted(**_):
        raise click.Abort

    monkeypatch.setattr(main, "cli", interrupted)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 130 and capsys.readouterr().err == "Stopped by Ctrl-C.\n"


def test_a_place_of_another_user_names_that_user(monkeypatch, capsys, tmp_path):
    def refused(**_):
        raise PermissionError(13, "Permission denied", str(tmp_path / "gone" / "x"))

    monkeypatch.setattr(main, "cli", refused)
    for uid, step in ((os.getuid(), "Look at the rights of "), (os.getuid() + 1, f"{tmp_path} is that of {pwd.getpwuid(os.getuid()).pw_name}: run this as ")):
        monkeypatch.setattr(os, "getuid", lambda mine=uid: mine)
        with pytest.raises(SystemExit):
            main.main()
        assert capsys.readouterr().err.split("\n")[1].startswith(step)
        monkeypatch.undo()
        monkeypatch.setattr(main, "cli", refused)


def test_a_no_is_no_error(monkeypatch, capsys):
    def declined(**_):
        raise Declined("Nothing was changed.")

    monkeypatch.setattr(main, "cli", declined)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1 and capsys.readouterr().err == "Nothing was changed.\n"


def test_what_the_system_refuses_is_told_without_its_number_and_with_a_next_step(monkeypatch, capsys):
    def refused(**_):
        raise PermissionError(13, "Permission denied", "/srv/x")

    monkeypatch.setattr(main, "cli", refused)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 3 and capsys.readouterr().err.startswith("error: /srv/x: Permission denied\nLook at the rights of /srv/x")


def test_help_is_understood_as_a_command(idle_terminal):
    assert idle_terminal.ok("help") == idle_terminal.ok("--help")
    assert idle_terminal.ok("help", "quarantine", "approve") == idle_terminal.ok("quarantine", "approve", "--help")
    assert idle_terminal.run("help", "stauts").exit_code == 2


def test_an_error_is_one_sentence_with_a_next_step_and_no_traceback(tmp_path):
    command = [sys.executable, "-m", "sensor.cli.main", "--prefix", str(tmp_path), "mode", "observe"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and done.stderr.startswith("error: ") and "handrail service start" in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    shell = f"{sys.executable} -m sensor.cli.main --prefix {tmp_path} --help | head -1"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stderr == "" and done.stdout.startswith("Usage: handrail")
