"""What a call asked for and would do, as short redacted text for the entry."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from sensor.audit.drafts.literals import find_literals, is_json, put_back, views
from sensor.audit.form.canonical import NotCanonical, encode_original
from sensor.model.calls import (
    Action,
    AgentAction,
    ConfigAction,
    DeleteAction,
    FetchAction,
    JsonObject,
    McpAction,
    OtherAction,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    ToolCall,
    WriteAction,
)
from sensor.model.effects import Effect, Effects, PathRef

MAX_TEXT = 8 * 1024
# Redacted before the cut, so that a secret across it is seen whole.
MARGIN = 4 * 1024
MAX_SHORT = 400
MAX_ID = 256
MAX_LIST = 40
MIN_TAKEN = 4
# Texts side by side: none of them may end in the middle of another's line.
_JOIN = "\n\x1e\n"


class Redacted(Protocol):
    """A text without its secrets, how many were replaced, their kinds, and what was taken, each with what stands for it."""

    @property
    def text(self) -> str: ...

    @property
    def count(self) -> int: ...

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def taken(self) -> tuple[tuple[str, str], ...]: ...


Redact = Callable[[str], Redacted]


class Asked(msgspec.Struct, frozen=True):
    """A call in words, not redacted yet: long `text` and short strings."""

    action: str
    text: str = ""
    paths: tuple[str, ...] = ()
    url: str = ""
    server: str = ""
    tool: str = ""
    note: str = ""


def describe(call: ToolCall) -> Asked:
    """What `call` asks for."""
    return _DESCRIBE[type(call.action)](call.action)


def _arguments(arguments: JsonObject) -> str:
    try:
        return encode_original(arguments).decode("utf-8") if arguments else ""
    except NotCanonical:
        return json.dumps(arguments, default=repr)


def _write(action: WriteAction) -> Asked:
    room, parts = MAX_TEXT + MARGIN + 1, []  # one more, so that the cut is seen
    for _, edits in action.files:
        for edit in edits:
            if room > 0:
                parts.append(edit.new[:room])
                room -= len(edit.new)
    return Asked(action="write", text="\n".join(parts), paths=tuple(path for path, _ in action.files))


# One row per action of `sensor.model.calls`.
_DESCRIBE: dict[type, Callable[..., Asked]] = {
    ShellAction: lambda a: Asked(action="shell", text=a.command, note=a.description),
    ReadAction: lambda a: Asked(action="read", paths=a.paths),
    SearchAction: lambda a: Asked(action="search", text=a.pattern, paths=(a.path, *a.also) if a.path else ()),
    WriteAction: _write,
    DeleteAction: lambda a: Asked(action="delete", paths=a.paths),
    FetchAction: lambda a: Asked(action="fetch", text="\n".join(filter(None, (a.query, a.prompt))), url=a.url),
    McpAction: lambda a: Asked(action="mcp", text=_arguments(a.arguments), server=a.server, tool=a.tool),
    AgentAction: lambda a: Asked(action="agent", text=a.prompt, note=a.agent_type),
    PromptAction: lambda a: Asked(action="prompt", text=a.text),
    ConfigAction: lambda a: Asked(action="config", paths=(a.path,) if a.path else (), note=" ".join(filter(None, (a.source, a.change)))),
    OtherAction: lambda a: Asked(action="other", text=_arguments(a.arguments)),
}
ACTIONS: tuple[type[Action], ...] = tuple(_DESCRIBE)


def effect_lines(effects: Effects) -> tuple[str, ...]:
    """Short sentences for a page: what is run, read, written, deleted, reached, and what stayed unclear."""
    lines: dict[str, None] = {}
    for effect in effects.effects:
        for line in _effect(effect):
            lines[line] = None
        if len(lines) > MAX_LIST:
            break
    for flow in effects.flows:
        lines[f"moves {flow.origin.value} to {flow.sink.value}" + (f" ({flow.detail})" if flow.detail else "")] = None
    for part in effects.unresolved:
        lines[f"unclear: {part.reason}"] = None
    if effects.exhausted:
        lines["not examined to the end"] = None
    return tuple(lines)


def _effect(effect: Effect) -> Iterable[str]:
    if effect.program:
        marks = (" (privileged)" if effect.privilege else "") + (" (in the background)" if effect.background else "")
        yield f"runs {' '.join((*effect.wrappers, effect.program, *effect.subcommand))}{marks}"
    for verb, paths in (("reads", effect.reads), ("writes", effect.writes), ("deletes", effect.deletes)):
        for path in paths:
            yield f"{verb} {_place(path)}"
    for host in effect.hosts:
        port = f":{host.port}" if host.port else ""
        yield f"connects to {host.host}{port}" + _places(host.places)
    for origin in sorted(origin.value for origin in effect.executes) if effect.executes else ():
        yield f"executes {origin.replace('_', ' ')} code"
    if effect.opaque:
        yield f"unclear: what {effect.program or 'this'} runs"


def _place(path: PathRef) -> str:
    return (path.path or path.raw) + _places(path.places)


def _places(names: frozenset[str]) -> str:
    return f" ({' '.join(sorted(names))})" if names else ""


class Cutting:
    """Redacts and shortens the texts of one entry, and adds up what was taken out."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self.cut = 0
        self.secrets = 0
        self.kinds: dict[str, None] = {}
        self._taken: dict[str, str] = {}

    def long(self, text: str) -> str:
        """At most 8 KB of a long text. In JSON, each text is redacted as what it says before the whole is."""
        if not text:
            return ""
        clean = self.whole(text[: MAX_TEXT + MARGIN])
        return self._cut(clean, len(text), MAX_TEXT) if len(text) > MAX_TEXT or len(clean) > MAX_TEXT else clean

    def short(self, texts: list[str], places: int = 0) -> list[str]:
        """At most 400 characters of each of several texts, redacted in one go.

        All but the first `places` of them also go without what other texts gave away as a secret.
        """
        is_short = max(map(len, texts), default=0) <= MAX_SHORT
        clean = self._clean_each(texts if is_short else [text[: MAX_SHORT + MARGIN] for text in texts])
        if self._taken:
            clean[places:] = [self.without_taken(text) for text in clean[places:]]
        if is_short:
            return clean
        return [part if len(text) <= MAX_SHORT else self._cut(part, len(text), MAX_SHORT) for part, text in zip(clean, texts, strict=True)]

    def name(self, text: str, most: int = MAX_ID) -> str:
        """A name or an id, which the last look of all redacts: one that is too long is redacted here, before it is cut."""
        return text if len(text) <= most else self.whole(text[: most + MARGIN])[:most]

    def names(self, texts: tuple[str, ...]) -> Sequence[str]:
        """As `name`, for several at once: nearly always all are short."""
        return texts if max(map(len, texts)) <= MAX_ID else [self.name(text) for text in texts]

    def whole(self, text: str) -> str:
        """A text of any length, redacted and not cut."""
        return self._clean_json(text) if is_json(text) else self._clean(text)

    def without_taken(self, text: str) -> str:
        """A redacted text without what other texts gave away as a secret: here the words around it that did so may be missing."""
        for secret, tag in self._taken.items():
            if secret in text:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", tag, text)
        return text

    def _clean_json(self, text: str) -> str:
        if not self._redact(_JOIN.join(views(text))).count:  # in one go, as nearly all of them hold nothing
            return text
        places, said = find_literals(text)
        inner = [self._clean_json(each) if is_json(each) else each for each in said]
        return self._clean(put_back(text, places, zip(said, self._clean_each(inner), strict=True)))

    def _clean_each(self, texts: list[str]) -> list[str]:
        clean = self._redact(_JOIN.join(texts))
        parts = clean.text.split(_JOIN)
        if len(parts) != len(texts):  # a text holds the separator, or a secret reached across it: one by one
            return [self._clean(text) for text in texts]
        self._count(clean)
        return parts

    def _cut(self, clean: str, total: int, limit: int) -> str:
        """The first `limit` characters of what was redacted, without its end where that may be a secret cut off. `total` is the length before."""
        if total > limit + MARGIN:
            clean = clean[:-MARGIN]
        if total > limit + MARGIN or len(clean) > limit:
            self.cut += max(total - limit, 1)
        return clean[:limit]

    def _clean(self, text: str) -> str:
        clean = self._redact(text)
        self._count(clean)
        return clean.text

    def _count(self, clean: Redacted) -> None:
        if clean.count:
            self.secrets += clean.count
            self.kinds.update(dict.fromkeys(clean.kinds))
            for secret, tag in clean.taken:
                # As a shell hands it over, and line by line, too.
                self._taken.update((form, tag) for form in (secret, secret.replace("\\", ""), *secret.split("\n")) if len(form) >= MIN_TAKEN)
