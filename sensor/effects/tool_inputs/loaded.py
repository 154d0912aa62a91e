"""Written text that other programs run by themselves: scripts of a package's life cycle, files that test runners and builds load, cells of notebooks."""

from __future__ import annotations

import json
import re
from shlex import quote
from typing import TYPE_CHECKING

from sensor.effects.skim import run_whole

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

_SCRIPT = re.compile(r'"(?:pre|post)?(?:install|prepare|pack|publish|uninstall|version|dependencies)(?:Only)?"\s*:\s*("(?:[^"\\\n]|\\.){1,2000}")')
_PYTHON = frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py", "setup.py", "noxfile.py", "dodo.py", "fabfile.py", "wscript", "SConstruct", "manage.py"})
_NODE = re.compile(r"(?:jest|vitest|vite|webpack|rollup|babel|postcss|tailwind|next|nuxt|svelte|astro|eslint|prettier|playwright|cypress|karma|metro|gatsby|remix|esbuild|tsup|commitlint|lint-staged)\.(?:config|setup)\.(?:js|ts|mjs|cjs|mts|cts)|gulpfile\.\w+|Gruntfile\.\w+|\.pnpmfile\.cjs|\.eslintrc\.c?js")
_RUBY = frozenset({"Rakefile", "Gemfile", "spec_helper.rb", "rails_helper.rb", "test_helper.rb", "Fastfile", "Podfile", "Vagrantfile", "Guardfile"})
# Where nothing can be lost: what such code does elsewhere is not told apart from its daily work.
_LASTING = frozenset({"@root", "@system", "@home", "@under_home", "@credentials", "@agent-config", "@persistence", "@handrail", "@devices"})
_LIGHT = frozenset({"@repo", "@temp"})
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script\b[^\n]*sh)\b")
MAX_SCRIPTS = 16
MAX_CELLS = 64
MAX_LENGTH = 20_000


def run_loaded(walk: Walk, path: str, text: str) -> None:
    """Add what a written text does as soon as it is loaded. Of program code only what it takes away or writes where that lasts, of scripts everything."""
    name = path.rpartition("/")[2]
    if name == "package.json":
        for script in _scripts(text):
            _run(walk, script, False)
    elif name.endswith(".ipynb"):
        for cell in _cells(text):
            shell = cell.partition("\n")[2] if _SHELL_CELL.match(cell) else "\n".join(line.lstrip()[1:] for line in cell.split("\n") if line.lstrip().startswith("!"))
            _run(walk, shell, False)
            _run(walk, f"python3 -c {quote(cell)}", True)
    elif len(text) <= MAX_LENGTH and (name in _PYTHON or name in _RUBY or _NODE.fullmatch(name)):
        _run(walk, f"{'python3 -c' if name in _PYTHON else 'ruby -e' if name in _RUBY else 'node -e'} {quote(text)}", True)


def _cells(text: str) -> list[str]:
    """The sources of a notebook's cells; a text that is no notebook is one cell."""
    try:
        cells = json.loads(text)["cells"]
        found = ["".join(cell["source"]) for cell in cells[:MAX_CELLS] if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found = [text]
    return [cell[:MAX_LENGTH] for cell in found]


def _scripts(text: str) -> list[str]:
    found = []
    for literal in _SCRIPT.findall(text)[:MAX_SCRIPTS]:
        try:
            found.append(json.loads(literal))
        except ValueError:
            continue
    return found


def _run(walk: Walk, command: str, lasting_only: bool) -> None:
    """Walk a command; its text is one of the call already."""
    before, texts, flows, unresolved = len(walk.effects), len(walk.texts), len(walk.flows), len(walk.unresolved)
    run_whole(walk, command)
    del walk.texts[texts:], walk.unresolved[unresolved:]
    if lasting_only:
        del walk.flows[flows:]
        walk.effects[before:] = [effect for effect in walk.effects[before:]
                                 if any(ref.places & _LASTING and not ref.places & _LIGHT for ref in effect.deletes + effect.writes)]
