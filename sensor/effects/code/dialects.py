"""How programs are started in languages that few use: plotters, calculators, Lisps, compiled languages. Read by patterns, as `code` does."""

from __future__ import annotations

import re

_STRING = r"""(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')"""
_STRINGS = re.compile(_STRING)
_MORE = r"(?:[\s,\[\](){}'&]*(?:list\s+|c\()?" + _STRING + r"){0,24}"
# A command given as one text.
_TEXT = re.compile(
    r"(?<![\w-])(?:System\.shell|Sys\.command|:?os[.:]cmd|callCommand|spawnCommand|run-shell-command|shell-command|(?:ext:)?shell|os/shell|unix|dos|syscmd|esyscmd|getRuntime\(\)\.exec|"
    r"Process\.Start|std::system|process\.spawnSync)\s*\(?\s*(?:~c)?" + _STRING)
_QUOTED_BY_M4 = re.compile(r"\be?syscmd\(\s*`?([^`')\n]+)")
_BANG = re.compile(r"(?m)^[^\S\n]*:?!\s*(\S.*)")
# A program and its words, one after the other.
_WORDS = re.compile(
    r"(?<![\w-])(?:System\.cmd|(?:uiop:|sb-ext:|ext:)?run-program|os/execute|(?:read|call|raw)Process|Command::new|exec\.Command|new\s+ProcessBuilder|getRuntime\(\)\.exec\(\s*new\s+String\[\]|Process\.Start|Process\.run|"
    r"(?:shell/)?sh|system2)\s*[(\[{]?\s*(" + _STRING + _MORE + ")")
_ARGUMENTS = re.compile(r"\.args?\(\s*&?\[?((?:\s*" + _STRING + r"\s*,?)+)\]?")
BANG_LANGUAGES = frozenset({"gnuplot", "ghci", "dc", "octave", "matlab"})
LANGUAGES = frozenset({*BANG_LANGUAGES, "m4", "elixir", "maxima", "scilab", "racket", "lisp", "clojure", "janet", "raku", "go"})
CODE_FLAGS = {
    "gnuplot": ("e", ""), "ghci": ("e", ""), "dc": ("e", ""), "scilab": ("e", ""), "racket": ("e", ""), "clojure": ("e", ""), "janet": ("e", ""), "raku": ("e", ""),
    "lisp": ("e", "x"), "octave": ("", ""), "matlab": ("", ""), "maxima": ("", ""), "m4": ("", ""),
}
LONG_CODE = {"gnuplot": ("eval",), "octave": ("eval",), "lisp": ("eval",), "maxima": ("batch-string",), "dc": ("expression",), "racket": ("eval",)}
PROGRAMS = {
    "gnuplot": "gnuplot", "ghci": "ghci", "runghc": "ghci", "dc": "dc", "octave": "octave", "octave-cli": "octave", "matlab": "matlab", "m4": "m4", "iex": "elixir", "maxima": "maxima",
    "scilab-cli": "scilab", "racket": "racket", "sbcl": "lisp", "clisp": "lisp", "ecl": "lisp", "csi": "lisp", "gosh": "lisp", "clojure": "clojure", "clj": "clojure", "bb": "clojure",
    "janet": "janet", "raku": "raku",
}


def started(code: str, language: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Command texts, and commands as words, that code in one of LANGUAGES starts."""
    texts = [_first(match) for match in _TEXT.finditer(code)]
    if language == "m4":
        texts += _QUOTED_BY_M4.findall(code)
    if language in BANG_LANGUAGES:
        texts += _BANG.findall(code)
    commands = []
    for match in _WORDS.finditer(code):
        words = [_first(one) for one in _STRINGS.finditer(match.group(1))]
        for more in _ARGUMENTS.finditer(code[match.end() : code.find(";", match.end())] if language == "go" else ""):
            words += [_first(one) for one in _STRINGS.finditer(more.group(1))]
        commands.append(tuple(words))
    return [text for text in texts if text.strip()], commands


def _first(match: re.Match[str]) -> str:
    return next((part.replace('\\"', '"').replace("\\\\", "\\") for part in match.groups()[:2] if part is not None), "")
