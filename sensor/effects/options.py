"""Commands in the options, settings and words of programs: those of the table `programs/handing.tsv`, and whole command lines among the words of programs that no table knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from shlex import join, quote, split
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.interpreters import scan_code
from sensor.effects.programs.handing import HANDING, Handing, compiled
from sensor.effects.programs.table import spec_of
from sensor.effects.runs.plain import run_plain, run_started
from sensor.effects.shell.cells import MAX_FIELDS
from sensor.effects.shell.environment import ASKS_PASSWORD, OPTION_VARIABLES, with_options
from sensor.effects.shell.scope import Field
from sensor.model.effects import Origin, Sink

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.scope import Stream
    from sensor.effects.shell.walk import Walk

_DESTROYERS = frozenset({"rm", "shred", "dd", "srm", "wipe", "sh", "bash", "zsh", "dash", "sudo"})
_LASTING = frozenset({"@root", "@system", "@home", "@devices", "@credentials"})
_GRAVE = frozenset({(Origin.DOWNLOAD, Sink.INTERPRETER), (Origin.SECRET, Sink.NETWORK)})
# A word, or the value of a setting, that reads like a whole command line.
_LINE = re.compile(r"\A(-{0,2}[\w.:@-]{1,60}=)?[\"'!$&@\s]{0,4}(?:rm|shred|dd|srm|wipe|sudo|(?:ba|z|da)?sh|cd|cat|curl|wget|find|mkfs\S*|env|nohup|tar|base64|git|python3?|eval|chmod|chown|mv|for|while|if)\s")
# An option, a setting or a verb that speaks of running what stands behind it; behind others, as in `leash add 'rm -rf ~'`, a line is only named.
_RUNS = re.compile(
    r"(?:-{1,2}[ceskx]|-{0,2}[\w.:-]{0,40}(?:exec(?:ute)?|cmd|command|run|runner|hooks?|shell|script|call|eval|spawn|callback|trigger|action|handler|program|start|then|wrapper|pager|editor|renderer|filter)|"
    r"-{0,2}(?:[\w.-]{0,30}-)?(?:pre|post|before|after|on)(?:[-_.]?\w{1,30})?|do|each|watch|x)\Z", re.I)
_TELLERS = frozenset({
    "cowsay", "figlet", "toilet", "lolcat", "notify-send", "say", "espeak", "espeak-ng", "wall", "logger", "write", "zenity", "dialog", "whiptail", "yad", "gum", "glow", "boxes", "terminal-notifier", "osd_cat", "dunstify", "toot", "slack", "slackcat", "mail", "mailx",
    "claude", "codex", "gemini", "llm", "aider", "opencode", "goose", "cursor-agent", "amp", "sgpt", "aichat", "mods", "ollama", "copilot", "tldr", "cheat", "howdoi", "explainshell", "thefuck", "handrail", "shellcheck", "shfmt", "bd", "jira", "linear", "task", "todo", "todo.sh",
    "grep", "egrep", "fgrep", "ag", "ack", "rga", "ugrep", "ast-grep", "sg", "semgrep", "comby", "sd", "pcregrep", "pgrep", "history", "fc", "expr", "test", "[", "[[", "printf", "echo", "clip", "xclip", "xsel", "pbcopy", "wl-copy", "diff", "wdiff", "tig", "jq", "yq", "dasel", "gron",
})

_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
_CARGO_LIST = re.compile(r"(?:runner|linker|wrapper|provider)\"?\s*=\s*\[([^\]]*)\]")
_SIGN = re.compile(r"[ =/~;|&`$(!%]")  # of more than a bare name
_PREFIXES = ("exec=", "ProxyCommand=", "LocalCommand=")
_SHELL_PROGRAM = re.compile(r"(?:^|[/\s])(?:(?:ba|z|da|k|a|c|tc|fi)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)\b")


def run_handed(walk: Walk, command: Command, program: str) -> None:
    """Walk what a program of `HANDING` is handed to run, beside what it does itself."""
    if program in OPTION_VARIABLES:
        command = with_options(walk, command, program)
    row, fields = HANDING[program], list(command.fields[1 : MAX_FIELDS + 1])
    if not (row.rest or row.input or row.files or any(_SIGN.search(field.text) for field in fields)):
        return
    if walk.effects and walk.effects[-1].program == program and "dry-run" in walk.effects[-1].flags:
        return
    if row.code:
        for field in _values(fields, row.code, program):
            scan_code(walk, command, (program, row.language), field)
    for text in [*(field.text for field in _values(fields, row.options, program)), *_command_behind(fields, row), *_marked(walk, command, row), *_pieced(fields, program)]:
        for prefix in _PREFIXES:
            text = text.removeprefix(prefix)
        run_started(walk, command, program, text)


def _values(fields: list[Field], names: frozenset[str], program: str) -> list[Field]:
    """The values of options, also of long ones that are shortened and of letters that stand together."""
    spec, found = spec_of(program), []
    for index, field in enumerate(fields):
        name, equals, value = field.text.partition("=")
        following = fields[index + 1 : index + 2]
        if ASKS_PASSWORD.fullmatch(field.text if equals else f"{name} {following[0].text if following else ''}"):
            continue
        if field.text[:1] != "-":
            found += [one for one in following if field.text in names and " " in one.text]
        elif name in names or (name[:2] == "--" and len(name) > 3 and name[2:] not in spec.longs and sum(long.startswith(name) for long in names) == 1):
            found += [Field(value, field.known, origins=field.origins)] if equals else following
        elif len(field.text) > 2 and field.text[:2] in names and not equals and field.text[1] != "-":
            found.append(Field(field.text[2:], field.known, origins=field.origins))
        elif field.text[1:].isalpha() and "-" + field.text[-1] in names:
            found += following
    return found


def _command_behind(fields: list[Field], row: Handing) -> list[str]:
    """The command in the words behind an option, or behind `--`."""
    words = [field.text for field in fields]
    start = next((index + 1 for index, word in enumerate(words) if word in row.rest), 0)
    if not start and words[:1] and words[0] in row.behind and "--" in words:
        start = words.index("--") + 1
    rest = words[start:] if start else []
    return [rest[0] if len(rest) == 1 else join(rest)] if rest else []


def _marked(walk: Walk, command: Command, row: Handing) -> list[str]:
    texts = [field.text for field in command.fields[1 : MAX_FIELDS + 1]] if row.marks else []
    if row.input and command.channels.stdin.text:
        texts.append(command.channels.stdin.text)
    texts += [walk.file_stream(field, walk.ref(field)).text or "" for field in _files(list(command.fields[1 : MAX_FIELDS + 1]), row)]
    if not texts or not walk.spend(sum(map(len, texts)) >> 4):
        return []
    found = [next((part for part in match.groups() if part), "") for mark in row.marks for text in texts for match in compiled(mark).finditer(text)]
    return [text.replace("<space>", " ").replace("<enter>", "").replace('\\"', '"') for text in found[:MAX_FIELDS]]


def _files(fields: list[Field], row: Handing) -> list[Field]:
    """The files of jobs that options name, or operands where the row says so."""
    named = [other for one, other in pairwise(fields) if one.text in row.files]
    return named + [field for field in fields if "*" in row.files and "/" in field.text]


def _pieced(fields: list[Field], program: str) -> list[str]:
    """Commands that are put together from several words: `start-stop-daemon -x program -- words`, `-Dexec.executable=program -Dexec.args=words`, `runner=["program", "word"]`."""
    words = [field.text for field in fields]
    behind = words[words.index("--") + 1 :] if "--" in words else []
    if program == "start-stop-daemon":
        names = _values(fields, frozenset({"-x", "-a", "--exec", "--startas"}), program)
        return [join([names[-1].text, *behind])] if names and not {"-K", "--stop", "-T", "--status"} & set(words) else []
    if program == "capsh":
        return [join(["bash", *behind])] if behind else []
    if program in ("mvn", "mvnw"):
        named = {name: value for name, _, value in (word.partition("=") for word in words)}
        return [f"{named['-Dexec.executable']} {named.get('-Dexec.args') or named.get('-Dexec.arguments', '')}"] if "-Dexec.executable" in named else []
    if program == "cargo":
        return [join(_QUOTED.findall(listed)) for word in words for listed in _CARGO_LIST.findall(word)]
    if program == "cmake":
        return [join(value.split(";")) for name, _, value in (word.partition("=") for word in words) if name.startswith("-DCMAKE_") and ";" in value]
    return _of_modules(words) if program in ("ansible", "salt", "salt-call") else []


def _of_modules(words: list[str]) -> list[str]:
    """What modules of Ansible and Salt do, as the command that does the same."""
    if "file.remove" in words:
        return [join(["rm", "-rf", *words[words.index("file.remove") + 1 :][:1]])]
    pairs = dict(pairwise(words))
    module = pairs.get("-m", pairs.get("--module-name", ""))
    try:
        given = dict(word.partition("=")[::2] for word in split(pairs.get("-a", pairs.get("--args", ""))))
    except ValueError:
        return []
    path = given.get("path", given.get("dest", ""))
    path = path if re.fullmatch(r"[\w./~-]*", path) else quote(path)
    return {
        "file": [f"rm -rf {path}"] if given.get("state") == "absent" else [], "cron": [given.get("job", ""), f"echo {quote('* * * * * ' + given.get('job', ''))} | crontab -"] if "job" in given else [],
        "lineinfile": [f"echo {quote(given.get('line', ''))} >> {path}"], "copy": [f"cp {quote(given.get('src', '-'))} {path}"], "get_url": [f"curl -o {path} {quote(given.get('url', ''))}"], "script": [f"sh {words[-1]}"],
    }.get(module.removeprefix("ansible.builtin."), [])


def run_connector(walk: Walk, command: Command, program: str) -> Stream:
    """`nc -e shell`: the other end of the connection talks to what an option starts."""
    output = run_plain(walk, command, program)
    number = len(walk.effects) - 1
    for field in _values(list(command.fields[1 : MAX_FIELDS + 1]), HANDING[program].options, program):
        note_shell(walk, field.text, number)
    return output


def note_shell(walk: Walk, text: str, number: int) -> None:
    """A connection (effect `number`) whose other end talks to a shell: what comes from the network is run."""
    if _SHELL_PROGRAM.search(text):
        effect = walk.effects[number]
        walk.effects[number] = msgspec.structs.replace(effect, flags=effect.flags | {"reverse-shell"}, executes=effect.executes | {Origin.DOWNLOAD})
        walk.add_flow(Origin.DOWNLOAD, Sink.INTERPRETER, "reverse-shell")


def run_unknown(walk: Walk, command: Command, program: str) -> None:
    """`unknown -x 3 rm -rf ~`, `unknown --hook 'curl URL | sh'`: words that would do what nobody can take back are taken for the command they spell, others for mere words."""
    fields = command.fields
    index = next((index for index, field in enumerate(fields[2:], start=2) if field.known and field.text.rpartition("/")[2] in _DESTROYERS), 0)
    index = 1 if fields[1].known and fields[1].text.rpartition("/")[2] in _DESTROYERS else index
    if index and walk.spend():
        inner = msgspec.structs.replace(command, fields=fields[index:], context=command.context.within(program, span=command.span), assignments=())
        if _is_grave(walk, lambda: walk.dispatch(walk, inner)):
            return
    for before, field in pairwise(fields[: MAX_FIELDS + 1] if program not in _TELLERS else ()):
        if " " not in field.text or not field.known or not (line := _LINE.match(field.text)):
            continue
        name = line.group(1)
        if _RUNS.match(name[:-1] if name else before.text) and walk.spend() and _is_grave(walk, partial(run_started, walk, command, program, field.text[len(name or "") :].strip("\"'!$&@ "))):
            return


def _is_grave(walk: Walk, run: Callable[[], object]) -> bool:
    """Keep what `run` adds when it takes away or overwrites what lasts, runs a download, or sends a secret."""
    before, texts, flows, unresolved = len(walk.effects), len(walk.texts), len(walk.flows), len(walk.unresolved)
    run()
    lasting = any(ref.places & _LASTING for effect in walk.effects[before:] for ref in effect.deletes + effect.writes)
    if lasting or any((flow.origin, flow.sink) in _GRAVE for flow in walk.flows[flows:]):
        return True
    del walk.effects[before:], walk.texts[texts:], walk.flows[flows:], walk.unresolved[unresolved:]
    return False
