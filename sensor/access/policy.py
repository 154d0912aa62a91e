"""`policy.yaml`: what each agent may use and reach. Declared once here; compiled to scopes that a call is held against.

A section may only narrow what stands above it: a call needs the agent's rights, its sub-agent's rights and those of the
repository's own `.handrail/policy.yaml`. Denied names win over allowed ones, and an empty list allows nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from sensor.access.arguments import compile_pattern
from sensor.access.presets import HOST_PLACES, HOST_PRESETS
from sensor.access.scopes import EVERYTHING, NOTHING, WIDE, Patterns, Scope, check_pattern, covers_tool
from sensor.model.categories import CATEGORIES
from sensor.model.errors import HandrailError, in_words, way_out
from sensor.strict_yaml import YamlErrors, nearest, parse, read

REPOSITORY_FILE = ".handrail/policy.yaml"
MAX_BYTES = 256 * 1024


class Default(enum.Enum):
    """What an agent without a section may do."""

    ALLOW = "allow"
    DENY = "deny"


class Filesystem(enum.Enum):
    """How far file effects reach, in one word."""

    NONE = "none"
    READ = "read"
    PROJECT = "project"
    HOME = "home"
    FULL = "full"


class Network(enum.Enum):
    """Which hosts may be reached, in one word."""

    NONE = "none"
    LISTED = "listed"
    FULL = "full"


class Shell(enum.Enum):
    """What shell commands may do, in one word."""

    NONE = "none"
    READ_ONLY = "read-only"
    FULL = "full"


class When(enum.Enum):
    """Which side of a call a line about content looks at."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    pass


def _help(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class ListSection(_Section):
    """Names that are allowed, and names that are not; a denied name wins."""

    allow: Annotated[Patterns, _help("What is allowed; `*` is everything, an empty list nothing.")] = EVERYTHING
    deny: Annotated[Patterns, _help("What is never allowed.")] = NOTHING


class EgressSection(_Section):
    """Hosts that one tool may reach instead of those that `hosts` names. The first line that names the tool counts."""

    tool: Annotated[str, _help("Tool kind, name or pattern, such as `WebFetch` or `mcp__tickets`.")]
    allow: Annotated[Patterns | None, _help("Hosts by name, `*.suffix` or preset, instead of `hosts.allow`.")] = None
    deny: Annotated[Patterns, _help("Hosts that this tool never reaches, beside those of `hosts.deny`.")] = NOTHING


class ContentSection(_Section):
    """Categories of findings that calls may not carry, whatever the rules alone would decide."""

    deny: Annotated[tuple[str, ...], _help("Categories, such as secret; `handrail policy categories` lists them.")]
    tool: Annotated[str, _help("Tool kind, name or pattern; every tool without it.")] = "*"
    when: Annotated[When, _help("before: what goes into the call; after: what comes back; both.")] = When.BOTH


class ArgumentSection(_Section):
    """A limit on one argument of a tool."""

    tool: Annotated[str, _help("Tool name or pattern, such as `mcp__pay__*`.")]
    field: Annotated[str, _help("Name of the argument; `a.b` for one inside another.")]
    allow: Annotated[str, _help("Regular expression that the whole text must match.")] = ""
    deny: Annotated[str, _help("Regular expression that must occur nowhere in the text.")] = ""
    max: Annotated[float | None, _help("Largest number allowed.")] = None
    ask_above: Annotated[float | None, _help("A person is asked above this number.")] = None
    max_length: Annotated[int | None, _help("Longest text allowed, in characters.")] = None


class UsedUp(enum.Enum):
    """What becomes of calls once a budget is used up."""

    ASK = "ask"
    DENY = "deny"
    SUSPEND = "suspend"


class BudgetSection(_Section):
    """How much may be used. Days and months are those of UTC; money is in the currency of `prices` in config.yaml."""

    calls_per_day: Annotated[int | None, _help("Tool calls.")] = None
    cpu_seconds_per_day: Annotated[int | None, _help("CPU seconds of the agent's process and those below it.")] = None
    cpu_seconds_per_session: Annotated[int | None, _help("The same for one session.")] = None
    tokens_per_day: Annotated[int | None, _help("Tokens that models read and wrote, without those from the cache.")] = None
    tokens_per_session: Annotated[int | None, _help("The same for one session.")] = None
    money_per_day: Annotated[float | None, _help("Money, for models with a price.")] = None
    money_per_month: Annotated[float | None, _help("Money, for models with a price.")] = None
    used_up: Annotated[UsedUp, _help("ask, deny or suspend the agent.")] = UsedUp.DENY


class RightsSection(_Section):
    """Rights of one agent or one kind of sub-agent. What is not named is not limited."""

    tools: Annotated[ListSection, _help("Tools by kind, name or pattern.")] = ListSection()
    servers: Annotated[ListSection, _help("MCP servers.")] = ListSection()
    filesystem: Annotated[Filesystem, _help("none, read, project, home or full.")] = Filesystem.FULL
    network: Annotated[Network, _help("none, listed (see hosts) or full.")] = Network.FULL
    shell: Annotated[Shell, _help("none, read-only or full.")] = Shell.FULL
    hosts: Annotated[ListSection, _help("Hosts by name, `*.suffix` or preset.")] = ListSection()
    egress: Annotated[tuple[EgressSection, ...], _help("Hosts per tool, where they differ from `hosts`.")] = ()
    content: Annotated[tuple[ContentSection, ...], _help("What calls may not carry, by category of finding.")] = ()
    paths: Annotated[ListSection, _help("Paths that may be written, and paths that may not be touched at all.")] = ListSection()
    arguments: Annotated[tuple[ArgumentSection, ...], _help("Limits on arguments.")] = ()
    session_calls: Annotated[int | None, _help("Calls that one session may make.")] = None
    concurrent: Annotated[int | None, _help("Calls that may run at once.")] = None
    ask: Annotated[bool, _help("Ask a person instead of refusing.")] = False


class AgentSection(RightsSection):
    """One agent, and what its sub-agents may do of that."""

    budget: Annotated[BudgetSection, _help("How much this agent may use, its sub-agents included.")] = BudgetSection()
    subagents: Annotated[dict[str, RightsSection], _help("Rights per kind of sub-agent; `*` is any other.")] = {}


# Sub-agents of an agent that says nothing about them: they work on the project; beyond it a person is asked.
USUAL_SUBAGENT = RightsSection(filesystem=Filesystem.PROJECT, ask=True)


class AccessFile(_Section):
    """The whole of policy.yaml."""

    default: Annotated[Default, _help("What agents without a section may do: allow or deny.")] = Default.ALLOW
    budget: Annotated[BudgetSection, _help("How much all agents together may use.")] = BudgetSection()
    agents: Annotated[dict[str, AgentSection], _help("Rights per agent.")] = {}


class Rights(msgspec.Struct, frozen=True, gc=False):
    """One section, compiled. `name` is where it stands, for messages ("claude-code", "claude-code > reviewer").

    `egress` are (tool pattern, the same rights with that tool's hosts), in the order of the file.
    """

    name: str
    scope: Scope
    denied_tools: Patterns = NOTHING
    denied_servers: Patterns = NOTHING
    denied_hosts: Patterns = NOTHING
    denied_paths: Patterns = NOTHING
    shell: Shell = Shell.FULL
    arguments: tuple[ArgumentSection, ...] = ()
    session_calls: int | None = None
    concurrent: int | None = None
    ask: bool = False
    egress: tuple[tuple[str, Rights], ...] = ()
    content: tuple[ContentSection, ...] = ()


class PolicyError(HandrailError):
    """policy.yaml cannot be used. Exit code 2: the user's file is wrong."""

    exit_code = 2


def load_policy(file: Path, own: Collection[str] | None = ()) -> AccessFile:
    """The policy in `file`; everything allowed when there is none. Raises PolicyError with every problem found.

    `own` are the categories of the user's own rules; None takes every category as it is.
    """
    try:
        with file.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return AccessFile()
    except OSError as error:
        raise PolicyError(f"cannot read {file}: {in_words(error)}", next_step=way_out(error)) from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{file} is larger than {MAX_BYTES // 1024} KiB")
    try:
        return parse_policy(data.decode("utf-8"), str(file), own)
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file} is not UTF-8") from error


def parse_policy(text: str, source: str, own: Collection[str] | None = ()) -> AccessFile:
    """The policy in `text`; `own` as for `load_policy`. Raises PolicyError."""
    try:
        root = parse(text, source)
        found = read(root, AccessFile) if root.is_mapping or root.is_sequence or root.scalar is not None else AccessFile()
    except YamlErrors as problem:
        raise PolicyError(problem.message, next_step="See docs/access.md for every key.") from problem
    categories = None if own is None else frozenset((*CATEGORIES, *own))
    budgets = {"budget": found.budget, **{f"agents.{agent}.budget": section.budget for agent, section in found.agents.items()}}
    wrong = [f"{source}: {place}.{key.replace('_', '-')}: {value} is below 0" for place, budget in budgets.items()
             for key, value in msgspec.structs.asdict(budget).items() if isinstance(value, (int, float)) and value < 0]
    wrong += [f"{source}: {problem}" for agent, section in found.agents.items() for problem in _problems(agent, section, categories)]
    if wrong:
        raise PolicyError("\n".join(wrong), next_step="See docs/access.md for every key.")
    return found


def compile_rights(name: str, section: RightsSection, home: str) -> Rights:
    """What calls are held against; `~` in paths is `home`."""
    reads, writes = _FILESYSTEM[section.filesystem]
    if section.paths.allow != EVERYTHING and writes:
        writes = _at_home(section.paths.allow, home)  # the list is the finer word
    hosts = {Network.NONE: NOTHING, Network.LISTED: _expand(section.hosts.allow), Network.FULL: EVERYTHING}[section.network]
    if section.network is Network.FULL and section.hosts.allow != EVERYTHING:
        hosts = _expand(section.hosts.allow)
    scope = Scope(tools=section.tools.allow, reads=reads, writes=writes, hosts=hosts, servers=section.servers.allow, max_calls=WIDE.max_calls)
    rights = Rights(
        name=name, scope=scope, denied_tools=section.tools.deny, denied_servers=section.servers.deny, denied_hosts=_expand(section.hosts.deny),
        denied_paths=_at_home(section.paths.deny, home), shell=section.shell, arguments=section.arguments, session_calls=section.session_calls,
        concurrent=section.concurrent, ask=section.ask, content=section.content,
    )
    return msgspec.structs.replace(rights, egress=tuple((line.tool, _of_tool(rights, section, line)) for line in section.egress))


def _of_tool(rights: Rights, section: RightsSection, line: EgressSection) -> Rights:
    closed = section.network is Network.NONE or line.allow is None
    scope = rights.scope if closed else msgspec.structs.replace(rights.scope, hosts=_expand(line.allow or NOTHING))
    return msgspec.structs.replace(rights, scope=scope, denied_hosts=rights.denied_hosts + _expand(line.deny))


# Reads and writes per word.
_FILESYSTEM: dict[Filesystem, tuple[Patterns, Patterns]] = {
    Filesystem.NONE: (NOTHING, NOTHING),
    Filesystem.READ: (EVERYTHING, NOTHING),
    Filesystem.PROJECT: (EVERYTHING, ("@repo", "@temp")),
    Filesystem.HOME: (EVERYTHING, ("@repo", "@temp", "@under_home")),
    Filesystem.FULL: (EVERYTHING, EVERYTHING),
}


def _at_home(paths: Patterns, home: str) -> Patterns:
    return tuple(home + path[1:] if path == "~" or path.startswith("~/") else path for path in paths)


def _expand(hosts: Patterns) -> Patterns:
    return tuple(name for host in hosts for name in HOST_PRESETS.get(host, (host.lower().rstrip("."),)))


def _problems(name: str, section: RightsSection, categories: Collection[str] | None) -> list[str]:
    wrong = []
    for axis in ("tools", "servers", "hosts", "paths"):
        lists: ListSection = getattr(section, axis)
        for pattern in (*lists.allow, *lists.deny):
            problem = check_pattern(pattern)
            if problem:
                wrong.append(f"agents.{name}.{axis}: {pattern!r} {problem}")
    wrong += [f"agents.{name}.{problem}" for problem in (*_host_problems(section), *_egress_problems(section), *_content_problems(section, categories))]
    for limit in section.arguments:
        for key, pattern in (("allow", limit.allow), ("deny", limit.deny)):
            try:
                compile_pattern(pattern)
            except ValueError as error:
                wrong.append(f"agents.{name}.arguments.{key}: {pattern!r} is not a regular expression: {error}")
    if isinstance(section, AgentSection):
        wrong += [problem for kind, own in section.subagents.items() for problem in _problems(f"{name}.subagents.{kind}", own, categories)]
    return wrong


def _host_problems(section: RightsSection) -> Iterator[str]:
    """Presets that do not exist: in a list of denied hosts they would deny nothing."""
    lists = [("hosts", section.hosts.allow + section.hosts.deny), *(("egress", (line.allow or NOTHING) + line.deny) for line in section.egress)]
    known = {**HOST_PRESETS, **HOST_PLACES}
    for axis, hosts in lists:
        for host in hosts:
            if host.startswith("@") and host not in known:
                yield f"{axis}: there is no preset {host!r}{nearest(host, known)}"


def _egress_problems(section: RightsSection) -> Iterator[str]:
    for place, line in enumerate(section.egress):
        for pattern in (line.tool, *(line.allow or NOTHING), *line.deny):
            problem = check_pattern(pattern)
            if problem:
                yield f"egress: {pattern!r} {problem}"
        if line.allow is None and not line.deny:
            yield f"egress: the line of {line.tool!r} needs `allow` or `deny`"
        if line.allow and section.network is Network.NONE:
            yield f"egress: {line.tool!r} is allowed hosts, but `network: none` allows none; write `network: listed` and `hosts: {{allow: []}}`"
        before = next((other.tool for other in section.egress[:place] if covers_tool(other.tool, line.tool)), "")
        if before:
            yield f"egress: the line of {line.tool!r} never counts, because {before!r} stands before it; move it up"


def _content_problems(section: RightsSection, categories: Collection[str] | None) -> Iterator[str]:
    for line in section.content:
        problem = check_pattern(line.tool)
        if problem:
            yield f"content: {line.tool!r} {problem}"
        for name in line.deny:
            if categories is not None and name not in categories:
                yield f"content: there is no category {name!r}{nearest(name, categories)}"
