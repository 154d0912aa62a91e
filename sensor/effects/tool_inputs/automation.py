"""Commands in files of deployment and automation, as shell text.

One way for all of them: a file is read as nested values (`documents`), and a key says that what stands below it is a command, its words,
or lines for a shell. What counts as such a file is told by its name, its folder, or by keys that no other kind of document has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from shlex import quote

from sensor.effects.tool_inputs.cases import only_cases
from sensor.effects.tool_inputs.documents import Table, Tree, read_hcl, read_json, read_plist, read_units, read_yaml

MAX_TEXT = 96_000
MAX_VALUES = 8_000
MAX_DEPTH = 24
MAX_VARIABLES = 24
MAX_VARIABLE = 300
_CI = re.compile(
    r"(?:^|/)(?:\.(?:github|gitea|forgejo)/(?:workflows|actions)|\.circleci|\.buildkite|\.tekton|\.woodpecker|\.semaphore|\.gitlab|\.azure-pipelines|ansible|playbooks?|roles/[^/]+/(?:tasks|handlers)|k8s|kubernetes|cloud-init)/[^\n]*$"
    r"|(?:^|/)(?:(?:docker-)?compose[\w.-]*|[\w.-]*\.?gitlab-ci[\w.-]*|azure-pipelines?[\w.-]*|bitbucket-pipelines|\.?(?:drone|woodpecker|travis|appveyor|cirrus|lefthook)(?:-local)?|cloudbuild[\w.-]*|buildspec[\w.-]*|appspec|skaffold[\w.-]*"
    r"|serverless[\w.-]*|values[\w.-]*|[Tt]askfile[\w.-]*|\.pre-commit-(?:config|hooks)|cloud-(?:init|config)[\w.-]*|user-?data[\w.-]*|render|devspace|codemagic|wercker|snapcraft|melos|dvc|\.goreleaser|action|playbook[\w.-]*|nixpacks|process-compose[\w.-]*)\.ya?ml$|(?:^|/)user-data$")
_SETTINGS_JSON = re.compile(r"(?:^|/)(?:\.?devcontainer(?:/[\w-]+)?(?:/devcontainer)?\.json|\.vscode/tasks\.json|[\w.-]+\.tf\.json|[\w.-]*task-?def[\w.-]*\.json)$")
# What no document but one of automation has: of clusters, plays and their tasks, first starts and stacks.
_SHAPES = re.compile(
    r"(?m)^#cloud-config\b|^[ \t]*apiVersion:[ \t]*\S|^[ \t-]*(?:ansible\.(?:builtin|legacy)\.\w+|become|gather_facts):|^[ \t]*-[ \t]+hosts:|^[ \t]*AWSTemplateFormatVersion|^[ \t]*(?:before_script|runcmd|bootcmd|provisioners|initContainers|containers|runs-on|container_name):|^services:[^\n]*\n(?:[^\n]*\n){0,20}?[ \t]+image:")
# What others may have as well; not where texts are compared, described or translated.
_PERHAPS = re.compile(r"(?m)^[ \t-]*(?:jobs|stages|steps|pipelines?|tasks|hooks|lifecycle|image|script|entrypoint|cmd\.run|processes|phases):")
_OTHERWISE = re.compile(r"(?m)^[ \t-]*(?:openapi|swagger|asyncapi|expect(?:ed|s)?\w*|verdict|true_positive|severity|usage|patterns?|detection):")
_DESCRIBES = re.compile(r"(?i)(?:^|/)(?:docs?|documentation|locales?|i18n|lang|translations?|fixtures|testdata|rules|schemas?)/")
_SHAPES_JSON = re.compile(r'"(?:apiVersion|containerDefinitions|provisioners|AWSTemplateFormatVersion)"\s*:')
_KEYED = re.compile(r"(?i)command|cmd|\brun|script|shell|exec|entrypoint|inline|entry\b|args|#!|hooks|raw:|absent|provision")
_UNITS = re.compile(r"\.(?:service|socket|mount|swap|timer|container|pod)$|\.(?:service|socket|container)\.d/[^/]+\.conf$")
_UNIT_SECTIONS = re.compile(r"(?m)^\[(?:Service|Container|program:|eventlistener:|fcgi-program:|watcher:|Desktop Entry)")
_CRONTAB = re.compile(r"(?:^|/)(?:(?:[\w-]+[._-])?crontab(?:[._-][\w-]+)?(?:\.txt)?|cron\.d/[^/]+|(?:spool/cron|crontabs)/[^/]+|[\w.-]+\.cron)$")
_CRON_LINE = re.compile(r"(?m)^[ \t]*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*/,LW#?A-Za-z-]+[ \t]+){4}[\d*/,LW#?A-Za-z-]+)[ \t]+(\S.*)$")
_CRON_USER = re.compile(r"(?:[a-z_][\w-]{0,31}|\$\w+)[ \t]+(?=\S)")
_STRING = r"""(?:'''(?P<a>.{1,4000}?)'''|\"\"\"(?P<b>.{1,4000}?)\"\"\"|''(?P<c>(?!')(?:[^']|'(?!')){1,4000})''|"(?P<d>(?:\\.|[^"\\]){1,4000})"|'(?P<e>(?:\\.|[^'\\]){1,4000})'|<<[-~]?['"]?(?P<tag>\w{1,40})['"]?[^\n]*\n(?P<f>(?:(?![ \t]*(?P=tag)\b)[^\n]*\n)*))"""
_CALLED = re.compile(r"(?s)\b(?:inline|command|code|script|cmd|shellHook|preStart|postStart|ExecStart\w*|\w{1,20}Phase|sh|bat|execute|bash)\s{0,20}(?::|=>|=|\()?\s{0,20}(?:script\s{0,5}:\s{0,5})?" + _STRING)
_RECIPES = re.compile(r"(?:^|/)(?:recipes/[^/]+|config/deploy(?:/[^/]+)?)\.rb$")
_RECIPE = re.compile(r"(?m)^(?![ \t#])[^\n:]*:[^\n]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)+)")
_MIX = re.compile(r'"cmd\s+((?:[^"\\\n]|\\.){1,2000})"')
_PLACEHOLDER = re.compile(r"\$\{(?:[\w-]+[.\[(][^{}\n]{0,200}|[\w-]{1,60}:-?[^{}\n]{0,80})\}|\$\([\w-]+\.[\w.-]+\)|\$\[[^\]\n]{1,80}\]")
_UNIT_HOME, _UNIT_NAME = re.compile(r"%h\b"), re.compile(r"%[a-zA-Z]")
_EXEC_KEY = re.compile(r"Exec(?:Start|Stop|Reload|Condition)?(?:Pre|Post)?|[Pp]odmanArgs")
# Lines for one shell, words of one program, and either.
_LINES = frozenset({"run", "script", "scripts", "commands", "cmds", "before_script", "after_script", "inline", "runcmd", "bootcmd", "shell", "raw", "user_data", "userdata", "source_code", "bash", "preinstall", "postinstall", "install", "test"})
_WORDS = frozenset({
    "command", "cmd", "exec", "entrypoint", "argv", "args", "arguments", "entry", "programarguments", "pre_command", "post_command", "commandline", "prestart", "poststart", "prestop", "execute_command",
    "buildcommand", "startcommand", "predeploycommand", "installcommand", "healthcheck", "executable"})
_TABLES = frozenset({"scripts", "hooks", "before", "after", "postcreatecommand", "oncreatecommand", "updatecontentcommand", "initializecommand", "poststartcommand", "postattachcommand"})
_PROSE = frozenset({"name", "description", "title", "help", "message", "msg", "label", "summary", "doc", "documentation"})
_INTERPRETERS = {"pwsh": "pwsh -Command", "powershell": "pwsh -Command", "win_shell": "pwsh -Command", "win_powershell": "pwsh -Command", "win_command": "cmd /c", "python": "python3 -c", "python3": "python3 -c"}
_FOLDER_KEYS = ("working-directory", "working_directory", "workingDirectory", "working_dir", "workingDir", "WorkingDirectory", "chdir", "cwd", "dir", "directory")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_PATH_GIVEN = re.compile(r"(?:^|\s)(?:path|dest|name)=[\"']?([~/$][^\s\"']{0,200})")
_WHOLE = ("#!", "#cloud-config")
_SHEBANG = re.compile(r"\s*#!\s*/\S*/(?:env\s+(?:-S\s+)?)?(?:ba|z|da|k|a)?sh\b")
_SHELL = re.compile(r"(?:^|/)(?:ba|z|da|k|a)?sh$")
_OPTION_C = re.compile(r"-\w*c|/c|-Command|-EncodedCommand")


def automated_commands(path: str, text: str) -> list[str]:
    """The commands that a deployment, a pipeline, a service or a schedule in this text runs, each a shell text; none when it is another kind of file."""
    name = path.rpartition("/")[2]
    parts = (text,) if len(text) <= MAX_TEXT else (text[: MAX_TEXT * 2 // 3], text[-MAX_TEXT // 3 :].partition("\n")[2])
    reader = next((reader for fits, reader in _READERS if fits(path, name, text)), None)
    if reader is None:
        return []
    found = (command.strip() for part in parts for command in reader(part))
    return list(dict.fromkeys(command for command in found if command))


def _is_yaml(path: str, name: str, text: str) -> bool:
    if not name.endswith((".yml", ".yaml", ".sls", ".yml.j2", ".yaml.j2", ".yaml.tpl", ".yml.tpl", "user-data")):
        return False
    if only_cases(path, text):
        return _SHAPES.search(text) is not None
    if _CI.search(path) or _SHAPES.search(text):
        return True
    return bool(_PERHAPS.search(text) and _KEYED.search(text)) and not _OTHERWISE.search(text) and not _DESCRIBES.search(path)


def _is_json(path: str, name: str, text: str) -> bool:
    return name.endswith(".json") and bool(_KEYED.search(text)) and bool(_SETTINGS_JSON.search(path) or _SHAPES_JSON.search(text))


def _is_unit(path: str, name: str, text: str) -> bool:
    return bool(_UNITS.search(path)) or (name.endswith((".conf", ".ini")) and bool(_UNIT_SECTIONS.search(text)))


def _named(*endings: str) -> Callable[[str, str, str], bool]:
    return lambda path, name, text: name.endswith(endings)


class _Collector:
    """Goes through nested values and gives what keys say is a command. Stops after so many values."""

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def commands(self, value: Tree, key: str = "", depth: int = 0, taken: bool = False) -> Iterator[str]:
        """The commands in the value of `key`; with `taken` every text is one."""
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return
        if isinstance(value, str):
            if value.startswith("#cloud-config"):
                for document in read_yaml(value):
                    yield from self.commands(document, "", depth + 1)
            elif taken or key in _LINES or key in _WORDS or _SHEBANG.match(value):
                yield value
        elif isinstance(value, list):
            yield from self._of_list(value, key, depth, taken)
        else:
            yield from self._of_table(value, key, depth, taken)

    def _of_list(self, items: list[Tree], key: str, depth: int, taken: bool) -> Iterator[str]:
        texts = [item for item in items if isinstance(item, str)]
        if key in _WORDS or (texts and any(_OPTION_C.fullmatch(one) for one in texts[:3])):
            yield _one_command(texts)
        elif texts and (taken or key in _LINES or depth == 0):
            yield "\n".join(texts)
        for item in items:
            if isinstance(item, str) and item.startswith(_WHOLE):
                yield from self.commands(item, "", depth + 1)
            elif not isinstance(item, str):
                yield from self.commands(item, "runcmd" if key in ("runcmd", "bootcmd") and isinstance(item, list) else "" if key in _WORDS else key, depth + 1, taken and key not in _TABLES)

    def _of_table(self, table: Table, key: str, depth: int, taken: bool) -> Iterator[str]:
        folder, variables = _folder(table), _variables(table)
        for command in self._in_table(table, key, depth, taken):
            known = "".join(f"{name}={quote(value)}\n" for name, value in variables if name in command)
            yield f"{known}{folder}{command}"

    def _in_table(self, table: Table, key: str, depth: int, taken: bool) -> Iterator[str]:
        yield from _joined(table)
        if any(name == "state" and value == "absent" for name, value in table.pairs):
            yield from (f"rm -rf {_spelled(path)}" for path in (table.get("path"), table.get("dest"), table.get("name")) if isinstance(path, str) and path[:1] in "~/$")
        shell, has_program = _INTERPRETERS.get(str(table.get("shell"))), not table.keys().isdisjoint(("command", "cmd"))
        for name, value in table.pairs:
            known = name.rpartition(".")[2].lower().replace("-", "_")
            if name in ("args", "arguments") and has_program:
                continue  # read with its program
            if _EXEC_KEY.fullmatch(name):
                yield from _started(value)
            elif name in ("cmd.run", "cmd.wait") and isinstance(value, list):  # of Salt
                yield from (told for item in value if isinstance(item, Table) and isinstance(told := item.get("name"), str))
            elif isinstance(value, str) and (interpreter := _INTERPRETERS.get(known) or (shell if known in ("run", "script") else None)):
                yield f"{interpreter} {quote(value)}"
            elif known == "file" and isinstance(value, str) and "state=absent" in value:
                yield from (f"rm -rf {path}" for path in _PATH_GIVEN.findall(value))
            elif known in _PROSE:
                continue
            else:
                yield from self.commands(value, known, depth + 1, known in _TABLES or (taken and key in _TABLES and isinstance(value, (str, list))))


def _folder(table: Table) -> str:
    """The step into the folder in which a table's commands run; "" where it is the project's own."""
    given = table.get("args")
    for one in (table, given if isinstance(given, Table) else None):
        for name in _FOLDER_KEYS:
            if one is not None and isinstance(folder := one.get(name), str) and folder[:1] in ("/", "~", "$"):
                return f"cd {_spelled(folder)}\n"
    return ""


def _variables(table: Table) -> list[tuple[str, str]]:
    """The variables that a table sets for its commands."""
    found: list[tuple[str, str]] = []
    for given in (table.get("env"), table.get("environment"), table.get("variables")):
        if isinstance(given, Table):
            found += [(name, value) for name, value in given.pairs if isinstance(value, str)]
        for item in given if isinstance(given, list) else []:
            if isinstance(item, Table) and isinstance(name := item.get("name"), str) and isinstance(value := item.get("value"), str):
                found.append((name, value))
            elif isinstance(item, str):
                found.append((item.partition("=")[0], item.partition("=")[2]))
    return [(name, value) for name, value in found[:MAX_VARIABLES] if _VARIABLE.fullmatch(name) and len(value) <= MAX_VARIABLE]


def _joined(table: Table) -> Iterator[str]:
    """A program and its words where they stand beside each other: `command` and `args`, `entrypoint` and `command`."""
    for first, second in (("command", "args"), ("cmd", "args"), ("entrypoint", "command"), ("entryPoint", "command"), ("interpreter", "command"), ("path", "args")):
        program, words = table.get(first), table.get(second)
        if words is None or not isinstance(program, (str, list)) or not isinstance(words, (str, list)):
            continue
        given = [*([program] if isinstance(program, str) else _texts(program)), *([words] if isinstance(words, str) else _texts(words))]
        yield _one_command(given)
    source, program = table.get("source"), table.get("command")
    if isinstance(source, str) and isinstance(program, (str, list)) and _SHELL.search(program if isinstance(program, str) else " ".join(_texts(program)[:1])):
        yield source


def _texts(items: Iterable[Tree]) -> list[str]:
    return [item for item in items if isinstance(item, str)]


def _one_command(words: list[str]) -> str:
    """A command of its words; of lines, where the first is a whole command, a script."""
    if not words or (len(words) > 1 and any(char.isspace() for char in words[0].strip()) and not _OPTION_C.fullmatch(words[1])):
        return "\n".join(words)
    if len(words) == 1:
        return words[0]
    if words[0].startswith("-"):
        words = ["sh", *words]
    return " ".join([words[0], *map(_spelled, words[1:])])


def _spelled(word: str) -> str:
    """A word quoted as far as a shell would read more into it than its place."""
    return word if re.fullmatch(r"(?:~|\$HOME|\$\{HOME\})?[\w./*:@%+=,-]*", word) else quote(word)


def _started(value: Tree) -> Iterator[str]:
    """What a unit runs, without the marks before its program."""
    for line in [value] if isinstance(value, str) else _texts(value) if isinstance(value, list) else []:
        told = _UNIT_NAME.sub("var", _UNIT_HOME.sub("$HOME", line.lstrip("-@+!:|")))
        yield told.replace("$$", "$")


def _of(read: Callable[[str], list[Tree]]) -> Callable[[str], Iterator[str]]:
    def commands(text: str) -> Iterator[str]:
        collector = _Collector()
        for document in read(text):
            for command in collector.commands(document):
                yield _PLACEHOLDER.sub("var", command.replace("$${", "${"))

    return commands


def _crontab(text: str) -> Iterator[str]:
    for match in _CRON_LINE.finditer(text):
        command = match.group(1).replace("\\%", "%")
        user = _CRON_USER.match(command)
        yield command
        if user is not None:
            yield command[user.end() :]


def _called(text: str) -> Iterator[str]:
    """What calls and settings in a program text name as a command."""
    for match in _CALLED.finditer(text):
        inner = next((match.group(name) for name in "abcdef" if match.group(name) is not None), "")
        yield inner.replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")
    yield from _MIX.findall(text)


def _recipes(text: str) -> Iterator[str]:
    """The lines of each recipe of just."""
    return ("\n".join(line.strip().lstrip("@-") for line in block.split("\n")) for block in _RECIPE.findall(text))


_READERS: tuple[tuple[Callable[[str, str, str], bool], Callable[[str], Iterable[str]]], ...] = (
    (_is_yaml, _of(read_yaml)),
    (_is_json, _of(read_json)),
    (_named(".tf", ".tofu", ".hcl", ".nomad"), _of(read_hcl)),
    (_is_unit, _of(read_units)),
    (_named(".plist"), _of(read_plist)),
    (lambda path, name, text: name in ("justfile", "Justfile", ".justfile"), _recipes),
    (lambda path, name, text: bool(_CRONTAB.search(path)), _crontab),
    (lambda path, name, text: name in ("Vagrantfile", "Jenkinsfile", "mix.exs") or name.endswith((".nix", ".pp", ".jenkinsfile")) or (name.endswith(".rb") and _RECIPES.search(path) is not None), _called),
)
