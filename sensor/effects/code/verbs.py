"""What code in languages that few use does, by the verbs of its calls and the constants in them.

Whether it is `(run-program "rm" (list "-r" "x"))`, `callProcess "rm" ["-r", "x"]` or `os:cmd("rm -r x")`: a name says what is done, the texts up to the end of its call with what.
Names are compared without signs and cases (`run-program`, `run_program`, `RunProgram`). Files count only where they are named by a whole path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import join

import msgspec

from sensor.effects.code.literals import STRING, text_of

MAX_CALL = 1000  # characters of one call
STEPS_FOR_SIGN = 4  # characters of calls that are looked at, for each one of the code
_NAME = re.compile(r"(?<!\\)\"(?:[^\"\\\n]|\\.)*\"|(?<![\w$-])[A-Za-z_$][\w$-]*(?:(?:::|[.:/>])[A-Za-z_][\w-]*)*")
_STRING = re.compile(STRING)
_BARE = re.compile(r"[\w./-]+")  # the name of a program
_PARTS = re.compile(r"::|[.:/]")
_SIGNS = re.compile(r"[-_$]")
# What may stand between a verb and its first text: brackets, lists, marks of texts.
_LEAD = re.compile(r"(?:[\s!*(\[{#@&|]|'(?=[(\"])|(?<=\s)-(?=\s)|(?:new\s+\w+\[\]|list|vec!|array|quote|c|nil|0|t)(?=[\s(\[{])|~[cs]?(?=[\"'(\[])|[Lsbc](?=\"))*")
_STARTS = frozenset(["system", "system2", "shell", "shellcommand", "shellcommandtostring", "asyncshellcommand", "runshellcommand", "runprogram", "launchprogram", "process", "subprocess", "callprocess", "callcommand", "spawncommand", "readprocess", "rawsystem", "createprocess", "readcreateprocess", "spawnprocess", "openprocess", "execute", "sh", "exec", "execl", "execlp", "execle", "execv", "execvp", "execve", "popen", "pipe", "posixspawn", "spawn", "spawncommandlinesync", "spawncommandlineasync", "cmd", "command", "sys", "syssystem", "sysexec", "call", "run", "runprocess", "startprocess", "processbuilder", "start", "startprocessshellcommand", "startfileprocess", "eshellcommand", "shellout", "shellexec", "execshellcmd", "execcmd", "execcmdex", "execprocess", "unix", "dos", "syscmd", "esyscmd", "evalcmd", "getoutput", "processlines", "runcmd", "bash", "backtick", "processstring"])
_TAKES = frozenset(["rm", "rmr", "rmrf", "rmdir", "rmdirall", "rmtree", "remove", "removetree", "removedir", "removedirectory", "removedirectoryrecursive", "removepathforcibly", "removefile", "removedirr", "removeall", "removeitem", "delete", "deletefile", "deletedir", "deletedirr", "deldir", "deldirr", "deltree", "deletetree", "deletedirectory", "deletedirectoryfiles", "deletedirectorytree", "deletedirectoryandcontents", "deletedirectorycontents", "deletedirectoryrecursive", "deleterecursively", "unlink", "fileremove", "dirdelete", "filedelete", "direddeletefile", "forcedelete", "wipe", "purge", "trash", "erase", "movefiletotrash"])
_WRITES = frozenset(["appendfile", "writefile", "spit", "openoutputfile", "withoutputtofile", "callwithoutputfile", "displaytofile", "displaylinestofile", "writetofile", "appendtofile", "writestringintofile", "write", "writeregion", "append", "writelines", "writealltext", "appendalltext", "writestring", "writebytes", "writetext", "cat", "sink", "spurt", "savefile", "putfile", "filewrite", "export", "put", "putappend", "tee", "save", "copyto", "fileputcontents", "createlink", "createsymlink", "symlink", "touch"])
_READS = frozenset(["readfile", "slurp", "file>string", "file>bytes", "file>lines", "filetostring", "callwithinputfile", "withinputfromfile", "openinputfile", "openinfile", "insertfilecontents", "insertfilecontentsliterally", "readfileintostring", "readfileintobytevector", "readfilestring", "readfiletoterms", "readtext", "read", "readlines", "readstring", "readalltext", "readallbytes", "readalllines", "readtostring", "import", "uploadfile", "bodyfile", "pathname", "curlupload", "getfilecontents"])
_OPENS = frozenset(["open", "openfile", "fopen", "withopenfile", "openfilestream", "withfile", "fileopen", "io"])  # which say by a mode what for
_LISTS = frozenset(["directoryfiles", "directoryfilesrecursively", "readdir", "listfiles", "listdirs", "dir", "dirls", "fileseq", "directorylist", "directorycontents", "nftw", "ftw", "listdirectory", "listdir", "walkdir", "walk", "glob", "ls", "children", "entries", "scandir", "iterdir", "findfiles", "finddirectories", "directory", "subdirectories", "filetreewalk"])
_MODE = re.compile(r"[\"'](?:[wax][b+tx]{0,2})[\"']|:?append\b|:output\b|\b(?:Append|Write)Mode\b|\s[wa]\+?\s*\]|:write\b|CREATE|WRONLY")
_EVERYTHING = re.compile(r"recurs|tree|rmrf|rm_rf|removeall|remove_all|rmdir_all|del_dir_r|forcibly|directory-files|delete-?directory|#?:?\brecursive|contents|remove\.all", re.I)
# A text that is run, or an address from which code is loaded.
_LOADS = re.compile(
    r"(?<![\w-])(?:(?:eval|load|read|include|compile|run)[-_]?string|eval-(?:region|buffer)|string-to-code)(?![\w-])|"
    r"(?<![\w-])(?:load(?:-file|file)?|eval(?:[-_]?(?:file|quoted))?|source(?:_url|_gist)?|include|require|consult|use|exec)(?![\w-])[^\n;]{0,200}?\bhttps?://")


class Verbs(msgspec.Struct):
    """What the verbs of a text do; `ran_out` = not all of it was looked at."""

    texts: list[str] = []
    commands: list[tuple[str, ...]] = []
    deletes: list[str] = []
    writes: list[str] = []
    reads: list[str] = []
    recursive: bool = False
    ran_out: bool = False


def read_verbs(code: str) -> Verbs:
    """Read code in which the home folder is written `"~"`."""
    found, listed, bare, steps = Verbs(), [], False, STEPS_FOR_SIGN * len(code) + MAX_CALL
    for match in _NAME.finditer(code):
        name = _verb(match.group())
        if not name:
            continue
        words, end = _call(code, match)
        steps -= end - match.end()
        if steps < 0:
            found.ran_out = True
            break
        paths = [word for word in words if word[:1] in ("~", "/") and len(word) < MAX_CALL and "\n" not in word]
        if name in _STARTS:
            lead = _LEAD.match(code, match.end())
            if words and lead is not None and _STRING.match(code, lead.end()) is not None:
                _start(found, name, words)
        elif name in _TAKES:
            found.deletes += paths
            bare = bare or not paths
        elif name in _LISTS:
            listed += paths
        elif name in _WRITES or (name in _OPENS and _MODE.search(code, match.end(), end + 1) is not None):
            found.writes += [path for path in paths if " " not in path]
        else:
            found.reads += paths
    if bare:  # what was listed goes by a name
        found.deletes += [path.rstrip("/") + "/*" for path in listed]
    found.recursive = bool(found.deletes) and _EVERYTHING.search(code) is not None
    return found


def loads_code(code: str) -> bool:
    """Whether a text is evaluated, or code loaded from an address."""
    return _LOADS.search(code) is not None


def _verb(name: str) -> str:
    """The known verb in a name with its modules, "" for another; `Command::new` and `Paths.of` are the name in front."""
    parts = _PARTS.split(name)
    for part in reversed(parts[-2:]):
        word = _SIGNS.sub("", part).lower()
        if word in _KNOWN:
            return word
        if word not in _EMPTY:
            return ""
    return ""


_EMPTY = frozenset({"new", "of", "files", "all"})
_KNOWN = _STARTS | _TAKES | _WRITES | _READS | _OPENS | _LISTS


def _start(found: Verbs, name: str, words: list[str]) -> None:
    if len(words) == 1:
        if _BARE.fullmatch(words[0]):
            found.commands.append((words[0],))
        else:
            found.texts.append(words[0])
    elif " " in words[0].strip():
        found.texts.append(words[0] + " " + join(words[1:]).replace("'~'", "~") if name in ("shell", "sh", "process") else words[0])
    else:
        rest = words[2:] if name.startswith("exec") and words[1] == words[0] else words[1:]  # the name that the program sees comes twice
        found.commands.append((words[0], *rest))


def _call(code: str, name: re.Match[str]) -> tuple[list[str], int]:
    """The texts behind a name up to the end of its call or line, and where that is."""
    at, last = name.end(), min(len(code), name.end() + MAX_CALL)
    opened = code[at : at + 1] in ("(", "[", "{") or code[at : at + 2] in ("!(", "*(")
    lisp = not opened and code[: name.start()].rstrip(" ")[-1:] == "("
    words: list[str] = []
    depth = 0
    while at < last:
        sign = code[at]
        if sign == "\\":
            at += 1
        elif sign == '"' or (sign in "'`" and not lisp):
            text = _STRING.match(code, at, last)
            if text is not None:
                words.append(text_of(text))
                at = text.end()
                continue
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth < 0 or (opened and not depth):
                break
        elif sign in "\n;" and not depth and not lisp:
            break
        at += 1
    return words, at


def commands_at_home(commands: list[tuple[str, ...]], home: str) -> Iterator[tuple[str, ...]]:
    """The commands with the home folder in full, as no shell reads their words."""
    for words in commands:
        yield tuple(home + word[1:] if word == "~" or word.startswith("~/") else word for word in words)
