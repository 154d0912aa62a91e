"""YAML that cannot surprise: positions, refusals, and every problem in one run."""

from __future__ import annotations

import enum
import time

import msgspec
import pytest

from sensor.strict_yaml import MAX_BYTES, Node, Reader, YamlErrors, nearest, parse, read


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Inner(msgspec.Struct, frozen=True):
    name: str
    weight: float = 1.0


class Outer(msgspec.Struct, frozen=True):
    title: str
    colour: Colour = Colour.RED
    level: Level | None = None
    port: int = 0
    quiet: bool = False
    parts: tuple[Inner, ...] = ()
    table: dict[str, int] = {}


def problems(text: str, kind: type | None = None) -> list[str]:
    with pytest.raises(YamlErrors) as caught:
        node = parse(text, "f.yaml")
        if kind is not None:
            read(node, kind)
    return [str(problem) for problem in caught.value.problems]


def test_a_tree_with_positions():
    node = parse("a:\n  - 1\n  - {b: 'x'}\n", "f.yaml")
    assert node.plain() == {"a": [1, {"b": "x"}]}
    inner = node.get("a").items[1].get("b")
    assert str(inner.where) == "f.yaml:3:9"
    assert node.get("missing") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("yes", "yes"), ("on", "on"), ("null", None), ("~", None), ("", None), ("12", 12),
        ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0), ("'12'", "12"), ("0x10", "0x10"), ("1_000", "1_000"),
        ("2024-01-02", "2024-01-02"), ("12:30:45", "12:30:45"), (".nan", ".nan"), (".inf", ".inf"), ("a b", "a b"),
    ],
)
def test_plain_scalars(text, value):
    assert parse(text, "f").scalar == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' is already set in line 1"),
        ("a: &x 1\n", "f.yaml:1:4: anchors are not allowed (&x)"),
        ("a: !!python/object:os.system x\n", "f.yaml:1:4: tags are not allowed (tag:yaml.org,2002:python/object:os.system)"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: more than one document"),
        ("%YAML 1.1\n---\na: 1\n", "f.yaml:1:1: directives are not allowed"),
        ("1: a\n", "f.yaml:1:1: a key must be text, not the number '1'"),
        ("? [a]\n: b\n", "f.yaml:1:3: a key must be text, not a list"),
        ("a: [1\nb: 2", "f.yaml:2:2: is not valid YAML: did not find expected ',' or ']'"),
        ("a: 1234567890123456789012\n", "f.yaml:1:4: number with more than 18 characters; quote it if it is text"),
    ],
)
def test_refusals_name_the_place(text, said):
    assert problems(text) == [said]


def test_an_alias_is_refused_with_its_anchor_and_both_are_said():
    assert problems("a: &x [1]\nb: *x\n") == [
        "f.yaml:1:4: anchors are not allowed (&x)", "f.yaml:2:4: aliases are not allowed (*x)"]


def test_merge_keys_are_plain_keys():
    assert parse("'<<': {a: 1}\n", "f").plain() == {"<<": {"a": 1}}


@pytest.mark.parametrize("bomb", ["[" * 20_000, "{a: " * 20_000, "- " * 20_000, "".join(f"{' ' * i}a:\n" for i in range(700))])
def test_depth_bombs_are_cheap(bomb):
    start = time.process_time()
    said = problems(bomb)[0]  # a row of brackets already ends in libyaml's look-ahead
    assert "deeper than 32 levels" in said or "maximum nesting depth" in said
    assert time.process_time() - start < 0.2


def test_an_alias_bomb_is_refused_without_expanding():
    levels = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    start = time.process_time()
    assert len(problems("\n".join(levels))) == 91
    assert time.process_time() - start < 0.2


def test_size_cap_counts_bytes():
    assert parse("a: " + "x" * (MAX_BYTES - 3), "f").get("a") is not None
    assert "is larger than 256 KB" in problems("a: " + "ü" * (MAX_BYTES // 2))[0]


@pytest.mark.parametrize("text", ["a: \x00", "a: \ud800", "a: \x1b[2J"])
def test_characters_yaml_does_not_know(text):
    assert problems(text)[0].startswith("f.yaml:1:1: is not valid")


def test_read_a_struct():
    node = parse(
        "title: T\ncolour: green\nlevel: high\nport: 80\nquiet: true\nparts: [{name: a}, {name: b, weight: 2}]\ntable: {x: 1}", "f")
    assert read(node, Outer) == Outer(
        title="T", colour=Colour.GREEN, level=Level.HIGH, port=80, quiet=True, parts=(Inner("a"), Inner("b", 2.0)), table={"x": 1})


def test_every_problem_of_a_file_in_one_run():
    text = "titel: T\ncolour: gren\nlevel: 3\nport: true\nquiet: yes\nparts:\n  - {name: 1, wieght: 2}\n  - x\ntable: [1]\n"
    assert problems(text, Outer) == [
        "f.yaml:1:1: unknown key 'titel'; did you mean 'title'?",
        "f.yaml:2:9: expected one of red, green, found the text 'gren'; did you mean 'green'?",
        "f.yaml:3:8: expected one of low, high, found the number '3'",
        "f.yaml:4:7: expected a whole number, found true",
        "f.yaml:5:8: expected true or false, found the text 'yes'",
        "f.yaml:7:12: expected text, found the number '1'",
        "f.yaml:7:15: unknown key 'wieght'; did you mean 'weight'?",
        "f.yaml:8:5: expected a mapping, found the text 'x'",
        "f.yaml:9:8: expected a mapping, found a list",
        "f.yaml:1:1: missing key 'title'",
    ]


def test_optional_accepts_nothing_and_required_does_not():
    assert read(parse("title: T\nlevel:\n", "f"), Outer).level is None
    assert problems("title:\n", Outer) == ["f.yaml:1:7: expected text, found nothing"]


def test_from_node_is_the_door_for_own_forms():
    class Pair(msgspec.Struct):
        left: str

        @classmethod
        def from_node(cls, node: Node, reader: Reader) -> Pair | None:
            if "-" not in str(node.scalar):
                reader.report(node, "expected left-right")
                return None
            return cls(str(node.scalar).split("-")[0])

    class Holder(msgspec.Struct):
        pair: Pair

    assert read(parse("x-y", "f"), Pair).left == "x"
    with pytest.raises(YamlErrors, match="f:1:1: expected left-right"):
        read(parse("xy", "f"), Pair)


def test_an_unknown_word_is_answered_with_the_nearest_or_with_all():
    assert nearest("shel", ["shell", "tools"]) == "; did you mean 'shell'?" and nearest("x", ["b", "a"]) == "; known: a, b"
