"""The value of one program run."""

from __future__ import annotations

import pytest

from sensor.effects.runs.effect import looks_like_path, origins_of
from sensor.effects.shell.scope import Field
from sensor.model.effects import Origin


@pytest.mark.parametrize(("command", "subcommand", "operands"), [
    ("git push origin main", ("push",), ("origin", "main")),
    ("git stash drop", ("stash", "drop"), ()),
    ("docker compose down -v", ("compose", "down"), ()),
    ("docker run alpine", ("run",), ("alpine",)),
    ("kubectl delete ns prod", ("delete",), ("ns", "prod")),
    ("npm --registry x install left-pad", ("install",), ("left-pad",)),
    ("aws s3 rm s3://b", ("s3", "rm"), ("s3://b",)),
    ("aws --region x s3 rm s3://b", ("s3", "rm"), ("s3://b",)),
    ("rm a", (), ("a",)),
    ("kubectl $X", (), ("$X",)),
])
def test_subcommands(effects_of, command, subcommand, operands):
    effect = effects_of(command).effects[0]
    assert (effect.subcommand, effect.operands) == (subcommand, operands)


@pytest.mark.parametrize(("command", "flags"), [
    ("rm -rf x", {"recursive", "force"}), ("rm --recursive x", {"recursive"}), ("rm -R x", {"recursive"}), ("chmod -R 777 x", {"recursive"}),
    ("git push -f", {"force"}), ("git push --force-with-lease", {"force-with-lease"}), ("git reset --hard", {"hard"}), ("git clean -fdx", {"force", "directories", "ignored"}),
    ("curl -sX POST a.example", {"silent", "request"}), ("find . -delete", {"delete"}), ("docker run --privileged x", {"privileged"}), ("ls x", set()),
])
def test_flags_have_their_long_names(effects_of, command, flags):
    assert set(effects_of(command).effects[0].flags) == flags


def test_the_context_of_a_run(effects_of):
    effect = effects_of("cd /tmp; A=b sudo nohup rm x &").effects[-1]
    assert (effect.program, effect.argv, effect.wrappers, effect.privilege, effect.background) == ("rm", ("rm", "x"), ("sudo", "nohup"), True, True)
    assert effect.cwd == "/tmp" and ("A", "b") in effect.assignments


def test_the_span_is_the_place_in_bytes(effects_of):
    command = "echo é; rm ~/x"
    effect = effects_of(command).effects[-1]
    assert command.encode()[effect.span.start : effect.span.end] == b"rm ~/x"


@pytest.mark.parametrize("text", ["a/b", "./a", "~/a", "a.txt", ".env", "id_rsa"])
def test_operands_taken_for_files(text):
    assert looks_like_path(Field(text))


@pytest.mark.parametrize("text", ["", "word", "https://a.example/x", "two words.", "a\nb.c", "x" * 2000 + ".c"])
def test_operands_not_taken_for_files(text):
    assert not looks_like_path(Field(text))


def test_origins_are_joined():
    fields = (Field("a", origins=frozenset({Origin.SECRET})), Field("b"), Field("c", origins=frozenset({Origin.DOWNLOAD})))
    assert origins_of(fields) == {Origin.SECRET, Origin.DOWNLOAD} and origins_of(()) == frozenset()
