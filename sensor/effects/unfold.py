"""Open wrappers: find the command inside `sudo`, `env`, `xargs`, `docker exec`, `ssh` and walk it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.programs.wrapper import Wrapper
from sensor.effects.runs.effect import origins_of
from sensor.effects.runs.plain import run_apart, run_plain
from sensor.effects.shell.environment import run_variables
from sensor.effects.shell.scope import NOWHERE, SILENT, Field, Stream, Value
from sensor.model.effects import Effect, Origin

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Context
    from sensor.effects.shell.walk import Walk

_REMOTE = frozenset({"ssh", "autossh", "mosh", "rsh", "pssh", "pdsh", "dsh", "gcloud", "az"})
_ACTION_WORDS = 4  # of the longest action in the tables
_SAME_SHELL = frozenset({"builtin", "command", "noglob", "nocorrect"})  # where `cd` is that of this shell
_OPENS = re.compile(r"-[a-zA-Z]*v|--(?:volume|mount|privileged|device|pid|cap-add|security-opt|userns|ipc|rootfs|runtime|cgroup)")
_TMUX_RUN = re.compile(r"\brun(?:-shell)?\s+(?:-b\s+)?(\"[^\"]*\"|'[^']*'|[^;'\"]+)")
_MACHINE = re.compile(r"(?:x86_64|i\d86|aarch64|arm\w*|ppc\w*|s390x?|riscv\w*|mips\w*|sparc\w*|ia64|alpha|parisc\w*|loongarch\w*|uname26|linux(?:32|64)|athlon)")
_EXEC_FLAG = re.compile(r"--exec|-[a-wyzA-Z]*x")
_RUNS_PYTHON = frozenset({"uv", "pdm", "pipx", "hatch", "rye", "poetry"})
_MOVERS = {"env": ("-C", "--chdir"), "sudo": ("-D", "--chdir"), "systemd-run": ("--working-directory",), "start-stop-daemon": ("-d", "--chdir")}


def open_wrapper(walk: Walk, command: Command, program: str, wrapper: Wrapper) -> Stream | None:
    """Walk what `program` runs; None when it runs nothing (then it is an ordinary program)."""
    fields = list(command.fields[1:])
    if wrapper.action:
        rest = _after_action(fields, wrapper)
        if rest is None:
            return None
        fields = rest
    if program == "setarch" and fields and _MACHINE.fullmatch(fields[0].text):
        fields = fields[1:]
    inner, code, assigned = _split(fields, wrapper)
    own, inner = fields[: len(fields) - len(inner)], _in_full(program, inner)
    if not inner and not code:
        return None
    context = command.context.within(
        program, privilege=command.context.privilege or wrapper.privilege, background=command.context.background or wrapper.outlives,
        container=command.context.container or wrapper.container, span=command.span,
        sealed=command.context.sealed or _is_sealed(program, list(command.fields[1 : len(command.fields) - len(fields) + len(own)])))
    if wrapper.own:
        run_plain(walk, command, program)
    _note_files(walk, command, program, (wrapper, own))
    saved_cwd, saved_context, saved_vars = walk.scope.cwd, walk.context, None
    if wrapper.container or program in _REMOTE:
        walk.scope.cwd = NOWHERE
    elif program in _MOVERS:
        walk.scope.cwd = _folder(walk, own, _MOVERS[program])
    walk.context = context
    cleared = program == "env" and any(field.text in ("-i", "-", "--ignore-environment") for field in own)
    if assigned or cleared:
        saved_vars = dict(walk.scope.variables)
        walk.scope.variables = dict.fromkeys(saved_vars, Value(())) if cleared else walk.scope.variables
        for name, field in assigned:
            walk.scope.variables[name] = Value((field,))
    output: Stream = SILENT
    for text in _typed(program, fields):
        run_apart(walk, text, context)
    if program == "parallel" and inner and inner[0].text in (":::", ":::+"):
        code, inner = [*code, *(field for field in inner if not field.text.startswith(":::"))], []
    if program == "parallel" and inner and command.channels.stdin.paths and not any(field.text.startswith(":::") for field in inner):
        inner = [*inner, Field(command.channels.stdin.paths, glob=True)]
    if program == "watch" and inner and any(_EXEC_FLAG.fullmatch(field.text) for field in own):
        wrapper = msgspec.structs.replace(wrapper, joined=False)
    if wrapper.each:
        code, inner = [*code, *inner], []
    for field in code:
        output = run_joined(walk, [field], command, context)
    if inner and (wrapper.joined or program in _REMOTE or (len(inner) == 1 and " " in inner[0].text)):  # no program has a blank in its name
        output = run_joined(walk, inner, command, context)
    elif inner and not (code and program in ("su", "runuser", "script", "flock")):
        pairs = tuple((name, field.text) for name, field in assigned)
        run_variables(walk, pairs)
        output = walk.dispatch(walk, msgspec.structs.replace(
            command, fields=tuple(inner), context=context, assignments=command.assignments + pairs))
    walk.context = saved_context
    if program not in _SAME_SHELL:
        walk.scope.cwd = saved_cwd
    if saved_vars is not None:
        walk.scope.variables = saved_vars
    return _from_afar(output) if program in _REMOTE_SHELLS and (inner or code) else output


def _in_full(program: str, inner: list[Field]) -> list[Field]:
    """The inner command without a word that only says so (`dotenv run`), and with the interpreter that a wrapper starts for a script."""
    first = inner[0].text if inner else ""
    if program == "dotenv" and first == "run":
        return inner[2:] if [field.text for field in inner[1:2]] == ["--"] else inner[1:]
    return [Field("python3"), *inner] if program in _RUNS_PYTHON and (first == "-" or first.endswith(".py")) else inner


def _note_files(walk: Walk, command: Command, program: str, given: tuple[Wrapper, list[Field]]) -> None:
    """The effect of a wrapper that writes what it sees, or what the inner command prints, into a file: `strace -o`, `script`. `given` are its own words."""
    wrapper, words = given
    if not wrapper.writes and not wrapper.target:
        return
    files = [value for name, value in _own_values(words, wrapper) if name in wrapper.writes and not value.text.startswith(("|", "!"))]
    operands = [field for index, field in enumerate(words) if field.text[:1] != "-" and not (index and _takes_next(words[index - 1].text, wrapper))]
    refs = [ref for field in [*files, *(operands[:1] if wrapper.target else [])] if field.text != "/dev/null" and (ref := walk.ref(field)) is not None]
    if refs:
        walk.effects.append(Effect(program=program, argv=(program, *(field.text for field in words)), writes=tuple(refs), wrappers=command.context.wrappers,
                                   privilege=command.context.privilege, cwd=walk.cwd(), span=command.span))


def _own_values(words: list[Field], wrapper: Wrapper) -> Iterator[tuple[str, Field]]:
    """The flags of a wrapper with their values, as `-o file`, `-ofile` and `--output=file`."""
    for index, field in enumerate(words):
        name, equals, value = field.text.lstrip("-").partition("=")
        if field.text.startswith("--") and equals:
            yield name, Field(value, field.known, origins=field.origins)
        elif _takes_next(field.text, wrapper) and index + 1 < len(words):
            yield name if name in wrapper.values else field.text[-1], words[index + 1]
        elif field.text[:1] == "-" and field.text[1:2] in wrapper.values:
            yield field.text[1:2], Field(field.text[2:], field.known, origins=field.origins)


def _takes_next(text: str, wrapper: Wrapper) -> bool:
    """Whether the word behind a flag is its value."""
    return text[:1] == "-" and (text.lstrip("-") in wrapper.values or (text[1:2] not in ("-", "") and text[1:2] not in wrapper.values and text[-1] in wrapper.values))


def _from_afar(output: Stream) -> Stream:
    """What another machine prints, unless it is known."""
    return output if output.text is not None else msgspec.structs.replace(output, origins=output.origins | {Origin.DOWNLOAD})


def is_login(program: str, words: list[str]) -> bool:
    """Whether `program` with these words, which name no command, starts a shell on another machine, which reads the standard input."""
    if program in _REMOTE_SHELLS:
        return not any(_NO_SHELL.fullmatch(word) for word in words)
    return any(len(words) >= len(action) and tuple(words[: len(action)]) == action for action in _LOGINS.get(program, ()))


# Nothing is read, or it goes to a port, a subsystem or a running connection.
_NO_SHELL = re.compile(r"-[1246AaCgKkMqTtvXxYy]*[NnfWOQGVs].*|--(?:help|version)")
_LOGINS = {
    "gcloud": (("compute", "ssh"), ("beta", "compute", "ssh"), ("alpha", "compute", "ssh"), ("cloud-shell", "ssh"), ("app", "instances", "ssh")), "az": (("ssh", "vm"),), "fly": (("ssh", "console"),), "flyctl": (("ssh", "console"),), "vagrant": (("ssh",),),
    "limactl": (("shell",),), "multipass": (("shell",),), "machinectl": (("shell",), ("login",)), "railway": (("ssh",),), "eb": (("ssh",),), "tsh": (("ssh",),), "doctl": (("compute", "ssh"),), "heroku": (("ps:exec",),), "lima": ((),),
    "toolbox": (("enter",),), "distrobox": (("enter",),), "adb": (("shell",),), "render": (("ssh",),), "scalingo": (("run",),),
}
_KEYS = {"Enter": "\n", "C-m": "\n", "KPEnter": "\n", "Space": " "}
_REMOTE_SHELLS = frozenset({"ssh", "autossh", "rsh", "mosh"})


def _is_sealed(program: str, before: list[Field]) -> bool:
    """Whether what runs inside a new container gets none of this machine's files and devices."""
    words = [field.text for field in before]
    if program not in ("docker", "podman", "nerdctl") or "run" not in words or "compose" in words or not all(field.known for field in before):
        return False
    return not any(_OPENS.match(word) for word in words)


def _typed(program: str, fields: list[Field]) -> list[str]:
    """Shell text in an option: what `screen -X stuff` and `kitty @ send-text` type, the pipe of `strace -o`."""
    pairs = [(field.text, following.text) for field, following in itertools.pairwise(fields)]
    if program in ("screen", "kitty"):
        return [text.replace("\\n", "\n").replace("\\r", "\n").replace("^M", "\n") for name, text in pairs if name in ("stuff", "send-text")]
    if program == "tmux":
        return [match.group(1).strip("'\"") for field in fields for match in _TMUX_RUN.finditer(field.text)] + _keys_in_one(fields)
    if program in ("strace", "ltrace"):
        return [text[1:].lstrip("|") for name, text in pairs if name == "-o" and text.startswith(("|", "!"))]
    return []


def _keys_in_one(fields: list[Field]) -> list[str]:
    """What `tmux send-keys` types when it was given in pieces: they follow each other without a blank."""
    pieces = [field.text for index, field in enumerate(fields) if field.text[:1] != "-" and (not index or fields[index - 1].text != "-t")]
    return ["".join(_KEYS.get(piece, piece) for piece in pieces)] if sum(piece not in _KEYS for piece in pieces) > 1 else []


def _folder(walk: Walk, options: list[Field], names: tuple[str, ...]) -> str:
    """Where the inner command runs, when an option of the wrapper says so."""
    for index, field in enumerate(options):
        name, equals, value = field.text.partition("=")
        if name not in names:
            continue
        target = Field(value, field.known) if equals else options[index + 1] if index + 1 < len(options) else Field("")
        return (walk.paths.absolute(target.text, walk.scope.cwd) if target.known else "") or NOWHERE
    return walk.scope.cwd


def _after_action(fields: list[Field], wrapper: Wrapper) -> list[Field] | None:
    """The fields behind the words that make this a wrapper, None when they are not there."""
    words: list[str] = []
    index = 0
    while index < len(fields) and len(words) < _ACTION_WORDS:
        text = fields[index].text
        if text.startswith("-") and text not in ("--command",):
            name = text.lstrip("-")
            index += 2 if name in wrapper.values and "=" not in text else 1
            continue
        words.append(text)
        index += 1
        for action in wrapper.action:
            if tuple(words) == action:
                return fields[index:]
    return None


def _split(fields: list[Field], wrapper: Wrapper) -> tuple[list[Field], list[Field], list[tuple[str, Field]]]:
    """Inner command, code texts and assignments of a wrapper's words."""
    code: list[Field] = []
    assigned: list[tuple[str, Field]] = []
    skip = wrapper.skip
    index = 0
    while index < len(fields):
        field = fields[index]
        text = field.text
        if text == "--":
            index += 1
            fields = fields[index:]
            return fields[max(skip, 0) :], code, assigned
        if text == "-" and wrapper.assigns:  # env: the same as -i
            index += 1
        elif text.startswith("-") and len(text) > 1:
            index += _flag(fields, index, wrapper, code)
        elif wrapper.assigns and _is_assignment(text):
            name, _, value = text.partition("=")
            assigned.append((name, Field(value, field.known, origins=field.origins)))
            index += 1
        elif skip or wrapper.anywhere:
            skip -= 1
            index += 1
        else:
            break
    return fields[index:], code, assigned


def _is_assignment(text: str) -> bool:
    name, equals, _ = text.partition("=")
    return bool(equals) and name.removeprefix("BASH_FUNC_").removesuffix("%%").isidentifier()


def _flag(fields: list[Field], index: int, wrapper: Wrapper, code: list[Field]) -> int:
    """Number of words a flag takes; a shell text is put into `code`."""
    field = fields[index]
    text = field.text
    following = fields[index + 1] if index + 1 < len(fields) else None
    if text.startswith("--"):
        name, equals, value = text[2:].partition("=")
        if equals:
            if name in wrapper.code:
                code.append(Field(value, field.known, origins=field.origins))
            return 1
        if name in wrapper.code and following is not None:
            code.append(following)
        return 3 if name in wrapper.pairs else 2 if name in wrapper.values else 1
    if text[1:] in wrapper.values:
        if text[1:] in wrapper.code and following is not None:
            code.append(following)
        return 2
    for position, letter in enumerate(text[1:], start=1):
        if letter in wrapper.values:
            rest = text[position + 1 :]
            if letter in wrapper.code:
                code.append(Field(rest, field.known, origins=field.origins) if rest else following or Field(""))
            return 1 if rest else 2
    return 1


def run_joined(walk: Walk, fields: list[Field], command: Command, context: Context) -> Stream:
    """Join words with spaces and walk the text, as `ssh`, `watch` and `su -c` do."""
    if (len(fields) == 1 and not fields[0].known) or any(not field.known for field in fields[:1]):
        origins = origins_of(tuple(fields))
        walk.effects.append(_opaque(walk, command, fields))
        walk.not_resolved("the command text cannot be determined")
        return Stream(origins=origins)
    if all(field.known for field in fields):
        return run_apart(walk, " ".join(field.text for field in fields), context, command.channels.stdin)
    if len(fields) == 1:
        return Stream()
    # part of the text is unknown: its words as they are say most
    return walk.dispatch(walk, msgspec.structs.replace(command, fields=tuple(fields), context=context))


def _opaque(walk: Walk, command: Command, fields: list[Field]) -> Effect:
    return Effect(argv=tuple(field.text for field in fields), wrappers=walk.context.wrappers, privilege=walk.context.privilege,
                  opaque=True, cwd=walk.cwd(), span=command.span, executes=origins_of(tuple(fields)))
