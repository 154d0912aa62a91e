"""Database files that the project makes anew."""

from __future__ import annotations

import pytest


@pytest.fixture
def is_own(effects_of):
    return lambda command: any("own-database" in effect.flags for effect in effects_of(command).effects if effect.program == "rm")


@pytest.mark.parametrize("command", [
    "rm db.sqlite3 && ./manage.py migrate",
    "rm -f db.sqlite3; python3 manage.py migrate && python3 manage.py loaddata dev",
    "rm -f db.sqlite3 shop/migrations/0002_b.py && python manage.py makemigrations && python manage.py migrate",
    "rm instance/app.sqlite && flask db upgrade",
    "rm -f prisma/dev.db && npx prisma migrate dev",
    "rm app.db && alembic -x a=b upgrade head",
])
def test_made_anew(is_own, command):
    assert is_own(command)


@pytest.mark.parametrize("command", [
    "rm db.sqlite3",
    "rm db.sqlite3 && ls",
    "./manage.py migrate && rm db.sqlite3",
    "rm production.db && ./manage.py migrate",
    "rm backups/db.sqlite3 && ./manage.py migrate",
    "rm ~/other/db.sqlite3 && ./manage.py migrate",
    "rm db.sqlite3 $X && ./manage.py migrate",
    "rm -rf db.sqlite3 data && ./manage.py migrate",
    "sudo rm db.sqlite3 && ./manage.py migrate",
    "ssh web 'rm db.sqlite3' && ./manage.py migrate",
    "rm db.sqlite3 && cd ../other && ./manage.py migrate",
    "rm db.sqlite3 && echo ./manage.py migrate",
])
def test_gone(is_own, command):
    assert not is_own(command)
