"""Written text that other programs run by themselves: scripts of a package's life cycle, files that test runners and builds load, cells of notebooks."""

from __future__ import annotations

import json
import re
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from sensor.effects.code.cells import shell_lines
from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.build_files import commands_in
from sensor.effects.tool_inputs.deployed import is_grave, reads_keys, run_deployed
from sensor.effects.tool_inputs.written_tests import READ_AS, interpreter_of_test
from sensor.model.effects import OWN_PLACES, Origin

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

T = TypeVar("T")
_SCRIPT = re.compile(r'"(?:pre|post)?(?:install|prepare|pack|publish|uninstall|version|dependencies)(?:Only)?"\s*:\s*("(?:[^"\\\n]|\\.){1,2000}")')
_ESCAPED = re.compile(r"\\u00[2-7][0-9a-fA-F]")
# Which interpreter reads a file by itself, by the file's name.
_NAMES = {
    "python3 -c": frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py", "setup.py", "noxfile.py", "tasks.py", "dodo.py", "fabfile.py", "wscript", "SConstruct", "manage.py"}),
    "ruby -e": frozenset({"Rakefile", "Gemfile", "Brewfile", "spec_helper.rb", "rails_helper.rb", "test_helper.rb", "Fastfile", "Podfile", "Vagrantfile", "Guardfile", "Dangerfile"}),
    "scala -e": frozenset({"build.sbt", "plugins.sbt", "build.sc"}),
    "kotlin -e": frozenset({"build.rs"}),  # read in the same way
    "elixir -e": frozenset({"mix.exs", "test_helper.exs", "config.exs", "runtime.exs", "dev.exs"}),
}
_PATTERNS = {
    "node -e": re.compile(r"(?:jest|vitest|vite|webpack|rollup|babel|postcss|tailwind|next|nuxt|svelte|astro|eslint|prettier|playwright|cypress|karma|metro|gatsby|remix|esbuild|tsup|commitlint|lint-staged)\.(?:config|setup)\.(?:js|ts|mjs|cjs|mts|cts)|gulpfile\.\w+|Gruntfile\.\w+|\.pnpmfile\.cjs|\.eslintrc\.c?js"),
    "groovy -e": re.compile(r".*\.gradle"),  # what a Jenkinsfile runs is deployed, see `deployed.py`
    "ruby -e": re.compile(r".*\.(?:gemspec|podspec)"),
}
# Where something can be lost: what such code does elsewhere is not told apart from its daily work.
_LASTING = frozenset({"@root", "@system", "@home", "@under_home", "@credentials", "@agent-config", "@persistence", "@handrail", "@devices"})
_WIPED = frozenset({"@root", "@system", "@home", "@devices"})
# Programs that somebody has to start are read where they name what guards this machine.
_STARTED = {"py": "python3 -c", "js": "node -e", "mjs": "node -e", "cjs": "node -e", "ts": "node -e", "rb": "ruby -e", "pl": "perl -e", "php": "php -r", "lua": "lua -e", "sh": "sh -c", "bash": "bash -c", "zsh": "zsh -c"}
_NAMES_GUARDS = re.compile(r"handrail|\.claude\b|\.cursor\b|\.codex\b|\.gemini\b|\.local\b")
SHELL_SCRIPT = "shell-script"  # of a written file that a shell runs, whatever it is called
_SHEBANG = re.compile(r"#!\s*/\S*/(?:env\s+(?:-S\s+)?)?(?:ba|z|da|k|a)?sh\b")
_SHELL_NAMES = (".sh", ".bash", ".zsh", ".ksh", ".command")
_PROMPT_NAMES, _POWERSHELL_NAMES = (".bat", ".cmd"), (".ps1", ".psm1")
# Without both of these a script sends no keys; most are read no further.
_KEY_FILES = re.compile(r"\.ssh\b|\.aws\b|\.gnupg\b|\.kube\b|\.netrc|\.docker/config|credential|shadow|id_(?:rsa|ed25519)|\.pgpass|keychain|Login Data|cookies")
_OWN_KEYS = re.compile(r"\.ssh\b|\bid_(?:rsa|ed25519)|\.aws\b|\.gnupg\b|\.netrc|\.docker\b|/etc/shadow|\.pgpass|\.git-credentials|Login Data|[kK]eychains?\b")
_KEY_FOLDERS = ("/.ssh", "/.aws", "/.gnupg", "/.docker", "/.config")  # which many programs only look into
_CODE_CLIENTS = re.compile(r"requests\.|urlopen|httpx|aiohttp|\bfetch\s*\(|axios|https?\.request|Net::HTTP|\bhttp\.(?:Post|NewRequest)|reqwest|HttpClient|URLSession|file_get_contents|curl_exec|\b(?:curl|wget|nc)\b|socket|smtplib|:httpc|HTTPoison")
_CLIENTS = re.compile(r"\b(?:curl|wget|nc|ncat|socat|scp|sftp|rsync|ssh|telnet|ftp|mail|rclone|openssl|http)\b")
MAX_SCRIPTS = 16
MAX_CELLS = 400
MAX_LENGTH = 20_000


def run_loaded(walk: Walk, path: str, text: str) -> None:
    """Add what a written text does as soon as it is loaded. Of program code only what it takes away or writes where that lasts, of scripts everything."""
    name = path.rpartition("/")[2]
    if name == "package.json":
        for script in _scripts(text):
            _run(walk, script)
    elif name.endswith(".ipynb"):
        cells = _cells(text)
        for cell in _ends(cells, MAX_CELLS):
            run_cell(walk, cell)
        if len(cells) > MAX_CELLS:
            walk.give_up("size")
    elif interpreter := _interpreter(name):
        for part in (text,) if len(text) <= MAX_LENGTH else (text[:MAX_LENGTH], text[-MAX_LENGTH:].partition("\n")[2]):
            run_grave(walk, f"{interpreter} {quote(part)}", code=True)
        if len(text) > 2 * MAX_LENGTH:
            walk.give_up("code")
    elif len(text) <= MAX_LENGTH and (interpreter := interpreter_of_test(path, text)):
        run_wiping(walk, f"{interpreter} {quote(text)}")
    elif len(text) <= MAX_LENGTH and name.endswith(_POWERSHELL_NAMES):
        run_wiping(walk, f"pwsh -Command {quote(text)}")
    elif len(text) <= MAX_LENGTH and name.endswith(_PROMPT_NAMES):
        run_wiping(walk, f"cmd /c {quote(' & '.join(line.strip().lstrip('@') for line in text.splitlines() if line.strip()))}")
    elif len(text) <= MAX_LENGTH and (interpreter := _STARTED.get(name.rpartition(".")[2], "")) and _NAMES_GUARDS.search(text):
        _run_on_guards(walk, f"{interpreter} {quote(text)}")
    if len(text) <= MAX_LENGTH and (interpreter := READ_AS.get(name.rpartition(".")[2], "")) and _OWN_KEYS.search(text) and _CODE_CLIENTS.search(text):
        _run_leak(walk, f"{interpreter} {quote(text)}", own=True)
    for command in commands_in(path, text):
        run_grave(walk, command)
    run_deployed(walk, path, text)
    if is_shell_script(path, text) and len(text) <= MAX_LENGTH and _KEY_FILES.search(text) and _CLIENTS.search(text):
        _run_leak(walk, text)


def is_shell_script(path: str, text: str) -> bool:
    """Whether a shell runs a file, by its name or its first line."""
    return path.endswith(_SHELL_NAMES) or _SHEBANG.match(text) is not None


def run_grave(walk: Walk, command: str, code: bool = False) -> None:
    """Walk a command or program code and keep what is grave wherever it runs: what it takes away or writes where that lasts, downloads that it
    runs, keys that it sends. The rest is a build's daily work."""
    before, flows = len(walk.effects), len(walk.flows)
    _run(walk, command)
    added = walk.effects[before:]
    kept = [flow for flow in walk.flows[flows:] if is_grave(flow, added, code)]
    walk.flows[flows:] = kept
    walk.effects[before:] = [effect for effect in added if any(ref.places & _LASTING and not ref.places & OWN_PLACES for ref in effect.deletes + effect.writes)
                             or (kept and (effect.hosts or effect.executes or reads_keys(effect)))]


def _run_on_guards(walk: Walk, command: str) -> None:
    """Walk a program and keep what it does to Handrail's own files, and what it takes away of an agent's settings."""
    before, flows = len(walk.effects), len(walk.flows)
    _run(walk, command)
    del walk.flows[flows:]
    walk.effects[before:] = [effect for effect in walk.effects[before:] if any("@handrail" in ref.places for ref in effect.writes + effect.deletes)
                             or any("@agent-config" in ref.places and not ref.places & OWN_PLACES for ref in effect.deletes)]


def run_cell(walk: Walk, cell: str) -> None:
    """Add what a cell of a notebook does: its lines for the shell, and its code where that lasts."""
    _run(walk, shell_lines(cell))
    run_grave(walk, f"python3 -c {quote(cell[:MAX_LENGTH])}", code=True)
    if len(cell) > MAX_LENGTH:
        walk.give_up("size")


def _interpreter(name: str) -> str:
    """The interpreter that loads a file of this name by itself, with its option for code, or ""."""
    return next((command for command, names in _NAMES.items() if name in names), "") or next((command for command, names in _PATTERNS.items() if names.fullmatch(name)), "")


def _cells(text: str) -> list[str]:
    """The sources of a notebook's cells; a text that is no notebook is one cell."""
    try:
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [text]


def _ends(found: list[T], most: int) -> list[T]:
    """The first and last of more than `most`."""
    return found if len(found) <= most else found[: most // 2] + found[-(most // 2) :]


def _scripts(text: str) -> list[str]:
    """What the scripts of a package's life cycle run, their names and texts in any spelling."""
    found = []
    scripts = _SCRIPT.findall(_ESCAPED.sub(lambda one: chr(int(one.group()[2:], 16)).replace('"', one.group()).replace("\\", one.group()), text))
    for literal in _ends(scripts, MAX_SCRIPTS):
        try:
            found.append(json.loads(literal))
        except ValueError:
            continue
    return found


def _run(walk: Walk, command: str) -> None:
    """Walk a command; its text is one of the call already."""
    texts, unresolved = len(walk.texts), len(walk.unresolved)
    run_whole(walk, command)
    del walk.texts[texts:], walk.unresolved[unresolved:]


def run_wiping(walk: Walk, script: str) -> None:
    """Walk a script and keep that it takes the home folder or the system away; what it removes below them may be its own."""
    before, flows = len(walk.effects), len(walk.flows)
    run_grave(walk, script)
    del walk.flows[flows:]
    walk.effects[before:] = [effect for effect in walk.effects[before:] if any(ref.places & _WIPED and not ref.places & OWN_PLACES for ref in effect.deletes)]


def _run_leak(walk: Walk, script: str, own: bool = False) -> None:
    """Walk a script and keep that it sends keys: what else it does is said by its text, and judged when it is run. `own` = only keys outside of the project."""
    before, flows = len(walk.effects), len(walk.flows)
    run_grave(walk, script)
    taken = not own or any("@credentials" in ref.places and "@repo" not in ref.places and not ref.path.endswith(_KEY_FOLDERS) for effect in walk.effects[before:] for ref in effect.reads)
    walk.flows[flows:] = [flow for flow in walk.flows[flows:] if taken and flow.origin is Origin.SECRET]
    walk.effects[before:] = [effect for effect in walk.effects[before:] if len(walk.flows) > flows and (effect.hosts or reads_keys(effect))]
