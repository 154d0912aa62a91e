from __future__ import annotations

import pytest

from sensor.detectors.packages import find_package_tricks, imitated, installed_names
from sensor.effects import derive_effects
from sensor.model.effects import Surroundings


@pytest.mark.parametrize(
    ("name", "registry", "meant"),
    [
        ("reqeusts", "pypi", "requests"), ("requestss", "pypi", "requests"), ("requsts", "pypi", "requests"), ("djang0", "pypi", "django"),
        ("python-dateutils", "pypi", "python-dateutil"), ("tensorfiow", "pypi", "tensorflow"), ("crossenv", "npm", "cross-env"),
        ("exprses", "npm", "express"), ("loadsh", "npm", "lodash"), ("typescrlpt", "npm", "typescript"),
        ("requests", "pypi", ""), ("request", "pypi", ""), ("preact", "npm", ""), ("flask_cors", "pypi", ""), ("my-own-thing", "npm", ""),
        ("nxt", "npm", ""), ("numpy", "pypi", ""), ("typing_extensions", "pypi", ""),
    ],
)
def test_slips_of_popular_names(name, registry, meant):
    assert imitated(name, registry) == meant


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pip install reqeusts==2.1 flask[async]", ["reqeusts"]),
        ("uv add reqeusts", ["reqeusts"]),
        ("sudo npm i -D loadsh", ["loadsh"]),
        ("npx -y crossenv", ["crossenv"]),
        ("pip install -r requirements.txt", []),
        ("pip install ./reqeusts", []),
        ("npm install @me/loadsh", []),
        ("npm run loadsh", []),
        ("echo pip install reqeusts", []),
    ],
)
def test_install_commands_name_the_look_alike(shell, command, names):
    effects = derive_effects(shell(command, cwd="/home/dev/p", roots=("/home/dev/p",)), Surroundings(home="/home/dev"))
    found = find_package_tricks(effects)
    assert [name for name in names if not any(repr(name) in finding.message for finding in found)] == [] and len(found) == len(names)


def test_names_lose_versions_and_extras(shell):
    effects = derive_effects(shell("pip install 'a.b[c]>=1' d==2 --index-url https://x.example.net/e"), Surroundings(home="/home/dev"))
    assert set(installed_names(effects.effects[0], frozenset({"install"}))) >= {"a.b", "d"}
