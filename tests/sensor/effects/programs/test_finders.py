"""What bounds the action of a `find` expression."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("expression", "deleted"), [
    ("-name '*.pyc'", ["./*.pyc"]),
    ("-type f -mtime +3 -name '*.log'", ["./*.log"]),
    ("-path './logs/*'", ["./logs/*"]),
    ("-path '*/__pycache__/*'", ["./*/__pycache__/*"]),
    ("-type d \\( -name bin -o -name obj \\) -not -path './keep/*'", ["./bin", "./obj"]),
    ("-name '*.log' \\( -type f -o -type d \\)", ["./*.log"]),
    ("-name node_modules -prune -o -name '*.tmp'", ["./node_modules", "./*.tmp"]),
    ("-regex '.*\\.\\(tmp\\|log\\)'", ["./(filtered)"]),
    ("-name '*~'", ["./*~"]),
    ("-type d ! -name keep", ["./(filtered)"]),
    ("-type d -empty", ["./(filtered)"]),
    # nothing bounds these
    ("! -name keep", ["."]),
    ("-not \\( -name a -o -name b \\)", ["."]),
    ("-name x -o -type f", ["."]),
    ("-type f , -name x", ["."]),
    ("-name x -prune -o -print", ["."]),
    ("-mtime +30", ["."]),
    ("-type f ! -name keep", ["."]),
    ("-type d -exec true \\; -o -type d", ["."]),
    ("-regex '.*'", ["."]),
    ("-regex 'x\\|.*'", ["."]),
    ("-name -delete", ["."]),
    ("-exec true \\; -name x", ["."]),
    ("-path '*/*'", ["./*"]),
    ("-path './[a-z]*/*'", ["./*"]),
])
def test_what_delete_gets(effects_of, expression, deleted):
    effect = effects_of(f"find . {expression} -delete").effects[0]
    assert [ref.raw for ref in effect.deletes] == deleted


def test_a_test_behind_the_action_bounds_nothing(effects_of):
    assert [ref.raw for ref in effects_of("find . -delete -name x").effects[0].deletes] == ["."]


def test_a_path_pattern_names_folders_below_another_start(effects_of):
    assert [ref.raw for ref in effects_of("find ~/a / -path '/tmp/x*' -delete").effects[0].deletes] == ["/home/dev/a/tmp/x*", "/tmp/x*"]


def test_stars_before_a_name_are_not_the_start_folder_itself(effects_of):
    assert [ref.raw for ref in effects_of("find / -path '*/tmp/*' -delete").effects[0].deletes] == ["/*/tmp/*"]


def test_every_side_is_what_exec_gets(effects_of):
    effect = effects_of("find . \\( -name a -o -name b \\) -exec rm -rf {} +").effects[-1]
    assert [ref.raw for ref in effect.deletes] == ["./a", "./b"]


def test_deep_brackets_end(effects_of):
    assert effects_of("find . " + "\\( " * 200 + "-name x " + "\\) " * 200 + "-delete").effects[0].deletes
