"""What passes between a client and its MCP server: calls are judged before the server sees them, results and definitions after.

`from_client` and `from_server` are called by one thread each, with whole lines. Everything else is passed on in order;
only a call that waits for a person is overtaken. Standard library only.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from hooks.decode import Unreadable
from hooks.mcp_forms import ALLOW, DENY, REPLACE, WARN
from hooks.proxy import messages, offers
from hooks.proxy.link import RESULT, UNJUDGED, Told, Waiting
from hooks.proxy.messages import JsonObject, Message, key_of
from hooks.proxy.results import CUT, UNSEEN, ends_of, replaced, text_of, warned
from hooks.proxy.withholding import LIST, TOO_SLOW, Withholder

CALL, RESOURCE, CANCELLED = "tools/call", "resources/read", "notifications/cancelled"
TASK_RESULT = "tasks/result"
MAX_WAITING, MAX_PENDING, MAX_KEPT, MAX_TASKS = 32, 10_000, 4_000_000, 1_000
TOO_MANY = f"More than {MAX_WAITING} calls of this server wait for a person. Handrail did not run this one; wait for their answers."
WITH_OTHERS = "Not run: another call of the same batch was stopped."


class Link(Protocol):
    """The way to the sensor; `hooks.proxy.link.Link`."""

    def ask(self, event: dict[str, Any]) -> Told | Waiting: ...

    def look(self, event: dict[str, Any]) -> Told: ...

    def finish(self, waiting: Waiting) -> Told: ...


class Facts(NamedTuple):
    """What every event says: for whom the proxy stands, before which server, in which session and folder."""

    client: str
    server: str
    server_id: str
    session: str
    cwd: str


class Ways(NamedTuple):
    """Where whole lines go; each may be called from any thread. `notice` takes one sentence for a person."""

    to_server: Callable[[bytes], None]
    to_client: Callable[[bytes], None]
    notice: Callable[[str], None]


class Asked(NamedTuple):
    """A request of the client that is under way, and the event it was judged by (None: it is not judged)."""

    method: str
    event: dict[str, Any] | None


class Traffic:
    """One connection between a client and a server."""

    def __init__(self, facts: Facts, link: Link, ways: Ways) -> None:
        self._facts = facts
        self._link = link
        self._ways = ways
        self._withholder = Withholder(link.look, self._common, ways.notice)
        self._lock = threading.Lock()
        self._pending: OrderedDict[str, Asked] = OrderedDict()
        self._tasks: OrderedDict[str, dict[str, Any]] = OrderedDict()  # calls whose result is asked for later, by the id of their task
        self._held = 0  # messages that wait for a person
        self._waiting: dict[str, bool] = {}  # id of a call that waits for a person -> whether the client has cancelled it

    # -- client to server

    def from_client(self, line: bytes) -> None:
        """Pass a line on, or answer it."""
        if not line.strip():
            self._ways.to_server(line)
            return
        try:
            message = messages.read_message(line)
        except Unreadable as error:
            self._refuse_line(f"Handrail refused a message of the client: {error}.", line)
            return
        problem = self._problem(message)
        if problem:
            self._answer(message, lambda item: messages.error_answer(item.get("id"), messages.INVALID_REQUEST, problem))
            return
        events = {number: self._event(item) for number, item in enumerate(message.items) if is_judged(item)}
        unclear = [number for number, event in events.items() if event is None]
        if unclear:
            text = "Handrail refused a call whose name and arguments cannot be told."
            self._answer(message, lambda item: messages.error_answer(item.get("id"), messages.INVALID_PARAMS, text))
            return
        if not events and not message.is_batch and self._is_cancelled(message.items[0]):
            return
        self._judge(message, {number: event for number, event in events.items() if event is not None})

    def oversized(self, from_server: bool, limit: int) -> None:
        """A line beyond the limit was dropped, unread."""
        size = f"{limit >> 20} MiB"
        if not from_server:
            self._refuse_line(f"Handrail refused a message of the client: it is larger than {size}.")
            return
        self._ways.notice(f"a message of the server was larger than {size} and was dropped")
        self._end_all(f"The server sent a message larger than {size}, which Handrail does not pass on. This call has no result.")

    def _judge(self, message: Message, events: dict[int, dict[str, Any]]) -> None:
        """Ask about each call of the message; go on in a thread of its own when a person is asked."""
        told = {number: self._link.ask(event) for number, event in events.items()}
        if not any(isinstance(one, Waiting) for one in told.values()):
            self._conclude(message, events, {number: one for number, one in told.items() if isinstance(one, Told)})
            return
        keys = [key_of(item["id"]) for item in message.items if messages.wants_answer(item)]
        with self._lock:
            is_full = self._held >= MAX_WAITING
            if not is_full:
                self._held += 1  # by message: one that wants no answer has no key, and holds a thread all the same
                self._waiting |= dict.fromkeys(keys, False)
        if is_full:
            for one in told.values():
                if isinstance(one, Waiting):
                    one.connection.close()
            self._conclude(message, events, {number: Told(DENY, TOO_MANY) for number in told})
            return
        threading.Thread(target=self._wait, args=(message, events, told, keys), daemon=True).start()

    def _wait(self, message: Message, events: dict[int, dict[str, Any]], told: dict[int, Told | Waiting], keys: list[str]) -> None:
        final = {number: self._link.finish(one) if isinstance(one, Waiting) else one for number, one in told.items()}
        with self._lock:
            self._held -= 1
            cancelled = [self._waiting.pop(key, False) for key in keys]
        if not any(cancelled):
            self._conclude(message, events, final)

    def _conclude(self, message: Message, events: dict[int, dict[str, Any]], told: dict[int, Told]) -> None:
        """All calls are allowed: the line goes on as it is. Else nothing of it does."""
        if all(one.word == ALLOW for one in told.values()):
            with self._lock:
                for number, item in enumerate(message.items):
                    if messages.wants_answer(item):
                        self._pending[key_of(item["id"])] = Asked(item["method"], _kept(events.get(number), message) or self._unjudged(item))
                while len(self._pending) > MAX_PENDING:
                    self._pending.popitem(last=False)
            self._ways.to_server(message.line)
            return
        texts = {id(item): told[number].text or UNJUDGED for number, item in enumerate(message.items) if number in told and told[number].word != ALLOW}
        self._answer(message, lambda item: stopped(item, texts.get(id(item), WITH_OTHERS)))

    def _unjudged(self, item: JsonObject) -> dict[str, Any] | None:
        """The event behind a request that is not judged, but whose answer is a text for the model: a task's result or a prompt. None for all others."""
        params = item.get("params")
        if _method(item) == offers.PROMPT:
            return {**self._common(offers.PROMPT), "tool_name": "prompt", "tool_input": params if isinstance(params, dict) else {}}
        if _method(item) != TASK_RESULT:
            return None
        task = params.get("taskId") if isinstance(params, dict) else None
        return self._tasks.get(key_of(task)) or {**self._common(TASK_RESULT), "tool_name": "task", "tool_input": {"taskId": task}}

    def _problem(self, message: Message) -> str:
        """Why a message cannot be taken, "" when it can: answers are found by their ids."""
        keys = [key_of(item["id"]) for item in message.items if messages.wants_answer(item)]
        with self._lock:
            if len(set(keys)) != len(keys) or any(key in self._pending or key in self._waiting for key in keys):
                return "Handrail refused a request whose id is already in use."
        return ""

    def _is_cancelled(self, item: JsonObject) -> bool:
        """Whether the message takes a call back that waits for a person: the server has never seen that one."""
        params = item.get("params")
        if item.get("method") != CANCELLED or not isinstance(params, dict):
            return False
        key = key_of(params.get("requestId"))
        with self._lock:
            if key not in self._waiting:
                return False
            self._waiting[key] = True
        return True

    def _answer(self, message: Message, make: Callable[[JsonObject], JsonObject]) -> None:
        """Answer every request of a message in the server's place. Notifications and answers are dropped with it."""
        answers = [make(item) for item in message.items if messages.wants_answer(item)]
        if not answers:
            self._ways.notice("a message of the client that wants no answer was stopped")
            return
        self._ways.to_client(messages.render(answers if message.is_batch else answers[0]))

    def _refuse_line(self, text: str, line: bytes = b"") -> None:
        """Answer a line that cannot be read strictly: for the ids in it, if any can be told, so that nobody waits for ever."""
        self._ways.notice(text)
        with self._lock:
            busy = {*self._pending, *self._waiting}
        answers = [stopped(item, text) for item in messages.tolerant_items(line) if isinstance(item.get("method"), str) and key_of(item["id"]) not in busy]
        for answer in answers or [messages.error_answer(None, messages.PARSE_ERROR, text)]:
            self._ways.to_client(messages.render(answer))

    def _event(self, item: JsonObject) -> dict[str, Any] | None:
        """The event that a call is judged by; None when the call is not of the form that servers take."""
        params = item.get("params")
        if not isinstance(params, dict):
            return None
        method = _method(item)
        name, given = params.get("name"), params.get("arguments")
        if method == RESOURCE:
            name, given = "resource", {"server": self._facts.server, "uri": params.get("uri")}
        given = {} if given is None else given
        if not isinstance(name, str) or not name or not isinstance(given, dict) or (method == RESOURCE and not isinstance(params.get("uri"), str)):
            return None
        meta = params.get("_meta")
        call_id = meta.get("claudecode/toolUseId") if isinstance(meta, dict) else None
        return {
            **self._common(method), "mcp_method": method, "tool_name": name, "tool_input": given,
            "tool_use_id": call_id if isinstance(call_id, str) else "",
        }

    def _common(self, event: str) -> dict[str, Any]:
        facts = self._facts
        return {"hook_event_name": event, "mcp_client": facts.client, "mcp_server_name": facts.server, "mcp_server_id": facts.server_id,
                "session_id": facts.session, "cwd": facts.cwd}

    # -- server to client

    def from_server(self, line: bytes) -> None:
        """Pass a line on, with what the sensor says about results and definitions."""
        if not line.strip():
            self._ways.to_client(line)
            return
        try:
            message = messages.read_message(line, from_server=True)
        except Unreadable as error:
            self._unreadable(line, str(error))
            return
        seen = [self._seen(item) for item in message.items]
        kept = [item for item in seen if item is not None]
        if len(kept) == len(seen) and all(one is other for one, other in zip(kept, message.items, strict=True)):
            self._ways.to_client(message.line)
        elif kept:
            self._ways.to_client(messages.render(kept if message.is_batch else kept[0]))

    def _unreadable(self, line: bytes, problem: str) -> None:
        self._ways.notice(f"a line of the server was not passed on: {problem}")
        for item in messages.tolerant_items(line):
            with self._lock:
                asked = self._pending.pop(key_of(item["id"]), None) if "method" not in item else None
            if asked is not None:
                text = f"Handrail did not pass the server's answer on: {problem}."
                self._ways.to_client(messages.render(messages.error_answer(item["id"], messages.REFUSED, text)))
        if problem == messages.TOO_DEEP:
            self._end_all(f"Handrail did not pass an answer of the server on: {problem}. This call has no result.")

    def _end_all(self, text: str) -> None:
        """An answer was lost, and nobody can say to which request: none of them waits for ever."""
        with self._lock:
            keys, self._pending = list(self._pending), OrderedDict()
        for key in keys:
            self._ways.to_client(messages.render(messages.error_answer(json.loads(key), messages.REFUSED, text)))

    def _seen(self, item: JsonObject) -> JsonObject | None:
        """The message as the client gets it, the same object when unchanged; None for an answer that nobody waits for."""
        if item.get("method") in offers.REQUESTS and messages.wants_answer(item) and isinstance(item.get("params"), dict):
            return self._withholder.request(item, self._ways.to_server)
        if "method" in item or (item.get("id") is None and item.get("result") is None):
            return item
        with self._lock:
            asked = self._pending.pop(key_of(item.get("id")), None)
        if asked is None:
            self._ways.notice("an answer of the server to no request was dropped")
            return None
        if asked.event is not None:
            return self._result(item, asked.event)
        if not isinstance(item.get("result"), dict):
            return self._withholder.answer(item, asked.method)
        if asked.method in offers.INTRODUCTIONS:
            return self._withholder.introduction(item)
        if asked.method in offers.LISTINGS:
            return self._withholder.listing(item, offers.LISTINGS[asked.method])
        return self._withholder.tools(item) if asked.method == LIST else self._withholder.answer(item, asked.method)

    def _result(self, item: JsonObject, event: dict[str, Any]) -> JsonObject:
        result = item.get("result")
        if isinstance(result, dict) and isinstance(result.get("task"), dict):
            with self._lock:
                self._tasks[key_of(result["task"].get("taskId"))] = event
                while len(self._tasks) > MAX_TASKS:
                    self._tasks.popitem(last=False)
        text = text_of(item)
        if not text:
            return item
        shown = ends_of(text)
        told = self._link.look({**event, "hook_event_name": RESULT, "tool_response": shown})
        if told.late:
            self._ways.notice(f"a result was withheld: {TOO_SLOW}")
            return replaced(item, TOO_SLOW)
        if not told.by_sensor:
            self._ways.notice("a result was passed on, with a warning, that Handrail could not look at")
            return warned(item, UNSEEN)
        if told.word == WARN:
            return warned(item, told.text)
        if told.word in (REPLACE, DENY):
            return replaced(item, told.text)
        return item if shown is text else warned(item, CUT)


def _kept(event: dict[str, Any] | None, message: Message) -> dict[str, Any] | None:
    """What is kept of an event until its result comes: a huge input would leave no room for the result beside it."""
    return event if event is None or len(message.line) <= MAX_KEPT else {**event, "tool_input": {}}


def _method(item: JsonObject) -> str:
    """The method, as a server that is tolerant about it might take it."""
    return str(item.get("method", "")).strip().casefold()


def is_judged(item: JsonObject) -> bool:
    """Whether a message of the client makes the server act or read."""
    return _method(item) in (CALL, RESOURCE)


def stopped(item: JsonObject, text: str) -> JsonObject:
    """The answer to a request that did not reach the server."""
    return messages.tool_error(item["id"], text) if _method(item) == CALL else messages.error_answer(item["id"], messages.REFUSED, text)
