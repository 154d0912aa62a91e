"""Everything of an installation that needs more than a shell: called by install.sh with the new private environment.

    <new environment>/bin/python -I -m sensor.host.install --venv DIR [--prefix DIR] [--agents LIST] [--observe] ...

The order of the steps is the order in `install`. Until the program is switched nothing of an earlier installation has
changed; a failure between there and the running service switches back.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import sys
import time
from pathlib import Path

import msgspec

from sensor import __version__
from sensor.ask import SensorAway, SensorRefused, ask
from sensor.audit.form.keys import load_or_create_identity
from sensor.host.checks.agents import AGENTS, connect, connected_agents, disconnect, find_agents, hook_command
from sensor.host.checks.selftest import self_test
from sensor.host.files.completions import link_completions, places, write_completions
from sensor.host.files.hook_client import place_client
from sensor.host.files.launcher import launcher_path, link_launcher, switch_environment, write_launcher
from sensor.host.files.manifest import Manifest, load_manifest, missing_parents, noted_by_script, save_manifest
from sensor.host.files.progress import Progress
from sensor.host.files.shell_files import apply_shells, plan_shells, refresh_shell_files
from sensor.host.machine.ports import choose_ports
from sensor.host.services.background import BackgroundService
from sensor.host.services.installed import plan_for, service_for
from sensor.host.services.service import Service, choose, wait_until_answering
from sensor.host.services.systemd import why_not
from sensor.host.summary import show_summary
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, UsageError
from sensor.model.verdicts import Mode
from sensor.paths import Paths, locate, make_private
from sensor.settings import load_settings, save_value

IN_BACKGROUND = "So Handrail runs in the background; after a restart of the machine the first call of an agent starts it."
START_TIMEOUT_S = 120.0  # the first start compiles the rules, perhaps on a busy machine


class Options(Value):
    """What install.sh was asked for. `agents` empty = those that are found."""

    venv: Path
    prefix: Path | None = None
    agents: tuple[str, ...] = ()
    observe: bool = False
    service: bool = True
    start: bool = True
    shell: bool = False


class Setup(Value):
    """Where and how to install."""

    options: Options
    paths: Paths
    home: Path
    progress: Progress


def parse_options(words: list[str]) -> Options:
    """Options of the command line. Raises UsageError for an unknown agent."""
    parser = argparse.ArgumentParser(prog="sensor.host.install", description=__doc__)
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--prefix", type=Path)
    parser.add_argument("--agents", default="")
    parser.add_argument("--observe", action="store_true")
    parser.add_argument("--no-service", dest="service", action="store_false")
    parser.add_argument("--no-start", dest="start", action="store_false")
    parser.add_argument("--shell", action="store_true")
    given = parser.parse_args(words)
    agents = tuple(word for word in given.agents.replace(",", " ").split() if word)
    unknown = [agent for agent in agents if agent not in AGENTS]
    if unknown:
        raise UsageError(f"unknown agent: {', '.join(unknown)}", next_step=f"Known agents: {', '.join(sorted(AGENTS))}")
    return Options(venv=given.venv, prefix=given.prefix, agents=agents, observe=given.observe, service=given.service, start=given.start, shell=given.shell)


def install(setup: Setup) -> tuple[str, ...]:
    """Install or upgrade; the agents that could not be connected. Raises HandrailError with the step that failed already shown."""
    manifest = _folders(setup)
    mode = _configuration(setup)
    service = _service(setup, manifest)
    manifest = _program(setup, manifest, service)
    failed = (*_connect(setup, mode), *_prove(setup, mode)) if setup.options.start else ()
    failed += tuple(_shells(setup))
    _look_soon(setup)
    _remove_old_environments(setup.paths)
    show_summary(setup.progress, setup.paths, manifest, mode)
    return failed


def _folders(setup: Setup) -> Manifest:
    paths = setup.paths
    with setup.progress.step("Folders") as step:
        previous = load_manifest(paths) if paths.state.exists() else None
        created = missing_parents(paths.config, paths.state, paths.data) if previous is None else ()
        for folder in (paths.config, paths.user_rules, paths.state, paths.run, paths.data, paths.bin):
            make_private(folder)
        step.note = "private to this user" if previous is None else f"upgrade of version {previous.version}"
    now = time.time()
    if previous is not None:
        return msgspec.structs.replace(previous, version=__version__, upgraded=now)
    return Manifest(version=__version__, installed=now, prefix=str(setup.options.prefix or ""), created_folders=(*noted_by_script(paths), *created))


def _configuration(setup: Setup) -> Mode:
    """Configuration and keys; those that exist stay as they are. The mode in force is returned."""
    file = setup.paths.config_file
    with setup.progress.step("Configuration and keys") as step:
        if not file.exists():
            save_value(file, ("mode",), (Mode.OBSERVE if setup.options.observe else Mode.ENFORCE).value)
            for key, port in choose_ports():
                save_value(file, key, port)
        elif setup.options.observe:
            save_value(file, ("mode",), Mode.OBSERVE.value)
        mode = load_settings(file).mode
        make_private(setup.paths.keys)
        load_or_create_identity(setup.paths.keys, secrets.token_bytes(32))
        step.note = f"mode {mode.value}"
    return mode


def _service(setup: Setup, manifest: Manifest) -> Service:
    plan = plan_for(setup.paths, setup.home)
    wanted = choose(plan) if setup.options.service else BackgroundService(plan)
    if setup.options.service and setup.options.start and wanted.kind == BackgroundService.kind:
        setup.progress.warn(f"{why_not(plan)}. {IN_BACKGROUND}")
    if manifest.service and manifest.service != wanted.kind:
        service_for(setup.paths, setup.home).remove()
    return wanted


def _program(setup: Setup, manifest: Manifest, service: Service) -> Manifest:
    """Switch to the new environment and start it; back to the old one when it does not start."""
    paths, progress = setup.paths, setup.progress
    before = Path(os.readlink(paths.venv)) if paths.venv.is_symlink() else None
    try:
        with progress.step("Program") as step:
            switch_environment(paths, setup.options.venv)
            launcher = write_launcher(paths, setup.options.prefix)
            manifest = _link(setup, manifest)
            place_client(paths)
            step.note = manifest.links[0] if manifest.links else str(launcher)
        manifest = _complete(setup, manifest, write_completions(paths, launcher))
        save_manifest(paths, manifest)
        if setup.options.start:
            manifest = _start(setup, manifest, service)
    except HandrailError:
        if before is not None and before.exists():
            switch_environment(paths, before)
            if setup.options.start:
                service_for(paths, setup.home).restart()
            progress.warn("The earlier version was put back and is in use.")
        raise
    return manifest


def _link(setup: Setup, manifest: Manifest) -> Manifest:
    if setup.options.prefix is not None:
        return manifest
    folder = setup.home / ".local" / "bin"
    created = missing_parents(folder)
    link = link_launcher(setup.paths, folder)
    if link is None:
        setup.progress.warn(f"{folder / 'handrail'} is something else; call {launcher_path(setup.paths)}")
        return manifest
    links = tuple(dict.fromkeys((*manifest.links, str(link))))
    return msgspec.structs.replace(manifest, links=links, created_folders=(*manifest.created_folders, *created))


def _complete(setup: Setup, manifest: Manifest, files: tuple[Path, ...]) -> Manifest:
    """Let the user's shells find the completion files."""
    if setup.options.prefix is not None:
        return manifest
    created = missing_parents(*(place.parent for place in places(setup.home).values()))
    links = (*manifest.links, *(str(link) for link in link_completions(files, setup.home)))
    return msgspec.structs.replace(manifest, links=tuple(dict.fromkeys(links)), created_folders=(*manifest.created_folders, *created))


def _start(setup: Setup, manifest: Manifest, service: Service) -> Manifest:
    created = missing_parents(*(file.parent for file in service.files()))
    try:
        _register(service)
    except HandrailError as error:
        if service.kind == BackgroundService.kind:
            raise
        service.remove()
        setup.progress.warn(f"{error.message.rstrip('.')}. {IN_BACKGROUND}")
        service = BackgroundService(plan_for(setup.paths, setup.home))
        _register(service)
    manifest = msgspec.structs.replace(manifest, service=service.kind, service_files=tuple(str(file) for file in service.files()),
                                       created_folders=(*manifest.created_folders, *created))
    save_manifest(setup.paths, manifest)
    with setup.progress.step("Service") as step:
        seconds = wait_until_answering(setup.paths.socket, START_TIMEOUT_S)
        step.note = f"{service.kind}, first answer after {seconds:.1f} s{_engine(setup.paths.socket)}"
    return manifest


def _engine(socket: Path) -> str:
    """What the rules are looked for with now: the sensor may still have words compiled beside it."""
    try:
        return f", rules ready ({ask(socket, 'status')['rules']['engine']})"
    except (SensorAway, SensorRefused):
        return ""


def _register(service: Service) -> None:
    service.stop()
    service.install()
    service.start()


def _agents(setup: Setup) -> tuple[str, ...]:
    if setup.options.agents:
        return setup.options.agents
    found = {*find_agents(setup.home), *(one.agent for one in connected_agents(setup.paths))}
    if not found:
        setup.progress.warn("No coding agent was found (Claude Code, Cursor); the end says how one is connected later")
    return tuple(agent for agent in AGENTS if agent in found)


def _connect(setup: Setup, mode: Mode) -> list[str]:
    """Connect each agent; one that cannot be connected does not keep the others from it. Returns those that could not."""
    failed = []
    for agent in _agents(setup):
        try:
            with setup.progress.step(f"Hooks of {agent}") as step:
                step.note = connect(setup.paths, setup.home, agent, mode)
        except HandrailError as error:
            setup.progress.error(error)
            failed.append(agent)
    return failed


def _shells(setup: Setup) -> list[str]:
    """The shell wrapper, if it is wanted; one that is there already gets the files of this version."""
    refresh_shell_files(setup.paths)
    if not setup.options.shell:
        return []
    try:
        with setup.progress.step("Shell wrapper") as step:
            plans = plan_shells(setup.paths, setup.home, os.environ)
            apply_shells(setup.paths, plans)
            step.note = ", ".join(str(plan.of.path) for plan in plans)
    except HandrailError as error:
        setup.progress.error(error)
        return ["shells"]
    return []


def _prove(setup: Setup, mode: Mode) -> list[str]:
    """Self-test every connected agent. One that fails is disconnected again: a broken hook would block the agent's work."""
    failed = []
    for agent in (one.agent for one in connected_agents(setup.paths)):
        try:
            with setup.progress.step(f"Self-test of {agent}") as step:
                step.note = self_test(hook_command(setup.paths, setup.home, agent), setup.paths, mode, secrets.token_hex(4))
        except HandrailError as error:
            setup.progress.error(error)
            disconnect(setup.paths, setup.home, agent)
            setup.progress.warn(f"{agent} was disconnected again and works as before. Look at: {launcher_path(setup.paths)} doctor")
            failed.append(agent)
    return failed


def _look_soon(setup: Setup) -> None:
    """The audit, beside everything else: the dashboard has it when it is first opened. Where this fails the sensor makes it by itself minutes later."""
    with contextlib.suppress(SensorAway, SensorRefused):
        if setup.options.start:
            ask(setup.paths.socket, "posture.look")


def _remove_old_environments(paths: Paths) -> None:
    current, folders = paths.venv.resolve(), paths.data / "venvs"
    for folder in folders.iterdir() if folders.is_dir() else ():
        if folder.resolve() != current:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Exit codes: 0 done, 1 installed but not everything works, 2 usage, 3 not installed."""
    progress = Progress()
    try:
        options = parse_options(sys.argv[1:])
        setup = Setup(options=options, paths=locate(Path.home(), options.prefix), home=Path.home(), progress=progress)
        failed = install(setup)
    except HandrailError as error:
        progress.error(error)
        sys.exit(error.exit_code)
    if failed:
        progress.warn(f"Installed, but not protected: {' and '.join(dict.fromkeys(failed))}. See the errors above.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
