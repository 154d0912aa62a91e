"""Files of settings as nested values."""

from __future__ import annotations

import time

import pytest

from sensor.effects.tool_inputs.documents import (
    MAX_EVENTS,
    Table,
    fill_templates,
    read_hcl,
    read_json,
    read_plist,
    read_units,
    read_yaml,
)


def plain(value):
    """Tables as lists of pairs."""
    if isinstance(value, Table):
        return [(key, plain(inner)) for key, inner in value.pairs]
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("text", "expected"), [
    ("a: 1\nb: [x, {c: d}]\n", [[("a", "1"), ("b", ["x", [("c", "d")]])]]),
    ("a: b\n---\n- c\n", [[("a", "b")], ["c"]]),
    ("a: &x [b]\nc: *x\nd: *unknown\n", [[("a", ["b"]), ("c", ["b"]), ("d", "")]]),
    ("a: !Sub |\n  b\n  c\n", [[("a", "b\nc\n")]]),
    ("{{- if .x }}\na: {{ .y }}\n{{- end }}\nb: '{{ c }}/d'\n", [[("a", "var"), ("b", "var/d")]]),
    ("    b: c\n  d: e\n", [[("b", "c")], [("d", "e")]]),
    ("a: b\n  c: d\ne: f\n", [[("a", "b c")], [("c", "d")], [("e", "f")]]),
    ("a: [b, c", [[("a", ["b", "c"])]]),
    ("", []),
])
def test_yaml(text, expected):
    assert [plain(one) for one in read_yaml(text)] == expected


def test_a_home_in_a_template_is_the_home_folder():
    assert fill_templates("rm {{ ansible_env.HOME }}/{{ x }} {% if y %}") == "rm $HOME/var "
    assert fill_templates("a <%= b %>") == "a var"
    assert fill_templates("b: ~\nc: d\n{{ b | quote }} {{ c }}") == "b: ~\nc: d\n~ var"


def test_json_as_editors_allow_it():
    assert plain(read_json('// note\n{"a": [1, "b",], "a": {"c": null}}')[0]) == [("a", ["1", "b"]), ("a", [("c", "None")])]
    assert not read_json("{")


@pytest.mark.parametrize(("text", "expected"), [
    ('a "b" "c" {\n  d = "e"\n  f = ["g", "h ${i("j")}"]\n}\n', [("a", [("d", "e"), ("f", ["g", 'h ${i("j")}'])])]),
    ("a = <<-EOT\n  b\n  c\nEOT\nd = 1\ne = \"f\"\n", [("a", "  b\n  c\n"), ("e", "f")]),
    ('a = join("x", ["b", "c"]) # d\n', [("a", ["x", ["b", "c"]])]),
    ('a { b = { c = "d", e = "f" } }\n', [("a", [("b", [("c", "d"), ("e", "f")])])]),
    ('a = "b \\"c\\" \\\\ $${HOME}"\n', [("a", 'b "c" \\ $${HOME}')]),
])
def test_hcl(text, expected):
    assert plain(read_hcl(text)[0]) == expected


def test_units():
    text = "# note\n[Service]\nExecStart=a \\\n b\nExecStart=c\n[program:x]\ncommand = d\n  --e\n"
    assert plain(read_units(text)[0]) == [("", []), ("Service", [("ExecStart", "a   b"), ("ExecStart", "c")]), ("program:x", [("command", "d\n--e")])]


def test_a_string_of_hcl_that_is_not_closed_ends_with_its_line():
    assert plain(read_hcl('a = "b \\" ${c\nd = "e"\n')[0]) == [("a", 'b " ${c'), ("d", "e")]


def test_a_property_list():
    text = "<dict><key>Label</key><string>a</string><key>ProgramArguments</key><array><string>b</string><string>c &amp; d</string></array></dict>"
    assert plain(read_plist(text)[0]) == [("Label", "a"), ("ProgramArguments", ["b", "c & d"])]


@pytest.mark.parametrize(("read", "piece"), [
    (read_yaml, "["), (read_yaml, "- "), (read_yaml, "{{"), (read_yaml, "a:\n"), (read_yaml, "a: &a [*a,*a]\n"), (read_hcl, "["), (read_hcl, '"${a}'), (read_hcl, '\\"'), (read_hcl, "<<A\n"), (read_hcl, "a{"),
    (read_units, "[a]\n"), (read_units, " a\n"), (read_plist, "<key>a</key><array>"), (read_json, "["),
])
def test_hostile_texts_cost_little(read, piece):
    start = time.process_time()
    read((piece * 48_000)[:48_000])
    assert time.process_time() - start < 1


def test_aliases_of_aliases_are_one_value():
    text = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20))
    assert len(read_yaml(text)) == 1
    assert MAX_EVENTS < 50_000
