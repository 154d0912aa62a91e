"""Walk a parsed script the way the shell would, and collect what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from sensor.effects.budget import ASSIGNMENT, COMMAND, GLOB, PATH, REDIRECT, SKIM_UNITS, UNITS, Budget
from sensor.effects.shell.assignments import MAX_WORDS, assign_all, assigned_value
from sensor.effects.shell.branches import reached
from sensor.effects.shell.choices import TAKES_ONE, is_choice, one_at_a_time
from sensor.effects.shell.command import NO_CHANNELS, Channels, Command, Context
from sensor.effects.shell.environment import known_variables
from sensor.effects.shell.merging import MAY_NOT_RUN, Before, after_pipe, end_list, go_on, may_change, settle
from sensor.effects.shell.paths import PathResolver
from sensor.effects.shell.redirects import deliver, open_redirects
from sensor.effects.shell.scope import NOWHERE, SILENT, TERMINAL, Field, Scope, Stream, Value, merged, text_of
from sensor.effects.shell.shown import handed_on, lets_names_through, names_only, receiver, takes_as_variables
from sensor.effects.shell.substitutions import run_coproc, run_substitution
from sensor.effects.shell.variables import programs_in
from sensor.effects.shell.words import expand_word
from sensor.effects.syntax.parse import parse_script
from sensor.effects.syntax.script import Group, Node, Script, Simple, Source, Statement, Word, decode, encode
from sensor.effects.syntax.storms import spawns_without_end
from sensor.model.effects import Effect, Flow, Origin, PathRef, Sink, Span, Surroundings, Text, TextField, Unresolved

MAX_DEPTH = 24
MAX_SOURCE = 1 << 21
MAX_TEXTS = 200
MAX_FLOWS = 100
_ARRAY = re.compile(r"(\w+)\+?=\(")
_CALLED_BY_SHELL = frozenset({"command_not_found_handle", "command_not_found_handler"})
_OWN_DESCRIPTORS = ("/proc/self/fd/", "/proc/thread-self/fd/")
_CONTAINER_PLACES = frozenset({"@root", "@devices"})
NO_SPAN = Span()
T = TypeVar("T")
Dispatch = Callable[["Walk", Command], Stream]


class Walk:
    """State of one derivation."""

    def __init__(self, around: Surroundings, paths: PathResolver, dispatch: Dispatch, units: int = UNITS) -> None:
        self.dispatch = dispatch
        self.around = around
        self.environment = known_variables(around)
        self.paths = paths
        self.home = around.home
        self.scope = Scope(paths.cwd)
        self.effects: list[Effect] = []
        self.flows: list[Flow] = []
        self.texts: list[Text] = []
        self.unresolved: list[Unresolved] = []
        self.exhausted = False
        self.ran_out: set[str] = set()
        self.written: dict[str, Stream] = {}
        self.consumers: dict[str, Callable[[Stream], Stream]] = {}
        self.outputs: dict[str, tuple[PathRef | None, str]] = {}
        self.arrays: dict[str, Value] = {}
        self.active: list[str] = []
        self.clones: set[str] = set()
        self.settings: dict[str, str] = {}  # of git, that this call sets
        self.relied_on: set[str] = set()  # files of the project that excuse something
        self.linked = ""
        self.depth = 0
        self.nesting = 0
        self.budget = Budget(units)
        self.second_look = Budget(SKIM_UNITS)  # for all that the first one leaves unread
        self.heredocs = 0
        self.substitutions = 0
        self.context = Context()
        self.span = NO_SPAN
        self.stdin = TERMINAL

    # ---- texts -------------------------------------------------------------------------------------------------

    def run_text(self, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream:
        """Walk shell text that another command runs. Returns what it prints."""
        if not self.spend(len(text) >> 5):
            return Stream()
        return self.run_source(encode(text), context, stdin)

    def run_apart(self, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream:
        """Walk shell text that a shell of its own runs, or this one at another time: the functions, names and folder that it sets do not come back."""
        outer, self.scope = self.scope, self.scope.fork()
        output = self.run_text(text, context, stdin)
        self.scope = outer
        return output

    def run_beside(self, body: tuple[Statement, ...], source: Source, how: tuple[Context, Stream]) -> Stream:
        """`run_apart` for what is parsed already."""
        outer, self.scope = self.scope, self.scope.fork()
        output = self.run_statements(body, source, how)
        self.scope = outer
        return output

    def run_source(self, text: str, context: Context, stdin: Stream = TERMINAL) -> Stream:
        """Walk text in its parser form. One that is longer than any system lets a shell be given is not taken apart: its words would fill the memory."""
        if len(text) > MAX_SOURCE:
            return self.give_up("size")
        source, script = parse_script(text, self.budget)
        return self.run_script(script, source, (context, stdin))

    def run_script(self, script: Script, source: Source, how: tuple[Context, Stream]) -> Stream:
        for reason, offset in script.problems:
            self.unresolved.append(Unresolved(reason=reason, span=Span(start=offset, end=offset)))
        output = self.run_statements(script.statements, source, how)
        return self.give_up("work or nesting") if script.exhausted or self.budget.is_used_up else output

    def give_up(self, budget: str) -> Stream:
        """Note that a budget ran out: not everything is examined."""
        if budget not in self.ran_out:
            self.ran_out.add(budget)
            self.unresolved.append(Unresolved(reason=f"{budget} budget exhausted"))
        self.exhausted |= budget != "code"  # a program text that is too long hides nothing of what follows
        return Stream()

    def run_statements(self, statements: tuple[Statement, ...], source: Source, how: tuple[Context, Stream]) -> Stream:
        if self.depth >= MAX_DEPTH:
            return self.give_up("nesting")
        context, stdin = how
        self.depth += 1
        linked, outputs = self.linked, []
        passed: set[str] = set()  # folders in which a list of `&&` and `||` may have ended
        for statement in statements if len(statements) == 1 or context.wrappers else reached(statements, self.scope, self.effects):
            if self.exhausted:
                break
            inner = context.within(background=True) if statement.background and not context.background else context
            self.linked = statement.linked
            node, outer = statement.node, self.scope
            if statement.linked or passed or outer.unmoved or outer.perhaps:
                go_on(statement, outer, self.paths, passed)
            if statement.background:
                self.scope = outer.fork()
            output = self.run_simple(node, source, (inner, stdin)) if isinstance(node, Simple) else self.run_node(node, source, (inner, stdin))
            self.scope = outer
            if outer.base is not None and outer.cwd != outer.base[1]:
                settle(outer, self.paths, {outer.base[1]})
            for ref in self.scope.output:
                self.written[ref.path or ref.raw] = output
            if output is not SILENT:
                outputs.append(output)
        end_list(self.scope, self.paths, passed)
        self.linked = linked
        self.depth -= 1
        return merged(outputs)

    def run_node(self, node: Node, source: Source, how: tuple[Context, Stream]) -> Stream:
        if isinstance(node, Simple):
            return self.run_simple(node, source, how)
        if isinstance(node, Group):
            return self.run_group(node, source, how)
        context, stream = how
        first, outer = len(self.effects), self.scope
        for number, stage in enumerate(node.stages, 1):
            if self.exhausted:
                break
            before, self.scope = len(self.effects), outer.fork() if may_change(stage, outer) else outer
            stream = self.run_node(stage, source, (context, stream))
            if number < len(node.stages) and lets_names_through(stage, node.stages[number]):
                self.effects[before:] = names_only(self.effects[before:])
            elif number < len(node.stages):
                self.effects[before:] = handed_on(self.effects[before:], receiver(node.stages[number]))
        last, self.scope = self.scope, outer
        for group, where in after_pipe(outer, self.paths, last) if last is not outer else ():
            self.run_beside(group.body, where, (context, TERMINAL))
        self._note_loop(self.effects[first:])
        return stream

    def _note_loop(self, effects: list[Effect]) -> None:
        """`cat fifo | sh | nc host > fifo`: what comes from the network is fed back to the start of the pipe."""
        sent_back = {ref.path for effect in effects if effect.writes and (effect.hosts or "listen" in effect.flags) for ref in effect.writes if ref.path}
        if sent_back and any(ref.path in sent_back for effect in effects for ref in effect.reads):
            self.add_flow(Origin.DOWNLOAD, Sink.INTERPRETER, "loop")

    def run_group(self, group: Group, source: Source, how: tuple[Context, Stream]) -> Stream:
        context, stdin = how
        if group.kind == "function":
            self.scope.functions[group.name] = (group, source)
            (self.scope.maybe.add if self.linked else self.scope.maybe.discard)(group.name)
            if group.name not in _CALLED_BY_SHELL:
                return SILENT
        if group.kind == "coproc":
            return run_coproc(self, group, source, context)
        values = [field for word in group.values for field in expand_word(word, source, self)] if group.values else [*self.scope.positional] if group.kind == "for" else []
        channels = open_redirects(self, group.redirects, source, stdin)
        outer = self.scope
        before = Before(outer, group.kind) if group.kind in MAY_NOT_RUN or self.linked else None
        if group.kind == "subshell":
            self.scope = outer.fork()
        if group.name and group.kind == "for":
            self.scope.variables[group.name] = Value(tuple(values), choice=True) if values else Value((Field("$" + group.name, known=False),))
        output = self.run_statements(group.body, source, (context, channels.stdin))
        self.scope = outer
        if before is not None:
            before.and_after(self.paths, self.environment)
        if spawns_without_end(group):
            self.effects.append(Effect(wrappers=(*context.wrappers, "storm"), background=True, cwd=self.cwd(), span=context.span or NO_SPAN))
        if channels.reads or channels.writes:
            self.effects.append(Effect(reads=channels.reads, writes=channels.writes, hosts=channels.hosts, wrappers=context.wrappers,
                                       privilege=context.privilege, cwd=self.cwd(), span=context.span or NO_SPAN))
        return deliver(self, channels, output)

    def is_fed(self, name: str) -> bool:
        """Whether something reads what is written to `name`."""
        return name in self.consumers

    def feed(self, name: str, stream: Stream) -> None:
        """Run what reads `name` (a process substitution or coprocess) on `stream`."""
        consumer = self.consumers.pop(name, None)
        if consumer is not None:
            consumer(stream)
            self.consumers[name] = consumer

    def run_simple(self, node: Simple, source: Source, how: tuple[Context, Stream]) -> Stream:
        context, stdin = how
        if self.exhausted:
            return Stream()
        outer = self.context, self.span, self.stdin
        self.context, self.stdin = context, stdin
        self.span = context.span or Span(start=node.start, end=node.end)
        fields = list(map(Field, node.plain if len(node.plain) <= MAX_WORDS else self._first_words(node.plain)))
        if node.words or node.redirects or node.assigns:
            output = self._run_expanded(node, source, fields)
        else:
            channels = Channels(stdin) if stdin is not TERMINAL else NO_CHANNELS
            output = self.dispatch(self, Command(tuple(fields), channels, context, (), self.span))
        self.context, self.span, self.stdin = outer
        return output

    def _run_expanded(self, node: Simple, source: Source, fields: list[Field]) -> Stream:
        """A command with words to expand, redirections or assignments; `fields` are its plain words."""
        context, start = self.context, len(self.effects)
        self.budget.left -= ASSIGNMENT * len(node.assigns) + REDIRECT * len(node.redirects)
        assigns = node.assigns if len(node.assigns) <= MAX_WORDS else self._first_words(node.assigns)
        assigned = [(assign, assigned_value(self, assign.value, source)) for assign in assigns] if assigns else []
        choices: list[tuple[int, list[Field]]] = []
        programs, before = programs_in(self, node.words[0].text) if node.words and not fields else [], len(self.effects)
        for word in node.words[1:] if programs else node.words:
            if self.budget.left < 0 or len(fields) > MAX_WORDS:
                break
            if word.value is not None:
                fields.append(Field(word.value))
            elif "=(" in word.text and (array := _ARRAY.match(word.text)):  # `declare -a name=(...)`
                held = assigned_value(self, Word(word.text[array.end() - 1 :], word.start + array.end() - 1, word.end), source)
                self.arrays[array.group(1)] = held
                fields.append(Field(decode(word.text), origins=frozenset().union(*[field.origins for field in held.fields])))
            else:
                found = expand_word(word, source, self)
                if len(found) > 1 and fields and fields[0].text in TAKES_ONE and is_choice(word.text, self.scope):
                    choices.append((len(fields), found))
                    found = found[:1]
                fields += found
        if len(fields) > MAX_WORDS:
            fields = list(self._first_words(fields))
        if before < len(self.effects) and takes_as_variables(fields, node):
            self.effects[before:] = names_only(self.effects[before:])
        self.budget.left -= sum(map(len, map(text_of, fields))) >> 5
        channels = open_redirects(self, node.redirects, source, self.stdin)
        if start < len(self.effects):
            self.effects[start:] = handed_on(self.effects[start:], fields[0].text if fields else "")
        if channels.cut:
            context = context.within("open-heredoc")
        saved = {one.name: self.scope.variables.get(one.name) for one, _ in assigned} if assigned and (fields or programs) else {}
        pairs = assign_all(self, assigned) if assigned else ()
        if programs:
            output = merged([self.dispatch(self, Command((*first, *fields), channels, context, pairs, self.span)) for first in programs])
        elif fields:
            rounds = one_at_a_time(fields, choices) if choices else (tuple(fields),)
            outputs = [self.dispatch(self, Command(words, channels, context, pairs, self.span)) for words in rounds if not self.exhausted]
            output = outputs[0] if len(outputs) == 1 else merged(outputs)
        else:
            output = channels.stdin if channels.writes else SILENT
            self.spend()
            if channels.reads or channels.writes or assigned:
                self._add_channels(channels, pairs)
        for name, value in saved.items():
            self._put_back(name, value)
        if self.consumers and channels.stdin.piped:  # `tee >(sh)`
            for field in fields[1:]:
                self.feed(field.text, channels.stdin)
        return deliver(self, channels, output) if channels.redirected else output

    def _put_back(self, name: str, value: Value | None) -> None:
        """An assignment in front of a command ends with it."""
        if value is not None:
            self.scope.variables[name] = value
        else:
            self.scope.variables.pop(name, None)

    def _add_channels(self, channels: Channels, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        """The effect of redirections and assignments without a command."""
        self.effects.append(Effect(
            reads=channels.reads, writes=channels.writes, hosts=channels.hosts, assignments=pairs, wrappers=self.context.wrappers,
            privilege=self.context.privilege, cwd=self.cwd(), span=self.span))

    def _first_words(self, words: Sequence[T]) -> Sequence[T]:
        """As many words as one command may have."""
        self.give_up("size")
        return words[:MAX_WORDS]

    def spend(self, units: int = COMMAND) -> bool:
        """Pay for work, such as a command; False when the budget is used up."""
        if not self.budget.take(units):
            self.give_up("work")
        return not self.exhausted

    # ---- what expansions need ----------------------------------------------------------------------------------

    def substitute(self, source: Source, bounds: tuple[int, int], kind: str) -> Stream:
        """Run the commands of `$( )`, `<( )` or `>( )` in a sub-shell; what they print."""
        if self.depth >= MAX_DEPTH or self.exhausted:
            return self.give_up("nesting")
        return run_substitution(self, source, bounds, kind)

    # ---- files and texts ---------------------------------------------------------------------------------------

    def cwd(self) -> str:
        return "" if self.scope.cwd == NOWHERE else self.scope.cwd

    def ref(self, field: Field, deletes: bool = False) -> PathRef | None:
        """The path a word names, in the current folder."""
        self.budget.left -= GLOB if field.glob else PATH
        found = self.paths.ref(field, self.scope.cwd, deletes)
        if found is not None and self.context.container:
            return msgspec.structs.replace(found, places=frozenset() if self.context.sealed else found.places & _CONTAINER_PLACES)
        return found

    def file_stream(self, field: Field, ref: PathRef | None) -> Stream:
        """What comes out of a file: its origins, and its text when this very call wrote it."""
        key = ref.path if ref is not None and ref.path else field.text
        if key.startswith(_OWN_DESCRIPTORS):
            key = "/dev/fd/" + key.rpartition("/")[2]
        written = self.written.get(key)
        if written is not None:
            return msgspec.structs.replace(written, origins=written.read_back, name="")
        if ref is None:
            return TERMINAL if field.text in ("-", "/dev/stdin", "/dev/tty") else SILENT
        origins = {Origin.SECRET} if "@credentials" in ref.places else {Origin.LOCAL_FILE}
        return Stream(origins=frozenset(origins))

    def read_file(self, field: Field) -> Stream:
        """`$(< file)`: an effect of its own, and its content."""
        ref = self.ref(field)
        if ref is not None:
            self.effects.append(Effect(reads=(ref,), wrappers=self.context.wrappers, cwd=self.cwd(), span=self.span))
        return self.file_stream(field, ref)

    def add_text(self, field: TextField, text: str, name: str) -> None:
        """Hand a text to the patterns."""
        if text and len(self.texts) < MAX_TEXTS:
            self.texts.append(Text(field=field, text=text, name=name))

    def add_flow(self, origin: Origin, sink: Sink, detail: str = "") -> None:
        if len(self.flows) >= MAX_FLOWS and any(one.origin is origin and one.sink is sink for one in self.flows):
            return
        flow = Flow(origin=origin, sink=sink, span=self.span, detail=detail)
        if flow not in self.flows:
            self.flows.append(flow)

    def not_resolved(self, reason: str) -> None:
        self.unresolved.append(Unresolved(reason=reason, span=self.span))
