"""How programs are started in languages that few use: plotters, calculators, Lisps, compiled languages. Read by patterns, as `code` does."""

from __future__ import annotations

import re

_STRING = r"""(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')"""
_STRINGS = re.compile(_STRING)
_QUOTED_BY_M4 = re.compile(r"\be?syscmd\(\s*`?([^`')\n]+)")
_BANG = re.compile(r"(?m)^[^\S\n]*:?!\s*(\S.*)")
# Words of a program that come one by one.
_BUILDER = re.compile(r"(?:Command::new|exec\.Command)\(\s*" + _STRING + r"\s*\)")
_ARGUMENTS = re.compile(r"\.args?\(\s*&?\[?((?:\s*" + _STRING + r"\s*,?)+)\]?")
BANG_LANGUAGES = frozenset({"gnuplot", "ghci", "dc", "octave", "matlab"})
LANGUAGES = frozenset({*BANG_LANGUAGES, "m4", "elixir", "maxima", "scilab", "racket", "lisp", "clojure", "janet", "raku", "go", "other"})
CODE_FLAGS = {
    "gnuplot": ("e", ""), "dc": ("e", ""), "scilab": ("e", ""), "janet": ("e", ""), "raku": ("e", ""), "octave": ("", ""), "matlab": ("", ""), "maxima": ("", ""), "m4": ("", ""),
    **dict.fromkeys(("ghci", "racket", "clojure", "lisp", "other"), ("", "")),
}
LONG_CODE = {"gnuplot": ("eval",), "octave": ("eval",), "maxima": ("batch-string",), "dc": ("expression",), "elixir": ("eval",)}
# Whole words behind which program text stands; where options are words, letters mean nothing.
CODE_WORDS = {
    "deno": ("eval",), "erl": ("-eval",), "matlab": ("-batch", "-r"), "ghci": ("-e",), "racket": ("-e", "--eval"), "clojure": ("-e", "--eval", "-x"), "lisp": ("-e", "-x", "-eval", "--eval", "-X"),
    "other": ("-e", "-c", "-g", "-t", "-s", "-x", "-E", "-eval", "--eval", "-code", "-command", "-execute", "--execute", "--query-goal", "--goal", "--goals", "eval"),
}
# Options of these with a value, which is no script.
WORD_VALUES = {"racket": ("-l", "-t", "-p", "-i", "-S", "-I"), "lisp": ("--load", "-L", "-l", "--core"), "clojure": ("-cp", "-i", "--init", "-Sdeps"), "other": ("-l", "-L", "-I", "-M", "-p")}
_OTHERS = (
    "swipl yap gprolog eclipse-clp wolframscript math gforth pike gst red rebol newlisp picolisp pil qjs quickjs njs gjs cjs jjs rhino txr scsh scheme48 gsi mit-scheme scheme chez chezscheme petite chibi-scheme stklos ikarus larceny "
    "gp jconsole ijconsole dyalog apl ngn-k k q kdb bqn amm ammonite fennel hy xonsh csharp fsharpi fsi tcc pypy-c escript instantfpc v awk-lisp io factor rexx regina icont smalltalk squeak sml mosml poly alice fricas axiom gap singular M2 bc")
PROGRAMS = {
    "gnuplot": "gnuplot", "ghci": "ghci", "ghc": "ghci", "runghc": "ghci", "runhaskell": "ghci", "dc": "dc", "octave": "octave", "octave-cli": "octave", "matlab": "matlab", "m4": "m4", "iex": "elixir", "maxima": "maxima",
    "scilab-cli": "scilab", "racket": "racket", "clojure": "clojure", "clj": "clojure", "bb": "clojure", "janet": "janet", "raku": "raku", "rakudo": "raku",
    **dict.fromkeys(("sbcl", "clisp", "ecl", "ccl", "abcl", "cmucl", "lisp", "csi", "chicken-csi", "gosh"), "lisp"), **dict.fromkeys(_OTHERS.split(), "other"), "jython": "python", "rake": "ruby",
}


def started(code: str, language: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Command texts, and commands as words, that code in one of LANGUAGES starts in a way of its own."""
    texts = _QUOTED_BY_M4.findall(code) if language == "m4" else _BANG.findall(code) if language in BANG_LANGUAGES else []
    commands = []
    for match in _BUILDER.finditer(code) if language == "go" else ():
        words = [_first(match)]
        for more in _ARGUMENTS.finditer(code[match.end() : code.find(";", match.end())]):
            words += [_first(one) for one in _STRINGS.finditer(more.group(1))]
        commands.append(tuple(words))
    return [text for text in texts if text.strip()], commands


def _first(match: re.Match[str]) -> str:
    return next((part.replace('\\"', '"').replace("\\\\", "\\") for part in match.groups()[:2] if part is not None), "")
