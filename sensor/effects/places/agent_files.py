"""Settings of agents in a home folder, and patterns that mean one of them without naming it."""

from __future__ import annotations

from sensor.model.globs import fits_glob

SECRET_FILES = (".env", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".aws/credentials", ".ssh/id_rsa", ".ssh/id_ed25519", ".git-credentials", ".docker/config.json", ".kube/config", "shadow")
AGENT_FILES = (".claude/settings.json", ".cursor/hooks.json", ".codex/config.toml", ".gemini/settings.json")


def meant_by(home: str, pattern: str) -> str:
    """The settings file that a path with wild cards can only mean, such as `~/.c*/settings.json`; "" where it means others, too, or none."""
    parts = pattern.split("/")
    if not parts[-1].strip("*?.[]!"):
        return ""
    for file in AGENT_FILES:
        names = f"{home}/{file}".split("/")
        if len(names) == len(parts) and all(map(fits_glob, names, parts)):
            return "/".join(names)
    return ""
