import msgspec

from sensor.model.effects import Effect, Effects, Host, Origin, PathRef, Span, Text, TextField


def test_nothing_is_the_default():
    assert Effects() == Effects(effects=(), flows=(), texts=(), unresolved=(), exhausted=False)
    assert Span() == Span(start=0, end=0) and not Effect().privilege


def test_effects_survive_the_way_through_json():
    effect = Effect(program="rm", argv=("rm", "x"), deletes=(PathRef(raw="x", path="/w/x", places=frozenset({"@project"})),),
                    hosts=(Host(host="h", places=frozenset({"@loopback"})),), executes=frozenset({Origin.DOWNLOAD}))
    effects = Effects(effects=(effect,), texts=(Text(field=TextField.COMMAND, text="rm x"),))
    assert msgspec.json.decode(msgspec.json.encode(effects), type=Effects) == effects
