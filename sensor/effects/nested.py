"""Programs that run other commands in their own way: finders, archivers, editors, version control, build tools."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.awk import run_awk
from sensor.effects.batches import run_fd, run_find, run_inner, run_xargs
from sensor.effects.code.python_parse import MAX_CODE
from sensor.effects.consoles import CONSOLES, run_statements
from sensor.effects.git.git import run_git
from sensor.effects.handed import HANDED, run_functions
from sensor.effects.interpreters import scan_code
from sensor.effects.options import note_shell, run_connector
from sensor.effects.programs.table import UNKNOWN_PROGRAM, spec_of
from sensor.effects.projects.manifests import script_text, text_at
from sensor.effects.projects.runners import RUNNERS, runner_text
from sensor.effects.runs.plain import note_code, run_apart, run_plain
from sensor.effects.shell.cells import MAX_FIELDS
from sensor.effects.shell.paths import path_field
from sensor.effects.shell.scope import Field, Stream
from sensor.effects.tool_inputs.patches import parse_patch
from sensor.model.effects import Origin, Sink

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

Nested = Callable[["Walk", "Command", str], Stream]
_EDITOR_SHELL = re.compile(r"^\s*:?(?:sil(?:ent)?!?\s+)?(?:exe(?:c|cute)?\s+[\"'])?!\s*(.+)", re.S)
_EDITOR_CODE = re.compile(r"\s*:?(lua|py3?|python3?|pyx)\s+(.+)", re.S)
_LISP_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LISP_WORDS = re.compile(r'\((?:call|(start))-process(?:-region)?\s((?:[^()"]|"(?:[^"\\]|\\.)*")+)\)')
_EDITOR_SCRIPTS = frozenset({"-S", "-s", "-l", "--load", "--script", "-x", "-u", "-luafile"})  # options that name a file of commands
_DEBUGGER_CODE = re.compile(r"\s*(?:script|python|py|pi)\s+(.+)", re.S)
_DEBUGGER = re.compile(r"^\s*(?:shell|!|platform shell|pipe\s[^|]*\||call\s+(?:\(\w+\)\s*)?system\s*\(\s*\"?)\s*(.+?)\"?\)?$", re.S)
_SED_WRITE = re.compile(r"(?:^|[;}/gpI0-9$])\s*w\s+(\S+)")
_CLIENT_SHELL = re.compile(r"(?:^|[\n;])[^\S\n]*(?:\.(?:shell|system)\s|\\!|system\s)\s*([^\n]+)")
_CLIENT_FILE = re.compile(r"(?:^|[\n;])[^\S\n]*(?:\.(?:output|once|backup|save|log)|\\[ow]|tee)\s+(?:main\s+)?[\"']?([^\s\"';|]+)")
_CLIENT_PIPE = re.compile(r"(?:^|[\n;])[^\S\n]*\\(?:o|g|w)\s*\|\s*([^\n]+)|(?:^|[\n;])[^\S\n]*\.(?:output|once)\s+[\"']?\|\s*([^\n\"']+)")
_CLIENT_WRITES = re.compile(r"(?i)\b(?:vacuum\s+into|writefile\(|into\s+(?:out|dump)file|export\s+database)\s*'([^'\n]+)'|\bcopy\b[^;\n]{0,300}\bto\s+'([^'\n]+)'")
_CLIENT_READS = re.compile(r"(?i)\b(?:readfile|load_file|pg_read_(?:binary_)?file|read_(?:csv|text|blob|json)\w*|infile|from)\s*\(?\s*'([^'\n]+)'")
_SENT = re.compile(r"(?:^|[\n;])[^\S\n]*m?(?:re)?put\s+(?:-\w+\s+)*[\"']?([^\s\"';]+)")
_SPAWN = re.compile(r"\b(?:spawn|exec|system)\s+([^;\n}]+)")
_SED_READ = re.compile(r"(?:^|[;{}/$\d\n])[ \t]{0,8}[rR][ \t]{1,8}([^\s;}]+)")
_EDITOR_FILE = re.compile(r":?[%\d,$']{0,20}[ \t]?(r(?:ead)?|e(?:dit)?|tabe(?:dit)?|w(?:rite)?|sav(?:eas)?|up(?:date)?)!?[ \t]+(?:>>[ \t]*)?([^!\s|>][^|\n]*)")
_SED_SUBSTITUTE = re.compile(r"(?:^|[;\n{}$\d])[^\S\n]*s([/|,#!@])(?:(?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gpiIme0-9]*)(?=$|[;\n} ])", re.S)
_SED_ADDRESS = re.compile(r"(?:(?<=[;\n{},])|^)[^\S\n]*/(?:\\.|[^/\\\n])*/")
_SED_BARE = re.compile(r"(?:[\d$,]+|/[^/\n]{0,100}/)?\s*e\s*;?")
_SED_RUN = re.compile(r"(?:^|[;\n{}])[\d$!,~+ ]*e\s+(.+)")


def _text(walk: Walk, command: Command, name: str, text: str) -> Stream:
    return run_apart(walk, text, command.context.within(name, span=command.span))


def _add_writes(walk: Walk, texts: list[str]) -> None:
    refs = tuple(ref for text in texts if (ref := walk.ref(Field(text))) is not None)
    if refs:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], writes=walk.effects[-1].writes + refs)


def _add_reads(walk: Walk, texts: list[str]) -> None:
    refs = tuple(ref for text in texts if (ref := walk.ref(Field(text))) is not None)
    if refs:
        walk.effects[-1] = msgspec.structs.replace(walk.effects[-1], reads=walk.effects[-1].reads + refs)


def run_sed(walk: Walk, command: Command, program: str) -> Stream:
    output = run_plain(walk, command, program)
    if not walk.spend(sum([len(field.text) for field in command.fields]) >> 4):
        return output
    for field in command.fields[1:]:
        if "w " in field.text and not field.text.startswith(("-", "/")):
            _add_writes(walk, [path for path in _SED_WRITE.findall(field.text) if "/" in path or "." in path])
        if "r " in field.text.lower() and not field.text.startswith(("-", "/")):
            _add_reads(walk, [path for path in _SED_READ.findall(field.text) if "/" in path or "." in path])
        for replaced in _SED_SUBSTITUTE.finditer(field.text):
            if "e" in replaced.group(3):
                _text(walk, command, program, replaced.group(2).replace("\\/", "/"))
                if command.channels.stdin.text:
                    _text(walk, command, program, command.channels.stdin.text)
        if _SED_BARE.fullmatch(field.text.strip()) and command.channels.stdin.piped:
            note_code(walk, command.channels.stdin.origins & {Origin.DOWNLOAD, Origin.DECODED}, opaque=False)
            if command.channels.stdin.text:
                _text(walk, command, program, command.channels.stdin.text)
        if "e " in field.text and not field.text.startswith("-"):
            for run in _SED_RUN.findall(_SED_ADDRESS.sub("1", _SED_SUBSTITUTE.sub(";", field.text)))[:MAX_FIELDS]:
                _text(walk, command, program, run)
    return output


def run_editor(walk: Walk, command: Command, program: str) -> Stream:
    """`vim -c '!cmd'`, `+!cmd`, `less +!cmd`, `ed` and `ex` with `!` lines from standard input."""
    output = run_plain(walk, command, program)
    texts = [field.text for field in command.fields[1:]]
    codes = [texts[index + 1] for index, text in enumerate(texts[:-1]) if text in ("-c", "--cmd", "--eval", "-eval", "-S", "-sc", "-esc", "-ec", "-e")]
    codes += [text[1:] for text in texts if text.startswith("+")]
    codes += [stream.text for before, field in pairwise(command.fields) if before.text in _EDITOR_SCRIPTS and (stream := walk.file_stream(field, walk.ref(field))).text]
    if command.channels.stdin.text:
        codes += [command.channels.stdin.text] if texts[-2:] in (["-l", "-"], ["-S", "-"]) else []
        codes += [line for line in command.channels.stdin.text.split("\n") if line.startswith("!")]
    for code in codes:  # before those that add effects of their own
        file = _EDITOR_FILE.match(code.lstrip())
        if file is not None:
            (_add_writes if file.group(1)[0] in "wsu" else _add_reads)(walk, [path_field(walk.home, file.group(2).strip()).text])
    for code in codes:
        match = _EDITOR_SHELL.match(code)
        if match:
            _text(walk, command, program, match.group(1).rstrip("\"'"))
        elif "(" in code:
            scan_code(walk, command, (program, "editor"), Field(code))
        for kind, listed in _LISP_WORDS.findall(code):
            run_inner(walk, command, program, [Field(word) for word in _LISP_STRING.findall(listed)][1 if kind == "start" else 0 :] or [Field("true")])
        if (embedded := _EDITOR_CODE.match(code)) is not None:
            scan_code(walk, command, (program, "lua" if embedded.group(1).startswith("lua") else "python"), Field(embedded.group(2)))
    return output


def run_debugger(walk: Walk, command: Command, program: str) -> Stream:
    output = run_plain(walk, command, program)
    texts = [field.text for field in command.fields[1:]]
    for index, text in enumerate(texts[:-1]):
        if text in ("-ex", "--eval-command", "-eval-command", "-o", "--one-line", "-iex", "-b"):
            match = _DEBUGGER.match(texts[index + 1])
            if match:
                _text(walk, command, program, match.group(1))
            elif (code := _DEBUGGER_CODE.match(texts[index + 1])) is not None:
                scan_code(walk, command, (program, "python"), Field(code.group(1)))
        elif text == "--args":
            run_inner(walk, command, program, list(command.fields[index + 2 :]))
            break
    return output


def run_socat(walk: Walk, command: Command, program: str) -> Stream:
    """`EXEC:command` and `SYSTEM:shell text` are ends of the connection."""
    output = run_plain(walk, command, program)
    number = len(walk.effects) - 1
    for field in command.fields[1:]:
        kind, _, text = field.text.partition(":")
        if kind.upper() == "SHELL" or (kind.upper() in ("EXEC", "SYSTEM") and text):
            text = re.sub(r",[a-z-]+(?:=\w+)?", "", text) or "sh"
            _text(walk, command, program, text)
            note_shell(walk, text, number)
    return output


def run_client(walk: Walk, command: Command, program: str) -> Stream:
    """Database clients and `expect`: lines that start a shell or a program, or name a file for what is printed."""
    output = run_plain(walk, command, program)
    pattern = _SPAWN if program == "expect" else _CLIENT_SHELL
    for text in [*(field.text for field in command.fields[1:]), command.channels.stdin.text or ""]:
        number = len(walk.effects) - 1
        for match in [*pattern.finditer(text[:MAX_CODE]), *_CLIENT_PIPE.finditer(text[:MAX_CODE])]:
            _text(walk, command, program, next(part for part in match.groups() if part).strip())
        if program != "expect" and (files := [*(found for found in _CLIENT_FILE.findall(text[:MAX_CODE]) if found != "stdout"), *(one or other for one, other in _CLIENT_WRITES.findall(text[:MAX_CODE]))]):
            refs = tuple(ref for file in files[:MAX_FIELDS] if (ref := walk.ref(path_field(walk.home, file))) is not None)
            walk.effects[number] = msgspec.structs.replace(walk.effects[number], writes=walk.effects[number].writes + refs)
        if secrets := [ref for file in _CLIENT_READS.findall(text[:MAX_CODE])[:MAX_FIELDS] if (ref := walk.ref(path_field(walk.home, file))) is not None and "@credentials" in ref.places]:
            walk.effects[number] = msgspec.structs.replace(walk.effects[number], reads=(*walk.effects[number].reads, *secrets))
        if len(text) > MAX_CODE:
            walk.give_up("code")
    return output


_CLIENTS = ("sqlite3", "duckdb", "psql", "mysql", "mariadb", "mongosh", "ftp", "expect")


def run_database(walk: Walk, command: Command, program: str) -> Stream:
    """`heroku pg:psql -c 'statement'`, beside what else the program runs."""
    output = _WITH_CONSOLES.get(program, run_plain)(walk, command, program)
    run_statements(walk, command, program, command.fields[1:])
    return output


def run_console(walk: Walk, command: Command, program: str) -> Stream:
    """`terraform console` evaluates the lines of its standard input, which may read files."""
    output = run_plain(walk, command, program)
    text = command.channels.stdin.text
    if walk.effects[-1].subcommand[:1] != ("console",) or not text:
        return output
    number = len(walk.effects) - 1
    scan_code(walk, command, (program, "terraform"), Field(text))
    secret = any("@credentials" in ref.places for ref in walk.effects[number].reads)
    return msgspec.structs.replace(output, origins=output.origins | {Origin.SECRET}) if secret else output


def run_patch(walk: Walk, command: Command, program: str) -> Stream:
    """`patch`, `git apply`, `apply_patch`: the files named in the patch are changed."""
    output = run_git(walk, command, program) if program == "git" else run_plain(walk, command, program)
    texts = [text for text in (command.channels.stdin.text, *[field.text for field in command.fields[1:] if "\n" in field.text]) if text]
    patches = [patch for text in texts if (patch := parse_patch(text)) is not None]
    if not patches and (program != "git" or {"apply", "am"} & set(walk.effects[-1].subcommand)):
        last = walk.effects[-1]
        folder = walk.ref(Field(last.cwd)) if last.cwd else None
        if folder is not None and "@home" in folder.places:  # a patch that cannot be read may change any file there
            walk.effects[-1] = msgspec.structs.replace(last, writes=(*last.writes, folder))
    if not all(patch.whole for patch in patches):
        walk.give_up("size")
    for patch in patches:
        if program != "git" or "apply" in walk.effects[-1].subcommand:
            last = walk.effects[-1]
            writes = tuple(ref for text in patch.writes if (ref := walk.ref(path_field(walk.home, text))) is not None)
            deletes = tuple(ref for text in patch.deletes if (ref := walk.ref(path_field(walk.home, text), deletes=True)) is not None)
            walk.effects[-1] = msgspec.structs.replace(last, writes=last.writes + writes, deletes=last.deletes + deletes)
    return output


_SOURCES = (".go", ".rs", ".c", ".cc", ".cpp", ".cs", ".java", ".kt", ".kts", ".swift", ".zig", ".nim", ".dart", ".scala", ".cr", ".d", ".v", ".hs", ".ml")


def run_go(walk: Walk, command: Command, program: str) -> Stream:
    """`go run file.go`, `rustc file.rs`: a source file that this call wrote is read as code."""
    output = run_plain(walk, command, program)
    for one, other in pairwise(command.fields[1:]):
        if one.text in ("-exec", "-toolexec", "-wrapper"):
            _text(walk, command, program, other.text.replace(",", " ") if one.text == "-wrapper" else other.text)
    for field in command.fields[1:]:
        if field.text.endswith(_SOURCES) or (program == "go" and field.text in ("-", "/dev/stdin")):
            stream = walk.file_stream(field, walk.ref(field)) if "." in field.text else command.channels.stdin
            if Origin.JUST_WRITTEN in stream.origins or program == "go":
                note_code(walk, stream.origins - {Origin.SECRET}, opaque=False)
            if stream.text:
                scan_code(walk, command, (program, "go"), Field(stream.text, origins=stream.origins))
        elif field.text.startswith("/dev/fd/") or (program == "java" and field.text.endswith((".jar", ".war"))):
            note_code(walk, walk.file_stream(field, walk.ref(field)).origins - {Origin.SECRET}, opaque=False)
    return output


def _reads_recipes(command: Command) -> bool:
    """`make -f -`: the makefile comes by standard input."""
    words = [field.text for field in command.fields[1:]]
    return bool({"-f-", "-f/dev/stdin", "--file=-", "--makefile=-"} & set(words)) or any(
        one in ("-f", "--file", "--makefile") and other in ("-", "/dev/stdin") for one, other in pairwise(words))


def _recipes_in_words(walk: Walk, command: Command) -> str:
    """What `make --eval=text`, `-f <(command)` and the variable MAKEFILES bring beside the folder's makefile."""
    words = [field.text for field in command.fields[1 : MAX_FIELDS + 1]]
    texts = [word[len("--eval=") :] for word in words if word.startswith("--eval=")]
    for one, other in pairwise(words):
        if one in ("--eval", "-E"):
            texts.append(other)
        elif one in ("-f", "--file", "--makefile") and other.startswith("/dev/fd/") and (stream := walk.written.get(other)) is not None:
            texts.append(stream.text or "")
    texts += [text_at(walk, path) for name, value in command.assignments if name == "MAKEFILES" for path in value.split()[:MAX_FIELDS]]
    return "\n".join(texts)


_BINARIES = frozenset({"rimraf", "del-cli", "trash", "trash-cli", "shx", "zx", "tsx", "ts-node", "cross-env", "concurrently", "dotenv"})  # of packages, which take a name without `run`


def run_make(walk: Walk, command: Command, program: str) -> Stream:
    """`make target`, `npm run name`, `just name`: the recipe or script when the file is readable."""
    words = [field.text for field in command.fields[1:3]]
    if program in ("yarn", "pnpm", "bun") and words and words[0] in _BINARIES:
        return run_inner(walk, command, program, list(command.fields[1:]))
    output = run_plain(walk, command, program)
    effect = walk.effects[-1]
    stdin = command.channels.stdin
    run_functions(walk, command, program)
    if stdin.piped and stdin.text is None and _reads_recipes(command):
        note_code(walk, stdin.origins - {Origin.SECRET}, opaque=True)
    given = stdin.text or "" if stdin.piped and _reads_recipes(command) else _recipes_in_words(walk, command)
    text = runner_text(walk, effect) if program in RUNNERS else script_text(walk, effect, given)
    name = f"{program} {effect.argv[-1] if len(effect.argv) > 1 else ''}".strip() if text else ""
    if not text and program in ("yarn", "pnpm"):
        _run_bin(walk, command, program)
    if text and name not in walk.active:
        walk.active.append(name)
        run_apart(walk, text, command.context.within(program, span=command.span))
        walk.active.pop()
    return output


def _run_bin(walk: Walk, command: Command, program: str) -> None:
    """`yarn rimraf x`: a name that is no script and none of its own verbs is a program of the project."""
    words = list(command.fields[1:])
    start = next((index for index, field in enumerate(words) if field.text[:1] != "-" and field.text not in ("run", "exec", "foreach", "workspaces", "workspace")), len(words))
    if start < len(words) and words[start].text not in _OWN_VERBS and (spec_of(words[start].text) is not UNKNOWN_PROGRAM or words[start].text in _BINS):
        run_inner(walk, command, program, words[start:])


_BINS = frozenset({"zx", "tsx", "ts-node", "nodemon", "concurrently", "cross-env", "env-cmd", "dotenv", "onchange", "chokidar", "shx", "npx"})
_OWN_VERBS = frozenset({"link", "unlink", "install", "node", "test", "start", "add", "remove", "list", "info", "init", "version", "pack", "config", "import", "up", "why", "bin", "cache", "create", "audit", "publish", "patch", "env", "fetch", "root", "dev", "build", "set", "ls", "rm", "exec", "stop", "prune", "deploy"})


def run_job(walk: Walk, command: Command, program: str) -> Stream:
    """`at`, `batch`: the job comes by standard input."""
    output = run_plain(walk, command, program)
    text = command.channels.stdin.text
    if text and command.channels.stdin.piped:
        run_apart(walk, text, command.context.within(program, span=command.span, background=True))
    return output


def run_lookup(walk: Walk, command: Command, program: str) -> Stream:
    """`command -v rm` prints a name; everything else runs the command."""
    fields = list(command.fields[1:])
    if fields and fields[0].text in ("-v", "-V", "-pv"):
        output = run_plain(walk, command, program)
        return Stream(fields[-1].text + "\n") if len(fields) == 2 and fields[-1].known else output
    while fields and fields[0].text in ("-p", "--"):
        fields = fields[1:]
    return run_inner(walk, command, program, fields) if fields else run_plain(walk, command, program)


_SSH_OPTION = re.compile(r"-[1246AaCfGgKkMNnpqrsTtVvXxYy]*o")


def run_copy(walk: Walk, command: Command, program: str) -> Stream:
    """`scp` and `sftp` hand their options to ssh; lines of `sftp` that send files."""
    output = run_plain(walk, command, program)
    sent = _SENT.findall(command.channels.stdin.text or "") if program == "sftp" else []
    if sent:
        _add_reads(walk, sent[:MAX_FIELDS])
        if any("@credentials" in ref.places for ref in walk.effects[-1].reads):
            walk.add_flow(Origin.SECRET, Sink.NETWORK, program)
    run_ssh(walk, command, program)
    return output


def run_ssh(walk: Walk, command: Command, program: str) -> Stream | None:
    """`-o ProxyCommand=...` and `LocalCommand` run here."""
    fields = [field.text for field in command.fields[1:]]
    for index, text in enumerate(fields):
        cluster = _SSH_OPTION.match(text)
        value = "" if cluster is None else text[cluster.end() :] or (fields[index + 1] if index + 1 < len(fields) else "")
        name, _, code = value.replace(" ", "=", 1).partition("=") if "=" not in value.partition(" ")[0] else value.partition("=")
        if name.strip().lower() in ("proxycommand", "localcommand", "knownhostscommand", "permitlocalcommand") and code and code != "yes":
            _text(walk, command, program, code.strip())
    return None


_WITH_CONSOLES: dict[str, Nested] = {name: nested for name, nested in HANDED.items() if name in CONSOLES}
NESTED: dict[str, Nested] = {
    "find": run_find, "gfind": run_find, "fd": run_fd, "fdfind": run_fd, **dict.fromkeys(("xargs", "gxargs", "xe", "rust-parallel"), run_xargs), "awk": run_awk, "gawk": run_awk,
    "mawk": run_awk, "nawk": run_awk, "sed": run_sed, "gsed": run_sed, "vim": run_editor, "vi": run_editor, "nvim": run_editor, "view": run_editor, "ex": run_editor, "ed": run_editor, "less": run_editor, "more": run_editor,
    "emacs": run_editor, "gdb": run_debugger, "lldb": run_debugger, "git": run_patch, "patch": run_patch, "apply_patch": run_patch, "applypatch": run_patch, "make": run_make, "gmake": run_make, "npm": run_make, "yarn": run_make, "pnpm": run_make, "bun": run_make, **dict.fromkeys(RUNNERS, run_make),
    "go": run_go, "rustc": run_go, "gcc": run_go, "cc": run_go, "javac": run_go, "java": run_go, **dict.fromkeys(("g++", "clang", "dotnet", "zig", "nim", "dart", "kotlinc", "scalac", "swiftc", "crystal", "rust-script", "cargo"), run_go), "socat": run_socat, **dict.fromkeys(_CLIENTS, run_client), "at": run_job, "batch": run_job, "command": run_lookup, **dict.fromkeys(("nc", "ncat", "netcat", "socket"), run_connector),
    **HANDED, **dict.fromkeys(("vimdiff", "gvim", "rvim", "mvim", "emacsclient"), run_editor),
    **dict.fromkeys(CONSOLES, run_database), "scp": run_copy, "sftp": run_copy, "terraform": run_console, "tofu": run_console,
}
