"""A Messages API endpoint on loopback that says what a script tells it to, so that the real client runs real tool calls.

A script is two lists of turns, one for the main conversation and one for sub-agents; a turn is a list of content
blocks: `say(text)` or `use(tool, **input)`. Which turn a request asks for follows from the conversation itself (the
number of tool-result messages in it), so a denied call advances the script like a successful one.
"""

from __future__ import annotations

import http.server
import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

SUBAGENT_WORD = "SUBAGENT-TASK"

Block = dict[str, Any]
Turn = list[Block]


def say(text: str) -> Block:
    """A text block."""
    return {"type": "text", "text": text}


def use(tool: str, **arguments: Any) -> Block:
    """A tool call."""
    return {"type": "tool_use", "name": tool, "input": arguments}


@dataclass(frozen=True)
class Result:
    """What the client told the model about one tool call."""

    tool_use_id: str
    text: str
    is_error: bool


@dataclass
class Script:
    """What the model does. `subagent` is played in conversations whose prompt carries SUBAGENT_WORD."""

    main: list[Turn]
    subagent: list[Turn] = field(default_factory=list)


class ScriptedModel:
    """The endpoint; a context manager. `results` maps tool-use ids to what came back, `calls` ids to their blocks."""

    def __init__(self, script: Script, before_turn: Any = None) -> None:
        self.calls: dict[str, Block] = {}
        self.results: dict[str, Result] = {}
        self.turns_played: list[tuple[str, int]] = []
        self.heard: list[str] = []  # everything that the client sent, request by request
        self._script = script
        self._before_turn = before_turn
        self._lock = threading.Lock()
        handler = type("Handler", (_Endpoint,), {"model": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def __enter__(self) -> ScriptedModel:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def result_of(self, tool: str, **arguments: Any) -> Result:
        """The result of the one call with this tool whose input contains `arguments`. Raises LookupError."""
        for call_id, block in self.calls.items():
            is_meant = block["name"] == tool and all(block["input"].get(key) == value for key, value in arguments.items())
            if is_meant and call_id in self.results:
                return self.results[call_id]
        raise LookupError(f"no result for {tool} {arguments}; turns played: {self.turns_played}")

    def respond(self, body: dict[str, Any]) -> tuple[list[Block], str]:
        """Blocks and stop reason for one request."""
        messages = body.get("messages", [])
        returned = [_results(message) for message in messages if _results(message)]
        name = "subagent" if SUBAGENT_WORD in _text(messages[0] if messages else {}) else "main"
        turns: list[Turn] = getattr(self._script, name)
        number = len(returned)
        with self._lock:
            self.heard.append(json.dumps(body, ensure_ascii=False))
            for result in (one for group in returned for one in group):
                self.results.setdefault(result.tool_use_id, result)
            if not body.get("tools") or number >= len(turns):
                return [say("done")], "end_turn"
            if self._before_turn is not None and (name, number) not in self.turns_played:
                self._before_turn(name, number)
            self.turns_played.append((name, number))
            blocks = [self._numbered(block) for block in turns[number]]
        return blocks, "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"

    def _numbered(self, block: Block) -> Block:
        if block["type"] != "tool_use":
            return block
        call_id = f"toolu_{len(self.calls) + 1:08d}"
        self.calls[call_id] = block
        return {**block, "id": call_id}


def _text(message: dict[str, Any]) -> str:
    content = message.get("content", "")
    if isinstance(content, str):
        return content
    return " ".join(block.get("text", "") for block in content if isinstance(block, dict))


def _results(message: dict[str, Any]) -> list[Result]:
    content = message.get("content")
    if message.get("role") != "user" or not isinstance(content, list):
        return []
    return [
        Result(block["tool_use_id"], _result_text(block.get("content", "")), bool(block.get("is_error")))
        for block in content
        if block.get("type") == "tool_result"
    ]


def _result_text(content: Any) -> str:
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _stream_events(message: dict[str, Any], blocks: list[Block], stop: str) -> list[tuple[str, dict[str, Any]]]:
    """The server-sent events of one answer."""
    events: list[tuple[str, dict[str, Any]]] = [("message_start", {"message": {**message, "content": [], "stop_reason": None}})]
    for index, block in enumerate(blocks):
        if block["type"] == "text":
            empty: Block = {"type": "text", "text": ""}
            delta = {"type": "text_delta", "text": block["text"]}
        else:
            empty = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        events.append(("content_block_start", {"index": index, "content_block": empty}))
        events.append(("content_block_delta", {"index": index, "delta": delta}))
        events.append(("content_block_stop", {"index": index}))
    events.append(("message_delta", {"delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 1}}))
    events.append(("message_stop", {}))
    return events


class _Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ScriptedModel

    def log_message(self, *_: object) -> None:
        """Stay silent: pytest shows what matters."""

    def do_HEAD(self) -> None:
        self._send(b"")

    def do_GET(self) -> None:
        self._send(b"{}")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
        if "count_tokens" in self.path:
            self._send(b'{"input_tokens": 1}')
            return
        blocks, stop = self.model.respond(body)
        # The client merges answers that share an id, so each has its own.
        message = {
            "id": f"msg_{uuid.uuid4().hex}", "type": "message", "role": "assistant", "model": body.get("model", ""),
            "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
        }
        if body.get("stream"):
            lines = [f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n" for kind, data in _stream_events(message, blocks, stop)]
            self._send("".join(lines).encode(), "text/event-stream")
        else:
            self._send(json.dumps({**message, "content": blocks, "stop_reason": stop}).encode())

    def _send(self, data: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
