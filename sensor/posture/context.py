"""Everything that checks are told: values that `gather` read once. Nothing here opens a file."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from pathlib import Path

from hooks.discover import FoundAgent
from hooks.settings.connection import Status
from hooks.settings.formats import Scope
from sensor.access.pins import Pin
from sensor.access.policy import AccessFile
from sensor.audit.verifying.report import VerifyReport
from sensor.host.files.manifest import Manifest
from sensor.host.machine.file_facts import FileFact
from sensor.host.services.service_plan import ServiceStatus
from sensor.model.calls import Value
from sensor.paths import Paths
from sensor.policy.load import LoadedRules
from sensor.posture.documents import Document
from sensor.settings import Settings


class Form(enum.Enum):
    """What kind of settings a file holds."""

    CLAUDE = "Claude Code settings"
    CLAUDE_STATE = "Claude Code state"
    CURSOR_HOOKS = "Cursor hooks"
    CURSOR_CLI = "Cursor command line"
    EDITOR = "editor settings"
    EDITOR_TASKS = "editor tasks"
    GEMINI = "Gemini settings"
    CODEX = "Codex settings"
    SERVERS = "MCP servers"


class Source(Value):
    """A settings file of an agent: whose, of what form, for whom, and the project where it is one's."""

    agent: str
    form: Form
    scope: Scope
    document: Document
    fact: FileFact
    project: str = ""


class ConnectedAgent(Value):
    """An agent that reports to Handrail or could. `managed` is its settings file of the machine; `is_recorded` = it was connected once."""

    found: FoundAgent
    status: Status
    hooks: Source
    managed: Source | None = None
    is_recorded: bool = False

    @property
    def name(self) -> str:
        """The agent's name."""
        return self.found.agent

    @property
    def is_there(self) -> bool:
        """Whether this user has it."""
        return bool(self.found.program or self.found.folder)


class Running(Value):
    """A process of an agent. `age_s` in seconds."""

    agent: str
    pid: int
    words: tuple[str, ...]
    uid: int
    age_s: float


class Listener(Value):
    """A TCP port on which one of our processes waits; `address` "" = it is not known where it waits."""

    process: str
    address: str
    port: int


class SensorFacts(Value):
    """What the running sensor said. `why_not` = it did not answer."""

    why_not: str = ""
    version: str = ""
    watch: str = ""
    blind: int = 0
    alarm: str = ""
    heard: frozenset[str] = frozenset()


class Text(Value):
    """A text file that is no settings file: instructions, or what shells start with."""

    path: str
    text: str = ""
    problem: str = ""


class OwnFacts(Value):
    """Our own installation. Of settings and rights that cannot be used the problem is named, and None stands for them.

    `core` are the ids of core rules where overrides made it necessary to know; `altered` are shipped rule files that are not as
    released, None where there is nothing to compare them with. `spooled` is when the oldest waiting event was written (Unix seconds).
    """

    settings: Settings | None = None
    settings_problem: str = ""
    access: AccessFile | None = None
    access_problem: str = ""
    manifest: Manifest | None = None
    service: ServiceStatus | None = None
    listeners: tuple[Listener, ...] = ()
    core: frozenset[str] = frozenset()
    user_rules: LoadedRules | None = None
    altered: tuple[str, ...] | None = None
    shipped_count: int = 0
    spooled: float = 0.0
    wrapped_shells: int = 0
    pins: tuple[Pin, ...] = ()
    pins_problem: str = ""


class LogFacts(Value):
    """The audit log. `report` None = it could not be verified, see `problem`; `losses` are kinds of entries and how often in the last
    7 days, None = unknown; `verified` is when it was verified last (Unix seconds, 0 = never)."""

    report: VerifyReport | None = None
    problem: str = ""
    losses: Mapping[str, int] | None = None
    verified: float | None = None
    size: int = 0
    free: int = 0
    total: int = 0


class Canary(Value):
    """A must-deny call that was sent through a registered hook."""

    agent: str
    is_denied: bool
    said: str


def readable(name: str) -> str:
    """A name as it can be stored and sent: bytes that are no UTF-8 are written as `\\xff`."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class Context(Value):
    """The machine as one audit sees it. `now` in Unix seconds; `programs` says where each bare program name was found ("" = nowhere)."""

    now: float
    home: Path
    paths: Paths
    uid: int
    platform: str
    own: OwnFacts
    log: LogFacts
    sensor: SensorFacts
    agents: tuple[ConnectedAgent, ...] = ()
    others: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    instructions: tuple[Text, ...] = ()
    startup: tuple[Text, ...] = ()
    guarded: tuple[FileFact, ...] = ()
    facts: Mapping[str, FileFact] = {}
    programs: Mapping[str, str] = {}
    familiar: frozenset[str] = frozenset()
    running: tuple[Running, ...] = ()
    projects: tuple[str, ...] = ()
    canaries: tuple[Canary, ...] = ()
    ptrace_scope: int | None = None
    extra: Mapping[str, Document] = {}

    @property
    def is_installed(self) -> bool:
        """Whether Handrail is installed here."""
        return self.own.manifest is not None

    @property
    def client(self) -> Path:
        """The program that hooks are registered with."""
        return self.paths.bin / "handrail-hook"

    def fact(self, path: str | Path) -> FileFact:
        """What is known of a path; one that was not looked at is a problem, never a missing file."""
        return self.facts.get(str(path), FileFact(path=str(path), problem="was not looked at"))

    def of(self, *forms: Form) -> Iterator[Source]:
        """The settings files of these forms that exist."""
        return (source for source in self.sources if source.form in forms and (source.document.exists or source.document.problem))

    def has(self, agent: str) -> bool:
        """Whether this user has the agent."""
        return agent in self.others or any(one.name == agent and one.is_there for one in self.agents)

    def shown(self, path: str) -> str:
        """A path as people read it: `~` for the home folder."""
        home, path = str(self.home), readable(path)
        return "~" + path[len(home):] if path == home or path.startswith(home + "/") else path
