"""Two readers of one text: the lexer first, the grammar where the lexer doubts."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.lexer import starts_of
from sensor.effects.syntax.parse import LONGEST_KEPT, add_second_opinion, parse_script
from sensor.effects.syntax.script import Script, Source


def test_offsets_and_bodies_of_a_script():
    source, script = parse_script("cat <<E\nbody\nE\nls", Budget())
    assert starts_of(script.statements) == {0, 15} and [one.body for one in source.heredocs.values()] == ["body\n"]


def test_a_text_is_read_once_and_a_long_one_is_not_kept():
    long = "ls; " * LONGEST_KEPT
    assert parse_script("ls; rm again", Budget())[1] is parse_script("ls; rm again", Budget())[1]
    assert parse_script(long, Budget())[1] is not parse_script(long, Budget())[1] and parse_script(long, Budget())[1] == parse_script(long, Budget())[1]


def test_commands_that_only_the_grammar_sees_are_added_and_said():
    text = "ls; rm x"
    script = add_second_opinion(Script(statements=()), Source(text, {}), (0, len(text)), Budget())
    assert starts_of(script.statements) == {0, 4} and script.problems[0][0] == "the text can be read in two ways"


def test_agreement_adds_nothing():
    source, script = parse_script("ls; rm x", Budget())
    assert add_second_opinion(script, source, (0, len(source.text)), Budget()) is script


@pytest.mark.parametrize("command", ["if true; then rm -r ~/x", "$(rm -r ~/x", "`rm -r ~/x", ") rm -r ~/x", "done; rm -r ~/x", "(rm -r ~/x", "case x in a) rm -r ~/x", "}; rm -r ~/x", "echo a; ) ; rm -r ~/x"])
def test_broken_text_still_shows_its_commands(brief, command):
    assert "rm D:~/x" in brief(command)


@pytest.mark.parametrize("text", [
    'echo $(case x in x) rm -r ~/x;; esac)',
    'echo $(case x in (x) rm -r ~/x;; esac) z',
    ': "$(case x in x) rm -r ~/x;; esac)"',
    'cat <(case x in x) rm -r ~/x;; esac)',
    'echo $(if true; then case x in x) rm -r ~/x;; esac; fi)',
    'echo $(case "$(case a in a) b;; esac)" in x) rm -r ~/x;; esac)',
    'echo $(echo case x in); rm -r ~/x; echo esac',
    'echo $(echo "; case x"); rm -r ~/x; echo $(echo "; esac")',
    'a[1<<2]=x\nrm -r ~/x',
    'a=([1<<2]=x)\nrm -r ~/x',
    'echo $[1<<2]; rm -r ~/x',
    'echo $[ 1 << 2 ]; rm -r ~/x',
    "((cat)<<E)\n'\nE\nrm -r ~/x",
    "((ls); ls) ; cat <<E\n'\nE\nrm -r ~/x",
    '((ls); ls)\nfor ((i=1<<1;i<9;i++)); do :; done\nrm -r ~/x',
    'case a in *)((1));;esac;\nfor((i=0;i<1<<1;i++));do :;done\nrm -r ~/x',
    'echo "${x//\'"\'/}" ; rm -r ~/x ; echo "}"',
    'echo "${x:-\'"\'}" ; rm -r ~/x ; echo "}"',
    'echo "${x:-\'}" ; rm -r ~/x ; echo "\'}"',
    'echo "${x:-it\'s}"; rm -r ~/x',
    'echo "${x\'$\'}"\nrm -r ~/x',
    "echo $$'a\\' ; rm -r ~/x ; echo '\\'",
    "echo $$'\\'' ; rm -r ~/x ; echo '",
    'cat <<$(x y)\na\n$(x y)\nrm -r ~/x',
    "cat <<$'E'\na\nE\nrm -r ~/x",
    'cat <<$"E"\na\nE\nrm -r ~/x\n$E',
    'cat <<$"E"\na\n$E\nrm -r ~/x\nE',
    'cat <<$((1))\na\n$((1))\nrm -r ~/x',
    'cat <<"a\\"b"\nx\na"b\nrm -r ~/x',
    'cat <<"a\\b"\nx\na\\b\nrm -r ~/x',
    'cat <<a\\\nb\nx\nab\nrm -r ~/x',
    'cat <<`x y`\na\n`x y`\nrm -r ~/x',
    'cat <<${x}\na\n${x}\nrm -r ~/x',
    'cat <<E $(\nrm -r ~/x\n)\nx\nE',
    'cat <<E "$(echo\nrm -r ~/x)"\nx\nE',
    'cat <<E; echo "\n"; rm -r ~/x\nE',
    'y=# rm -r ~/x',
    'y+=# rm -r ~/x',
    'y[0]=# rm -r ~/x',
    'export y=# && rm -r ~/x',
])
def test_no_command_hides_behind_what_looks_like_a_quote_or_a_here_document(brief, text):
    """Each runs in bash, zsh or dash."""
    assert "rm D:~/x" in brief(text)


@pytest.mark.parametrize("text", [
    'cat <<E\nrm -r ~/x\nE',
    '[ -f a ] && cat <<E > b\nrm -r ~/x\nE',
    "if [[ $a == b ]]; then cat <<'E' > b\nrm -r ~/x\nE\nfi",
    'cat <<"END" > "docs[1].md"\nrm -r ~/x\nEND',
    'a[0]="$(cat <<E\nrm -r ~/x\nE\n)"',
    'echo "${x:-it\'s}"; echo \'rm -r ~/x\'',
    'echo a # rm -r ~/x',
    'x=1 # rm -r ~/x',
    'x= # rm -r ~/x',
    'cat <<A <<B\nrm -r ~/x\nA\nrm -r ~/x\nB',
    'x=$(cat <<E\nrm -r ~/x\nE\n)',
    "echo '$(case x in x) rm -r ~/x;; esac)'",
    "cat <<'a b'\nrm -r ~/x\na b",
])
def test_what_is_only_text_is_no_command(brief, text):
    assert "rm D:~/x" not in brief(text)
