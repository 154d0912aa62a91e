"""Expand a word as the shell would, as far as constants go: quotes, escapes, braces, tilde, variables, substitutions."""

from __future__ import annotations

import re
from typing import Protocol

from sensor.effects.braces import expand_braces
from sensor.effects.parameters import apply_operator
from sensor.effects.scan import ansi_quote_end, backtick_end, nested_end, piece_end, single_quote_end
from sensor.effects.scope import NO_ORIGINS, NOWHERE, Field, Scope, Stream, Value
from sensor.effects.script import Source, Word, decode
from sensor.model.effects import Origin

MAX_FIELDS = 256
MAX_TEXT = 65536

_LITERAL = re.compile(r"[A-Za-z0-9_./:=@%+,^-]+")
_SINGLE = re.compile(r"'([^']*)'")
_DOUBLE = re.compile(r'"([^"\\$`]*)"')
_PLAIN = re.compile(r"[^\\'\"`$*?\[<>]+")
_DQ_PLAIN = re.compile(r'[^\\"`$]+')
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]")
_BRACED = re.compile(r"(!?)([A-Za-z_]\w*|\d+|[@*#?$!-])(\[[^\]]*\])?(:?[-=+?]|##?|%%?|//?[#%]?|\^\^?|,,?|:|@)?", re.S)
_ANSI = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c.|.)", re.S)
_ANSI_CHARS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_TILDE = re.compile(r"~([A-Za-z_][\w.-]*|[+-])?(?=/|:|$)")


class Substituter(Protocol):
    """Runs the commands inside a word; `kind` is "$(" or "<(" or ">("."""

    scope: Scope
    home: str

    def substitute(self, source: Source, bounds: tuple[int, int], kind: str) -> Stream: ...

    def environment(self, name: str) -> str | None: ...


class _Cell:
    """A field under construction."""

    __slots__ = ("glob", "head", "known", "origins", "tail", "text", "touched")

    def __init__(self) -> None:
        self.text = self.head = self.tail = ""
        self.known, self.glob, self.touched = True, False, False
        self.origins: frozenset[Origin] = NO_ORIGINS

    def add(self, field: Field) -> None:
        if len(self.text) > MAX_TEXT:
            return
        if not field.known:
            if self.known:
                self.head = self.text + field.head
            self.tail = field.tail
        elif not self.known:
            self.tail += field.text
        self.text += field.text
        self.known = self.known and field.known
        self.glob = self.glob or field.glob
        self.touched = True
        if field.origins:
            self.origins |= field.origins

    def copy(self) -> _Cell:
        twin = _Cell()
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def field(self) -> Field:
        return Field(self.text, self.known, self.glob, self.head, self.tail, self.origins)


def expand_word(word: Word, source: Source, shell: Substituter) -> list[Field]:
    """Fields of one word: none for an empty expansion, several for braces, splitting and arrays."""
    text = word.text
    if _LITERAL.fullmatch(text):
        return [Field(text)]
    quoted = _SINGLE.fullmatch(text) or _DOUBLE.fullmatch(text)
    if quoted:
        return [Field(decode(quoted.group(1)))]
    if "{" in text and ("," in text or ".." in text):
        words = expand_braces(text)
        if len(words) > 1:
            # the offsets of a here-document inside braces are lost; its body is then looked at as text only
            fields: list[Field] = []
            for one in words:
                fields += _Expansion(Source(one, {}), shell).word(0, len(one))
            return fields[:MAX_FIELDS]
    return _Expansion(source, shell).word(word.start, word.end)


def expand_single(word: Word, source: Source, shell: Substituter) -> Field:
    """One field without splitting, as in assignments and redirections."""
    text = word.text
    if _LITERAL.fullmatch(text):
        return Field(text)
    expansion = _Expansion(source, shell, split=False)
    return _joined(expansion.word(word.start, word.end))


def expand_text(text: str, shell: Substituter) -> Field:
    """The body of an unquoted here-document (as if between double quotes)."""
    if not ("$" in text or "`" in text or "\\" in text):
        return Field(decode(text))
    expansion = _Expansion(Source(text, {}), shell, split=False)
    expansion.quoted(0, len(text))
    return _joined(expansion.finish())


def _joined(fields: list[Field]) -> Field:
    if len(fields) == 1:
        return fields[0]
    cell = _Cell()
    for number, field in enumerate(fields):
        cell.add(Field(" " if number else ""))
        cell.add(field)
    return cell.field()


class _Expansion:
    def __init__(self, source: Source, shell: Substituter, split: bool = True) -> None:
        self.source = source
        self.shell = shell
        self.split = split
        self.done: list[Field] = []
        self.cells = [_Cell()]

    def word(self, start: int, end: int) -> list[Field]:
        self.unquoted(start, end)
        return self.finish()

    def finish(self) -> list[Field]:
        self._flush()
        return self.done[:MAX_FIELDS]

    def _flush(self) -> None:
        self.done += [cell.field() for cell in self.cells if cell.touched]
        self.cells = [_Cell()]

    def _add(self, field: Field) -> None:
        for cell in self.cells:
            cell.add(field)

    # ---- pieces ------------------------------------------------------------------------------------------------

    def unquoted(self, start: int, end: int) -> None:
        text = self.source.text
        pos = start
        tilde = _TILDE.match(text, pos, end)
        if tilde:
            self._add(self._tilde(tilde.group(1) or ""))
            pos = tilde.end()
        while pos < end:
            match = _PLAIN.match(text, pos, end)
            if match:
                piece = match.group()
                self._add(Field(decode(piece)))
                pos = match.end()
                if piece[-1] in "=:" and (tilde := _TILDE.match(text, pos, end)) and "=" in text[start:pos]:
                    self._add(self._tilde(tilde.group(1) or ""))
                    pos = tilde.end()
                continue
            char = text[pos]
            if char in "*?[":
                self._add(Field(char, glob=True))
                pos += 1
            elif char == "\\":
                if text[pos + 1 : pos + 2] != "\n":
                    stop = pos + 2
                    while stop < end and "\x80" <= text[stop] <= "\xbf":
                        stop += 1
                    self._add(Field(decode(text[pos + 1 : min(stop, end)])))
                    pos = stop
                else:
                    pos += 2
            elif char == "'":
                stop = min(single_quote_end(text, pos + 1), end)
                self._add(Field(decode(text[pos + 1 : stop - 1 if text[stop - 1] == "'" and stop > pos + 1 else stop])))
                pos = stop
            elif char == '"':
                pos = self._double(pos + 1, end)
            elif char in "<>":
                pos = self._process(pos, end)
            else:
                pos = self._expansion(pos, end, False)

    def _double(self, pos: int, end: int) -> int:
        stop = min(nested_end(self.source.text, pos, '"'), end)
        closed = stop > pos and self.source.text[stop - 1] == '"'
        self._add(Field(""))
        self.quoted(pos, stop - 1 if closed else stop)
        return stop

    def quoted(self, start: int, end: int) -> None:
        """Text between double quotes."""
        text = self.source.text
        pos = start
        while pos < end:
            match = _DQ_PLAIN.match(text, pos, end)
            if match:
                self._add(Field(decode(match.group())))
                pos = match.end()
                continue
            char = text[pos]
            if char == "\\":
                following = text[pos + 1 : pos + 2]
                if following and following in '$`"\\':
                    self._add(Field(following))
                elif following != "\n":
                    self._add(Field(decode(text[pos : min(pos + 2, end)])) if following < "\x80" else Field("\\"))
                    pos -= 0 if following < "\x80" else 1
                pos += 2
            elif char == '"':
                self._add(Field('"'))
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
        return Field("/root") if name == "root" else Field(home.rpartition("/")[0] + "/" + name)

    def _process(self, pos: int, end: int) -> int:
        text = self.source.text
        if text[pos + 1 : pos + 2] != "(":
            self._add(Field(text[pos]))
            return pos + 1
        stop = min(nested_end(text, pos + 2, ")"), end)
        stream = self.shell.substitute(self.source, (pos + 2, _inner_end(text, stop, ")")), text[pos] + "(")
        self._add(Field(stream.name or "/dev/fd/63", origins=stream.origins))
        return stop

    # ---- expansions --------------------------------------------------------------------------------------------

    def _expansion(self, pos: int, end: int, quoted: bool) -> int:
        """`$...` or back-ticks at `pos`; the position after it."""
        text = self.source.text
        if text[pos] == "`":
            stop = min(backtick_end(text, pos + 1), end)
            inner = re.sub(r"\\([\\`$])" if not quoted else r'\\([\\`$"])', r"\1", text[pos + 1 : _inner_end(text, stop, "`")])
            nested = Source(inner, self.source.heredocs) if len(inner) == stop - pos - 2 else Source(inner, {})
            self._stream(self.shell.substitute(nested, (0, len(inner)), "$("), text[pos:stop], quoted)
            return stop
        following = text[pos + 1 : pos + 2]
        if text.startswith("$((", pos):
            return self._arithmetic(pos, end)
        if following == "(":
            stop = min(nested_end(text, pos + 2, ")"), end)
            stream = self.shell.substitute(self.source, (pos + 2, _inner_end(text, stop, ")")), "$(")
            self._stream(stream, text[pos:stop], quoted)
            return stop
        if following == "{":
            stop = min(piece_end(text, pos), end)
            self._braced(pos, stop, quoted)
            return stop
        if following == "'" and not quoted:
            stop = min(ansi_quote_end(text, pos + 2), end)
            self._add(Field(_ansi(text[pos + 2 : _inner_end(text, stop, "'")])))
            return stop
        if following == '"' and not quoted:
            return self._double(pos + 2, end)
        match = _NAME.match(text, pos + 1, end)
        if match:
            self._value(self._lookup(match.group()), match.group(), quoted, "$" + match.group())
            return match.end()
        if following == "[":
            stop = min(piece_end(text, pos), end)
            self._add(Field(text[pos:stop], known=False))
            return stop
        self._add(Field("$"))
        return pos + 1

    def _arithmetic(self, pos: int, end: int) -> int:
        text = self.source.text
        stop = min(nested_end(text, pos + 2, ")"), end)
        inside = text[pos + 3 : stop - 2]
        if "$(" in inside or "`" in inside:
            probe = _Expansion(self.source, self.shell, split=False)
            probe.quoted(pos + 3, max(stop - 2, pos + 3))
        number = inside.strip()
        self._add(Field(number) if number.isdigit() else Field(text[pos:stop], known=False))
        return stop

    def _stream(self, stream: Stream, raw: str, quoted: bool) -> None:
        if stream.text is None and stream.paths:
            self._add(Field(stream.paths, glob=True, origins=stream.origins))
        elif stream.text is None:
            self._add(Field(decode(raw), known=False, origins=stream.origins))
        else:
            self._text(Field(stream.text.rstrip("\n"), origins=stream.origins), quoted)

    def _text(self, field: Field, quoted: bool) -> None:
        """Add constant text, split into fields where the shell would."""
        if quoted or not self.split or not field.known:
            self._add(field)
            return
        text = field.text
        pieces = text.split()
        if not pieces:
            if text:
                self._flush()
            return
        if text[0].isspace() and any(cell.touched for cell in self.cells):
            self._flush()
        for number, piece in enumerate(pieces[:MAX_FIELDS]):
            if number:
                self._flush()
            self._add(Field(piece, glob=field.glob or any(char in piece for char in "*?["), origins=field.origins))
        if text[-1].isspace():
            self._flush()

    def _lookup(self, name: str) -> Value | None:
        scope = self.shell.scope
        if name in scope.variables:
            return scope.variables[name]
        if name.isdigit():
            index = int(name)
            if index == 0:
                return Value((Field("bash"),))
            return Value(scope.positional[index - 1 : index]) if index <= len(scope.positional) else Value(())
        if name in "@*":
            return Value(scope.positional, array=True)
        if name == "#":
            return Value((Field(str(len(scope.positional))),))
        if name == "PWD":
            return Value((Field(scope.cwd),)) if scope.cwd and scope.cwd != NOWHERE else None
        if name == "OLDPWD":
            return Value((Field(scope.previous),)) if scope.previous and scope.previous != NOWHERE else None
        text = self.shell.environment(name)
        return None if text is None else Value((Field(text),))

    def _value(self, value: Value | None, name: str, quoted: bool, raw: str) -> None:
        if value is None:
            self._add(Field(decode(raw), known=False))
        elif value.choice:
            grown = []
            for cell in self.cells:
                for field in value.fields:
                    if len(grown) < MAX_FIELDS:
                        twin = cell.copy()
                        twin.add(field)
                        grown.append(twin)
            self.cells = grown
        elif value.array and quoted and name != "*" and self.split:
            for number, field in enumerate(value.fields[:MAX_FIELDS]):
                if number:
                    self._flush()
                self._add(field)
        else:
            for number, field in enumerate(value.fields[:MAX_FIELDS]):
                if number:
                    self._text(Field(" "), quoted)
                self._text(field, quoted)

    def _braced(self, pos: int, stop: int, quoted: bool) -> None:
        text = self.source.text
        raw = text[pos:stop]
        inner_end = _inner_end(text, stop, "}")
        if text.startswith("${#", pos) and inner_end > pos + 3:
            value = self._lookup(text[pos + 3 : inner_end].partition("[")[0])
            size = len(value.fields[0].text) if value and len(value.fields) == 1 and value.fields[0].known else None
            self._add(Field(raw, known=False) if size is None else Field(str(size)))
            return
        match = _BRACED.match(text, pos + 2, inner_end)
        if match is None:
            self._add(Field(decode(raw), known=False))
            return
        bang, name, index, operator = match.groups()
        value = self._indexed(self._lookup(name), index)
        if bang and value and len(value.fields) == 1 and value.fields[0].known:
            value = self._lookup(value.fields[0].text) if value.fields[0].text else None
        if operator is None:
            shown = "@" if index == "[@]" else name
            self._value(value, shown, quoted, raw)
            return
        rest = (match.end(), inner_end)
        empty = value is None or not any(field.text for field in value.fields)
        if operator.lstrip(":") in ("-", "="):
            if empty and (value is None or operator[0] == ":" or not value.fields):
                self._argument(rest, quoted)
                if operator.endswith("=") and len(self.cells) == 1:
                    self.shell.scope.variables[name] = Value((self._single(rest),))
            else:
                self._value(value, name, quoted, raw)
            return
        if operator.lstrip(":") == "+":
            # set in the environment or not: the alternative is what matters, so assume it applies
            if value is None or not empty:
                self._argument(rest, quoted)
            return
        if operator.lstrip(":") == "?":
            self._value(value, name, quoted, raw)
            return
        self._operated(value, operator, self._single(rest), (raw, quoted))

    def _operated(self, value: Value | None, operator: str, argument: Field, how: tuple[str, bool]) -> None:
        raw, quoted = how
        if value is None or not argument.known or not all(field.known for field in value.fields):
            self._add(Field(decode(raw), known=False))
            return
        fields = value.fields
        if operator == ":" and value.array:
            start = argument.text.partition(":")[0].strip()
            fields = fields[max(int(start) - 1, 0) :] if start.isdigit() and len(start) < 6 else fields
            changed: list[str | None] = [field.text for field in fields]
        else:
            changed = [apply_operator(field.text, operator, argument.text) for field in fields]
        if any(text is None for text in changed):
            self._add(Field(decode(raw), known=False))
            return
        new = tuple(Field(text or "", origins=field.origins) for text, field in zip(changed, fields, strict=False))
        self._value(Value(new, value.array, value.choice), "@", quoted, raw)

    def _indexed(self, value: Value | None, index: str | None) -> Value | None:
        if value is None or index is None:
            return value if value is None or not value.array or index else Value(value.fields[:1], False) \
                if value.fields and value.fields is not self.shell.scope.positional else value
        inside = index[1:-1]
        if inside in ("@", "*"):
            return value
        if inside.lstrip("-").isdigit() and len(inside) < 6:
            number = int(inside)
            return Value((value.fields[number],)) if -len(value.fields) <= number < len(value.fields) else Value(())
        return None

    def _argument(self, bounds: tuple[int, int], quoted: bool) -> None:
        if quoted:
            self.quoted(*bounds)
        else:
            text = self.source.text[bounds[0] : bounds[1]]
            if " " in text and not any(char in text for char in "'\"\\$`"):
                self._text(Field(decode(text)), False)
            else:
                self.unquoted(*bounds)

    def _single(self, bounds: tuple[int, int]) -> Field:
        return _joined(_Expansion(self.source, self.shell, split=False).word(*bounds))


def _inner_end(text: str, stop: int, closer: str) -> int:
    return stop - 1 if text[stop - 1 : stop] == closer else stop


def _ansi(text: str) -> str:
    """Text of `$'...'`."""

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] == "x":
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
