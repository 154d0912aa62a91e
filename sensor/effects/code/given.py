"""What a program is given besides its code: words behind it, variables of the environment, standard input. Put into the code, patterns see what it does with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_MENTIONS = re.compile(r"argv|ARGV|environ|getenv|ENV\b|\benv\b|parse_args|stdin|STDIN|input\(|\bgets\b|\bshift\b|\$_|<>")
_ENVIRONMENT = re.compile(
    r"""os\.environ(?:\[|\.get\()\s*["'](\w+)["'][^\])]{0,40}[\])]|(?:os\.)?getenv\(\s*["'](\w+)["'][^)]{0,40}\)|process\.env(?:\.(\w+)|\[\s*["'](\w+)["']\s*\])|"""
    r"""(?:\$|\b)ENV(?:\.fetch)?[\[({]\s*["']?(\w+)["']?\s*[\])}]|\$_ENV\[\s*["'](\w+)["']\s*\]""")
_WORD = {
    "python": re.compile(r"sys\.argv\[\s*(\d+)\s*\]"), "node": re.compile(r"process\.argv(?:\[\s*(\d+)\s*\]|\.at\(\s*(\d+)\s*\))"), "bun": re.compile(r"(?:process|Bun)\.argv\[\s*(\d+)\s*\]"),
    "perl": re.compile(r"\$ARGV\[\s*(\d+)\s*\]|\b(shift)\b(?:\s*@ARGV)?(?!\s*[@(])"), "ruby": re.compile(r"\bARGV(?:\[\s*(\d+)\s*\]|\.(first|shift))"), "php": re.compile(r"\$argv\[\s*(\d+)\s*\]"),
}
_WORDS = {
    "python": re.compile(r"sys\.argv\[\s*(\d+)\s*:\s*\]"), "node": re.compile(r"process\.argv\.slice\(\s*(\d+)\s*\)"), "bun": re.compile(r"(?:process|Bun)\.argv\.slice\(\s*(\d+)\s*\)"),
    "perl": re.compile(r"@ARGV\b()"), "ruby": re.compile(r"\*?\bARGV\b()(?![\[.])"), "php": re.compile(r"array_slice\(\s*\$argv\s*,\s*(\d+)\s*\)"),
}
_FIRST = {"python": 1, "node": 1, "bun": 1, "perl": 0, "ruby": 0, "php": 1}
"""Number of the first word behind the code."""
_STDIN = {
    "python": re.compile(r"(?<![\w.])input\(\s*\)|sys\.stdin\.read(?:line)?\(\s*\)(?:\.strip\(\s*\))?"),
    "node": re.compile(r"fs\.readFileSync\(\s*(?:0|[\"']/dev/stdin[\"'])[^)]{0,20}\)(?:\.toString\(\s*\))?"),
    "perl": re.compile(r"<STDIN>|<>|\$_\b"), "ruby": re.compile(r"(?:\$stdin|STDIN)\.read\b|\bgets\b(?:\.chomp)?|\$_\b"), "php": re.compile(r"fgets\(\s*STDIN\s*\)|stream_get_contents\(\s*STDIN\s*\)"),
}
_PARSED = re.compile(r"(?:^|[\n;(])[ \t]*(\w{1,40})\s*=\s*(?:\w+\.){0,3}parse_args\(")
_OPTION = re.compile(r"\.add_argument\(\s*((?:[\"'][\w-]{1,40}[\"']\s*,?\s*){1,4})")
_NAME = re.compile(r"[\w-]+")
MAX_OPTIONS = 12
MAX_WORDS = 64
MAX_LENGTH = 4096


class Given(NamedTuple):
    """`words` behind the code, `variable` finds what a name of the environment holds, `stdin` is the text that comes in, None for one nobody knows. `script` = the code is a file, whose name counts as a word for some."""

    words: Sequence[str] = ()
    variable: Callable[[str], str | None] = lambda name: None
    stdin: str | None = None
    script: bool = False


def fill(code: str, language: str, given: Given) -> str:
    """The code with constants in the place of what it is given; what is not known stays."""
    if _MENTIONS.search(code) is None:
        return code
    code = _ENVIRONMENT.sub(lambda found: _variable(found, given), code, count=MAX_WORDS)
    if language not in _WORD:
        return code
    first = _FIRST[language] + (given.script and language in ("node", "bun"))
    words = given.words[:MAX_WORDS]
    if words:
        code = _WORDS[language].sub(lambda found: _listed(found, words, first), code, count=MAX_WORDS)
        code = _WORD[language].sub(lambda found: _one(found, words, first), code, count=MAX_WORDS)
    if language == "python" and words and "parse_args" in code:
        code = _with_options(code, words)
    if given.stdin is not None and given.stdin.strip() and language in _STDIN:
        text = _quoted(given.stdin.strip())
        code = _STDIN[language].sub(lambda found: text or found.group(), code, count=MAX_WORDS)
    return code


def _with_options(code: str, words: Sequence[str]) -> str:
    """The code with what argparse makes of the words: positional names in their order, options by their names."""
    holders = "|".join(dict.fromkeys(re.escape(name) for name in _PARSED.findall(code)[:MAX_OPTIONS]))
    holder = rf"(?:\b\w+\.)*parse_args\(\s*\)|(?<![\w.])(?:{holders})" if holders else r"(?:\b\w+\.)*parse_args\(\s*\)"
    operands = [word for before, word in zip(["", *words], words, strict=False) if word[:1] != "-" and before[:2] != "--"]
    values: dict[str, str] = {}
    for names in _OPTION.findall(code)[:MAX_OPTIONS]:
        spelled = _NAME.findall(names)
        name = next((one for one in spelled if one[:2] == "--"), spelled[0] if spelled else "")
        if name[:1] != "-":
            value = operands.pop(0) if operands else ""
        else:
            value = next((word.partition("=")[2] if "=" in word else other for word, other in zip(words, [*words[1:], ""], strict=True) if word.partition("=")[0] in spelled), "")
        values[name.lstrip("-").replace("-", "_")] = value
    for name, value in values.items():
        if value and (text := _quoted(value)):
            code = re.sub(rf"(?:{holder})\.{re.escape(name)}(?![\w(])", lambda found, text=text: text, code)
    return code


def _variable(found: re.Match[str], given: Given) -> str:
    name = next(part for part in found.groups() if part is not None)
    value = given.variable(name) if name != "HOME" else None
    return (_quoted(value) if value is not None else "") or found.group()


def _one(found: re.Match[str], words: Sequence[str], first: int) -> str:
    given = next((part for part in found.groups() if part is not None), "")
    number = int(given[:4]) - first if given.isdigit() else 0
    return (_quoted(words[number]) if 0 <= number < len(words) else "") or found.group()


def _listed(found: re.Match[str], words: Sequence[str], first: int) -> str:
    number = int(found.group(1)[:4]) - first if found.group(1) else 0
    texts = [_quoted(word) for word in words[max(number, 0) :]]
    return "[" + ", ".join(texts) + "]" if texts and all(texts) else found.group()


def _quoted(text: str) -> str:
    """The text as a string constant, "" where that takes more than quotes."""
    if "\n" in text or "\\" in text or len(text) > MAX_LENGTH:
        return ""
    return f'"{text}"' if '"' not in text else f"'{text}'" if "'" not in text else ""
