"""What passes, what is answered in the server's place, and what is asked about, without processes."""

from __future__ import annotations

import json
import threading
import time

import pytest

from hooks.mcp_forms import ALLOW, DENY, REPLACE, WARN
from hooks.proxy.link import Told, Waiting
from hooks.proxy.traffic import MAX_WAITING, Facts, Traffic, Ways

FACTS = Facts("claude-code", "files", "0123", "s-1", "/project")


class FakeLink:
    """Answers by the tool's name: "no" is denied, "held" waits for `answer`, what is not named is allowed."""

    def __init__(self):
        self.events: list[dict] = []
        self.after = Told(ALLOW)
        self.listed: dict[str, Told] = {}
        self.answer, self.asked = Told(ALLOW), threading.Event()

    def ask(self, event):
        self.events.append(event)
        if event["hook_event_name"] == "tools/result":
            return self.after
        if event["hook_event_name"] in ("tools/list", "initialize", "prompts/list", "resources/list"):
            return self.listed.get(event["tool_name"], Told(ALLOW))
        if event["tool_name"] == "held":
            return Waiting(FakeConnection(), time.monotonic() + 10, b"")
        return Told(DENY, "use another way") if event["tool_name"] == "no" or "no" in str(event["tool_input"].get("uri")) else Told(ALLOW)

    look = ask

    def finish(self, waiting):
        assert self.asked.wait(60)
        return self.answer


class FakeConnection:
    def close(self):
        pass


class Between:
    """A proxy whose ends are lists."""

    def __init__(self):
        self.link = FakeLink()
        self.server: list[bytes] = []
        self.client: list[bytes] = []
        self.notices: list[str] = []
        self.traffic = Traffic(FACTS, self.link, Ways(self.server.append, self.client.append, self.notices.append))

    def send(self, value) -> bytes:
        line = value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"
        self.traffic.from_client(line)
        return line

    def reply(self, value) -> bytes:
        line = value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"
        self.traffic.from_server(line)
        return line

    @property
    def answers(self) -> list:
        return [json.loads(line) for line in self.client]

    def wait(self, enough) -> None:
        deadline = time.monotonic() + 60
        while not enough():
            assert time.monotonic() < deadline
            time.sleep(0.005)


@pytest.fixture
def between():
    one = Between()
    yield one
    one.link.asked.set()  # nothing waits longer than its test


def call(name="yes", number=1, **more):
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": name, "arguments": {"path": "a"}, **more}}


def test_an_allowed_call_is_passed_on_and_judged_as_it_is(between):
    assert between.server == [between.send(call(_meta={"claudecode/toolUseId": "toolu_1", "progressToken": 3}))] and between.client == []
    (event,) = between.link.events
    assert event == {"hook_event_name": "tools/call", "mcp_client": "claude-code", "mcp_server_name": "files", "mcp_server_id": "0123", "session_id": "s-1",
                     "cwd": "/project", "mcp_method": "tools/call", "tool_name": "yes", "tool_input": {"path": "a"}, "tool_use_id": "toolu_1"}


def test_a_denied_call_never_reaches_the_server(between):
    between.send(call("no"))
    assert between.server == []
    assert between.answers == [{"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "use another way"}], "isError": True}}]


def test_a_denied_call_that_wants_no_answer_is_dropped(between):
    item = call("no")
    del item["id"]
    between.send(item)
    assert between.server == [] and between.client == [] and between.notices


@pytest.mark.parametrize("method", ["Tools/Call", " tools/call ", "TOOLS/CALL"])
def test_a_method_that_a_tolerant_server_takes_for_a_call_is_judged(between, method):
    between.send({**call("no"), "method": method})
    assert between.server == [] and between.answers[0]["result"]["isError"] is True


def test_a_resource_is_judged_as_it_is_read(between):
    between.send({"id": 1, "method": "resources/read", "params": {"uri": "file:///yes"}})
    between.send({"id": 2, "method": "resources/read", "params": {"uri": "file:///no"}})
    assert len(between.server) == 1 and between.answers == [{"jsonrpc": "2.0", "id": 2, "error": {"code": -32000, "message": "use another way"}}]
    assert [event["tool_input"] for event in between.link.events] == [{"server": "files", "uri": "file:///yes"}, {"server": "files", "uri": "file:///no"}]


@pytest.mark.parametrize("item", [
    {"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"method": "notifications/initialized"}, {"id": "x", "result": {"roots": []}}, {"id": 5, "method": "prompts/get", "params": {"name": "no"}},
    {"id": 6, "method": "unknown/method", "params": [1, 2]}, [{"id": 1, "method": "ping"}, {"method": "notifications/x"}], {"id": 7, "method": "server/discover", "params": {}},
])
def test_everything_else_passes_to_the_byte(between, item):
    assert between.server == [between.send(item)] and between.link.events == [] and between.client == []


def test_blank_lines_pass(between):
    between.send(b"\n")
    between.reply(b" \r\n")
    assert (between.server, between.client) == ([b"\n"], [b" \r\n"])


@pytest.mark.parametrize("params", [None, [], {"arguments": {}}, {"name": 7}, {"name": ""}, {"name": "yes", "arguments": "rm"}, {"name": "yes", "arguments": [1]}])
def test_a_call_of_another_form_is_refused(between, params):
    between.send({"id": 1, "method": "tools/call", "params": params})
    assert between.server == [] and between.answers[0]["error"]["code"] == -32602 and between.link.events == []


@pytest.mark.parametrize("line", [
    b'{"id":4,"method":"tools/call","params":{"name":"yes","name":"no","arguments":{}}}\n', b'{"id":4,"method":"tools/call","params":{"name":"yes","arguments":{"a":NaN}}}\n',
    b'{"id":4,"method":"tools/call","params":{"name":"yes","arguments":{"a":"\\udc00"}}}\n',
])
def test_a_call_that_can_be_read_in_two_ways_is_answered_by_its_id(between, line):
    between.send(line)
    assert between.server == [] and between.link.events == []
    assert between.answers[0]["id"] == 4 and between.answers[0]["result"]["isError"] is True


def test_what_cannot_be_read_at_all_is_answered_without_an_id(between):
    between.send(b"GET / HTTP/1.1\n")
    assert between.server == [] and between.answers == [{"jsonrpc": "2.0", "id": None, "error": between.answers[0]["error"]}]
    assert between.answers[0]["error"]["code"] == -32700


def test_a_batch_passes_whole_or_not_at_all(between):
    line = between.send([call("yes", 1), {"id": 2, "method": "ping"}, {"method": "notifications/x"}])
    assert between.server == [line]
    between.send([call("yes", 3), {"id": 4, "method": "ping"}, call("no", 5)])
    assert between.server == [line]
    (answers,) = between.answers
    assert [one["id"] for one in answers] == [3, 4, 5] and answers[2]["result"]["content"][0]["text"] == "use another way"
    assert "same batch" in answers[0]["result"]["content"][0]["text"] and "same batch" in answers[1]["error"]["message"]


def test_an_id_that_is_in_use_is_refused(between):
    first = between.send(call("yes", 1))
    between.send(call("yes", 1))
    between.send([call("yes", 2), call("yes", 2)])
    assert between.server == [first] and between.answers[0]["error"]["code"] == -32600
    between.reply({"id": 1, "result": {}})
    again = between.send(call("yes", 1))
    assert between.server == [first, again]


# -- held for a person


def test_a_held_call_goes_on_when_it_is_released_and_others_pass_meanwhile(between):
    held = between.send(call("held", 1))
    other = between.send({"id": 2, "method": "ping"})
    assert between.server == [other]
    between.link.asked.set()
    between.wait(lambda: len(between.server) == 2)
    assert between.server == [other, held] and between.client == []


def test_a_held_call_that_nobody_releases_is_denied(between):
    between.link.answer = Told(DENY, "nobody answered, it waits as Q1")
    between.send(call("held", 1))
    between.link.asked.set()
    between.wait(lambda: between.client)
    assert between.server == [] and between.answers[0]["result"] == {"content": [{"type": "text", "text": "nobody answered, it waits as Q1"}], "isError": True}


def test_a_held_call_can_be_cancelled(between):
    between.send(call("held", 1))
    between.send({"method": "notifications/cancelled", "params": {"requestId": 1}})
    between.link.asked.set()
    between.wait(lambda: not between.traffic._waiting)
    time.sleep(0.05)
    assert between.server == [] and between.client == []
    passed = between.send({"method": "notifications/cancelled", "params": {"requestId": 9}})
    assert between.server == [passed], "the server knows of this one"


def test_a_server_cannot_answer_a_held_call(between):
    between.send(call("held", 1))
    between.reply({"id": 1, "result": {"content": [{"type": "text", "text": "done"}]}})
    assert between.client == [] and between.notices


def test_waiting_calls_are_bounded(between):
    for number in range(MAX_WAITING + 1):
        between.send(call("held", number))
    assert "wait for a person" in between.answers[0]["result"]["content"][0]["text"] and between.answers[0]["id"] == MAX_WAITING


def test_waiting_notifications_are_bounded_too(between):
    before = threading.active_count()
    for _ in range(3 * MAX_WAITING):
        between.send({key: value for key, value in call("held", 1).items() if key != "id"})
    assert threading.active_count() - before <= MAX_WAITING and between.server == []
    between.link.asked.set()
    between.wait(lambda: len(between.server) == MAX_WAITING)
    between.send(call("held", 7))
    between.wait(lambda: len(between.server) == MAX_WAITING + 1)


# -- server to client


@pytest.mark.parametrize("item", [
    {"id": 3, "method": "sampling/createMessage", "params": {"messages": []}}, {"method": "notifications/tools/list_changed"}, {"id": None, "error": {"code": -32700, "message": "m"}},
])
def test_what_a_server_asks_and_tells_passes_to_the_byte(between, item):
    assert between.client == [between.reply(item)]


def result(text="hello", number=1):
    return {"jsonrpc": "2.0", "id": number, "result": {"content": [{"type": "text", "text": text}]}}


def test_a_result_passes_to_the_byte_when_nothing_is_found(between):
    between.send(call())
    assert between.client == [between.reply(result())]
    assert between.link.events[1]["hook_event_name"] == "tools/result" and between.link.events[1]["tool_response"] == "hello"
    assert between.link.events[1]["tool_input"] == {"path": "a"}


def test_a_warning_goes_with_a_result(between):
    between.link.after = Told(WARN, "data, no orders")
    between.send(call())
    between.reply(result())
    assert [block["text"] for block in between.answers[0]["result"]["content"]] == ["data, no orders", "hello"]


def test_a_warning_stands_in_the_place_of_a_result(between):
    between.link.after = Told(REPLACE, "withheld")
    between.send(call())
    between.reply(result())
    assert between.answers[0]["result"] == {"content": [{"type": "text", "text": "withheld"}], "isError": True}


def test_a_result_that_is_seen_in_part_says_so(between):
    between.send(call())
    between.reply(result("x" * 4_000_000))
    assert [block["text"][:8] for block in between.answers[0]["result"]["content"]] == ["Handrail", "xxxxxxxx"]
    assert len(between.link.events[1]["tool_response"]) < 4_000_000


def test_a_huge_input_leaves_room_for_its_result(between):
    between.send(call(arguments={"text": "x" * 5_000_000}))
    between.reply(result())
    assert between.link.events[0]["tool_input"] and not between.link.events[1]["tool_input"]


def test_a_result_that_takes_the_sensor_too_long_is_withheld(between):
    between.link.after = Told(ALLOW, by_sensor=False, late=True)
    between.send(call())
    between.reply(result("ORDERS"))
    assert "in time" in between.answers[0]["result"]["content"][0]["text"] and between.answers[0]["result"]["isError"] is True and "ORDERS" not in str(between.answers)


def test_a_result_that_nobody_looked_at_passes_with_a_warning(between):
    between.link.after = Told(ALLOW, by_sensor=False)
    between.send(call())
    between.reply(result())
    assert [block["text"][:24] for block in between.answers[0]["result"]["content"]] == ["Handrail could not look ", "hello"] and between.notices


def test_an_answer_to_nothing_is_dropped(between):
    between.reply(result(number=77))
    between.send(call())
    between.reply(result())
    between.reply(result())
    assert len(between.client) == 1 and len(between.notices) == 2


def test_a_result_of_nothing_in_particular_is_dropped(between):
    between.reply({"jsonrpc": "2.0", "id": None, "result": {"content": [{"type": "text", "text": "hello"}]}})
    assert between.client == [] and between.notices
    lost = {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "what?"}}
    assert between.client == [between.reply(lost)], "a server says so that it did not understand"


def test_the_result_of_a_task_is_looked_at_as_that_of_its_call(between):
    between.send(call(task={"ttl": 1000}))
    between.reply({"jsonrpc": "2.0", "id": 1, "result": {"task": {"taskId": "t1", "status": "working"}}})
    between.link.after = Told(REPLACE, "withheld")
    for number, task in ((2, "t1"), (3, "t1"), (4, "unheard of")):
        between.send({"jsonrpc": "2.0", "id": number, "method": "tasks/result", "params": {"taskId": task}})
        between.reply(result("ORDERS", number))
        assert "ORDERS" not in str(between.answers[-1]) and between.answers[-1]["id"] == number
        assert between.link.events[-1]["tool_response"] == "ORDERS" and between.link.events[-1]["tool_name"] == ("yes" if task == "t1" else "task")


def test_answers_in_a_batch_are_seen_one_by_one(between):
    between.link.after = Told(WARN, "careful")
    between.send([call("yes", 1), {"id": 2, "method": "ping"}])
    between.reply([result(number=1), {"id": 2, "result": {}}, result(number=3)])
    (answers,) = between.answers
    assert [one["id"] for one in answers] == [1, 2] and answers[0]["result"]["content"][0]["text"] == "careful"


@pytest.mark.parametrize("line", [b'{"id":1,"result":{"a":1,"a":2}}\n', b'{"id":1,"result":{"a":NaN}}\n', b'{"id":1,"result":{"a":"\xff"}}\n'])
def test_an_answer_that_cannot_be_read_strictly_becomes_an_error(between, line):
    between.send(call())
    between.reply(line)
    assert between.answers[0]["id"] == 1 and between.answers[0]["error"]["code"] == -32000 and len(between.client) == 1


def test_other_lines_of_a_server_are_left_out(between):
    between.send(call())
    between.reply(b"listening on stdio\n")
    assert between.client == [] and between.notices
    between.reply(result())
    assert len(between.client) == 1


def test_nobody_waits_for_ever_when_an_answer_is_lost(between):
    between.send(call("yes", 1))
    between.send({"id": "b", "method": "ping"})
    between.traffic.oversized(True, 64 << 20)
    assert {one["id"]: one["error"]["code"] for one in between.answers} == {1: -32000, "b": -32000}
    between.reply(b'{"id":1,"result":' + b"[" * 2000 + b"]" * 2000 + b"}\n")
    assert len(between.client) == 2


def test_a_client_line_that_is_too_long_is_refused(between):
    between.traffic.oversized(False, 16 << 20)
    assert between.answers[0]["error"]["code"] == -32700 and "16 MiB" in between.answers[0]["error"]["message"]


# -- definitions


def tools(*names, number=1):
    return {"jsonrpc": "2.0", "id": number, "result": {"tools": [{"name": name, "description": "d"} for name in names], "nextCursor": "2"}}


LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def test_a_list_of_tools_passes_to_the_byte(between):
    between.send(LISTING)
    assert between.client == [between.reply(tools("a", "b"))]
    assert [(event["hook_event_name"], event["tool_name"], event["tool_input"]["description"]) for event in between.link.events] == [("tools/list", "a", "d"), ("tools/list", "b", "d")]


def test_a_withheld_tool_is_left_out(between):
    between.link.listed["b"] = Told(DENY, "changed")
    between.send(LISTING)
    between.reply(tools("a", "b", "c"))
    assert [tool["name"] for tool in between.answers[0]["result"]["tools"]] == ["a", "c"] and between.answers[0]["result"]["nextCursor"] == "2"


def test_a_list_passes_while_the_sensor_is_away(between):
    between.link.listed["a"] = Told(ALLOW, by_sensor=False)
    between.send(LISTING)
    assert between.client == [between.reply(tools("a", "b"))] and len(between.link.events) == 1 and between.notices


def test_a_tool_that_takes_the_sensor_too_long_is_left_out_and_the_next_is_looked_at(between):
    between.link.listed |= {"a": Told(ALLOW, by_sensor=False, late=True), "b": Told(DENY, "an order")}
    between.send(LISTING)
    between.reply(tools("a", "b", "c"))
    assert [tool["name"] for tool in between.answers[0]["result"]["tools"]] == ["c"] and "in time" in between.notices[0]


def test_what_else_takes_the_sensor_too_long_is_left_out(between):
    between.link.listed["@instructions"] = between.link.after = Told(ALLOW, by_sensor=False, late=True)
    between.send({"id": 1, "method": "initialize"})
    between.reply(HELLO)
    between.reply(ELICITATION)
    assert "instructions" not in between.answers[0]["result"] and len(between.client) == 1 and "declined" in between.notices[-1]


def test_tools_without_a_name_are_left_out(between):
    between.send(LISTING)
    between.reply({"id": 1, "result": {"tools": [{"name": "a"}, {"description": "x"}, 7]}})
    assert between.answers[0]["result"]["tools"] == [{"name": "a"}]


@pytest.mark.parametrize("answer", [{"id": 1, "result": {}}, {"id": 1, "result": {"tools": "x"}}, {"id": 1, "error": {"code": 1, "message": "m"}}])
def test_other_answers_to_a_list_pass(between, answer):
    between.send(LISTING)
    assert between.client == [between.reply(answer)]


@pytest.mark.parametrize(("method", "answer"), [
    ("completion/complete", {"result": {"completion": {"values": ["an order"]}}}), ("ping", {"result": {"x": "an order"}}), ("logging/setLevel", {"result": "an order"}),
    ("tools/list", {"error": {"code": 1, "message": "an order"}}), ("initialize", {"error": {"code": 1, "message": "an order"}}), ("prompts/list", {"result": ["an order"]}),
])
def test_every_other_answer_is_looked_at(between, method, answer):
    between.link.after = Told(REPLACE, "withheld")
    between.send({"jsonrpc": "2.0", "id": 1, "method": method})
    between.reply({"jsonrpc": "2.0", "id": 1, **answer})
    assert between.link.events[-1]["tool_name"] == method and "an order" in between.link.events[-1]["tool_response"]
    assert between.answers == [{"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "withheld"}}]


@pytest.mark.parametrize("value", [{"jsonrpc": "2.0", "result": {}}, {"result": {"content": []}, "error": None}, {"id": None, "result": 1}])
def test_an_answer_without_an_id_is_dropped(between, value):
    """And does not end the thread that reads the server: the next answer passes."""
    between.send({"jsonrpc": "2.0", "id": 1, "method": "ping"})
    between.traffic.from_server(json.dumps(value).encode() + b"\n")
    assert between.client == [] and "no request" in between.notices[-1]
    between.traffic.from_server(b'{"jsonrpc":"2.0","id":1,"result":{}}\n')
    assert len(between.client) == 1


HELLO = {"jsonrpc": "2.0", "id": 1, "result": {"serverInfo": {"name": "s"}, "instructions": "Use the tools."}}


def test_instructions_pass_to_the_byte_when_they_are_ordinary(between):
    between.send({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}})
    line = between.reply(HELLO)
    assert between.client == [line]
    (event,) = between.link.events
    assert (event["hook_event_name"], event["tool_name"], event["tool_input"]) == ("initialize", "@instructions", {"name": "@instructions", "description": "Use the tools."})


@pytest.mark.parametrize("method", ["initialize", "server/discover"])
def test_withheld_instructions_are_left_out(between, method):
    between.link.listed["@instructions"] = Told(DENY, "an order")
    between.send({"id": 1, "method": method})
    between.reply(HELLO)
    assert between.answers == [{"jsonrpc": "2.0", "id": 1, "result": {"serverInfo": {"name": "s"}}}] and "withheld" in between.notices[0]


@pytest.mark.parametrize(("method", "key", "prefix"), [
    ("prompts/list", "prompts", "@prompt/"), ("resources/list", "resources", "@resource/"), ("resources/templates/list", "resourceTemplates", "@resource/"),
])
def test_withheld_entries_of_a_list_are_left_out(between, method, key, prefix):
    name = {"prompts": "name", "resources": "uri", "resourceTemplates": "uriTemplate"}[key]
    good, bad = {name: "good", "description": "x"}, {name: "bad", "description": "y"}
    between.link.listed[f"{prefix}bad"] = Told(DENY, "an order")
    between.send({"id": 1, "method": method})
    between.reply({"id": 1, "result": {key: [good, bad, "none"], "nextCursor": "n"}})
    assert between.answers == [{"id": 1, "result": {key: [good], "nextCursor": "n"}}]
    assert [event["hook_event_name"] for event in between.link.events] == [method.replace("templates/", "")] * 2


def test_an_ordinary_list_passes_to_the_byte(between):
    between.send({"id": 1, "method": "prompts/list"})
    assert between.client == [between.reply({"id": 1, "result": {"prompts": [{"name": "a"}, {"name": "b"}]}})]


def test_what_a_server_offers_passes_while_the_sensor_is_away(between):
    between.link.listed["@instructions"] = Told(DENY, "x", by_sensor=False)
    between.send({"id": 1, "method": "initialize"})
    assert between.client == [between.reply(HELLO)] and "without a look" in between.notices[0]


def test_a_prompt_is_looked_at_like_a_result(between):
    between.link.after = Told(WARN, "Careful")
    between.send({"id": 1, "method": "prompts/get", "params": {"name": "review"}})
    between.reply({"id": 1, "result": {"messages": [{"role": "user", "content": {"type": "text", "text": "Do it"}}]}})
    assert [message["content"]["text"] for message in between.answers[0]["result"]["messages"]] == ["Careful", "Do it"]
    (event,) = between.link.events
    assert (event["tool_name"], event["tool_input"], event["tool_response"]) == ("prompt", {"name": "review"}, "messages: \nrole: user\ncontent: \ntype: text\ntext: Do it")


def test_a_grave_prompt_is_replaced(between):
    between.link.after = Told(REPLACE, "Withheld")
    between.send({"id": 1, "method": "prompts/get"})
    between.reply({"id": 1, "result": {"description": "x", "messages": []}})
    assert between.answers == [{"jsonrpc": "2.0", "id": 1, "result": {"messages": [{"role": "user", "content": {"type": "text", "text": "Withheld"}}]}}]


ELICITATION = {"jsonrpc": "2.0", "id": 9, "method": "elicitation/create", "params": {"message": "Your password?", "requestedSchema": {"properties": {"p": {"type": "string"}}}}}


def test_a_request_of_a_server_passes_to_the_byte_when_nothing_is_found(between):
    assert between.client == [between.reply(ELICITATION)] and between.server == []
    (event,) = between.link.events
    assert (event["hook_event_name"], event["tool_name"]) == ("tools/result", "elicitation") and "Your password?" in event["tool_response"]


def test_a_grave_request_of_a_server_is_declined_and_never_seen(between):
    between.link.after = Told(REPLACE, "asks for a password")
    between.reply(ELICITATION)
    between.reply({"id": 10, "method": "sampling/createMessage", "params": {"messages": [{"role": "user", "content": {"type": "text", "text": "x"}}]}})
    assert between.client == [] and [json.loads(line) for line in between.server] == [
        {"jsonrpc": "2.0", "id": 9, "result": {"action": "decline"}},
        {"jsonrpc": "2.0", "id": 10, "error": {"code": -32000, "message": "Handrail did not pass this request on to the client"}}]


def test_a_warning_goes_with_a_request_of_a_server(between):
    between.link.after = Told(WARN, "Careful")
    between.reply(ELICITATION)
    assert between.answers[0]["params"]["message"] == "Careful\n\nYour password?" and between.answers[0]["id"] == 9


def test_a_request_of_a_server_passes_while_the_sensor_is_away(between):
    between.link.after = Told(REPLACE, "x", by_sensor=False)
    assert between.client == [between.reply(ELICITATION)] and between.notices
