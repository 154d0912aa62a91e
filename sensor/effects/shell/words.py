"""Expand a word as the shell would, as far as constants go: quotes, escapes, braces, tilde, variables, substitutions."""

from __future__ import annotations

import operator
import re

from sensor.effects.budget import ESCAPE, EXPANSION
from sensor.effects.shell.cells import Cell, Substituter, first_fields, inner_end, joined
from sensor.effects.shell.pieces import plain_field
from sensor.effects.shell.scope import NOWHERE, Field, Stream, stacked
from sensor.effects.shell.variables import add_braced, add_plain, lookup
from sensor.effects.syntax.arithmetic import calculate
from sensor.effects.syntax.braces import expand_braces
from sensor.effects.syntax.scan import ansi_quote_end, backtick_end, nested_end, piece_end, single_quote_end
from sensor.effects.syntax.script import Source, Word, decode

MAX_NESTING = 40
_OPENS_COMMAND = frozenset({" ", "\t", "\n", "|"})  # `${ cmd; }` and `${| cmd; }` run cmd in this shell
_CUT = operator.attrgetter("cut")
_PLAIN = re.compile(r"[^\\'\"`$*?\[<>]+")
_DQ_PLAIN = re.compile(r'[^\\"`$]+')
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]")
_ANSI = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c.|.)", re.S)
_ANSI_CHARS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_ESCAPES = re.compile(r"(?:\\(?:[\xc0-\xff][\x80-\xbf]*|.))+", re.S)
_ESCAPE = re.compile(r"\\(?:\n|(.))", re.S)
_ALL_OF = re.compile(r'"\$(?:@|\{(?:@|[A-Za-z_]\w*\[@\])\})"')
_NAMED_TILDE = re.compile(r"[A-Za-z_]\w*\+?=(?=~)")
_TILDE = re.compile(r"~([A-Za-z_][\w.-]*|[+-]?\d{1,4}|[+-])?(?=/|:|$)")


def expand_word(word: Word, source: Source, shell: Substituter) -> list[Field]:
    """Fields of one word: none for an empty expansion, several for braces, splitting and arrays."""
    if word.value is not None:
        return [Field(word.value)]
    text = word.text
    plain = plain_field(text, shell, True)
    if plain is not None:
        return [plain]
    if _ALL_OF.fullmatch(text) is not None and (value := lookup(shell, text.strip('"${}').partition("[")[0])) is not None and not value.fields:
        return []
    if "{" in text and ("," in text or ".." in text):
        words = expand_braces(text, shell.budget)
        if len(words) > 1:
            # the offsets of a here-document inside braces are lost; its body is then looked at as text only
            fields: list[Field] = []
            for one in words:
                fields += _Expansion(Source(one, {}), shell).word(0, len(one))
            return list(first_fields(fields, shell))
    return _Expansion(source, shell).word(word.start, word.end)


def expand_single(word: Word, source: Source, shell: Substituter) -> Field:
    """One field without splitting, as in assignments and redirections."""
    if word.value is not None:
        return Field(word.value)
    plain = plain_field(word.text, shell, False)
    if plain is not None:
        return plain
    expansion = _Expansion(source, shell, split=False)
    return joined(expansion.word(word.start, word.end))


def expand_text(text: str, shell: Substituter) -> Field:
    """The body of an unquoted here-document (as if between double quotes)."""
    if not ("$" in text or "`" in text or "\\" in text):
        return Field(decode(text))
    expansion = _Expansion(Source(text, {}), shell, split=False)
    expansion.quoted(0, len(text))
    return joined(expansion.finish())


class _Expansion:
    def __init__(self, source: Source, shell: Substituter, split: bool = True) -> None:
        shell.budget.left -= EXPANSION
        self.source = source
        self.shell = shell
        self.split = split
        self.done: list[Field] = []
        self.cells = [Cell()]

    def word(self, start: int, end: int) -> list[Field]:
        self.unquoted(start, end)
        return self.finish()

    def finish(self) -> list[Field]:
        self.flush()
        return list(first_fields(self.done, self.shell))

    def flush(self) -> None:
        if any(map(_CUT, self.cells)):
            self.shell.give_up("size")
        self.done += [cell.field() for cell in self.cells if cell.touched]
        self.cells = [Cell()]

    def add(self, field: Field) -> None:
        cells = self.cells
        if len(cells) > 1:
            self.shell.budget.left -= len(cells) + (sum([len(cell.text) for cell in cells]) >> 6)
        for cell in cells:
            cell.add(field)

    # ---- pieces ------------------------------------------------------------------------------------------------

    def unquoted(self, start: int, end: int) -> None:
        text = self.source.text
        named = _NAMED_TILDE.match(text, start, end)
        pos = named.end() if named else start
        if named:
            self.add(Field(named.group()))
        tilde = _TILDE.match(text, pos, end)
        if tilde:
            self.add(self._tilde(tilde.group(1) or ""))
            pos = tilde.end()
        budget = self.shell.budget
        while pos < end and budget.left >= 0:
            budget.left -= 1
            match = _PLAIN.match(text, pos, end)
            if match:
                self.add(Field(decode(match.group())))
                pos = match.end()
                continue
            char = text[pos]
            if char in "*?[":
                self.add(Field(char, glob=True))
                pos += 1
            elif char == "\\":
                escapes = _ESCAPES.match(text, pos, end)
                if escapes and not budget.take((escapes.end() - pos) >> 1):
                    break
                piece = _ESCAPE.sub(r"\1", escapes.group()) if escapes else "\\"
                if piece:
                    self.add(Field(decode(piece)))
                pos = escapes.end() if escapes else pos + 1
            elif char == "'":
                stop = min(single_quote_end(text, pos + 1), end)
                self.add(Field(decode(text[pos + 1 : stop - 1 if text[stop - 1] == "'" and stop > pos + 1 else stop])))
                pos = stop
            elif char == '"':
                pos = self._double(pos + 1, end)
            elif char in "<>":
                pos = self._process(pos, end)
            else:
                pos = self._expansion(pos, end, False)

    def _double(self, pos: int, end: int) -> int:
        stop = min(nested_end(self.source.text, pos, '"', self.shell.budget), end)
        closed = stop > pos and self.source.text[stop - 1] == '"'
        self.add(Field(""))
        self.quoted(pos, stop - 1 if closed else stop)
        return stop

    def quoted(self, start: int, end: int) -> None:
        """Text between double quotes."""
        text = self.source.text
        pos, budget = start, self.shell.budget
        while pos < end and budget.left >= 0:
            budget.left -= 1
            match = _DQ_PLAIN.match(text, pos, end)
            if match:
                self.add(Field(decode(match.group())))
                pos = match.end()
                continue
            char = text[pos]
            if char == "\\":
                following = text[pos + 1 : pos + 2]
                if following and following in '$`"\\':
                    self.add(Field(following))
                elif following != "\n":
                    self.add(Field(decode(text[pos : min(pos + 2, end)])) if following < "\x80" else Field("\\"))
                    pos -= 0 if following < "\x80" else 1
                pos += 2
            elif char == '"':
                self.add(Field('"'))
                pos += 1
            else:
                pos = self._expansion(pos, end, True)

    def _tilde(self, name: str) -> Field:
        home = self.shell.home
        if not name:
            return Field(home)
        if name in "+-":
            cwd = self.shell.scope.cwd if name == "+" else self.shell.scope.previous
            return Field(cwd) if cwd and cwd != NOWHERE else Field("~" + name, known=False)
        if name.lstrip("+-").isdigit():
            return stacked(self.shell.scope, name)
        return Field("/root") if name == "root" else Field(home.rpartition("/")[0] + "/" + name)

    def _process(self, pos: int, end: int) -> int:
        text = self.source.text
        if text[pos + 1 : pos + 2] != "(":
            self.add(Field(text[pos]))
            return pos + 1
        stop = min(nested_end(text, pos + 2, ")", self.shell.budget), end)
        stream = self.shell.substitute(self.source, (pos + 2, inner_end(text, stop, ")")), text[pos] + "(")
        self.add(Field(stream.name or "/dev/fd/63", origins=stream.origins))
        return stop

    # ---- expansions --------------------------------------------------------------------------------------------

    def _expansion(self, pos: int, end: int, quoted: bool) -> int:
        """`$...` or back-ticks at `pos`; the position after it."""
        deep = self.shell.nesting >= MAX_NESTING
        if deep or not self.shell.spend(EXPANSION):
            self.shell.give_up("nesting" if deep else "work")
            self.add(Field("$", known=False))
            return end
        self.shell.nesting += 1
        pos = self._expanded(pos, end, quoted)
        self.shell.nesting -= 1
        return pos

    def _expanded(self, pos: int, end: int, quoted: bool) -> int:
        text = self.source.text
        if text[pos] == "`":
            stop = min(backtick_end(text, pos + 1), end)
            inner = re.sub(r"\\([\\`$])" if not quoted else r'\\([\\`$"])', r"\1", text[pos + 1 : inner_end(text, stop, "`")])
            nested = Source(inner, self.source.heredocs) if len(inner) == stop - pos - 2 else Source(inner, {})
            self._stream(self.shell.substitute(nested, (0, len(inner)), "$("), text[pos:stop], quoted)
            return stop
        following = text[pos + 1 : pos + 2]
        if text.startswith("$((", pos) and self._closes_together(pos):
            return self._arithmetic(pos, end)
        if following == "(":
            stop = min(nested_end(text, pos + 2, ")", self.shell.budget), end)
            stream = self.shell.substitute(self.source, (pos + 2, inner_end(text, stop, ")")), "$(")
            self._stream(stream, text[pos:stop], quoted)
            return stop
        if following == "{":
            stop = min(piece_end(text, pos, self.shell.budget), end)
            if text[pos + 2 : pos + 3] in _OPENS_COMMAND and stop > pos + 3:
                self._stream(self.shell.substitute(self.source, (pos + 3, inner_end(text, stop, "}")), "$("), text[pos:stop], quoted)
            else:
                add_braced(self, pos, stop, quoted)
            return stop
        if following == "'" and not quoted:
            stop = min(ansi_quote_end(text, pos + 2), end)
            inside = text[pos + 2 : inner_end(text, stop, "'")]
            self.add(Field(_ansi(inside) if self.shell.spend(ESCAPE * inside.count("\\")) else decode(inside), known=not self.shell.budget.is_used_up))
            return stop
        if following == '"' and not quoted:
            return self._double(pos + 2, end)
        if following and following in "=~^" and text[pos + 2 : pos + 3].isalpha():  # zsh: `$=name` is divided into words
            pos += 1
        match = _NAME.match(text, pos + 1, end)
        if match:
            add_plain(self, lookup(self.shell, match.group()), match.group(), quoted, (pos, match.end()))
            return match.end()
        if following == "[":
            stop = min(piece_end(text, pos, self.shell.budget), end)
            self.add(Field(text[pos:stop], known=False))
            return stop
        self.add(Field("$"))
        return pos + 1

    def _closes_together(self, pos: int) -> bool:
        """`$(( ))`; when the brackets close apart, the shell reads a sub-shell inside a substitution."""
        text = self.source.text
        inside = nested_end(text, pos + 3, ")", self.shell.budget)
        return text[inside : inside + 1] in (")", "")

    def _arithmetic(self, pos: int, end: int) -> int:
        text = self.source.text
        stop = min(nested_end(text, pos + 2, ")", self.shell.budget), end)
        inside = text[pos + 3 : stop - 2]
        if "$(" in inside or "`" in inside:
            probe = _Expansion(self.source, self.shell, split=False)
            probe.quoted(pos + 3, max(stop - 2, pos + 3))
        number = calculate(inside)
        self.add(Field(text[pos:stop], known=False) if number is None else Field(str(number)))
        return stop

    def _stream(self, stream: Stream, raw: str, quoted: bool) -> None:
        if stream.text is None and stream.paths:
            self.add(Field(stream.paths, glob=True, origins=stream.origins))
        elif stream.text is None:
            self.add(Field(decode(raw), known=False, origins=stream.origins))
        else:
            self.add_text(Field(stream.text.rstrip("\n"), origins=stream.origins), quoted)

    def add_text(self, field: Field, quoted: bool) -> None:
        """Add constant text, split into fields where the shell would."""
        if quoted or not self.split or not field.known:
            self.add(field)
            return
        text = field.text
        marks = self.shell.scope.variables.get("IFS")
        if marks is not None and marks.fields and marks.fields[0].known:
            text = text.translate(dict.fromkeys(map(ord, marks.fields[0].text), " "))
        pieces = text.split()
        if not pieces:
            if text:
                self.flush()
            return
        if text[0].isspace() and any(cell.touched for cell in self.cells):
            self.flush()
        split = [Field(piece, glob=field.glob or any(char in piece for char in "*?["), origins=field.origins) for piece in pieces]
        for number, one in enumerate(first_fields(split, self.shell)):
            if number:
                self.flush()
            self.add(one)
        if text[-1].isspace():
            self.flush()

    def argument(self, bounds: tuple[int, int], quoted: bool) -> None:
        if quoted:
            self.quoted(*bounds)
        else:
            text = self.source.text[bounds[0] : bounds[1]]
            if " " in text and not any(char in text for char in "'\"\\$`"):
                self.add_text(Field(decode(text)), False)
            else:
                self.unquoted(*bounds)

    def prompted(self, text: str) -> Field:
        """A text as a prompt shows it, or as it is expanded a second time."""
        return expand_text(text, self.shell)

    def single(self, bounds: tuple[int, int]) -> Field:
        return joined(_Expansion(self.source, self.shell, split=False).word(*bounds))


def _ansi(text: str) -> str:
    """Text of `$'...'`."""

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number).encode("utf-8", "replace").decode("latin-1") if number < 0x110000 else ""
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        if code[0] == "c" and len(code) == 2:
            return chr(ord(code[1]) & 0x1F)
        return _ANSI_CHARS.get(code, code if code in "\\'\"?" else "\\" + code)

    return decode(_ANSI.sub(replace, text))
