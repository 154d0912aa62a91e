"""Read shell text without a grammar: linear, total, and exact on quotes, redirections and here-documents.

It reads what the tree parser must not be given (too long, too slow) or could not parse; where the tree has errors the
effects of both readings are kept.
"""

from __future__ import annotations

import re

from sensor.effects.budget import READ_COMMAND, Budget
from sensor.effects.syntax.scan import nested_end, piece_end
from sensor.effects.syntax.script import Group, Node, Pipeline, Script, Simple, Source, Statement, Word
from sensor.effects.syntax.storms import FOREVER
from sensor.effects.syntax.tokens import PLAIN, PLAIN_WORDS, Reader

MAX_DEPTH = 40

_CONTROL = re.compile(r"\n|;;&|;;|;&|;|&&|\|\||\|&|\||&(?!>)")
_CONTROL_STARTS = frozenset("\n;&|")
_PIPES = frozenset({"|", "|&"})
_FUNCTION = re.compile(r"([^\s\\'\"`$|&;<>(){}#=]+)[ \t]*\([ \t]*\)")
_SEPARATORS = re.compile(r"(?:[ \t\n;|]+|&(?!>)|#[^\n]*|\\\n|\r(?=\n|$))*")
_TIME_FLAGS = re.compile(r"-p(?:[ \t]+--)?(?=\s)|--(?=\s)")
_BRACKETS = re.compile(r"[ \t]*\([ \t]*\)")
_COPROC_NAME = re.compile(r"[ \t]*(\w+)[ \t]+(?=[{(])")
_TRUE = r"(?:\S*/)?true|:|\[\[?\s+(?:1|true)\s+\]?\]|test\s+1|\(\([\s(]*1[\s)]*\)\)"
_ENDLESS = {
    "while": re.compile(rf"\s+(?:{_TRUE}|!\s*(?:\S*/)?false)\s*[;\n]"), "until": re.compile(rf"\s+(?:(?:\S*/)?false|!\s*(?:{_TRUE}))\s*[;\n]"),
    "for": re.compile(r"\s*\(\([^;\n)]*;\s*1?\s*;[^)\n]*\)\)"),
}
_OPENERS = frozenset({"if", "while", "until", "for", "select", "case", "{", "function", "coproc", "time", "!", "[["})
_CLOSERS = frozenset({"fi", "done", "esac", "}", "then", "else", "elif", "do", "in"})
_RESERVED = _OPENERS | _CLOSERS


def read_script(source: Source, start: int, end: int, budget: Budget) -> Script:
    """Parse `source` between two offsets."""
    lexer = _Lexer(source, start, end, budget)
    statements = lexer.statements("")
    while lexer.pos < lexer.end and not lexer.exhausted:
        lexer.spend()
        lexer.doubts = True
        lexer.pos += 1  # a closer without opener: the shell would stop here, what follows is looked at anyway
        statements += lexer.statements("")
    return Script(statements=tuple(statements), problems=tuple(lexer.problems), exhausted=lexer.exhausted or budget.is_used_up, doubts=lexer.doubts)


def read_command(source: Source, start: int, end: int, budget: Budget) -> Simple | None:
    """The simple command at `start`."""
    return Reader(source, start, end, budget).simple()


def starts_of(statements: tuple[Statement, ...]) -> set[int]:
    """Where the simple commands of a script start."""
    found: set[int] = set()
    nodes: list[Node] = [statement.node for statement in statements]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Simple):
            found.add(node.start)
        elif isinstance(node, Pipeline):
            nodes += node.stages
        else:
            nodes += [statement.node for statement in node.body]
    return found


class _Lexer(Reader):
    def __init__(self, source: Source, start: int, end: int, budget: Budget) -> None:
        super().__init__(source, start, end, budget)
        self.depth = 0
        self.exhausted = False
        self.doubts = False
        self.problems: list[tuple[str, int]] = []
        self.ahead = (-1, "")

    # ---- lists -------------------------------------------------------------------------------------------------

    def statements(self, stop: str) -> list[Statement]:
        """Read statements until a word `stop` (left unread), a closing parenthesis or the end."""
        found: list[Statement] = []
        if self.depth > MAX_DEPTH or self.exhausted:
            self._give_up("nesting")
            return found
        self.depth += 1
        linked = ""
        while True:
            self._skip_separators()
            if self.pos >= self.end or self.text[self.pos] == ")" or self._at_word(stop):
                break
            before = self.pos
            node = self._pipeline(stop)
            control = self._peek_control()
            if node is not None:
                found.append(Statement(node, control == "&", linked, self.text.startswith("!", before)))
            linked = control if control in ("&&", "||") else ""
            if self.pos == before:
                self.pos += 1
        self.depth -= 1
        return found

    def _give_up(self, reason: str) -> None:
        if not self.exhausted:
            self.problems.append((f"{reason} budget", self.pos))
        self.exhausted = True
        self.pos = self.end

    def _skip_separators(self) -> None:
        """Go behind operators, blanks, line ends and comments."""
        match = _SEPARATORS.match(self.text, self.pos)
        if match:
            self.pos = match.end()

    def _peek_control(self) -> str:
        """The operator behind blanks, "" when there is none; the last answer is kept, it is asked for again."""
        at, control = self.ahead
        if at == self.pos:
            return control
        self.skip_blanks()
        control = ""
        if self.pos < self.end and self.text[self.pos] in _CONTROL_STARTS:
            match = _CONTROL.match(self.text, self.pos)
            control = match.group() if match else ""
        self.ahead = (self.pos, control)
        return control

    def _at_word(self, word: str) -> bool:
        if not word or not self.text.startswith(word, self.pos):
            return False
        match = PLAIN.match(self.text, self.pos)
        return match is not None and match.group() == word

    # ---- commands ----------------------------------------------------------------------------------------------

    def _pipeline(self, stop: str) -> Node | None:
        node = self._command(stop)
        control = self._peek_control()
        if control not in _PIPES:
            return node
        stages = [] if node is None else [node]
        while control in _PIPES:
            self.pos += len(control)
            while _CONTROL.match(self.text, self.pos) and self.text[self.pos] == "\n":
                self.pos += 1
                self.skip_blanks()
            self.skip_blanks()
            if self.pos >= self.end or self._at_word(stop):
                break
            node = self._command(stop)
            if node is not None:
                stages.append(node)
            control = self._peek_control()
        if not stages:
            return None
        return stages[0] if len(stages) == 1 else Pipeline(tuple(stages))

    def spend(self) -> None:
        """Pay for one command; more than the budget is not read."""
        self.budget.left -= READ_COMMAND
        if self.budget.left < 0:
            self._give_up("work")

    def _command(self, stop: str) -> Node | None:
        self.spend()
        self.skip_blanks()
        text = self.text
        plain = PLAIN_WORDS.match(text, self.pos)
        if plain is not None:
            self.budget.left -= text.count(" ", self.pos, plain.end()) >> 2
            if self.budget.left < 0:
                self._give_up("work")
                return None
            words = tuple(plain.group(1).split(" "))
            if words[0] not in _RESERVED:
                return self._plain(words, plain)
        if text.startswith("((", self.pos) and self._is_arithmetic():
            return self._arithmetic()
        if text[self.pos : self.pos + 1] == "(":
            self.pos += 1
            return self._closed("subshell", "", ")")
        match = PLAIN.match(text, self.pos)
        if match and text[match.end() : match.end() + 1] not in ("'", '"', "\\", "$", "`"):
            word = match.group()
            if word in _OPENERS:
                return self._compound(word, match.end(), stop)
            if word in _CLOSERS and word != stop and word != "in":
                self.doubts = self.doubts or word not in ("then", "else", "elif", "do")
                self.pos = match.end()
                return self._command(stop) if self.pos < self.end and not self._peek_control() else None
            function = _FUNCTION.match(text, self.pos)
            if function:
                self.pos = function.end()
                return self._function(function.group(1))
        return self.simple()

    def _plain(self, words: tuple[str, ...], match: re.Match[str]) -> Node | None:
        """The command that begins with these words, which `match` found."""
        start, self.pos = match.span()
        if match.group(2) is not None:
            self.ahead = (self.pos, match.group(3) or "")
            return Simple((), (), (), start, self.pos, words)
        if len(words) == 1 and (function := _FUNCTION.match(self.text, start)):
            self.pos = function.end()
            return self._function(function.group(1))
        return self.rest_of(start, words)

    def _compound(self, word: str, after: int, stop: str) -> Node | None:
        start = self.pos
        self.pos = after
        if word in ("!", "time", "coproc"):
            self.skip_blanks()
            if word == "time" and (flags := _TIME_FLAGS.match(self.text, self.pos)):
                self.pos = flags.end()
            if word == "coproc":
                return self._coproc(stop)
            return self._command(stop) if self._peek_control() in ("", "&") else None
        if word == "[[":
            return self._test(start)
        if word == "{":
            return self._closed("brace", "}", "}")
        if word == "if":
            return self._closed("if", "fi", "fi")
        if word in ("while", "until"):
            endless = _ENDLESS[word].match(self.text, self.pos)
            return self._named(self._closed("loop", "done", "done"), FOREVER if endless else "", ())
        if word in ("for", "select"):
            return self._for()
        if word == "case":
            return self._case()
        self.skip_blanks()
        name = PLAIN.match(self.text, self.pos)
        if name is None:
            return None
        self.pos = name.end()
        brackets = _BRACKETS.match(self.text, self.pos)
        self.pos = brackets.end() if brackets else self.pos
        return self._function(name.group())

    def _closed(self, kind: str, stop: str, closer: str) -> Group:
        body = self.statements(stop)
        if self.text.startswith(closer, self.pos) and self.pos < self.end:
            self.pos += len(closer)
        else:
            self.doubts = True
        return Group(kind=kind, body=tuple(body), redirects=tuple(self.redirects()))

    def _coproc(self, stop: str) -> Group | None:
        named = _COPROC_NAME.match(self.text, self.pos)
        self.pos = named.end() if named else self.pos
        body = self._command(stop) if self._peek_control() in ("", "&") else None
        return Group(kind="coproc", name=named.group(1) if named else "COPROC", body=(Statement(body),)) if body is not None else None

    def _function(self, name: str) -> Group | None:
        while self.pos < self.end and self.text[self.pos] in " \t\n\r":
            self.pos += 1
        if self.depth > MAX_DEPTH:
            self._give_up("nesting")
            return None
        self.depth += 1
        body = self._command("")
        self.depth -= 1
        return Group(kind="function", name=name, body=(Statement(body),) if body is not None else ())

    def _for(self) -> Group:
        self.skip_blanks()
        name, values = "", []
        endless = _ENDLESS["for"].match(self.text, self.pos)
        if self.text.startswith("((", self.pos):
            self._arithmetic()
        else:
            match = PLAIN.match(self.text, self.pos)
            name = match.group() if match else ""
            self.pos = match.end() if match else self.pos
            while self.pos < self.end and self.text[self.pos] in " \t\n":
                self.pos += 1
            if self._at_word("in"):
                self.pos += 2
                values = self.words()
        self._skip_separators()
        if self._at_word("{"):
            self.pos += 1
            group = self._closed("for", "}", "}")
        else:
            group = self._closed("for", "done", "done")
        if endless:
            return Group(kind="loop", body=group.body, redirects=group.redirects, name=FOREVER)
        return self._named(group, name, tuple(values))

    def _named(self, group: Group, name: str, values: tuple[Word, ...]) -> Group:
        return Group(kind=group.kind, body=group.body, redirects=group.redirects, name=name, values=values)

    def _case(self) -> Group:
        subject = []
        self.skip_blanks()
        word = self.word()
        if word is not None:
            subject.append(word)
        self._skip_separators()
        if self._at_word("in"):
            self.pos += 2
        body: list[Statement] = []
        stop = "esac"
        while self.pos < self.end:
            self._skip_separators()
            if self._at_word(stop) or self.pos >= self.end:
                break
            self.pos = self._pattern_end()
            body += self._case_body(stop)
        if self._at_word(stop):
            self.pos += 4
        return Group(kind="case", body=tuple(body), redirects=tuple(self.redirects()), values=tuple(subject))

    def _pattern_end(self) -> int:
        """Position behind the `)` of a case pattern."""
        pos = self.pos + 1 if self.text[self.pos] == "(" else self.pos
        while pos < self.end and self.budget.take(1):
            char = self.text[pos]
            if char in ")\n":
                return pos + 1
            pos = piece_end(self.text, pos, self.budget) if char in "\\'\"`$" else pos + 1
        return self.end

    def _case_body(self, stop: str) -> list[Statement]:
        found: list[Statement] = []
        if self.depth > MAX_DEPTH:
            self._give_up("nesting")
            return found
        self.depth += 1
        while self.pos < self.end:
            while self.pos < self.end:
                self.skip_blanks()
                if self.text.startswith((";;", ";&"), self.pos):
                    break
                if self.text[self.pos : self.pos + 1] in ("\n", ";", "&", "|"):
                    self.pos += 1
                else:
                    break
            if self.text.startswith((";;", ";&"), self.pos) or self._at_word(stop) or self.pos >= self.end:
                self.pos += 2 if self.text.startswith((";;", ";&"), self.pos) else 0
                break
            before = self.pos
            if self.text[self.pos] == "#":
                self._skip_separators()
                continue
            node = self._pipeline(stop)
            if node is not None:
                found.append(Statement(node, self._peek_control() == "&"))
            if self.pos == before:
                self.pos += 1
        self.depth -= 1
        return found

    def _is_arithmetic(self) -> bool:
        """`((...))`; when the brackets close apart, the shell reads nested sub-shells."""
        inner = nested_end(self.text, self.pos + 2, ")", self.budget)
        return self.text[inner : inner + 1] in (")", "")

    def _arithmetic(self) -> Simple:
        start = self.pos
        self.pos = min(nested_end(self.text, self.pos + 1, ")", self.budget), self.end)
        return Simple((), (Word("((", start, start + 2), Word(self.text[start : self.pos], start, self.pos)), (),
                      start, self.pos)

    def _test(self, start: int) -> Simple:
        """`[[ ... ]]`: operators inside are words."""
        words = [Word("[[", start, self.pos)]
        while self.pos < self.end:
            while self.pos < self.end and self.text[self.pos] in " \t\n\r":
                self.pos += 1
            if self.text.startswith("]]", self.pos):
                self.pos += 2
                break
            word = self.word()
            if word is None:
                self.pos = min(self.pos + 1, self.end)
            else:
                words.append(word)
        return Simple((), tuple(words), tuple(self.redirects()), start, self.pos)
