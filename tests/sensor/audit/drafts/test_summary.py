"""What a call asked for in words, and what is left of it after redaction and cutting."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from sensor.audit.drafts.summary import (
    ACTIONS,
    MARGIN,
    MAX_ID,
    MAX_SHORT,
    MAX_TEXT,
    Cutting,
    Redacted,
    describe,
    effect_lines,
)
from sensor.model.calls import (
    Action,
    AgentAction,
    ConfigAction,
    DeleteAction,
    Edit,
    FetchAction,
    McpAction,
    OtherAction,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    WriteAction,
)
from sensor.model.effects import Effect, Effects, Flow, Host, Origin, PathRef, Sink, Unresolved


def test_every_action_has_words():
    assert set(ACTIONS) == set(get_args(Action))


@pytest.mark.parametrize(("action", "word", "facts"), [
    (ShellAction(command="ls", description="list"), "shell", {"text": "ls", "note": "list"}),
    (ReadAction(paths=("/a", "/b")), "read", {"paths": ("/a", "/b")}),
    (SearchAction(pattern="x", path="/a"), "search", {"text": "x", "paths": ("/a",)}),
    (SearchAction(pattern="x"), "search", {"paths": ()}),
    (WriteAction(files=(("/a", (Edit(new="one"), Edit(new="two"))), ("/b", ()))), "write", {"text": "one\ntwo", "paths": ("/a", "/b")}),
    (DeleteAction(paths=("/a",)), "delete", {"paths": ("/a",)}),
    (FetchAction(url="https://example.test", query="q", prompt="p"), "fetch", {"url": "https://example.test", "text": "q\np"}),
    (McpAction(server="s", tool="t", arguments={"b": 1, "a": 2}), "mcp", {"server": "s", "tool": "t", "text": '{"a":2,"b":1}'}),
    (AgentAction(prompt="do", agent_type="tester"), "agent", {"text": "do", "note": "tester"}),
    (PromptAction(text="hello"), "prompt", {"text": "hello"}),
    (ConfigAction(path="/c", source="user", change="added"), "config", {"paths": ("/c",), "note": "user added"}),
    (OtherAction(arguments={}), "other", {"text": ""}),
])
def test_actions_in_words(shell_call, action, word, facts):
    asked = describe(msgspec.structs.replace(shell_call("x"), action=action))
    assert asked.action == word and {name: getattr(asked, name) for name in facts} == facts


def test_effects_in_sentences():
    effects = Effects(effects=(
        Effect(program="curl", wrappers=("sudo",), privilege=True, hosts=(Host(host="example.test", port=8443, places=frozenset({"pastebin"})),)),
        Effect(program="git", subcommand=("push",), background=True, reads=(PathRef(raw="~/x", path="/h/x", places=frozenset({"home"})),),
               writes=(PathRef(raw="$A"),), deletes=(PathRef(raw="b", path="/b"),), executes=frozenset({next(iter(Origin))}), opaque=True),
    ), flows=(Flow(origin=next(iter(Origin)), sink=next(iter(Sink)), detail="key"),), unresolved=(Unresolved(reason="dynamic name"),), exhausted=True)
    lines = effect_lines(effects)
    for expected in ("runs sudo curl (privileged)", "connects to example.test:8443 (pastebin)", "runs git push (in the background)", "reads /h/x (home)",
                     "writes $A", "deletes /b", "unclear: what git runs", "unclear: dynamic name", "not examined to the end"):
        assert expected in lines
    assert any(line.startswith("executes ") for line in lines) and any(line.startswith("moves ") and line.endswith("(key)") for line in lines)
    assert effect_lines(Effects()) == ()


class Starred(msgspec.Struct):
    """What a redactor gives back."""

    text: str
    count: int
    kinds: tuple[str, ...]
    taken: tuple[tuple[str, str], ...] = ()


def star(text: str) -> Redacted:
    """Takes every SECRET for one."""
    count = text.count("SECRET")
    return Starred(text.replace("SECRET", "[redacted]"), count, ("test",) if count else ())


def test_long_texts_are_redacted_before_they_are_cut():
    cutting = Cutting(star)
    text = "a" * (MAX_TEXT - 3) + "SECRET" + "b" * 9000
    clean = cutting.long(text)
    assert len(clean) == MAX_TEXT and "SEC" not in clean and clean.endswith("[re")
    assert cutting.secrets == 1 and cutting.cut == len(text) - MAX_TEXT
    assert len(text) > MAX_TEXT + MARGIN


def test_short_texts_in_one_go():
    cutting = Cutting(star)
    assert cutting.short(["a", "", "x SECRET y", "z" * 500]) == ["a", "", "x [redacted] y", "z" * MAX_SHORT]
    assert (cutting.secrets, cutting.cut, list(cutting.kinds)) == (1, 500 - MAX_SHORT, ["test"])


@pytest.mark.parametrize("seen", range(1, 6))
def test_no_part_of_a_secret_is_left_where_a_text_is_cut(seen):
    cutting = Cutting(star)
    assert cutting.short(["y" * (MAX_SHORT - seen) + "SECRET" + "z" * 9000])[0] == "y" * (MAX_SHORT - seen) + "[redacted]"[:seen]


@pytest.mark.parametrize("size", [MAX_SHORT, MAX_TEXT])
def test_what_was_read_last_is_not_shown_however_much_was_taken_out_before(size):
    def redact(text):
        return Starred(text.replace("k" * size, "[key]").replace("SECRET", "[x]"), 1, ())

    cutting = Cutting(redact)
    text = ("k" * size + "y" * size)[: size + MARGIN - 3] + "y" * (MARGIN - size - 3) * (size < MARGIN) + "SECRET and more"
    assert text[: size + MARGIN].endswith("SEC")
    clean = cutting.short([text])[0] if size == MAX_SHORT else cutting.long(text)
    assert clean.strip("y") == "[key]" and cutting.cut


def test_a_write_that_is_cut_is_seen_to_be(shell_call):
    content = "k" * MAX_TEXT + "y" * (MARGIN - 3) + "SECRET"
    asked = describe(msgspec.structs.replace(shell_call("x"), action=WriteAction(files=(("/a", (Edit(new=content),)),))))
    cutting = Cutting(lambda text: Starred(text.replace("k" * MAX_TEXT, "[key]"), 1, ()))
    assert cutting.long(asked.text) == "[key]" and cutting.cut


def test_a_text_that_holds_the_separator_does_not_move_its_neighbours():
    assert Cutting(star).short(["a\x1eb", "SECRET", "c"]) == ["a\x1eb", "[redacted]", "c"]


def test_what_fits_is_whole():
    cutting = Cutting(star)
    assert cutting.long("") == "" and cutting.long("x" * MAX_TEXT) == "x" * MAX_TEXT and cutting.cut == 0


def test_what_one_text_gave_away_is_taken_out_of_others():
    def redact(text):
        found = "-p Har\\$bor9" in text
        return Starred(text.replace("Har\\$bor9", "[x]"), int(found), (), (("Har\\$bor9", "[x]"), ("\\", "[y]"), ("first line\nsecond line", "[z]")) if found else ())

    cutting = Cutting(redact)
    assert cutting.without_taken("runs az login Har$bor9") == "runs az login Har$bor9"
    assert cutting.long("az login -p Har\\$bor9") == "az login -p [x]"
    assert cutting.without_taken("runs az login Har$bor9") == "runs az login [x]" and cutting.without_taken("reads /a/Har\\$bor9.txt") == "reads /a/[x].txt"
    assert cutting.without_taken("runs second line") == "runs [z]"
    assert cutting.without_taken("reads /a/Har$bor99, xHar$bor9") == "reads /a/Har$bor99, xHar$bor9"


def test_a_name_is_kept_or_redacted_and_cut():
    cutting = Cutting(lambda text: Starred(text.replace("secret", "[tag]"), text.count("secret"), ()))
    assert cutting.name("a secret name") == "a secret name", "the last look of all redacts it"
    assert cutting.name("x" * (MAX_ID - 3) + "secret") == "x" * (MAX_ID - 3) + "[ta" and cutting.secrets == 1
    assert cutting.name("x" * 12, 10) == "x" * 10
    assert list(cutting.names(("a", "", "x" * MAX_ID))) == ["a", "", "x" * MAX_ID]
    assert list(cutting.names(("a", "x" * (MAX_ID - 3) + "secret", "b"))) == ["a", "x" * (MAX_ID - 3) + "[ta", "b"] and cutting.secrets == 2
