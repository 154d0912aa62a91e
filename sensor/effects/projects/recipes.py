"""Files that a program runs as code because an option or an operand names them: build scripts, playbooks, plugins, editor scripts.

`curl -o /tmp/i.gradle URL && gradle -I /tmp/i.gradle` runs what came from the network as surely as a shell would.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.shell.cells import MAX_FIELDS
from sensor.effects.shell.scope import Field, Stream
from sensor.model.effects import Origin

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk


class Recipe(msgspec.Struct, frozen=True):
    """`options` name the file in their value; with `operands` every operand is such a file."""

    options: frozenset[str]
    operands: bool = False


def _options(words: str) -> Recipe:
    return Recipe(frozenset(words.split()))


_GRADLE = _options("-I --init-script -b --build-file -c --settings-file")
_MAVEN = _options("-f --file -s --settings")
_MAKE = _options("-f --file --makefile")
_VIM = _options("-S -u -s")
_OPERANDS = Recipe(frozenset(), operands=True)
RECIPES: dict[str, Recipe] = {
    "gradle": _GRADLE, "gradlew": _GRADLE, "mvn": _MAVEN, "mvnw": _MAVEN, "make": _MAKE, "gmake": _MAKE, "ninja": _options("-f"), "just": _options("-f --justfile"), "task": _options("-t --taskfile"),
    "cmake": _options("-P -C --toolchain"), "ctest": _options("-S --script"), "meson": _options("--native-file --cross-file"), "scons": _options("-f --file"), "ant": _options("-f -file -buildfile"),
    "rake": _options("-f --rakefile -r --require"), "thor": _options("-r"), "bazel": _options("--bazelrc"), "nmap": _options("--script"), "gdb": _options("-x --command -ix"), "lldb": _options("-s --source"),
    "vim": _VIM, "vi": _VIM, "nvim": _VIM, "emacs": _options("-l --load -script --script"), "node": _options("-r --require --import --loader --experimental-loader"), "ruby": _options("-r"),
    "gcc": _options("-fplugin -wrapper"), "cc": _options("-fplugin -wrapper"), "clang": _options("-fplugin"), "awk": _options("-f --file"), "gawk": _options("-f --file -l --load"), "sed": _options("-f --file"),
    "ansible-playbook": _OPERANDS, "salt-call": _options("--file-root"), "puppet": _OPERANDS, "packer": _OPERANDS, "expect": _options("-f"), "fab": _options("-c -f"), "invoke": _options("-c"),
    "pytest": _options("-p -c"), "mocha": _options("-r --require"), "jest": _options("--config --setupFiles"), "webpack": _options("-c --config"), "vite": _options("-c --config"), "k6": _OPERANDS, "locust": _options("-f"),
    "scrapy": _OPERANDS, "jupyter": _OPERANDS, "papermill": _OPERANDS, "snakemake": _options("-s --snakefile"), "nextflow": _OPERANDS, "cwltool": _OPERANDS, "dot": _options("-l"), "blender": _options("-P --python"),
    "gimp": _options("-b"), "tmux": _options("-f source source-file"), "screen": _options("-c"), "kotlinc": _options("-script"), "guix": _options("-f --file -m --manifest"), "java": _options("-jar"), "mpv": _options("--script"), "tclsh": _OPERANDS, "wish": _OPERANDS, "octave": _OPERANDS, "gnuplot": _OPERANDS,
}
# Files that a program finds by itself in the folder where it works, by their names.
_PACKAGE, _TESTS, _PYTHON = r"package\.json|\.npmrc|\.pnpmfile\.cjs|bunfig\.toml|.*\.(?:config|test|spec)\.[cm]?[jt]sx?", r".*\.[cm]?[jt]sx?|package\.json", r"setup\.(?:py|cfg)|pyproject\.toml|requirements.*\.txt|constraints.*\.txt|Pipfile"
_IMAGES = r"(?:.*\.)?Dockerfile.*|Containerfile|(?:docker-)?compose.*\.ya?ml|dc?\.ya?ml"
_FOUND = {
    **dict.fromkeys(("make", "gmake"), r"(?:GNU)?[Mm]akefile|.*\.mk"), **dict.fromkeys(("npm", "pnpm", "yarn"), _PACKAGE), "bun": _PACKAGE + r"|.*\.[cm]?[jt]sx?", **dict.fromkeys(("pip", "pip3", "uv", "pdm", "poetry", "hatch", "pipenv", "tox"), _PYTHON + r"|tox\.ini|.*\.py"),
    "pytest": r".*\.py|pytest\.ini|tox\.ini|pyproject\.toml", "nox": r"noxfile\.py", **dict.fromkeys(("jest", "vitest", "mocha", "ava", "playwright", "cypress", "karma", "eslint", "prettier", "stylelint", "webpack", "rollup", "vite", "babel", "tsx", "ts-node", "next", "nuxt", "astro", "gulp", "grunt"), _TESTS),
    **dict.fromkeys(("docker", "podman", "docker-compose", "nerdctl"), _IMAGES), **dict.fromkeys(("gradle", "gradlew"), r"(?:build|settings|init)\.gradle(?:\.kts)?|gradle-wrapper\..*"), **dict.fromkeys(("mvn", "mvnw"), r"pom\.xml|settings\.xml"), "go": r".*\.go", "cargo": r".*\.rs|(?:Cargo|config)\.toml",
    "pre-commit": r"\.pre-commit-config\.yaml", **dict.fromkeys(("gunicorn", "uvicorn", "celery", "flask", "streamlit", "hypercorn", "locust"), r".*\.py"), "just": r"\.?[Jj]ustfile", "task": r"[Tt]askfile\.ya?ml", "rake": r"[Rr]akefile|.*\.rake", "invoke": r"tasks\.py", "fab": r"fabfile\.py", "cmake": r"CMakeLists\.txt|.*\.cmake", "ninja": r"build\.ninja",
    **dict.fromkeys(("terraform", "tofu"), r".*\.tf(?:\.json)?"), "vagrant": r"Vagrantfile", "bundle": r"Gemfile.*|.*\.gemspec", "composer": r"composer\.json", "mix": r"mix\.exs|.*\.exs?", "bazel": r"BUILD(?:\.bazel)?|WORKSPACE|MODULE\.bazel|.*\.bzl", "dotnet": r".*\.(?:csproj|fsproj|props|targets|cs)", "wasmtime": r".*\.wasm", "wasmer": r".*\.wasm", "direnv": r"\.envrc",
    "git": r"(?:pre|post)-(?:commit|push|merge|checkout|rebase|rewrite|receive|applypatch)|commit-msg|prepare-commit-msg|update",
    "psql": r".*\.sql", "mysql": r".*\.sql", "mariadb": r".*\.sql", "pwsh": r".*\.ps1", "rails": r".*\.rb|Gemfile", "phpunit": r".*\.php|phpunit\.xml", "rspec": r".*\.rb|\.rspec", "tsc": r"tsconfig\.json", "deno": r".*\.[jt]sx?|deno\.jsonc?",
}
FINDS = {program: re.compile(pattern) for program, pattern in _FOUND.items()}
"""Patterns of the names of such files."""
# They run what comes by standard input.
_READS_INPUT = {"docker": ("build", "load", "compose", "import"), "podman": ("build", "load", "import"), "docker-compose": ("up", "run"), "psql": (), "mysql": (), "mariadb": ()}
# Packages of languages by their file; those of systems are offered by vendors for download.
_PACKAGES = frozenset({"pip", "pip3", "pipx", "uv", "npm", "pnpm", "yarn", "bun", "gem", "luarocks", "dotnet", "code", "go", "cpanm"})
_PACKAGE_FILE = re.compile(r"\.(?:whl|gem|tgz|tar\.gz|zip|crate|nupkg|rock|vsix)\Z")
_IMAGE_BUILDERS = frozenset({"docker", "podman", "docker-compose", "nerdctl"})
_PYTHONS = frozenset({"python", "python3", "pypy", "pypy3"})
_IMPORT = re.compile(r"(?:^|[;\n])\s*(?:import|from)\s+(\w+)")
FINDERS = frozenset({*FINDS, *_PYTHONS, *_PACKAGES, *_READS_INPUT})
FINDS_DOWNLOAD = "finds-download"
"""The flag of a run that takes as code what this call fetched, without being told so."""
_FOREIGN = frozenset({Origin.DOWNLOAD, Origin.DECODED})


def recipe_origins(walk: Walk, command: Command, program: str) -> frozenset[Origin]:
    """Where the files that this run takes as code come from, as far as that is outside: the network or a decoder."""
    if not walk.written and not command.channels.stdin.piped:
        return frozenset()
    found: set[Origin] = set()
    for field in _files(command, RECIPES[program]):
        found |= _stream(walk, command, field).origins & _FOREIGN
    return frozenset(found)


def finds_download(walk: Walk, command: Command, program: str) -> bool:
    """Whether a program of `FINDERS` takes a file that this call fetched, by its name or by standard input."""
    verbs, stdin = _READS_INPUT.get(program), command.channels.stdin
    if verbs is not None and stdin.piped and Origin.DOWNLOAD in stdin.origins and (not verbs or any(field.text in verbs for field in command.fields[1:3])):
        return True
    if walk.written and program in _PACKAGES and any(
            (ref := walk.ref(field)) is not None and ref.path in walk.written and Origin.DOWNLOAD in walk.written[ref.path].origins for field in command.fields[2:MAX_FIELDS] if _PACKAGE_FILE.search(field.text)):
        return True
    if walk.written and program in _PYTHONS:
        return any((stream := walk.written.get(f"{walk.cwd().rstrip('/')}/{name}.py")) is not None and Origin.DOWNLOAD in stream.origins for name in _imported([field.text for field in command.fields[1:MAX_FIELDS]]))
    if walk.written and program in _IMAGE_BUILDERS and any(Origin.DOWNLOAD in _stream(walk, command, other).origins for one, other in pairwise(command.fields) if one.text in ("-f", "--file")):
        return True
    names = FINDS.get(program)
    if names is None or not walk.written:
        return False
    folder = walk.cwd().rstrip("/") + "/"
    return any(Origin.DOWNLOAD in stream.origins and path.startswith(folder) and names.fullmatch(path.rpartition("/")[2]) for path, stream in walk.written.items())


def _imported(words: list[str]) -> list[str]:
    """Modules that Python is told to run, or that code on its command line takes in."""
    named = [other for one, other in pairwise(words) if one == "-m"]
    return named + [name for one, code in pairwise(words) if one == "-c" for name in _IMPORT.findall(code)]


def _stream(walk: Walk, command: Command, field: Field) -> Stream:
    return command.channels.stdin if field.text in ("-", "/dev/stdin") else walk.file_stream(field, walk.ref(field))


def _files(command: Command, recipe: Recipe) -> list[Field]:
    words = command.fields[1 : MAX_FIELDS + 1]
    found = [field for field in words if field.text[:1] != "-" or field.text == "-"] if recipe.operands else []
    for index, field in enumerate(words):
        text = field.text
        name, equals, value = text.partition("=")
        if name in recipe.options:
            found += [Field(value, field.known)] if equals else words[index + 1 : index + 2]
        elif len(text) > 2 and text[:2] in recipe.options and text[1] != "-":
            found.append(Field(text[2:], field.known))
    return found
