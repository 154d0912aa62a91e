"""CSV: what a spreadsheet reads is text, one line per entry, and the entry comes back from the last column."""

from __future__ import annotations

import base64
import csv
import io

import pytest

from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.keys import ENTRY_TAG, from_text, is_signed
from sensor.export.cells import COLUMNS, render_csv, safe_cell


@pytest.fixture
def rows(records):
    text = b"".join(render_csv(records())).decode("utf-8")
    return text, list(csv.DictReader(io.StringIO(text)))


def test_one_event_is_one_line(rows, records):
    text, found = rows
    assert len(text.splitlines()) == len(found) + 1 == len(records()) + 1
    assert text.count("\n") == text.count("\r\n") == len(found) + 1
    assert tuple(found[0]) == COLUMNS


def test_no_cell_is_a_formula(rows):
    for row in rows[1]:
        for name, cell in row.items():
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), (name, cell)
            assert not set(cell) & set("\n\r\t\x1b\u202e\u2028"), (name, cell)


@pytest.mark.parametrize(("text", "cell"), [
    ("=1", "'=1"), ("  =1", "'  =1"), ("-1", "'-1"), ("\t=1", "'\\t=1"), ("\r=1", "'\\r=1"), ("a=1", "a=1"), ("a\nb", "a\\nb"), ("\uff20x", "'\uff20x"),
    ("", ""), ("\x1b[1m", "\\x1b[1m"), ("'=1", "'=1"),
    ("x;=1;", "x;'=1;"), ("a; -n; b", "a;' -n; b"), ("a;;@x", "a;;'@x"), ("a; b", "a; b"),
])
def test_cells(text, cell):
    assert safe_cell(text) == cell


@pytest.mark.parametrize("text", ["x;=1+1;", '";=1+1;"', "x; @SUM(1);", ";;-1;", "=1;=1"])
def test_no_cell_is_a_formula_where_lines_are_split_at_semicolons(text):
    """Excel and others in much of Europe; they take quotes only at the beginning of what they hold for a cell."""
    line = ",".join(f'"{cell}"' for cell in ("0", safe_cell(text).replace('"', '""'), "end"))
    for row in csv.reader([line], delimiter=";"):
        assert not [cell for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@"))]


def test_nothing_is_lost_and_every_row_can_be_proved(rows, records):
    key = from_text(records()[0].entry.open.pk, 32)
    for row, record in zip(rows[1], records(), strict=True):
        data = base64.b64decode(row["entry_base64"])
        assert data == record.line.entry and row["leaf"] == leaf_hash(data).hex()
        assert is_signed(ENTRY_TAG + leaf_hash(data), base64.b64decode(row["signature"]), key)
        assert int(row["checkpoint_size"]) > int(row["seq"])
