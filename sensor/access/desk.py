"""The access stage: holds a call against everybody's rights that it needs, and all of them must allow it.

Three looks at one call, because tools are known at once, reach only when the effects are, and content when it was searched: `admit`,
`reach` and `content`.
"""

from __future__ import annotations

from collections.abc import Callable

from sensor.access.admissions import Counters
from sensor.access.arguments import check_argument
from sensor.access.delegations import Delegations
from sensor.access.egress import LOOPBACK, Beyond, beyond
from sensor.access.policy import Rights, Shell
from sensor.access.scopes import Lack, lacking_reach, lacking_tool, may_reach, names_host, names_path, names_tool
from sensor.access.standing import Standing
from sensor.access.tasks import TaskKeys
from sensor.model.calls import NO_TOOL_USE, Caller, McpAction, Phase, ToolCall, ToolKind, Value
from sensor.model.effects import Effects
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import DelegationUse

TOOL, PATH, HOST, SHELL, ARGUMENT, SESSION, BUSY, UNKNOWN = (f"HR-ACC-00{number}" for number in range(1, 9))
CONTENT = "HR-ACC-010"
_AXES = {"tools": TOOL, "servers": TOOL, "reads": PATH, "writes": PATH, "hosts": HOST, "effects": UNKNOWN}
_WORDS = {
    "tools": "may not use {}", "servers": "may not use the MCP server {}", "reads": "may not read {}", "writes": "may not change {}",
    "hosts": "may not reach {}", "effects": "has limited rights, and {}",
}
TASK_OVER = "HR-TSK-002"
SESSION_ENDS = frozenset({"SessionEnd", "sessionEnd"})


class Admission(Value):
    """The first look: findings, the rights that the second look goes on with, and those that say something about content."""

    findings: tuple[Finding, ...] = ()
    rights: tuple[Rights, ...] = ()
    content: tuple[Rights, ...] = ()
    delegation: DelegationUse | None = None


class AccessDesk:
    """Built once by `sensor.composition`. `standing` gives the rights that govern a call; `counters` are this run's."""

    def __init__(self, *, standing: Callable[[ToolCall], Standing], delegations: Delegations, tasks: TaskKeys, counters: Counters,
                 budget: Callable[[ToolCall], tuple[Finding, ...]] = lambda call: ()) -> None:
        self._standing = standing
        self._delegations = delegations
        self._tasks = tasks
        self._counters = counters
        self._budget = budget

    def admit(self, call: ToolCall, caller: Caller) -> Admission:
        """Whether the tool may be used at all, and often enough."""
        if call.phase is not Phase.BEFORE or call.kind in NO_TOOL_USE:
            self._ended(call)
            return Admission(content=_on_content(self._standing(call).rights)) if call.phase is Phase.AFTER else Admission()
        own = self._standing(call)
        delegated, use = self._delegations.standing(call, caller)
        findings = [*own.findings, *delegated.findings, *self._tasks.check_session(call), *self._budget(call)]
        rights = own.rights + delegated.rights + self._task_rights(caller, findings)
        for one in rights:
            findings += self._tool(one, call)
            findings += self._counted(one, call)
        if use is not None:
            self._delegations.count(call, caller)
        return Admission(findings=tuple(findings), rights=rights, content=_on_content(rights), delegation=use)

    def offers(self, call: ToolCall) -> bool:
        """Whether the agent's own rights let it use the tool of `call` at all. Nothing is counted."""
        return not any(lacking_tool(one.scope, call) or _is_denied(one, call) for one in self._standing(call).rights)

    def _task_rights(self, caller: Caller, findings: list[Finding]) -> tuple[Rights, ...]:
        if not caller.task_key:
            return ()
        key = self._tasks.find(caller.task_key)
        if key is None:
            findings.append(Finding(rule=TASK_OVER, severity=Severity.CRITICAL, stage=Stage.ACCESS, category="task",
                                    message="The task key of this call has ended", remedy="Start the task again: handrail task start."))
            return ()
        return (Rights(name=f"task {key.task}", scope=key.scope, session_calls=key.scope.max_calls),)

    def _ended(self, call: ToolCall) -> None:
        self._counters.ended(call)
        if call.event in SESSION_ENDS:
            self._tasks.session_over(call.agent, call.session)

    def reach(self, admission: Admission, call: ToolCall, effects: Effects) -> tuple[Finding, ...]:
        """Whether what the call would touch may be touched."""
        findings: list[Finding] = []
        further: Beyond | None = None
        for general in admission.rights:
            rights = _of_tool(general, call)
            lack = lacking_reach(rights.scope, call, effects) or _denied(rights, effects)
            if lack is None and ("*" not in rights.scope.hosts or rights.denied_hosts):
                further = further if further is not None else beyond(call, effects)
                lack = _lacking_beyond(rights, further)
            if lack is not None:
                findings.append(_finding(rights, _AXES[lack.axis], _WORDS[lack.axis].format(lack.what), ask=lack.may_ask))
            if call.kind is ToolKind.SHELL and rights.shell is not Shell.FULL and _changes(effects):
                findings.append(_finding(rights, SHELL, "may only look with the shell, and this command does more"))
        return tuple(findings)

    def content(self, admission: Admission, call: ToolCall, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Whether what rules and detectors found may be carried by this tool."""
        findings: list[Finding] = []
        way, moments = "return" if call.phase is Phase.AFTER else "carry", ("both", call.phase.value)
        for rights in admission.content if so_far else ():
            lines = [line for line in rights.content if line.when.value in moments and names_tool((line.tool,), call)]
            denied = {name for line in lines for name in line.deny}
            found = {one.category: one for one in so_far if one.category in denied and one.severity > Severity.INFO}
            for name, one in sorted(found.items()):
                what = f"may not {way} what belongs to {name}: {one.message} ({one.rule})"
                findings.append(_finding(rights, CONTENT, what, remedy=one.remedy))
        return tuple(findings)

    def _tool(self, rights: Rights, call: ToolCall) -> list[Finding]:
        found = []
        lack = lacking_tool(rights.scope, call)
        lack = lack or _is_denied(rights, call)
        if lack is not None:
            found.append(_finding(rights, TOOL, _WORDS[lack.axis].format(lack.what)))
        if call.kind is ToolKind.SHELL and rights.shell is Shell.NONE:
            found.append(_finding(rights, SHELL, "may not use the shell"))
        for limit in rights.arguments:
            if names_tool((limit.tool,), call):
                problem, may_ask = check_argument(limit, call.arguments)
                if problem:
                    found.append(_finding(rights, ARGUMENT, f"may not call {call.tool} so: {problem}", ask=may_ask))
        return found

    def _counted(self, rights: Rights, call: ToolCall) -> list[Finding]:
        found = []
        if rights.session_calls is not None and self._counters.calls(rights.name, call.session) >= rights.session_calls:
            found.append(_finding(rights, SESSION, f"has used up the {rights.session_calls} calls of this session"))
        if rights.concurrent is not None and self._counters.running(rights.name) >= rights.concurrent:
            found.append(_finding(rights, BUSY, f"already runs {rights.concurrent} calls at once", ask=True))
        self._counters.began(rights.name, call)
        return found


def _on_content(rights: tuple[Rights, ...]) -> tuple[Rights, ...]:
    return tuple(one for one in rights if one.content)


def _of_tool(rights: Rights, call: ToolCall) -> Rights:
    """The rights with the hosts of this tool, where a line of `egress` names it."""
    return next((own for tool, own in rights.egress if names_tool((tool,), call)), rights)


def _lacking_beyond(rights: Rights, further: Beyond) -> Lack | None:
    """What the call reaches without naming it. Under an open list nothing is missing where nobody can tell."""
    for host in further.hosts:
        places = frozenset({"@loopback"}) if host in LOOPBACK else frozenset[str]()
        if not names_host(rights.scope.hosts, host, places) or _denies_host(rights, host, places):
            return Lack(axis="hosts", what=host)
    if further.unknown and "*" not in rights.scope.hosts:
        return Lack(axis="hosts", what=f"a host that nobody can tell from this call ({further.unknown})", may_ask=True)
    return None


def _denies_host(rights: Rights, host: str, places: frozenset[str]) -> bool:
    """This machine is denied only by its name: it leaves nothing."""
    if "@loopback" in places:
        return "@loopback" in rights.denied_hosts or host in rights.denied_hosts
    return names_host(rights.denied_hosts, host, places)


def _is_denied(rights: Rights, call: ToolCall) -> Lack | None:
    """The name of `call` that `rights` deny."""
    if names_tool(rights.denied_tools, call):
        return Lack(axis="tools", what=call.tool or call.kind.value)
    if isinstance(call.action, McpAction) and call.action.server in rights.denied_servers:
        return Lack(axis="servers", what=call.action.server)
    return None


def _denied(rights: Rights, effects: Effects) -> Lack | None:
    if not (rights.denied_paths or rights.denied_hosts):
        return None
    may: Lack | None = None
    for effect in effects.effects:
        for axis, refs in (("writes", effect.writes), ("writes", effect.deletes), ("reads", effect.reads)):
            for ref in refs:
                if names_path(rights.denied_paths, ref):
                    return Lack(axis=axis, what=ref.path or ref.raw)
                if may is None and may_reach(rights.denied_paths, ref, recursive=refs is not effect.writes or "recursive" in effect.flags):
                    may = Lack(axis=axis, what=f"{ref.path or ref.raw} (it may hold what is denied)", may_ask=True)
        for host in effect.hosts:
            if _denies_host(rights, host.host, host.places):
                return Lack(axis="hosts", what=host.host)
    return may


def _changes(effects: Effects) -> bool:
    return bool(effects.unresolved or effects.exhausted) or any(
        effect.writes or effect.deletes or effect.opaque or effect.executes or effect.privilege
        or any("@loopback" not in host.places for host in effect.hosts)
        for effect in effects.effects)


def _finding(rights: Rights, rule: str, what: str, ask: bool = False, remedy: str = "") -> Finding:
    return Finding(
        rule=rule, severity=Severity.HIGH if rights.ask or ask else Severity.CRITICAL, stage=Stage.ACCESS, category="access",
        message=f"{rights.name} {what}", remedy=remedy or "Stay within the rights of this agent, or ask the user: handrail policy show.",
    )
