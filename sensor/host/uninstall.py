"""Undo an installation: everything but the audit log goes, every file that was edited is put back."""

from __future__ import annotations

import shutil
from pathlib import Path

from hooks.settings.startup import take_blocks
from sensor.audit.journal.writer import RESERVE_FILE
from sensor.host.checks.agents import connected_agents, disconnect, other_places, undo_at
from sensor.host.checks.mcp_check import unwrap_all
from sensor.host.files.launcher import remove_link
from sensor.host.files.manifest import load_manifest, remove_if_empty
from sensor.host.files.progress import Progress
from sensor.host.services.installed import service_for
from sensor.model.errors import HandrailError
from sensor.paths import Paths


class NotInstalled(HandrailError):
    """There is nothing to undo."""


def uninstall(paths: Paths, home: Path, progress: Progress, *, keep_log: bool = True) -> tuple[str, ...]:
    """Remove the installation; what is kept is returned. Agents first, so that none calls a client that is gone. Raises HandrailError.

    With `keep_log` the audit log and its keys stay; so do rule files that the user wrote.
    """
    manifest = load_manifest(paths)
    if manifest is None:
        raise NotInstalled(f"No installation is recorded in {paths.state}", next_step="If it has a --prefix, give the same one.")
    _disconnect(paths, home, progress)
    with progress.step("Service"):
        service_for(paths, home).remove()
    with progress.step("Program"):
        for link in manifest.links:
            remove_link(Path(link), paths)
        kept = [*_remove_config(paths), *_remove_state(paths, keep_log)]
        shutil.rmtree(paths.run, ignore_errors=True)
        shutil.rmtree(paths.data, ignore_errors=True)
        remove_if_empty(manifest.created_folders)
    for what in kept:
        progress.line(f"  kept: {what}")
    if kept:
        progress.line("  What is kept can be deleted by hand when nobody needs it any more.")
    return tuple(kept)


def _disconnect(paths: Paths, home: Path, progress: Progress) -> None:
    """Take the hooks and the MCP proxy out of every agent's settings, or stop before anything is removed."""
    failed = []
    try:
        with progress.step("MCP servers") as step:
            step.note = ", ".join(unwrap_all(paths, home)) or "none was started through the proxy"
    except HandrailError as error:
        progress.error(error)
        failed.append("MCP servers")
    try:
        with progress.step("Shells") as step:
            step.note = ", ".join(f"{file}: {outcome}" for file, outcome in take_blocks(paths.state)) or "no start-up file was changed"
    except HandrailError as error:
        progress.error(error)
        failed.append("shells")
    for agent in (one.agent for one in connected_agents(paths)):
        try:
            with progress.step(f"Hooks of {agent}") as step:
                step.note = disconnect(paths, home, agent)
        except HandrailError as error:
            progress.error(error)
            failed.append(agent)
    for place in other_places(paths, home):
        try:
            with progress.step(f"Hooks of {place.agent}, {place.scope.value}") as step:
                step.note = undo_at(place)
        except HandrailError as error:
            progress.error(error)
            failed.append(str(place.file))
    if failed:
        raise HandrailError(f"The settings of {', '.join(failed)} could not be put back, so Handrail stays installed",
                            next_step="Mend or remove the settings file named above, then uninstall again.")


def _remove_config(paths: Paths) -> list[str]:
    paths.config_file.unlink(missing_ok=True)
    own = [path for path in paths.config.rglob("*") if path.is_file()] if paths.config.exists() else []
    if not own:
        shutil.rmtree(paths.config, ignore_errors=True)
        return []
    return [f"{paths.config} (your rule files)"]


def _remove_state(paths: Paths, keep_log: bool) -> list[str]:
    if not keep_log:
        shutil.rmtree(paths.state, ignore_errors=True)
        return []
    if not paths.log.exists():
        return _remove_state(paths, keep_log=False)
    kept = {paths.log, paths.keys}
    for path in paths.state.iterdir() if paths.state.exists() else ():
        if path in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    (paths.log / RESERVE_FILE).unlink(missing_ok=True)  # megabytes that were kept free for a running sensor
    return [f"{paths.log} (the audit log)", f"{paths.keys} (its keys: they verify it, and continue it after a new installation)"]
