"""Rows of the sets against near misses."""

from __future__ import annotations

import pytest

from sensor.effects.places.places import Ground, places_of

GROUND = Ground("/home/dev", "/home/dev/project", ("/tmp",), ())
H, P = "/home/dev", "/home/dev/project"


@pytest.mark.parametrize(("place", "inside", "outside"), [
    ("@credentials", [f"{H}/.ssh/id_ed25519", f"{H}/.aws/credentials", f"{H}/.netrc", f"{H}/.kube/config", f"{H}/.config/gh/hosts.yml", f"{H}/.docker/config.json",
                      f"{P}/.env", f"{P}/.env.production", f"{P}/key.pem", "/etc/shadow", f"{H}/.npmrc", f"{H}/.pypirc", f"{H}/.git-credentials", "/proc/1/environ",
                      f"{H}/.bash_history", f"{H}/.gnupg/private-keys-v1.d/x.key", "/Windows/Panther/Unattend.xml", "/mnt/c/Windows/System32/config/SAM", "/Users/a/AppData/Roaming/Microsoft/Protect/S-1/x",
                      "/Users/a/Library/Application Support/doctl/config.yaml"],
     [f"{P}/.env.example", f"{P}/.env.template", f"{P}/src/environment.py", f"{P}/tokens.py", f"{H}/.ssh/known_hosts", f"{H}/.ssh/id_rsa.pub", f"{H}/.gitconfig",
      f"{P}/keyboard.py", f"{P}/docs/secrets.md", "/etc/passwd", f"{P}/unattend.py", "/Windows/System32/config/x.dll", "/Users/a/Library/Application Support/doctl.md", "/Users/a/AppData/Roaming/npm/x"]),
    ("@agent-config", [f"{P}/.claude/settings.json", f"{H}/.claude/settings.json", f"{H}/.claude.json", f"{P}/.mcp.json", f"{P}/.cursor/hooks.json", f"{H}/.codex/config.toml",
                       f"{P}/.claude/hooks/x.sh", "/etc/claude-code/managed-settings.json"],
     [f"{P}/settings.json", f"{P}/claude/settings.json", f"{P}/.claudeish", f"{P}/src/mcp.py", f"{P}/cursor/hooks.json"]),
    ("@agent-memory", [f"{P}/CLAUDE.md", f"{P}/AGENTS.md", f"{P}/.cursorrules", f"{P}/.cursor/rules/a.mdc", f"{P}/sub/GEMINI.md", f"{P}/.github/copilot-instructions.md"],
     [f"{P}/README.md", f"{P}/docs/CLAUDE-notes.md", f"{P}/agents.py"]),
    ("@persistence", [f"{H}/.bashrc", f"{H}/.zshrc", f"{H}/.profile", "/etc/crontab", "/etc/cron.d/x", f"{H}/.config/systemd/user/x.service", "/etc/systemd/system/x.service",
                      f"{H}/.ssh/authorized_keys", f"{P}/.git/hooks/pre-commit", f"{H}/Library/LaunchAgents/x.plist", "/etc/ld.so.preload", f"{H}/.config/autostart/x.desktop"],
     [f"{P}/bashrc", f"{P}/src/.profiles", f"{P}/.gitignore", f"{P}/crontab.md", f"{P}/systemd/x.service"]),
    ("@devices", ["/dev/sda", "/dev/nvme0n1", "/dev/disk/by-id/x", "/dev/mem", "/dev/ada0", "/dev/da1", "/dev/vtbd0s1", "/dev/gpt/root"], ["/dev/null", "/dev/tty", "/dev/shm/x", f"{P}/dev/sda"]),
])
def test_rows(place, inside, outside):
    assert [path for path in inside if place not in places_of(path, GROUND)] == []
    assert [path for path in outside if place in places_of(path, GROUND)] == []
