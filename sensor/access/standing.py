"""Whose rights govern a call: the agent's, its sub-agent's, the repository's, and those of a delegation it presents."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from sensor.access.policy import (
    REPOSITORY_FILE,
    USUAL_SUBAGENT,
    AccessFile,
    AgentSection,
    Default,
    Filesystem,
    ListSection,
    Network,
    PolicyError,
    Rights,
    RightsSection,
    Shell,
    compile_rights,
    load_policy,
)
from sensor.access.scopes import NOTHING
from sensor.model.calls import ToolCall, Value
from sensor.model.errors import in_words
from sensor.model.findings import Finding, Severity, Stage

UNREADABLE = "HR-ACC-009"
NO_RIGHTS = RightsSection(tools=ListSection(allow=NOTHING), servers=ListSection(allow=NOTHING), filesystem=Filesystem.NONE, network=Network.NONE,
                          shell=Shell.NONE)
MAX_REPOSITORIES = 64


class Standing(Value):
    """The rights a call needs, all of them, and what was wrong while they were read."""

    rights: tuple[Rights, ...] = ()
    findings: tuple[Finding, ...] = ()


class _Repository(msgspec.Struct):
    stamp: tuple[int, int, int]
    standing: Standing


class Governance:
    """Compiled policy of this installation, and of the repositories that agents work in."""

    def __init__(self, policy: AccessFile | None, home: str, own: Collection[str] = ()) -> None:
        """`policy` None: the file cannot be read, and a person is asked about every call. `own` are categories of own rules."""
        self._policy = policy if policy is not None else AccessFile(default=Default.DENY)
        self._asks = policy is None
        self._home = home
        self._own = own
        self._known: dict[tuple[str, str], tuple[Rights, ...]] = {}
        self._repositories: dict[str, _Repository] = {}

    def of(self, call: ToolCall) -> Standing:
        """The standing of `call`."""
        kind = (call.subagent_type or "*") if call.subagent else ""
        rights = self._known.get((call.agent, kind))
        if rights is None:
            if len(self._known) > 500:
                self._known.clear()
            rights = self._known[(call.agent, kind)] = self._compile(self._policy, call.agent, kind, self._default())
        repository = self._of_repository(call, kind)
        if repository is None:
            return Standing(rights=rights)
        return Standing(rights=rights + repository.rights, findings=repository.findings)

    def _default(self) -> RightsSection | None:
        if self._asks:
            return msgspec.structs.replace(NO_RIGHTS, ask=True)
        return NO_RIGHTS if self._policy.default is Default.DENY else None

    def _compile(self, policy: AccessFile, agent: str, kind: str, default: RightsSection | None) -> tuple[Rights, ...]:
        own = policy.agents.get(agent, policy.agents.get("*"))
        sections: list[tuple[str, RightsSection]] = []
        if own is not None:
            sections.append((agent, own))
        elif default is not None:
            sections.append((f"{agent} (unknown here)", default))
        if kind:
            sub = own.subagents.get(kind, own.subagents.get("*")) if isinstance(own, AgentSection) else None
            sections.append((f"{agent} > {kind if kind != '*' else 'sub-agent'}", sub if sub is not None else USUAL_SUBAGENT))
        return tuple(compile_rights(name, section, self._home) for name, section in sections)

    def _of_repository(self, call: ToolCall, kind: str) -> Standing | None:
        """Rights from the repository's own file: they come on top, so they can only take away."""
        for folder in dict.fromkeys((call.cwd, *call.roots)):
            if not folder.startswith("/"):  # nobody knows where that is
                continue
            file = f"{folder}/{REPOSITORY_FILE}"
            try:
                facts = os.stat(file)
            except (FileNotFoundError, NotADirectoryError, ValueError):  # of a null byte
                continue
            except OSError as error:  # there may be one, and nobody knows what it takes away
                return _unusable(f"cannot read {file}: {in_words(error)}")
            stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            key = f"{file}\n{call.agent}\n{kind}"
            known = self._repositories.get(key)
            if known is None or known.stamp != stamp:
                if len(self._repositories) > MAX_REPOSITORIES:
                    self._repositories.clear()
                known = self._repositories[key] = _Repository(stamp, self._read_repository(Path(file), call.agent, kind))
            return known.standing
        return None

    def _read_repository(self, file: Path, agent: str, kind: str) -> Standing:
        try:
            policy = load_policy(file, self._own)
        except PolicyError as error:
            return _unusable(error.message)
        default = NO_RIGHTS if policy.default is Default.DENY else None
        rights = self._compile(policy, agent, kind, default)
        return Standing(rights=tuple(msgspec.structs.replace(one, name=f"{one.name} (in this repository)") for one in rights))


def _unusable(why: str) -> Standing:
    return Standing(findings=(Finding(
        rule=UNREADABLE, severity=Severity.HIGH, stage=Stage.ACCESS, category="access", message=f"The repository's policy cannot be used: {why[:200]}",
        remedy="Ask the user to correct .handrail/policy.yaml."),))
