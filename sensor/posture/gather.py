"""Look at the machine once and make the context of it: the only place of the audit that opens files and asks processes."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import psutil

from hooks.discover import look_for
from hooks.settings.connection import Place, inspect
from hooks.settings.formats import FORMATS, Scope
from sensor.ask import SensorAway, SensorRefused, ask
from sensor.host.checks.agents import AGENTS, connected_agents, hook_command
from sensor.host.checks.selftest import self_test
from sensor.host.files.hook_client import client_path
from sensor.host.machine.file_facts import FileFact, look_at
from sensor.host.machine.processes import AGENT_PROGRAMS, agent_of
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.paths import Paths
from sensor.posture.context import Canary, ConnectedAgent, Context, Form, LogFacts, Running, SensorFacts, Source, Text
from sensor.posture.documents import Document
from sensor.posture.gather_own import log_facts, own_facts, recent_projects
from sensor.posture.hook_entries import MAX_COMMAND, commands_of
from sensor.posture.json5 import parse_json5
from sensor.posture.places import AGENT_CREDENTIALS, CREDENTIALS, NANOCLAW, OPENCLAW, TRANSCRIPTS
from sensor.posture.servers import servers_of
from sensor.posture.sources import project_sources, read_document, read_source, read_text, user_sources
from sensor.settings import load_settings
from sensor.watching.baseline import Baseline
from sensor.watching.places import World, project_spots, user_spots
from sensor.watching.survey import survey

KIND_OF_OTHERS = {"codex": ".codex", "gemini": ".gemini", "copilot": ".copilot", "opencode": ".config/opencode", "windsurf": ".codeium/windsurf"}
GUARDED = ("settings", "hooks", "mcp", "instructions")
MAX_TEXTS, MAX_TEXT_CHARS = 400, 8_000_000  # of all instructions together: some seconds of reading
PTRACE = Path("/proc/sys/kernel/yama/ptrace_scope")


class Wish(Value):
    """What is to be audited. `root` is "/" outside of tests; `live` sends test calls through the hooks."""

    paths: Paths
    home: Path
    now: float
    environment: Mapping[str, str]
    projects: tuple[Path, ...] = ()
    live: bool = False
    root: Path = Path("/")


def gather(wish: Wish) -> Context:
    """Everything that the checks ask about. Changes nothing; raises nothing for files that are wrong."""
    home, paths = wish.home, wish.paths
    projects = _projects(wish)
    of_projects = (one for project in projects for one in project_sources(Path(project), home))
    sources = (*user_sources(home, sys.platform, wish.environment), *of_projects, *_managed(wish))
    instructions, startup, guarded = _texts(wish, projects)
    context = Context(
        now=wish.now, home=home, paths=paths, uid=os.getuid(), platform=sys.platform, own=own_facts(paths, home), log=LogFacts(),
        sensor=_sensor(paths), agents=tuple(_agent(wish, name, sources) for name in FORMATS), others=tuple(_others(home, wish.environment)),
        sources=sources, instructions=instructions, startup=startup, guarded=guarded, familiar=_familiar(paths),
        running=tuple(_running(wish.now)), projects=projects, canaries=tuple(_canaries(wish)),
        ptrace_scope=_ptrace(), extra=_extra(home),
    )
    programs = {word: _found(word, wish.environment) for word in _program_words(context)}
    context = _with(context, programs=programs, log=log_facts(paths, wish.now))
    return _with(context, facts={str(path): look_at(path) for path in _wanted(context)})


def _with(context: Context, **changes: Any) -> Context:
    return msgspec.structs.replace(context, **changes)


def _projects(wish: Wish) -> tuple[str, ...]:
    named = [os.path.abspath(one) for one in wish.projects]
    return tuple(dict.fromkeys(one for one in (*named, *recent_projects(wish.paths, wish.now)) if os.path.isdir(one) and one != str(wish.home)))


def _managed(wish: Wish) -> Iterator[Source]:
    for agent, form in FORMATS.items():
        if sys.platform in form.managed:
            path = wish.root / form.managed[sys.platform]
            yield read_source(agent, Form.CLAUDE if form.grouped else Form.CURSOR_HOOKS, Scope.MANAGED, path, wish.root)


def _agent(wish: Wish, name: str, sources: tuple[Source, ...]) -> ConnectedAgent:
    found = look_for(name, wish.home, wish.environment)
    place = Place(agent=name, home=wish.home, state=wish.paths.state, client=client_path(wish.paths), environment=wish.environment)
    own = str(place.file)
    hooks = next((one for one in sources if one.document.path == own), None) or read_source(name, Form.CLAUDE, Scope.USER, place.file, wish.home)
    managed = next((one for one in sources if one.agent == name and one.scope is Scope.MANAGED), None)
    return ConnectedAgent(found=found, status=inspect(place, found.version), hooks=hooks, managed=managed, is_recorded=_is_recorded(wish.paths, name))


def _is_recorded(paths: Paths, agent: str) -> bool:
    try:
        return any(one.agent == agent for one in connected_agents(paths))
    except HandrailError:
        return True  # a damaged record is one


def _others(home: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Agents without hooks of ours that this user has."""
    for name, folder in KIND_OF_OTHERS.items():
        programs = [program for program, agent in AGENT_PROGRAMS.items() if agent == name]
        if (home / folder).is_dir() or any(shutil.which(one, path=environment.get("PATH", "")) for one in programs):
            yield name


def _texts(wish: Wish, projects: tuple[str, ...]) -> tuple[tuple[Text, ...], tuple[Text, ...], tuple[FileFact, ...]]:
    """Instructions, start-up files of shells, and facts about files that decide what agents do."""
    world = World(home=wish.home, paths=wish.paths, environment=wish.environment, root=wish.root)
    found = survey((*user_spots(world), *(spot for project in projects for spot in project_spots(project, world)))).files
    instructions = [path for path, spot in found.items() if spot.kind == "instructions" and path.endswith((".md", ".mdc", "rules"))]
    startup = [path for path, spot in found.items() if spot.kind == "shell" and spot.folder.startswith(str(wish.home))]
    guarded = [path for path, spot in found.items() if spot.kind in GUARDED]
    return tuple(_read(instructions)), tuple(_read(startup)), tuple(look_at(path, _project_of(path, projects)) for path in guarded)


def _read(paths: list[str]) -> Iterator[Text]:
    """The texts, as many as are looked at; of the rest one is named, so that many files hide none."""
    chars = 0
    for number, path in enumerate(paths):
        text = read_text(Path(path), None)
        chars += len(text.text) if text is not None else 0
        if number >= MAX_TEXTS or chars > MAX_TEXT_CHARS:
            yield Text(path=path, problem=f"was not looked at, and {len(paths) - number - 1} more: there are too many, or they are too long")
            return
        if text is not None:
            yield text


def _project_of(path: str, projects: tuple[str, ...]) -> str:
    return next((one for one in projects if path.startswith(one.rstrip("/") + "/")), "")


def _familiar(paths: Paths) -> frozenset[str]:
    baseline = Baseline(paths.state)
    baseline.load()
    return frozenset(baseline.familiar)


def _sensor(paths: Paths) -> SensorFacts:
    try:
        facts = ask(paths.socket, "status")
    except (SensorAway, SensorRefused) as error:
        return SensorFacts(why_not=error.message)
    watch = facts["watch"]
    return SensorFacts(version=facts["version"], watch=watch["state"], blind=watch.get("blind", 0), alarm=facts["alarm"], heard=frozenset(facts["agents"]))


def _running(now: float) -> Iterator[Running]:
    for process in psutil.process_iter():
        try:
            with process.oneshot():
                words = process.cmdline()
                agent = agent_of(process.name(), words)
                if agent and process.uids().real in (os.getuid(), 0):
                    yield Running(agent=agent, pid=process.pid, words=tuple(words), uid=process.uids().real, age_s=now - process.create_time())
        except psutil.Error:
            continue


def _canaries(wish: Wish) -> Iterator[Canary]:
    if not wish.live:
        return
    for agent in (name for name in AGENTS if _is_recorded(wish.paths, name)):
        try:
            mode = load_settings(wish.paths.config_file).mode_of(agent)
            said = self_test(hook_command(wish.paths, wish.home, agent), wish.paths, mode, secrets.token_hex(4))
            yield Canary(agent=agent, is_denied=True, said=said)
        except HandrailError as error:
            yield Canary(agent=agent, is_denied=False, said=error.message)


def _ptrace() -> int | None:
    try:
        return int(PTRACE.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _extra(home: Path) -> dict[str, Document]:
    return {NANOCLAW: read_document(home / NANOCLAW, home), **{name: read_document(home / name, home, parse_json5) for name in OPENCLAW}}


def _program_words(context: Context) -> set[str]:
    return {server.words[0] for server in servers_of(context) if server.words and "/" not in server.words[0]}


def _found(word: str, environment: Mapping[str, str]) -> str:
    return shutil.which(word, path=environment.get("PATH", "")) or ""


def _wanted(context: Context) -> set[Path | str]:
    """Every path whose owner and rights a check asks about."""
    paths, home = context.paths, context.home
    wanted: set[Path | str] = {
        home, paths.config, paths.state, paths.run, paths.data, paths.keys, paths.bin, paths.user_rules, paths.config_file, paths.policy_file, paths.socket,
        context.client, paths.bin / "handrail-mcp", paths.bin / "handrail",
    }
    wanted |= {path for path in paths.keys.glob("*") if path.suffix != ".pub"}
    wanted |= {home / name for name in (*CREDENTIALS, *AGENT_CREDENTIALS, *TRANSCRIPTS, NANOCLAW, *OPENCLAW)}
    wanted |= {home / Path(NANOCLAW).parent, home / Path(OPENCLAW[0]).parent}
    for server in servers_of(context):
        program = server.words[0] if server.words else ""
        program = program if "/" in program else context.programs.get(program, "")
        wanted |= {program, os.path.dirname(program)} if program.startswith("/") else set()
    for source in context.sources:
        wanted |= {word for command in commands_of(source) if (word := _first_word(command)).startswith("/")}
    return wanted


def _first_word(command: str) -> str:
    try:
        return next(iter(shlex.split(command[:MAX_COMMAND])), "")
    except ValueError:
        return ""
