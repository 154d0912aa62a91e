from __future__ import annotations

from sensor.detectors.package_names import NPM, PYPI, REAL_NPM, REAL_PYPI


def test_tables_hold_names_as_registries_write_them():
    for name in PYPI | NPM | REAL_PYPI | REAL_NPM:
        assert name == name.lower().strip() and name


def test_exceptions_are_no_popular_names():
    assert not PYPI & REAL_PYPI and not NPM & REAL_NPM
