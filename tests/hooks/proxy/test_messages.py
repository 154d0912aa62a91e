"""What two readers could read differently is refused; everything else is passed on to the byte."""

from __future__ import annotations

import json
from random import Random

import pytest

from hooks.decode import Unreadable
from hooks.proxy.messages import error_answer, key_of, read_message, render, tolerant_items, tool_error, wants_answer

CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{}}}\n'
DEEP = b'{"id":1,"method":"x","params":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}\n"

REFUSED = {
    "key twice": b'{"id":1,"id":2,"method":"ping"}\n',
    "key twice inside": b'{"id":1,"method":"tools/call","params":{"name":"a","arguments":{"p":"x","p":"y"}}}\n',
    "method in another case": b'{"id":1,"method":"ping","Method":"tools/call"}\n',
    "method with a letter that folds": '{"id":1,"method":"ping","param\u017f":{}}\n'.encode(),
    "name in another case": b'{"id":1,"method":"tools/call","params":{"name":"a","NAME":"b"}}\n',
    "NaN": b'{"id":1,"method":"x","params":{"a":NaN}}\n',
    "infinite": b'{"id":1,"method":"x","params":{"a":1e999}}\n',
    "depth bomb": DEEP,
    "not UTF-8": b'{"id":1,"method":"\xff"}\n',
    "overlong form": b'{"id":1,"method":"\xc0\xaf"}\n',
    "UTF-16": '{"id":1}'.encode("utf-16-le") + b"\n",
    "byte order mark": b"\xef\xbb\xbf" + CALL,
    "null character": b'{"id":1,\0"method":"x"}\n',
    "line break inside": b'{"a":\r{"id":1,"method":"tools/call"}\r}\n',
    "half a character": b'{"id":1,"method":"x","params":{"a":"\\ud800"}}\n',
    "two messages": CALL.strip() + CALL,
    "text": b"Server started\n",
    "number": b"7\n",
    "empty batch": b"[]\n",
    "huge batch": b"[" + b",".join([b'{"id":1,"method":"x"}'] * 101) + b"]\n",
    "batch in a batch": b"[[{}]]\n",
    "result and error": b'{"id":1,"result":{},"error":{"code":1,"message":"m"}}\n',
    "request and answer": b'{"id":1,"method":"x","result":{}}\n',
    "method that is no text": b'{"id":1,"method":["tools/call"]}\n',
    "id that is a fraction": b'{"id":1.0,"method":"x"}\n',
    "id that is a truth": b'{"id":true,"method":"x"}\n',
    "id that is an object": b'{"id":{},"method":"x"}\n',
}


@pytest.mark.parametrize("line", REFUSED.values(), ids=REFUSED)
def test_refused(line):
    with pytest.raises(Unreadable, match=r"it|batch"):
        read_message(line)


@pytest.mark.parametrize("line", [
    CALL, b'  { "id" : 7 , "result" : { } } \n', '{"method":"x","params":{"a":"ä\\u2028 \U0001f600"}}\n'.encode(), CALL[:-1] + b"\r\n",
    b'[{"id":1,"method":"x"},{"method":"y"}]\n', b'{"id":"a","error":{"code":-1,"message":"m"}}\n', b'{"id":null,"method":"x"}\n',
    b'{"id":1,"result":{},"error":null}\n', b'{"id":1,"result":null,"error":{"code":1,"message":"m"}}\n',
    b'{"id":12345678901234567890,"method":"x"}\n',
])
def test_passed_on_to_the_byte(line):
    assert read_message(line).line == line


def test_a_line_without_its_end_gets_one():
    assert read_message(CALL.strip()).line == CALL


SNIPPETS = [
    b'"id":2', b'"method":"ping"', b'"Method":"tools/call"', b'"name":"rm"', b'"NAME":"rm"', b"\r", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x1e", b"\0", b"NaN", b"1e999", b"\\u2028", b"\\ud800",
    b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"rm","arguments":{}}}', b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b"//", b"/*", b"\xef\xbb\xbf", b"\xff", b" ", b"\t",
]


def mutated(random: Random) -> bytes:
    """A call with pieces put in, taken out or doubled."""
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read", "arguments": {"path": "a b", "n": [1, {"x": "y"}]}}}).encode()
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(line))
        kind = random.random()
        if kind < 0.5:
            line = line[:at] + random.choice(SNIPPETS) + random.choice([b"", b","]) + line[at:]
        elif kind < 0.75:
            line = line[:at] + line[at + random.randint(1, 6):]
        else:
            line = line[:at] + line[max(0, at - random.randint(1, 30)):]
    return line


def first_wins(pairs):
    return dict(reversed(pairs))


def any_case(pairs):
    return {key.casefold(): value for key, value in pairs}


def folded(value):
    """The same with the keys inside in one case."""
    if isinstance(value, dict):
        return {key.casefold(): folded(inner) for key, inner in value.items()}
    return [folded(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def calls_seen(text: str, hook) -> list:
    """What a reader sees as messages: (method, name, arguments) of each of its lines that it can parse."""
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line, object_pairs_hook=hook)
        except (ValueError, RecursionError):
            continue
        for item in value if isinstance(value, list) else [value]:
            params = item.get("params") if isinstance(item, dict) else None
            params = params if isinstance(params, dict) else {}
            found.append((item.get("method"), params.get("name"), params.get("arguments")) if isinstance(item, dict) else item)
    return found


def test_whatever_is_passed_on_is_the_same_message_to_every_reader():
    """Readers that take the first or the last of two keys, or keys in any case, and split lines at every separator there is."""
    random, passed = Random(20260728), 0
    for _ in range(20_000):
        try:
            message = read_message(mutated(random))
        except Unreadable:
            continue
        passed += 1
        text = message.line.decode()
        judged = [(item.get("method"), *((item["params"].get("name"), item["params"].get("arguments")) if isinstance(item.get("params"), dict) else (None, None))) for item in message.items]
        assert len(text.splitlines()) == 1
        for hook in (dict, first_wins, any_case):
            assert folded(calls_seen(text, hook)) == folded(judged), message.line
    assert passed > 1_000


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_line_separators_inside_a_text_are_escaped(separator):
    """Servers that split at them would see a second message: the text of a model could hold a whole call."""
    hidden = f'x{separator}{{"id":2,"method":"tools/call"}}{separator}'
    line = json.dumps({"id": 1, "method": "x", "params": {"text": hidden}}, ensure_ascii=False).encode() + b"\n"
    passed = read_message(line).line
    assert len(passed.decode().splitlines()) == 1 and len(line.decode().splitlines()) == 3
    assert json.loads(passed) == json.loads(line)


def test_half_a_character_from_a_server_is_its_own_affair():
    line = b'{"id":1,"result":{"content":[{"type":"text","text":"\\ud83d"}]}}\n'
    assert read_message(line, from_server=True).line == line


def test_ids_of_different_kinds_differ():
    assert len({key_of(1), key_of("1"), key_of(None)}) == 3


@pytest.mark.parametrize(("item", "wants"), [({"id": 1, "method": "x"}, True), ({"method": "x"}, False), ({"id": None, "method": "x"}, False), ({"id": 1, "result": {}}, False)])
def test_who_wants_an_answer(item, wants):
    assert wants_answer(item) is wants


def test_answers_of_our_own_are_one_line():
    line = render(tool_error("a", "no\nway \ud800"))
    assert line.count(b"\n") == 1 and json.loads(line)["result"]["isError"] is True
    assert json.loads(render(error_answer(None, -32700, "m")))["error"] == {"code": -32700, "message": "m"}


@pytest.mark.parametrize(("line", "ids"), [
    (REFUSED["key twice"], [2]), (REFUSED["NaN"], [1]), (REFUSED["half a character"], [1]), (REFUSED["text"], []),
    (b'[{"id":1,"method":"x","a":NaN},{"id":"b","method":"y"},{"id":true},7]\n', [1, "b"]),
])
def test_ids_in_a_refused_line(line, ids):
    assert [item["id"] for item in tolerant_items(line)] == ids


def test_ids_in_a_deep_line():
    """Python's own reader takes such a line since 3.14."""
    assert [item["id"] for item in tolerant_items(DEEP)] in ([], [1])
