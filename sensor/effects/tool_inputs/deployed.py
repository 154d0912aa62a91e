"""What the commands in files of deployment and automation do, as far as that is grave on whatever machine they run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.automation import MAX_TEXT, automated_commands
from sensor.model.effects import OWN_PLACES, Origin, Sink

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import Effect, Flow

DEPLOYED = "deployed"  # of what a written file of deployment or automation runs
MAX_COMMANDS = 200
MAX_COMMAND = 8_000  # characters; of a longer one the middle is not walked, and that is said
ENOUGH = 8_000  # units that stay for what else is written
MAX_LINES = 60  # of a script, each looked at alone
_TAKEN = frozenset({"@root", "@home", "@devices", "@agent-config", "@handrail"})
_OVERWRITTEN = frozenset({"@devices", "@handrail"})
# Programs that a first start prepares new disks with.
_PREPARES = re.compile(r"mkfs.*|mke2fs|mkswap|parted|s[gf]disk|fdisk|mdadm|pvcreate|wipefs|cryptsetup|growpart|blkdiscard|zpool")
_ROOT = frozenset({"sudo", "doas", "su"})  # who deploys is root more often than not
_MINES = re.compile(r"(?i)\bstratum\d?(?:\+\w{3,4})?://|(?:^|[\s/])(?:xmrig|minerd|cpuminer|ccminer|nbminer|lolminer|srbminer)\b|\brandomx\b")


def run_deployed(walk: Walk, path: str, text: str) -> None:
    """Add what the commands in a written file of automation do: the home, the root or a whole folder of the system taken away, disks overwritten,
    downloads that are run, keys that are sent, shells that others are given, miners. Single files of the system are its daily work."""
    commands = automated_commands(path, text)
    for command in commands[:MAX_COMMANDS]:
        if walk.exhausted or walk.budget.left < ENOUGH:
            break
        for part in (command,) if len(command) <= MAX_COMMAND else (command[:MAX_COMMAND], command[-MAX_COMMAND // 2 :].partition("\n")[2]):
            _run_deployed(walk, part)
    if commands and (walk.exhausted or any(len(command) > MAX_COMMAND for command in commands) or walk.budget.left < ENOUGH or len(commands) > MAX_COMMANDS or len(text) > MAX_TEXT):
        walk.give_up("size")


def _run_deployed(walk: Walk, command: str) -> None:
    effects, flows = len(walk.effects), len(walk.flows)
    _run_kept(walk, command)
    lines = command.replace("\\\n", " ").split("\n")
    if _downloads(walk.flows[flows:]) and 1 < len(lines) <= MAX_LINES:
        _tell_apart(walk, lines, effects, flows)


def _tell_apart(walk: Walk, lines: list[str], effects: int, flows: int) -> None:
    """Where single lines of a script run all that it downloads, what other lines fetch has no part in it: keep what those lines do."""
    whole, known = walk.effects[effects:], walk.flows[flows:]
    del walk.effects[effects:], walk.flows[flows:]
    written = walk.written
    for line in lines:
        walk.written = {}
        _run_kept(walk, line)
    walk.written = written
    told_alone = _downloads(walk.flows[flows:]) >= _downloads(known)
    walk.effects[effects:] = [*walk.effects[effects:], *(effect for effect in whole if not effect.hosts)] if told_alone else whole
    walk.flows[flows:] = known


def _downloads(flows: list[Flow]) -> int:
    return sum(flow.origin is Origin.DOWNLOAD for flow in flows)


def _run_kept(walk: Walk, command: str) -> None:
    """Walk a command by itself and keep what is grave of it. Its text is one of the call already."""
    effects, flows = len(walk.effects), len(walk.flows)
    texts, unresolved = len(walk.texts), len(walk.unresolved)
    outer, walk.scope = walk.scope, walk.scope.fork()
    run_whole(walk, command)
    walk.scope = outer
    del walk.texts[texts:], walk.unresolved[unresolved:]
    added = walk.effects[effects:]
    kept = [flow for flow in walk.flows[flows:] if is_grave(flow, added, code=False)]
    walk.flows[flows:] = kept
    sent = any(flow.origin is Origin.SECRET for flow in kept)
    walk.effects[effects:] = [msgspec.structs.replace(effect, privilege=False, flags=effect.flags | {DEPLOYED}) for effect in added if _is_grave_alone(effect) or (sent and reads_keys(effect))
                              or (kept and effect.program not in _ROOT and (effect.hosts or effect.executes))]


def _is_grave_alone(effect: Effect) -> bool:
    return _takes_machine(effect) or _MINES.search(" ".join(effect.argv[:40])) is not None or "reverse-shell" in effect.flags


def _takes_machine(effect: Effect) -> bool:
    """Whether it takes away what a machine or its user cannot do without."""
    if _PREPARES.fullmatch(effect.program):
        return False
    return any(ref.places & _OVERWRITTEN for ref in effect.writes) or any(
        not ref.places & OWN_PLACES and (ref.places & _TAKEN or ("@system" in ref.places and (ref.path or ref.raw).rstrip("/*").count("/") <= 1)) for ref in effect.deletes)


def is_grave(flow: Flow, effects: list[Effect], code: bool) -> bool:
    """Whether a flow counts. That code fetches something and runs something does not say that it runs what it fetched, unless one leads to the other."""
    if flow.origin is Origin.SECRET:
        return flow.sink is Sink.NETWORK and any(map(reads_keys, effects))
    if flow.origin is Origin.DOWNLOAD:
        return not code or not effects or Origin.DOWNLOAD not in effects[0].executes or "fetched-command" in effects[0].flags or any("@raw-ip" in host.places and "@private" not in host.places for host in effects[0].hosts)
    return False


def reads_keys(effect: Effect) -> bool:
    """Whether it reads credentials that lie outside of the project."""
    return any("@credentials" in ref.places and not ref.places & OWN_PLACES for ref in effect.reads)
