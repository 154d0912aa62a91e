"""Commands in files of builds, packages, task runners and agents, as shell text; each kind of file is read by its plain forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from shlex import quote

MAX_COMMANDS = 32
MAX_LENGTH = 20_000
MAX_DEPTH = 12  # of values in a configuration
_STRING = r"""(?:[rfb]?"((?:[^"\\\n]|\\.)*)"|[rfb]?'((?:[^'\\\n]|\\.)*)')"""
_STRINGS = re.compile(_STRING)
_LISTED = r"[\[({&.]*\s*(" + _STRING + r"(?:\s*,\s*" + _STRING + r"){0,23})"
# Placeholders of templates stand for something below the project; those of the home folder for it.
_HOME_NAMES = re.compile(r"\$ENV\{HOME\}|\$\{(?:user\.home|env\.HOME)\}|\$\{?System\.(?:properties\[|getProperty\(|getenv\(|env\.?\[?)['\"]?(?:user\.home|HOME)['\"]?[\])]?\}?|\{homedir\}|\$\(HOME\)|\{env:HOME\}")
_PLACEHOLDER = re.compile(r"\$(?:ENV)?\{(?!HOME\})[^{}\n]{1,80}\}|\$<[^<>\n]{1,80}>|\$\((?!HOME\))[\w.]{1,80}\)|(?<!\$)\{[\w:.-]{1,80}\}|%\{[\w?!:]{1,80}\}|@\w{1,80}@")
_CMAKE_CALL = re.compile(r"(?i)(?<![\w-])(execute_process|add_custom_command|add_custom_target|exec_program|file)\s*\(((?:[^()\"]|\"(?:[^\"\\]|\\.){0,1000}\"|\([^()]{0,200}\)){1,4000})\)")
_CMAKE_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_CMAKE_KEYWORD = re.compile(r"[A-Z][A-Z_]+$")
_CMAKE_KEPT = frozenset({"HOME"})
_XML_EXECUTABLE = re.compile(r"<executable>\s*([^<]{1,200}?)\s*</executable>(.{0,2000}?)(?:</configuration>|$)", re.S)
_XML_ARGUMENT = re.compile(r"<(?:argument|commandlineArg)>([^<]{0,2000})</|<commandlineArgs>([^<]{0,2000})</")
_ANT_EXEC = re.compile(r"<exec\s[^<>]{0,300}?\bexecutable\s*=\s*[\"']([^\"']{1,200})[\"'][^<>]{0,300}?(?:/>|>(.{0,2000}?)</exec>)", re.S)
_ANT_ARGUMENT = re.compile(r"<arg\s+(value|line)\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')")
_ANT_DELETE = re.compile(r"<delete\s[^>]{0,300}?\b(?:dir|file)\s*=\s*[\"']([^\"']{1,500})[\"']")
_MSBUILD = re.compile(r"<Exec\s[^>]{0,300}?\bCommand\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')|<(?:Pre|Post)(?:Build|Link)Event[^>]{0,100}>([^<]{1,2000})</")
_GRADLE_WORDS = re.compile(r"\bcommandLine\s*[=(]?\s*(?:listOf\s*)?" + _LISTED)
_JAVA_DELETE = re.compile(r"File\(\s*System\.(?:getProperty|getenv)\(\s*['\"](?:user\.home|HOME)['\"]\s*\)(?:\s*(?:,|\+)\s*['\"]([^'\"\n]{0,200})['\"])?\s*\)\.delete(?:Dir|Recursively)\(")
_GRADLE_DELETE = re.compile(r"\bdelete\s*\(?\s*[\"'](\$\{System\.[^\"'}\n]{1,60}['\"]?[^\"'}\n]{0,20}\}[^\"'\n]{0,200})[\"']")
_SWIFT_WORDS = re.compile(r"\.arguments\s*=\s*" + _LISTED)
_SWIFT_PROGRAM = re.compile(r"\.(?:launchPath|executableURL)\s*=\s*(?:URL\(\s*fileURLWithPath:\s*)?" + _STRING)
_CALLED_WORDS = re.compile(r"(?<![\w])(?:run_command|add_(?:install|dist|postconf)_script|addSystemCommand|(?:ctx|rctx|repository_ctx)\.execute|(?:s|session)\.run(?:_always|_install)?|Process|proc)\s*\(\s*" + _LISTED)
_COMMAND_LIST = re.compile(r"\bcommand\s*:\s*" + _LISTED)
_CALLED_TEXT = re.compile(r"(?<![\w.])(?:local|(?:c|ctx|ctxt|context|conn|env)\.(?:run|sudo|local|Execute|exec_command|cmd_and_log))\s*\(\s*" + _STRING + "|" + r"\b(?:cmd|serve_cmd|cmd_bash)\s*=\s*" + _STRING)
_FASTLANE = re.compile(r"(?m)(?:^|[\s;({])sh\s*\(?\s*(?:command:\s*)?" + _STRING)
_M4_SHELL = re.compile(r"\bm4_esyscmd(?:_s)?\s*\(\s*\[([^\]]{1,2000})\]")
_PROCESS = re.compile(r"(?m)^[\w-]{1,40}:[^\S\n]+(\S.{0,2000})$")
_DESKTOP = re.compile(r"(?m)^(?:Try)?Exec\s*=\s*(\S.{0,2000})$")
_TOX = re.compile(r"(?m)^(?:commands(?:_pre|_post)?|pre_commands|post_commands)\s*=((?:[^\S\n]*\S.*)?(?:\n[^\S\n]+\S.*){0,40})")
_TOML_TEXT = re.compile(r"(?m)^[ \t]*(\w[\w.-]{0,60})\s*=\s*(?:\{[^}\n]{0,200}?\b(?:cmd|shell|command)\s*=\s*)?(?:\"\"\"(.{1,2000}?)\"\"\"|" + _STRING + r"|\[([^\]]{1,2000})\])")
_TOML_TABLE = re.compile(r"(?m)^\[{1,2}([^\[\]\n]{1,200})\]")
_COMMENTS = re.compile(r"(?m)^[^\S\n]*(?://|\#).*$")
_COMMAND_KEYS = re.compile(r"(?i)(?:(?:pre|post|before|after|build|install|dev|ignore|start|run|release|deploy|test)[\w-]*[_-]?)?(?:command|cmd|script|shell|exec)s?|(?:pre|post)[_-]?(?:deploy|build|install|start|run|autoload-dump)[\w-]*|ignore|predeploy|postdeploy")
_COMMAND_TABLES = frozenset({"tasks", "scripts", "lint-staged", "nano-staged", "simple-git-hooks"})
_WHOLE_TABLES = frozenset({".lintstagedrc", ".lintstagedrc.json", ".simple-git-hooks.json", ".nano-staged.json"})
_JSON_FILES = frozenset({"deno.json", "deno.jsonc", "vercel.json", "firebase.json", "wrangler.json", "wrangler.jsonc", "now.json", "railway.json", "nixpacks.json", "composer.json", "app.json", "tauri.conf.json", "netlify.json", "project.json", "nx.json"} | _WHOLE_TABLES)
_TOML_FILES = frozenset({"netlify.toml", "wrangler.toml", "fly.toml", "railway.toml", "nixpacks.toml", ".mise.toml", "mise.toml", "pyproject.toml", "pixi.toml", "Makefile.toml", ".replit", "render.toml", "hatch.toml"})
_TASK_TABLE = re.compile(r"(?:^|\.)(?:tasks?|scripts|hooks|build|deploy|cmd|poe\.tasks|taskipy\.tasks)\b")
_HOOK = re.compile(r"(?:^|/)(?:\.husky|\.?hooks|\.githooks|git-hooks|\.git-hooks)/(?:(?:pre|post|commit|prepare|update|reference|push|fsmonitor|applypatch|sendemail)-?[\w-]*)$")
_AGENTS = re.compile(
    r"(?:^|/)(?:\.?mcp(?:[_-]config|[_-]settings)?\.json|opencode\.jsonc?|\.?crush\.json|claude_desktop_config\.json|cline_mcp_settings\.json|hooks/hooks\.json|\.claude-plugin/plugin\.json|\.lsp\.json"
    r"|\.?(?:claude|cursor|gemini|qwen|augment|zed|continue|copilot|amp|goose|kiro|factory|junie)/(?:[\w-]+/){0,3}[\w.-]+\.(?:jsonc?|ya?ml)|\.amazonq/(?:[\w-]+/){0,2}[\w.-]+\.json)$")
_SECTION = re.compile(r"(?m)^%(prep|build|install|check|clean|generate_buildrequires|description|package|files|changelog|pre|post|preun|postun|pretrans|posttrans|trigger\w*)\b.*$")
_FUNCTION = re.compile(r"(?m)^((?:prepare|build|check|package|pkgver)\w*)\s*\(\)")
_BUILT = frozenset({"prep", "build", "install", "check", "clean"})
_PACKAGE_FOLDER = re.compile(r"\$\{?(?:RPM_BUILD_ROOT|RPM_BUILD_DIR|DESTDIR|pkgdir|srcdir|builddir|startdir)\b\}?")


def commands_in(path: str, text: str) -> list[str]:
    """The commands that a file at `path` runs when it is built, installed, started or committed, as far as its text says them plainly."""
    if len(text) > MAX_LENGTH:
        return []
    name = path.rpartition("/")[2]
    read = next((read for fits, read in _READERS if fits(path, name)), None)
    if read is None:
        return []
    found = read(text) if read in _SHELL_TEXTS else (_PLACEHOLDER.sub("var", _HOME_NAMES.sub("$HOME", one)) for one in read(text))
    return list(dict.fromkeys(one.strip() for one in found if one.strip()))[:MAX_COMMANDS]


def _value(match: re.Match[str], first: int = 1) -> str:
    """The text of a string literal, whose groups begin at `first`."""
    return next((part.replace('\\"', '"').replace("\\'", "'") for part in match.groups()[first - 1 : first + 1] if part is not None), "")


def _words(text: str) -> str:
    """The strings of a list as one command; a home folder among them is still one."""
    return " ".join(_quoted(_value(one)) for one in _STRINGS.finditer(text))


def _quoted(word: str) -> str:
    word = _PLACEHOLDER.sub("var", _HOME_NAMES.sub("$HOME", word))
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' if word.startswith("$HOME") and "`" not in word and "$(" not in word else quote(word)


def _cmake(text: str) -> Iterable[str]:
    for call in _CMAKE_CALL.finditer(_COMMENTS.sub("", text)):
        words = [(one.group(1) if one.group(1) is not None else one.group(2)).replace('\\"', '"') for one in _CMAKE_WORD.finditer(call.group(2))]
        if call.group(1).lower() == "file":
            if words[:1] in (["REMOVE"], ["REMOVE_RECURSE"]):
                yield " ".join(["rm -rf", *map(_quoted, words[1:])])
            elif words[:1] in (["WRITE"], ["APPEND"]) and len(words) > 1:
                yield f"tee {_quoted(words[1])}"
            continue
        runs: list[list[str]] = []
        taking = False
        for word in words:
            if _CMAKE_KEYWORD.match(word) and word not in _CMAKE_KEPT:
                taking = word == "COMMAND"
                runs += [[]] if taking else []
            elif taking:
                runs[-1].append(word)
        told = [" ".join(map(_quoted, run[run.index("-E") + 1 :] if run[:1] == ["${CMAKE_COMMAND}"] and "-E" in run[:2] else run)) for run in runs if run]
        yield from [" | ".join(told)] if call.group(1).lower() == "execute_process" else told


def _xml(text: str) -> Iterable[str]:
    import html  # its table of names is loaded with the first file that needs it

    for run in _XML_EXECUTABLE.finditer(text):
        words = [quote(html.unescape(one.group(1))) if one.group(1) is not None else html.unescape(one.group(2)) for one in _XML_ARGUMENT.finditer(run.group(2))]
        yield " ".join([quote(html.unescape(run.group(1))), *words])
    for run in _ANT_EXEC.finditer(text):
        words = [html.unescape(one.group(2) or one.group(3) or "") for one in _ANT_ARGUMENT.finditer(run.group(2) or "")]
        kinds = [one.group(1) for one in _ANT_ARGUMENT.finditer(run.group(2) or "")]
        yield " ".join([quote(html.unescape(run.group(1))), *(word if kind == "line" else _quoted(word) for kind, word in zip(kinds, words, strict=True))])
    yield from (f"rm -rf {_quoted(html.unescape(one))}" for one in _ANT_DELETE.findall(text))
    yield from (html.unescape(next(part for part in one.groups() if part)) for one in _MSBUILD.finditer(text))


def _gradle(text: str) -> Iterable[str]:
    yield from (_words(one.group(1)) for one in _GRADLE_WORDS.finditer(text))
    yield from (f"rm -rf $HOME/{(one.group(1) or '').lstrip('/')}" for one in _JAVA_DELETE.finditer(text))
    yield from (f"rm -rf {_quoted(one)}" for one in _GRADLE_DELETE.findall(text))


def _swift(text: str) -> Iterable[str]:
    program = _SWIFT_PROGRAM.search(text)
    yield from (" ".join([quote(_value(program)), _words(one.group(1))]) for one in _SWIFT_WORDS.finditer(text) if program)


def _called(text: str) -> Iterable[str]:
    """Calls of functions that start what they are given: words one by one, or one text."""
    yield from (_words(one.group(1)) for pattern in (_CALLED_WORDS, _COMMAND_LIST) for one in pattern.finditer(text))
    yield from (_value(one) or _value(one, 3) for one in _CALLED_TEXT.finditer(text))
    yield from (_value(one) for one in _FASTLANE.finditer(text))


def _shell(text: str) -> Iterable[str]:
    return (text,)


def _package(text: str) -> Iterable[str]:
    """A script that builds a package, without what is run where that is installed; the folders that its builder names lie below the project."""
    sections = _SECTION.split(text)
    built = [body for name, body in zip(sections[1::2], sections[2::2], strict=True) if name in _BUILT] if len(sections) > 1 else [text]
    called = [name for name in _FUNCTION.findall(text)[:MAX_COMMANDS] if len(sections) == 1]
    return (_PACKAGE_FOLDER.sub("./pkg", "\n".join([*built, *called])),)


def _autoconf(text: str) -> Iterable[str]:
    return _M4_SHELL.findall(text)


def _processes(text: str) -> Iterable[str]:
    return _PROCESS.findall(text)


def _desktop(text: str) -> Iterable[str]:
    return (re.sub(r"\s%[fFuUick]\b", "", one) for one in _DESKTOP.findall(text))


def _tox(text: str) -> Iterable[str]:
    return (re.sub(r"(?m)^\s*(?:[-!]\s*)?", "", one) for one in _TOX.findall(text))


def _json(text: str, whole: bool = False) -> Iterable[str]:
    try:
        return list(_values(json.loads(text), whole, 0))
    except (ValueError, RecursionError):
        try:
            return list(_values(json.loads(_COMMENTS.sub("", text)), whole, 0))
        except (ValueError, RecursionError):
            return ()


def _values(value: object, taken: bool, depth: int) -> Iterable[str]:
    """The texts below keys that name commands, and everything below tables of them."""
    if isinstance(value, str):
        if taken:
            yield value
    elif depth > MAX_DEPTH:
        return
    elif isinstance(value, dict):
        for key, inner in value.items():
            name = str(key)
            told = taken and name not in ("description", "dependsOn", "dependencies")
            yield from _values(inner, told or name in _COMMAND_TABLES or bool(_COMMAND_KEYS.fullmatch(name)), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, taken, depth + 1)


def _agents(text: str) -> Iterable[str]:
    """What an agent's settings start: servers, hooks, plugins."""
    try:
        return list(_started(json.loads(text), 0))
    except (ValueError, RecursionError):
        return ()


def _started(value: object, depth: int) -> Iterable[str]:
    """The programs in settings, each with its words: `command` or `cmd`, a text or a list, and `args`."""
    if depth > MAX_DEPTH or not isinstance(value, (dict, list)):
        return
    if isinstance(value, dict):
        program = value.get("command", value.get("cmd"))
        words = [*(program if isinstance(program, list) else []), *(args if isinstance(args := value.get("args"), list) else [])]
        if program:
            yield " ".join([*([program] if isinstance(program, str) else []), *(quote(word) for word in words if isinstance(word, str))])
    for inner in value.values() if isinstance(value, dict) else value:
        yield from _started(inner, depth + 1)


def _toml(text: str) -> Iterable[str]:
    tables = [(one.start(), one.group(1)) for one in _TOML_TABLE.finditer(text)]
    for match in _TOML_TEXT.finditer(text):
        table = next((name for start, name in reversed(tables) if start < match.start()), "")
        if _COMMAND_KEYS.fullmatch(match.group(1)) or match.group(1) == "run" or (_TASK_TABLE.search(table) and "tool.uv" not in table and "project.scripts" not in table):
            inner = match.group(5)
            yield from (_value(one) for one in _STRINGS.finditer(inner)) if inner else (match.group(2) or _value(match, 3),)


def _one_of(*names: str) -> Callable[[str, str], bool]:
    return lambda path, name: name in names


def _ends(*endings: str) -> Callable[[str, str], bool]:
    return lambda path, name: name.endswith(endings)


_READERS: tuple[tuple[Callable[[str, str], bool], Callable[[str], Iterable[str]]], ...] = (
    (lambda path, name: name == "CMakeLists.txt" or name.endswith(".cmake"), _cmake),
    (lambda path, name: name in ("pom.xml", "build.xml", "Directory.Build.props", "Directory.Build.targets") or name.endswith((".csproj", ".fsproj", ".vbproj", ".vcxproj", ".targets")), _xml),
    (_ends(".gradle", ".gradle.kts"), _gradle),
    (_one_of("Package.swift"), _swift),
    (_one_of("meson.build", "build.zig", "BUILD", "BUILD.bazel", "WORKSPACE", "MODULE.bazel", "noxfile.py", "Tiltfile", "Fastfile", "SConstruct", "wscript", "tasks.py", "fabfile.py", "build.sbt", "build.sc"), _called),
    (_ends(".bzl"), _called),
    (_one_of("configure.ac", "configure.in"), _autoconf),
    (_one_of("Procfile", "Procfile.dev"), _processes),
    (_ends(".desktop"), _desktop),
    (_one_of("tox.ini"), _tox),
    (lambda path, name: name in _WHOLE_TABLES, lambda text: _json(text, whole=True)),
    (lambda path, name: name in _JSON_FILES, _json),
    (lambda path, name: name in _TOML_FILES, _toml),
    (lambda path, name: bool(_AGENTS.search(path)), _agents),
    (lambda path, name: name in ("PKGBUILD", "APKBUILD") or name.endswith(".spec"), _package),
    (lambda path, name: bool(_HOOK.search(path)) and "." not in name, _shell),
)
_SHELL_TEXTS = (_shell, _package, _agents)
