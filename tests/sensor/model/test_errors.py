import ast
import errno
from pathlib import Path
from urllib.error import URLError

import pytest

from sensor.model.errors import HandrailError, UsageError, in_words, way_out


def test_an_error_says_what_and_what_next():
    assert str(HandrailError("no", next_step="do this")) == "no\ndo this" and str(HandrailError("no")) == "no"


def test_exit_codes_tell_usage_from_failure():
    assert (HandrailError.exit_code, UsageError.exit_code) == (3, 2) and issubclass(UsageError, HandrailError)


def test_the_system_is_quoted_without_its_numbers():
    assert in_words(ConnectionRefusedError(111, "Connection refused")) == "Connection refused"
    assert in_words(URLError(ConnectionRefusedError(111, "Connection refused"))) == "Connection refused"
    gone = FileNotFoundError(2, "No such file or directory", "/x")
    assert (in_words(gone), in_words(gone, with_file=True)) == ("No such file or directory", "/x: No such file or directory")
    assert in_words(TimeoutError("no answer in time")) == "no answer in time" and in_words(ValueError("x")) == "x"


@pytest.mark.parametrize(("number", "step"), [(errno.EACCES, "ls -ld"), (errno.EROFS, "another place"), (errno.ENOENT, "whether the name of /x is right"), (errno.ENOSPC, "Make room"), (errno.EISDIR, "move it away"), (errno.EIO, "")])
def test_what_the_system_refused_has_a_next_step_where_there_is_one(number, step):
    assert way_out(UnicodeDecodeError("utf-8", b"x", 0, 1, "y")) == "Save it as UTF-8 text." and way_out(ValueError("x")) == ""
    said = way_out(OSError(number, "as the system says it", "/x"))
    assert step in said and bool(step) == bool(said)


def _raw(handler):
    """Where a handler of system errors shows the error as Python writes it, with its number."""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if not handler.name or not any(getattr(one, "id", "") == "OSError" for one in types):
        return []
    shown = [node.value for node in ast.walk(handler) if isinstance(node, ast.FormattedValue)]
    shown += [node.args[0] for node in ast.walk(handler) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" and node.args]
    return [one.lineno for one in shown if isinstance(one, ast.Name) and one.id == handler.name]


def test_no_number_of_the_system_is_shown_to_a_person():
    root, found = Path(__file__).parents[3], []
    for file in sorted(path for room in ("sensor", "hooks", "web") for path in (root / room).rglob("*.py")):
        handlers = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.ExceptHandler)]
        found += [f"{file.relative_to(root)}:{line}" for handler in handlers for line in _raw(handler)]
    assert found == []
    [handler] = [node for node in ast.walk(ast.parse("try: f()\nexcept (OSError, ValueError) as error: print(f'{error}', str(error))")) if isinstance(node, ast.ExceptHandler)]
    assert len(_raw(handler)) == 2
