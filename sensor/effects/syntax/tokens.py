"""Read words, assignments, redirections and simple commands: the part of the lexer below lists."""

from __future__ import annotations

import re

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import nested_end, piece_end
from sensor.effects.syntax.script import Assign, Redirect, Simple, Source, Word, decode

_BLANKS = re.compile(r"(?:[ \t]+|\\\n|\r(?=\n|$))+")
_BLANK = frozenset(" \t\\\r")
PLAIN = re.compile(r"[^\s\\'\"`$|&;<>()]+")
_RUN = re.compile(r"(?:\\.){2,}|(?:\$\$)+", re.S)
_REDIRECT = re.compile(r"(\d+|\{\w+\})?(<<<|<<-?|<>|>>|>\||<&|>&|&>>|&>|<(?!\()|>(?!\())")
_ASSIGN = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]\s]*)\])?(\+?)=")
# Words without anything to expand, up to one that has; the first is no assignment. Most commands are nothing else: then
# the second group is there, with the operator behind the command, if any, in the third.
PLAIN_WORDS = re.compile(r"([A-Za-z0-9_./:@%+,^-]+(?=[ \n;|)]|$)(?: [A-Za-z0-9_./:@%+,^=-]+(?=[ \n;|)]|$))*)"
                         r"( *(?=(\n|;;&|;;|;&|;|&&|\|\||\|&|\|)|\)|\Z))?")
# A word behind blanks: one constant, or (second group) plain characters, quotes and variables in which nothing is nested.
_MOST_PIECES = 64
_END = r"(?=[ \t\n;|)]|\Z)"
_PLAIN_CHARS, _QUOTED_CHARS = r"[^\s\\'\"`$|&;<>()]*", r'[^"\\$`]*'
_WORD = re.compile(
    rf"""[ \t]*(?:([A-Za-z0-9_./:=@%+,^-]+{_END}|'[^']*'{_END}|"{_QUOTED_CHARS}"{_END})|"""
    rf"""((?!\#){_PLAIN_CHARS}(?:(?:'[^']*'|"{_QUOTED_CHARS}(?:\$(?=[\w/.\s:=-]|\{{\w+\}}){_QUOTED_CHARS})*"|\$(?=\w|\{{\w+\}})){_PLAIN_CHARS}){{0,{_MOST_PIECES}}}){_END})""")
_REDIRECT_STARTS = frozenset("0123456789{<>&")
_DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset", "alias"})


class Reader:
    """A position in a source, and what can be read there. Every word is paid for; none is read when the budget is used up."""

    def __init__(self, source: Source, start: int, end: int, budget: Budget) -> None:
        self.text = source.text if end == len(source.text) else source.text[:end]
        self.heredocs = source.heredocs
        self.pos = start
        self.end = end
        self.budget = budget

    def skip_blanks(self) -> None:
        pos = self.pos
        if pos < self.end and self.text[pos] in _BLANK:
            match = _BLANKS.match(self.text, pos)
            if match:
                self.pos = match.end()

    def simple(self) -> Simple | None:
        """The simple command at `pos`, None where there is none."""
        start = self.pos
        match = PLAIN_WORDS.match(self.text, start)
        if match is None:
            return self.rest_of(start, ())
        self.pos = match.end()
        plain = tuple(match.group(1).split(" "))
        self.budget.left -= len(plain) >> 2
        return self.rest_of(start, plain) if match.group(2) is None else Simple((), (), (), start, self.pos, plain)

    def rest_of(self, start: int, plain: tuple[str, ...]) -> Simple | None:
        """The simple command from `start` of which `plain` is read and more may follow."""
        text = self.text
        assigns: list[Assign] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        begun = bool(plain)
        declaring = begun and plain[0] in _DECLARING
        while self.pos < self.end:
            if begun and not declaring and (word := self.simple_word()) is not None:
                words.append(word)
                continue
            self.skip_blanks()
            if self.pos < self.end and text[self.pos] in _REDIRECT_STARTS:
                redirect = self.redirect()
                if redirect is not None:
                    redirects.append(redirect)
                    continue
            if declaring or not begun:
                begin = self.pos
                assign = self.assignment()
                if assign is not None:
                    if begun:
                        words.append(Word(text[begin : self.pos], begin, self.pos))
                    else:
                        assigns.append(assign)
                    continue
            word = self.word()
            if word is None:
                break
            declaring = declaring or (not begun and word.text in _DECLARING)
            begun = True
            words.append(word)
        if not (assigns or begun or redirects):
            return None
        return Simple(tuple(assigns), tuple(words), tuple(redirects), start, self.pos, plain)

    def simple_word(self) -> Word | None:
        """The word behind `pos` when nothing is nested in it, read at once."""
        match = _WORD.match(self.text, self.pos)
        if match is None or self.budget.left <= 0:
            return None
        start, end = match.span(match.lastindex or 0)
        if start == end:
            return None
        self.budget.left -= 1
        self.pos = end
        text = self.text[start:end]
        if match.lastindex == 2:
            return Word(text, start, end)
        return Word(text, start, end, decode(text[1:-1]) if text[0] in "'\"" else text)

    def assignment(self) -> Assign | None:
        match = _ASSIGN.match(self.text, self.pos)
        if match is None:
            return None
        self.pos = match.end()
        if self.text[self.pos : self.pos + 1] == "(":
            end = min(nested_end(self.text, self.pos + 1, ")", self.budget), self.end)
            value = Word(self.text[self.pos : end], self.pos, end)
            self.pos = end
        else:
            value = self._adjacent(inside=True)
        return Assign(match.group(1), value, bool(match.group(3)), match.group(2) or "")

    def _adjacent(self, inside: bool = False) -> Word:
        """The word that begins at `pos`, an empty one where none does. `inside` = it goes on there, so a `#` is no comment."""
        blank = self.pos < self.end and self.text[self.pos] in " \t"
        return (None if blank else self.simple_word()) or self.word(inside) or Word("", self.pos, self.pos, "")

    def words(self) -> list[Word]:
        found = []
        while self.pos < self.end:
            self.skip_blanks()
            word = self.simple_word() or self.word()
            if word is None:
                break
            found.append(word)
        return found

    def word(self, inside: bool = False) -> Word | None:
        """The word at `pos`, or None at an operator, the end, or when the budget is used up."""
        text, end, budget = self.text, self.end, self.budget
        if not budget.take(1):
            return None
        start = pos = self.pos
        while pos < end and budget.left >= 0:
            budget.left -= 2
            match = PLAIN.match(text, pos)
            if match:
                if pos == start and text[pos] == "#" and not inside:
                    break
                pos = match.end()
                continue
            char = text[pos]
            if char in "\\$" and (run := _RUN.match(text, pos, end)):
                budget.left -= (run.end() - pos) >> 4
                pos = run.end()
            elif char in "\\'\"`$":
                pos = piece_end(text, pos, budget)
            elif char == "(" and pos > start and text[pos - 1] in "?*+@!<>":
                pos = nested_end(text, pos + 1, ")", budget)
            elif char in "<>" and text.startswith("(", pos + 1):
                pos = nested_end(text, pos + 2, ")", budget)
            elif char in "\r\f\v" and not (char == "\r" and text[pos + 1 : pos + 2] in ("\n", "")):
                pos += 1
            else:
                break
        pos = min(pos, end)
        if pos == start:
            return None
        self.pos = pos
        return Word(text[start:pos], start, pos)

    def redirects(self) -> list[Redirect]:
        found: list[Redirect] = []
        while True:
            self.skip_blanks()
            redirect = self.redirect()
            if redirect is None:
                return found
            found.append(redirect)

    def redirect(self) -> Redirect | None:
        match = _REDIRECT.match(self.text, self.pos)
        if match is None or match.start(2) >= self.end:
            return None
        operator, fd = match.group(2), match.group(1) or ""
        offset = match.start(2)
        heredoc = self.heredocs.get(offset)
        if heredoc is not None:
            filler = PLAIN.match(self.text, match.end())
            self.pos = filler.end() if filler else match.end()
            return Redirect("<<", Word("", offset, self.pos), fd, heredoc)
        self.pos = match.end()
        self.skip_blanks()
        return Redirect(operator, self._adjacent(), fd)
