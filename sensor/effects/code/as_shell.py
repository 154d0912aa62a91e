"""Statements of PowerShell as the shell text that runs the same programs.

Handrail runs on Linux and macOS. There PowerShell has no aliases named `rm`, `cat` or `curl`: these are the system's programs, which get
`~` and patterns expanded, read what is piped to them, and write where `>` points. What a shell would do with them is known already.
"""

from __future__ import annotations

import re
from shlex import quote

ALIASES = {
    "ri": "remove-item", "del": "remove-item", "erase": "remove-item", "rd": "remove-item", "rmdir": "remove-item", "rm": "remove-item",
    "gc": "get-content", "cat": "get-content", "type": "get-content", "sc": "set-content", "ac": "add-content", "ni": "new-item", "md": "new-item", "mkdir": "new-item",
    "cpi": "copy-item", "copy": "copy-item", "cp": "copy-item", "mi": "move-item", "move": "move-item", "mv": "move-item", "tee": "tee-object",
    "iwr": "invoke-webrequest", "curl": "invoke-webrequest", "wget": "invoke-webrequest", "irm": "invoke-restmethod", "iex": "invoke-expression",
    "saps": "start-process", "start": "start-process", "spsv": "stop-service", "spps": "stop-process", "kill": "stop-process", "gci": "get-childitem", "ls": "get-childitem",
    "dir": "get-childitem", "gwmi": "get-wmiobject", "gcim": "get-ciminstance", "icim": "invoke-cimmethod", "rwmi": "remove-wmiobject", "rcim": "remove-ciminstance", "ii": "invoke-item", "sp": "set-itemproperty",
    "rp": "remove-itemproperty", "ft": "format-table", "fl": "format-list", "select": "select-object", "where": "where-object", "sort": "sort-object", "gsv": "get-service", "gps": "get-process", "ps": "get-process", "sleep": "start-sleep",
    "cls": "clear-host", "clear": "clear-host", "pwd": "get-location", "measure": "measure-object", "sls": "select-string", "gi": "get-item", "gp": "get-itemproperty", "ogv": "out-gridview", "gm": "get-member", "cd": "set-location", "sl": "set-location", "clc": "clear-content", "icm": "invoke-command", "echo": "write-output",
}
# Aliases of Windows that are names of programs elsewhere.
_PROGRAMS_TOO = frozenset({"rm", "rmdir", "cat", "mkdir", "cp", "mv", "tee", "curl", "wget", "kill", "ls", "dir", "sort", "ps", "sleep", "clear", "pwd"})
# Cmdlets that programs are fed by, or that say where they run, as a shell would write them.
_SAID = {
    "get-content": "cat", "invoke-webrequest": "curl", "invoke-restmethod": "curl", "write-output": "echo", "write-host": "echo", "tee-object": "tee",
    "out-null": "cat >/dev/null", "set-location": "cd", "push-location": "pushd", "pop-location": "popd", "pushd": "pushd", "popd": "popd",
}
_MOVES = frozenset({"cd", "pushd", "popd"})
_PROGRAM = re.compile(r"[a-z][\w.-]*")
_OF_CMDLET = ("-uri", "-outf", "-usebasic", "-inf", "-method", "-headers", "-body")
_SERVICE_VERBS = frozenset({"create", "config", "delete", "stop", "start", "query", "failure", "sdset", "qc", "triggerinfo"})
# Verbs that names of cmdlets begin with, and the language's own words: whatever else comes first is a program.
_VERBS = frozenset({
    "add", "approve", "assert", "backup", "block", "checkpoint", "clear", "close", "compare", "complete", "compress", "confirm", "connect", "convert", "convertfrom",
    "convertto", "copy", "debug", "deny", "disable", "disconnect", "dismount", "edit", "enable", "enter", "exit", "expand", "export", "find", "foreach", "format", "get",
    "grant", "group", "hide", "import", "initialize", "install", "invoke", "join", "limit", "lock", "measure", "merge", "mount", "move", "new", "open", "optimize", "out",
    "ping", "pop", "protect", "publish", "push", "read", "receive", "redo", "register", "remove", "rename", "repair", "request", "reset", "resize", "resolve", "restart",
    "restore", "resume", "revoke", "save", "search", "select", "send", "set", "show", "skip", "sort", "split", "start", "step", "stop", "submit", "suspend", "switch",
    "sync", "tee", "test", "trace", "unblock", "undo", "uninstall", "unlock", "unprotect", "unpublish", "unregister", "update", "use", "wait", "watch", "where", "write",
})
_KEYWORDS = frozenset({"if", "else", "elseif", "while", "for", "foreach", "do", "until", "return", "function", "param", "try", "catch", "finally", "throw", "begin", "process", "end", "in", "switch", "exit"})
_EXPRESSES = frozenset("'\"$@[-(0123456789")  # what an expression begins with
_METHODS = {"delete": "rm -rf", "move": "mv", "copy": "cp"}
_NAMES_NOTHING = frozenset({"function", "param", "catch", "class", "enum", "using", "filter"})
# Strings, texts over several lines, and comments; what is escaped begins no comment.
_LITERAL = re.compile(r"""@'[ \t]*\r?\n(.*?)(?:\n'@|\Z)|@"[ \t]*\r?\n(.*?)(?:\n"@|\Z)|((?:'(?:[^']|'')*'|"(?:[^"`]|`.)*"|`.)\#*)|(?<![^\s;|&(){}])(?:<\#.*?(?:\#>|\Z)|\#[^\n]*)""", re.S)
_PIECE = re.compile(r"""'((?:[^']|'')*)'|"((?:[^"`]|`.)*)"|`(.)|(\$\{?(?:\w+:)?\w+\}?)|(\)(?:\.\w+(?:\(\))?|\[[^\]]*\])+)|([@$]?\()|(\*?>)(?!&)|(.)""", re.S)
_VARIABLE = re.compile(r"(?<!`)\$\{?(?:(\w+):)?(\w+)\}?")
_ASSIGNED = re.compile(r"\$\{?(?:\w+:)?(\w+)\}?\s*\+?=\s*(?=\S)")
_DOTNET = re.compile(r"(?i)\[(?:System\.)?IO\.(?:Directory|File|FileInfo|DirectoryInfo)\]::(delete|move|copy|(?:writeall|appendall)\w*)\(\s*(.*)\)", re.S)
_BLOCK = re.compile(r"""(?i)\[(?:[\w.]{1,60}\.)?scriptblock\]::create\(\s*('(?:[^']|'')*'|"(?:[^"`]|`.)*"|\$\w+)""", re.S)
_OPENED = re.compile(r"(?:[@$]?\(\s*|\[[\w.\[\]]{1,100}\]\s*(?=[$(\[]))*")
_INNER = re.compile(r"\(\s*(?:&\s*)?([\w./~-]+)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def plain_strings(text: str) -> str:
    """The text without comments, its texts over several lines (`@'...'@`) as strings of one kind."""
    if "#" not in text and "@'" not in text and '@"' not in text:
        return text
    return _LITERAL.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    exact, expanded, kept = match.groups()
    if exact is not None:
        return "'" + exact.replace("'", "''") + "'"
    if expanded is not None:
        return '"' + expanded.replace('"', '`"') + '"'
    return kept or " "


def is_program(words: list[str]) -> bool:
    """Whether the first word is a program rather than a cmdlet, an alias or an expression."""
    name = words[0].rpartition("\\")[2].lower()
    if name.endswith(".exe"):
        return True
    if name in ("curl", "wget"):
        return not any(word.lower().startswith(_OF_CMDLET) for word in words)
    if name == "sc":
        return words[1:2] != [] and words[1].lower() in _SERVICE_VERBS
    return name not in ALIASES and _PROGRAM.fullmatch(name) is not None and name not in _KEYWORDS and not ("-" in name and name.partition("-")[0] in _VERBS)



def shell_text(stages: list[str]) -> str:
    """The stages of a pipe as one line of shell text, "" when they start no program, write to no file and set nothing."""
    written = [_stage(stage, number) for number, stage in enumerate(stages)]
    fetched = written[0][0].lstrip("(").startswith("curl ") and not written[0][1]  # a download by a cmdlet that `iex` runs is known as such
    says = any(says and not (fetched and text.startswith("pwsh ")) for text, says in written)
    return " | ".join(text for text, _ in written) if says else ""


def _stage(text: str, number: int) -> tuple[str, bool]:
    """One stage, and whether it does something that cmdlets do not."""
    names: list[str] = []
    while (assigned := _ASSIGNED.match(text)) is not None:
        names.append(assigned.group(1).lower())
        text = text[assigned.end() :]
    value, says = _command(text, number)
    if not names:
        return value, says
    constant = not says and value.startswith("echo ")
    held = value.removeprefix("echo ") if constant else f"$({value})"
    return " ".join(f"{name}={held}" for name in names), says or constant


def _dotnet(text: str) -> str:
    """What a method of the file system's types does, or a text that is made a block of code, as a command; "" for other texts."""
    block = _BLOCK.search(text)
    if block is not None:
        return f"pwsh -c {_words(block.group(1))[0]}"
    match = _DOTNET.match(text)
    if match is None:
        return ""
    method, given = match.group(1).lower(), _words(re.sub(r"(?i),\s*\$(?:true|false)\s*$", "", match.group(2)))[0]
    if method in _METHODS:
        return f"{_METHODS[method]} {given}"
    file, _, content = match.group(2).partition(",")
    return f"echo {_words(content)[0].strip()} >> {_words(file)[0]}"


def _command(text: str, number: int) -> tuple[str, bool]:
    if (done := _dotnet(text.strip())) != "":
        return done, True
    start = ""
    first = ""
    while True:
        text = text.lstrip()
        opened = _OPENED.match(text)
        start += "(" * text[: opened.end() if opened else 0].count("(")
        text = text[opened.end() :].strip() if opened else text.strip()
        first = (text.split(None, 1) or [""])[0].partition("(")[0].lower()
        if first not in _KEYWORDS or first in _NAMES_NOTHING:
            break
        text = text[len(first) :]
    called = text[:1] in ("&", ".") and text[1:2] in (" ", "\t", "'", '"', "$", "(")
    text = text[1:].lstrip() if called else text
    if first in _NAMES_NOTHING or not text:
        return "true", False
    whole, writes = _words(text)
    if called or (text[0] not in _EXPRESSES and (first in _PROGRAMS_TOO or "/" in first or is_program(text.split(None, 20)))):
        return start + whole, True
    if text[0] in _EXPRESSES:
        return f"{start}echo {whole}", writes
    return _cmdlet(ALIASES.get(first, first), (start, _words(text[len(first) :])[0], writes), text, number)


def _cmdlet(name: str, found: tuple[str, str, bool], text: str, number: int) -> tuple[str, bool]:
    """A cmdlet's part in a pipe with programs."""
    start, rest, writes = found
    inner = any(is_program([word]) or word.lower() in _PROGRAMS_TOO or "/" in word[1:] for word in _INNER.findall(text))
    if name == "invoke-expression" and not rest.lstrip().startswith("$("):
        return f"{start}pwsh -c {rest.strip() if rest.strip(' )') else '-' + rest}", True
    if name == "start-process":
        given = re.sub(r"(?i)(?<!\S)-(?:filepath|argumentlist|args|wait|nonewwindow|passthru|verb\s+\S+)(?!\S)|['\"]", " ", text.partition(" ")[2]).replace(",", " ")
        return start + _words(given)[0].strip(), True
    said = _SAID.get(name, "")
    if said:
        return f"{start}{said}{rest}", writes or inner or said in _MOVES
    if writes and not inner:
        return f"{start}{'cat' if number else 'echo'}{rest}", True
    return (f"{start}echo{rest}" if inner else f"{start}{'cat' if number else 'true'}{')' * rest.count(')')}"), inner


def _words(text: str) -> tuple[str, bool]:
    """Words as a shell would write them, and whether output goes to a file."""
    parts: list[str] = []
    writes = False
    for match in _PIECE.finditer(text):
        exact, expanded, escaped, variable, member, opening, arrow, other = match.groups()
        if exact is not None:
            parts.append(quote(exact.replace("''", "'")))
        elif expanded is not None:
            parts.append('"' + re.sub(r"`(.)|\\", _in_quotes, _VARIABLE.sub(_name, expanded), flags=re.S) + '"')
        elif escaped is not None:
            parts.append(" " if escaped == "\n" else "\\" + escaped)
        elif variable is not None:
            parts.append(_VARIABLE.sub(_name, variable))
        elif member is not None:
            parts.append(")")
        elif opening is not None:
            parts.append("$(")
        elif arrow is not None:
            writes = True
            parts.append("&>" if arrow[0] == "*" else ">")
        else:
            parts.append({",": " ", "\\": "\\\\"}.get(other, other))
    return "".join(parts).replace(" --% ", " "), writes


def _in_quotes(match: re.Match[str]) -> str:
    found = match.group(1)
    return "\\\\" if found is None else _ESCAPED.get(found, "\\" + found if found in "$`\"\\" else found)


def _name(match: re.Match[str]) -> str:
    """A variable: names are read without regard to case, those of the environment stand behind `env:`."""
    where, name = match.groups()
    if name.lower() == "null":
        return "/dev/null"
    return "${" + (name if where else name.upper() if name.lower() in ("home", "pwd") else name.lower()) + "}"
