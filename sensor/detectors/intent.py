"""What a call says it does against what it does: an agent's own description is a promise to the person who approves."""

from __future__ import annotations

import re

from sensor.model.calls import ShellAction, ToolCall
from sensor.model.effects import OWN_PLACES, Effect, Effects, Origin, Sink, TextField
from sensor.model.findings import Finding, Severity, Stage

READS = re.compile(
    r"(?i)^\W*(?:just |only |simply |quickly )*(?:lists?|shows?|checks?|views?|prints?|reads?|counts?|finds?|searche?s?|looks?|inspects?|"
    r"display\w*|gets?|verif\w+|examines?|describes?|explores?|summari[sz]es?|see|preview\w*|grep\w*)\b")
CHANGES = re.compile(
    r"(?i)\b(?:delet\w*|remov\w*|clean\w*|clear\w*|writ\w+|creat\w*|updat\w*|install\w*|set|move[sd]?|moving|renam\w*|copy|copies|"
    r"sav\w+|stor\w+|fix\w*|reset\w*|"
    r"upload\w*|send\w*|push\w*|post\w*|publish\w*|download\w*|fetch\w*|edit\w*|append\w*|add\w*|replac\w*|drop\w*|purg\w*|prun\w*|"
    r"kill\w*|stop\w*|start\w*|run\w*|execut\w*|generat\w*|overwrit\w*|uninstall\w*)\b"
)
OFFLINE = re.compile(r"(?i)\b(?:offline|locally only|without (?:any )?network|no network|local only)\b")
REHEARSAL = re.compile(
    r"(?i)\b(?:dry[ -]run|simulat\w+|preview\w*|without (?:deleting|changing|removing|writing|modifying)|"
    r"does(?: not|n.t) (?:delete|change|write|modify)|no changes)\b")
REHEARSAL_FLAGS = frozenset({"dry-run", "n", "check", "noop", "just-print", "simulate", "what-if", "whatif", "diff"})
GUARDED_PLACES = frozenset({"@agent-config", "@persistence", "@credentials", "@system", "@handrail", "@devices"})
REMEDY = "Describe what the call really does, or do only what the description says."


def find_contradictions(call: ToolCall, effects: Effects) -> tuple[Finding, ...]:
    """At most one finding: the gravest way in which the effects break the description's promise."""
    action = call.action
    if not isinstance(action, ShellAction) or not action.description or not effects.effects:
        return ()
    said = action.description
    done = _harm_of(effects)  # most calls do nothing that a description could hide
    if done and ((READS.match(said) and not CHANGES.search(said)) or REHEARSAL.search(said)):
        return (_finding("HR-INT-READ", Severity.HIGH, f"The call says it only looks or tries, and it {done}"),)
    if any(effect.hosts and any("@loopback" not in host.places for host in effect.hosts) for effect in effects.effects) and OFFLINE.search(said):
        return (_finding("HR-INT-OFFLINE", Severity.MEDIUM, "The call says it stays on this machine, and it talks to another host"),)
    return ()


def _harm_of(effects: Effects) -> str:
    """What a call that only looks must not do, in words; "" when it does none of it."""
    for flow in effects.flows:
        if flow.origin is Origin.SECRET and flow.sink is Sink.NETWORK:
            return "sends secrets to the network"
        if flow.origin in (Origin.DOWNLOAD, Origin.DECODED) and flow.sink is Sink.INTERPRETER:
            return "runs code from outside"
    for effect in effects.effects:
        if not (effect.deletes or effect.writes) or _is_rehearsal(effect):
            continue
        if any(not ref.places & OWN_PLACES for ref in effect.deletes if ref.path):
            return "deletes files outside the project"
        if any(ref.places & GUARDED_PLACES for ref in effect.writes):
            return "changes protected files"
        if any(ref.places & OWN_PLACES and "@temp" not in ref.places for ref in effect.deletes):
            return "deletes files of the project"
    return ""


def _is_rehearsal(effect: Effect) -> bool:
    return not REHEARSAL_FLAGS.isdisjoint(flag.lstrip("-") for flag in effect.flags)


def _finding(rule: str, severity: Severity, message: str) -> Finding:
    return Finding(rule=rule, severity=severity, stage=Stage.ANALYZERS, category="intent", field=TextField.DESCRIPTION,
                   message=message, remedy=REMEDY, name="description")
