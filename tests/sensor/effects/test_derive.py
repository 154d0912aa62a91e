"""The door of the room: any call, bounded, never an error."""

from __future__ import annotations

import shlex
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensor.effects import derive_effects
from sensor.effects.budget import COMMAND, UNITS
from sensor.model.calls import McpAction, OtherAction, Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Effects, Surroundings, TextField

MACHINE = Surroundings(home="/home/dev", user="dev")
WIPE = "rm -rf ~/"
MEGABYTE = 1 << 20


def derive(action, result: str = "") -> Effects:
    return derive_effects(ToolCall(agent="a", event="e", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="t", action=action, cwd="/home/dev/project",
                                   roots=("/home/dev/project",), result=result), MACHINE)


def wipes(effects: Effects) -> bool:
    return any(effect.program == "rm" and any("@home" in ref.places for ref in effect.deletes) for effect in effects.effects)


BOMBS = {
    "substitutions": "$(" * 10_000 + WIPE + ")" * 10_000,
    "quoted substitutions": "echo " + '"$(' * 10_000 + WIPE + ')"' * 10_000,
    "parameters": "echo " + "${x:-" * 10_000 + "}" * 10_000 + ";" + WIPE,
    "arithmetic": "echo " + "$((" * 10_000 + "1" + "))" * 10_000 + ";" + WIPE,
    "groups": "{ " * 10_000 + WIPE + ";}" * 10_000,
    "conditions": "if true; then " * 5_000 + WIPE + "; fi" * 5_000,
    "wrappers": "sudo " * 10_000 + WIPE,
    "evals": "eval " * 10_000 + WIPE,
    "assignments": "a=b " * 100_000 + WIPE,
    "redirections": "> a " * 100_000 + ";" + WIPE,
    "functions": "f(){ f; f; };f;" * 2_000 + WIPE,
    "growing variable": "x+=$x$x$x;" * 500 + WIPE,
    "padding before": ":;" * (MEGABYTE // 2) + WIPE,
    "padding around": ":;" * (MEGABYTE // 4) + WIPE + ";" + ":;" * (MEGABYTE // 4),
    "distinct padding": "".join(f"echo {number};" for number in range(80_000)) + WIPE,
    "loop words": "for i in " + "a " * 200_000 + "; do echo $i; done;" + WIPE,
    "pipes": "a|" * 32_768 + WIPE,
    "closers": "esac;" * 100_000 + WIPE,
    "brackets": ")" * 300_000 + WIPE,
    "dollars": "$" * 300_000 + ";" + WIPE,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_budget_that_runs_out_is_said_and_the_command_is_still_seen(name):
    effects = derive(ShellAction(command=BOMBS[name]))
    assert effects.exhausted and effects.unresolved
    assert wipes(effects)


@pytest.mark.parametrize("command", [
    "\n" * MEGABYTE + WIPE, " " * MEGABYTE + WIPE, "#" + "x" * MEGABYTE + "\n" + WIPE, "ls " + "a" * MEGABYTE + ";" + WIPE,
    "echo '" + "a b;" * (MEGABYTE // 4) + "';" + WIPE, "cat <<E > x.md\n" + "rm -rf /\n" * (MEGABYTE // 9) + "E\n" + WIPE, "echo " + "{a,b}" * 2000 + ";" + WIPE,
    ":;" * 300 + WIPE,
])
def test_padding_that_fits_the_budgets_hides_nothing(command):
    effects = derive(ShellAction(command=command))
    assert wipes(effects) and not effects.exhausted


@pytest.mark.parametrize("command", ["'" * 10_001 + WIPE, "<<a\n" * 16_000 + WIPE, "\\" * 300_000, "`" * 10_001, "\0" * MEGABYTE, "é" * MEGABYTE, "&" * 300_000, "a=(" * 5000, "case x in " * 5000])
def test_other_hostile_texts_come_to_an_end(command):
    assert isinstance(derive(ShellAction(command=command)), Effects)


@pytest.mark.parametrize("command", [
    "python3 -c '" + "sys.argv[1:];" * 4000 + "' " + " ".join(["x" * 4000] * 63), "CDPATH=" + ":".join(["a"] * 800) + "; " + "cd x; " * 100, "pushd a; " * 1300 + "echo " + "${DIRSTACK[1]} " * 1000,
    "echo $(echo esac" + "\n" * 60_000, "echo 'q' \"" + "${a" * 43_000, "perl -e 'open" + " " * 16_000 + "'", "perl -e 'unlink" + "\n" * 16_000 + "'", "awk -v x=" + "b" * 10_000 + " 'system(q)" + " x," * 3000 + "'",
    "curl -w '" + "%output{" * 8000 + "' https://a.example", "export GIT_CONFIG_PARAMETERS=\"" + "'a.b'='c' " * 3600 + "\"; " + "git log; " * 800, "declare a=($(" * 9 + "ls" + "))" * 9, "strace -=o x ls",
])
def test_what_one_word_brings_into_another_takes_no_time(command):
    began = time.process_time()
    assert isinstance(derive(ShellAction(command=command)), Effects)
    assert time.process_time() - began < 1.0


def test_the_number_of_effects_is_bounded():
    assert len(derive(ShellAction(command="rm a;" * 50_000)).effects) <= UNITS // COMMAND


def test_twenty_nested_substitutions_are_all_seen():
    effects = derive(ShellAction(command="echo " + "$(" * 20 + WIPE + ")" * 20))
    assert wipes(effects) and not effects.exhausted


def test_texts_of_a_call():
    effects = derive(ShellAction(command="ls <<E\nbody\nE", description="list"), result="out")
    assert [(text.field, text.text) for text in effects.texts] == [
        (TextField.COMMAND, "ls <<E\nbody\nE"), (TextField.DESCRIPTION, "list"), (TextField.CONTENT, "body\n"), (TextField.RESULT, "out")]


PIECES = st.sampled_from([
    "rm", "-rf", "/", "~", "$(", ")", "`", '"', "'", "$x", "${", "}", "{", ";", "|", "&", "&&", "\n", " ", "<<E", "E", "<", ">", ">>", "2>&1", "if", "then", "fi", "do",
    "done", "for", "in", "case", "esac", "\\", "#", "((", "))", "[[", "]]", "sudo", "bash", "-c", "eval", "xargs", "find", "-exec", "{}", "+", "x=1", "a=(b c)", "${x:-rm}", "$'\\x41'",
    "*", "?", "[a-z]", "{a,b}", "{1..3}", "é", "\0", "\r", "curl", "http://a.example", "python3", "-e", "import os; os.system('ls')", "git", "alias", "function", "f()", "!", "time", "coproc",
    "echo", "base64", "-d", "cm0=", "printf", "%s", "read", "set", "--", "trap", "export", "declare", "cd", "..", "ssh", "host", "docker", "run", "-v", "/:/x", "sed", "s/a/b/", "awk", "tr", "ls",
])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=40).map("".join) | st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=200))
def test_any_command_gives_effects(command):
    effects = derive(ShellAction(command=command))
    assert len(effects.effects) <= UNITS // COMMAND
    size = len(command.encode("utf-8", "replace"))
    assert all(0 <= effect.span.start <= effect.span.end <= size for effect in effects.effects)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=100))
def test_quoted_text_is_data_and_hides_nothing_behind_it(text):
    quoted = shlex.quote(text.replace("\0", ""))
    effects = derive(ShellAction(command=f"echo {quoted}; cat <<'END' > notes.md\n{text}\nEND\n{WIPE}"))
    if "END" not in text:
        assert [effect.program for effect in effects.effects] == ["echo", "cat", "rm"] and wipes(effects)


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=40), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4), max_leaves=20))
def test_any_arguments_give_effects(value):
    for action in (OtherAction(arguments={"command": value}), McpAction(server="s", tool="write_file", arguments={"path": value})):
        assert isinstance(derive(action), Effects)


@pytest.mark.parametrize("command", [
    "psql -c '{}'", "mysql -e '{}'", "ftp h <<E\n{}\nE", "sftp -b - h <<E\n{}\nE", "sed '{}' f", "terraform console <<E\n{}\nE", "vim -c '{}' f",
    "python3 -c 'import os{}'", "node -e 'fetch(1){}'", "rails runner '{}'", "osascript -e '{}'", "duckdb -c '{}'",
])
@pytest.mark.parametrize("gap", ["\n", " \n", " "])
def test_a_long_row_of_empty_lines_takes_no_time(effects_of, command, gap):
    began = time.process_time()
    effects_of(command.format((gap * 20_000)[:19_500]))
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("cwd", ["", "..", "~"])
@pytest.mark.parametrize("command", ["rm -rf .", "rm -rf *", "find . -delete", "cd . && rm -rf ./*"])
def test_a_whole_folder_that_nobody_named_is_deleted(effects_of, cwd, command):
    places = [place for effect in effects_of(command, cwd=cwd).effects for ref in effect.deletes for place in ref.places]
    assert {"@repo_root", "@home"} & set(places)
