"""Every source file has a test file of its own: sensor/x/y.py -> tests/sensor/x/test_y.py."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sensor", "hooks", "web")


def twin_of(source: Path) -> Path:
    """Where the test of `source` (relative to the root) must be; `__init__.py` and `__main__.py` lose their underscores."""
    return Path("tests", source.parent, f"test_{source.stem.strip('_')}.py")


def is_empty(text: str) -> bool:
    """Only comments and a docstring: nothing that could be tested."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in ast.parse(text).body)


def needs_twin(path: Path) -> bool:
    if path.name != "__init__.py":
        return True
    text = path.read_text(encoding="utf-8")
    return not is_empty(text) and path != ROOT / "sensor" / "__init__.py"


def test_every_source_file_has_a_twin():
    sources = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py") if needs_twin(path))
    missing = [f"{source} has no {twin_of(source)}" for source in sources if not (ROOT / twin_of(source)).exists()]
    assert not missing, "\n".join(missing)


def test_every_twin_has_tests():
    empty = [
        str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")
        if not any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert not empty


@pytest.mark.parametrize(
    ("source", "twin"),
    [
        ("sensor/paths.py", "tests/sensor/test_paths.py"),
        ("hooks/settings/files.py", "tests/hooks/settings/test_files.py"),
        ("sensor/effects/__init__.py", "tests/sensor/effects/test_init.py"),
    ],
)
def test_where_a_twin_is(source, twin):
    assert twin_of(Path(source)) == Path(twin)


def test_code_is_told_from_documentation():
    assert is_empty('"""Doc."""\n# comment\n') and not is_empty("X = 1\n")
