"""ToolCall to Effects: the entry of this room."""

from __future__ import annotations

from sensor.effects.brought import mark_brought
from sensor.effects.code.powershell import run_powershell
from sensor.effects.commands import dispatch
from sensor.effects.own_hosts import mark_own
from sensor.effects.rebuilt import mark_rebuilt
from sensor.effects.shell.command import Context
from sensor.effects.shell.paths import PathResolver
from sensor.effects.shell.scope import Stream
from sensor.effects.shell.walk import Walk
from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.definitions import texts_of_definition
from sensor.effects.tool_inputs.tools import tool_effects
from sensor.model.calls import ShellAction, ToolCall, ToolKind
from sensor.model.effects import Effects, FileFact, Origin, Surroundings, TextField

_CARRIED = frozenset({Origin.SECRET, Origin.DOWNLOAD, Origin.DECODED})


def derive_effects(call: ToolCall, around: Surroundings, known: tuple[FileFact, ...] = ()) -> Effects:
    """What `call` would do, given what is `known` of files. Never raises on any input; bounded in time, size and depth."""
    if call.is_definition:
        return Effects(texts=texts_of_definition(call.arguments))
    walk = Walk(around, PathResolver(around, call.cwd, call.roots), dispatch)
    walk.paths.secrets = frozenset(fact.path for fact in known if Origin.SECRET in fact.origins)
    walk.written.update((fact.path, Stream(fact.text, fact.origins, earlier=True)) for fact in known)
    action = call.action
    if isinstance(action, ShellAction):
        walk.add_text(TextField.COMMAND, action.command, "command")
        walk.add_text(TextField.DESCRIPTION, action.description, "description")
        if action.dialect == "powershell":
            run_powershell(walk, action.command, Context())
        else:
            run_whole(walk, action.command)
    else:
        tool_effects(walk, action, call.tool if call.kind is ToolKind.UNKNOWN else "")
    walk.add_text(TextField.RESULT, call.result, "result")
    if walk.budget.is_used_up:
        walk.give_up("work")
    effects = mark_own(walk, mark_rebuilt(mark_brought(walk.effects)))
    return Effects(
        effects=tuple(effects), relied_on=tuple(sorted(walk.relied_on)), flows=tuple(walk.flows), texts=tuple(walk.texts),
        unresolved=tuple(walk.unresolved[:100]), exhausted=bool(walk.ran_out) or walk.paths.exhausted,
        leaves=tuple(FileFact(path=path, origins=carried) for path, stream in walk.written.items()
                     if path[:1] == "/" and path[:5] != "/dev/" and (carried := stream.origins & _CARRIED)) if walk.written else (),
    )
