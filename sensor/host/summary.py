"""The end of an installation: what was changed, where the dashboard is, how to undo."""

from __future__ import annotations

import os
import subprocess

from hooks.settings.servers import changed_files
from sensor.host.checks.agents import Connected, connected_agents
from sensor.host.files.completions import hint
from sensor.host.files.launcher import launcher_path
from sensor.host.files.manifest import Manifest
from sensor.host.files.progress import Progress
from sensor.model.verdicts import Mode
from sensor.paths import Paths

ADDRESS_TIMEOUT_S = 15.0
NAME = "handrail"


def show_summary(progress: Progress, paths: Paths, manifest: Manifest, mode: Mode) -> None:
    """Print it."""
    command = _command(paths, manifest)
    progress.heading("Changed")
    connected = connected_agents(paths)
    for line in changed(paths, manifest, connected):
        progress.line(f"  {line}")
    progress.heading("Next")
    stops = "is stopped or asked about" if mode is Mode.ENFORCE else "is recorded, nothing is stopped"
    if connected:
        names = " and ".join(one.agent for one in connected)
        progress.line(f"  Work:        with {names} as before, in a new session: what must not happen {stops}")
        progress.line(f"  Watch it:    {command} events --follow")
    else:
        progress.line(f"  Connect:     nothing is protected yet, as no agent is connected. Install Claude Code or Cursor, then: {command} hooks install")
    progress.line(f"  Try it:      {command} demo")
    usual = "; usually B at first, the rest are decisions of yours" if connected and mode is Mode.ENFORCE else ""
    progress.line(f"  Look at it:  {command} status")
    progress.line(f"  Grade it:    {command} audit (how safe all of it is{usual})")
    address = _dashboard(paths) if manifest.service else ""
    if address:
        progress.line(f"  Dashboard:   {address}")
        progress.line(f"               (opens once, within a minute; a new address: {command} dashboard)")
    if command != NAME and _link(paths, manifest):
        progress.line(f"  PATH:        {os.path.dirname(command)} is not on it; once it is, {NAME} alone will do")
    completion = hint(paths, os.environ.get("SHELL", ""), manifest.links)
    if completion:
        progress.line(f"  Completion:  {completion}")
    progress.line(f"  Undo:        {command} uninstall")


def changed(paths: Paths, manifest: Manifest, connected: tuple[Connected, ...]) -> tuple[str, ...]:
    """One line for each place that holds something new."""
    lines = [f"{paths.data} (program)", f"{paths.config} (configuration)", f"{paths.state} (audit log, keys)"]
    lines += [f"{link} (link into the program folder)" for link in manifest.links]
    lines += [f"{file} (service)" for file in manifest.service_files]
    lines += [f"{one.file} (hooks of {one.agent})" for one in connected]
    lines += [f"{file} (MCP servers through the proxy)" for file in changed_files(paths.state)]
    return tuple(lines)


def _command(paths: Paths, manifest: Manifest) -> str:
    """How the user calls Handrail: by name where the link is on PATH, else by the whole path."""
    link = _link(paths, manifest)
    on_path = {os.path.realpath(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder}
    return NAME if link and os.path.realpath(os.path.dirname(link)) in on_path else link or str(launcher_path(paths))


def _link(paths: Paths, manifest: Manifest) -> str:
    """The link to the program; "" where there is none, as with a prefix."""
    launcher = os.path.realpath(launcher_path(paths))
    return next((link for link in manifest.links if os.path.realpath(link) == launcher), "")


def _dashboard(paths: Paths) -> str:
    """A one-time address, from the program itself; "" when it has none to give."""
    command = [str(launcher_path(paths)), "dashboard", "--no-browser"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ADDRESS_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    first = done.stdout.strip().splitlines()[:1]
    return first[0] if done.returncode == 0 and first and first[0].startswith("http") else ""
