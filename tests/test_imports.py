"""Who may import whom: the table of docs/architecture.md, enforced on the syntax tree of every source file."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sensor", "hooks", "web")
FOUNDATION = {"sensor", "sensor.model", "sensor.paths"}
JUDGING = {"sensor.effects", "sensor.policy", "sensor.detectors", "sensor.access"}
EVERYTHING = {"*"}
EFFECTS_BELOW = {f"sensor.effects.{room}" for room in ("budget", "places", "syntax", "shell")}
HOST_BELOW = {f"sensor.host.{room}" for room in ("machine", "running", "files")}

# A room may import itself, what stands here, and the rooms inside both. A module outside every folder is a room of its own.
MAY_IMPORT: dict[str, set[str]] = {
    "sensor": set(),
    "sensor.model": set(),
    "sensor.wire": set(),
    "sensor.paths": {"sensor.model"},
    "sensor.ask": {"sensor.model", "sensor.wire"},
    "sensor.strict_yaml": FOUNDATION,
    "sensor.settings": FOUNDATION | {"sensor.strict_yaml"},
    "sensor.effects": FOUNDATION,
    "sensor.effects.budget": FOUNDATION,
    "sensor.effects.places": FOUNDATION,
    "sensor.effects.syntax": FOUNDATION | {"sensor.effects.budget"},
    "sensor.effects.shell": FOUNDATION | {"sensor.effects.budget", "sensor.effects.places", "sensor.effects.syntax"},
    "sensor.effects.programs": FOUNDATION | EFFECTS_BELOW,
    "sensor.effects.projects": FOUNDATION | EFFECTS_BELOW,
    "sensor.effects.code": FOUNDATION | EFFECTS_BELOW,
    "sensor.effects.runs": FOUNDATION | EFFECTS_BELOW | {"sensor.effects.programs", "sensor.effects.projects"},
    "sensor.effects.git": FOUNDATION | EFFECTS_BELOW | {"sensor.effects.programs", "sensor.effects.projects", "sensor.effects.runs"},
    "sensor.effects.tool_inputs": FOUNDATION | {"sensor.effects"},
    "sensor.patterns": FOUNDATION,
    "sensor.policy": FOUNDATION | {"sensor.strict_yaml", "sensor.patterns"},
    "sensor.detectors": FOUNDATION | {"sensor.patterns"},
    "sensor.access": FOUNDATION | {"sensor.strict_yaml"},
    "sensor.audit": FOUNDATION,
    "sensor.audit.form": FOUNDATION,
    "sensor.audit.drafts": FOUNDATION | {"sensor.audit.form"},
    "sensor.audit.journal": FOUNDATION | {"sensor.audit.form", "sensor.audit.drafts"},
    "sensor.audit.outside": FOUNDATION | {"sensor.audit.form", "sensor.audit.journal"},
    "sensor.audit.verifying": FOUNDATION | {"sensor.audit.form", "sensor.audit.journal", "sensor.audit.outside"},
    "sensor.store": FOUNDATION | {"sensor.audit"},
    "sensor.export": FOUNDATION | {"sensor.audit"},
    "sensor.reasoning": FOUNDATION | {"sensor.audit", "hooks"},
    "sensor.host": FOUNDATION | {"sensor.access", "sensor.settings", "sensor.wire", "sensor.ask", "sensor.audit", "hooks"},
    "sensor.host.machine": FOUNDATION | {"sensor.access", "sensor.settings"},
    "sensor.host.running": FOUNDATION,
    "sensor.host.files": FOUNDATION | {"hooks"},
    "sensor.host.services": FOUNDATION | HOST_BELOW | {"sensor.settings", "sensor.ask", "hooks"},
    "sensor.host.checks": FOUNDATION | HOST_BELOW | {"sensor.settings", "sensor.ask", "sensor.audit", "sensor.host.services", "hooks"},
    "sensor.watching": FOUNDATION | {"sensor.ask", "sensor.settings", "sensor.host", "hooks"},
    "sensor.posture": FOUNDATION | {
        "sensor.ask", "sensor.settings", "sensor.strict_yaml", "sensor.host", "sensor.audit", "sensor.store", "sensor.access", "sensor.policy", "sensor.detectors", "sensor.watching",
        "sensor.export",  # words and numbers of SARIF
        "hooks",
    },
    "sensor.pipeline": FOUNDATION | JUDGING | {"sensor.settings", "sensor.strict_yaml", "sensor.when_run"},
    "sensor.when_run": FOUNDATION | {"sensor.effects"},
    "sensor.inforce": FOUNDATION | {"sensor.access", "sensor.policy", "sensor.pipeline", "sensor.settings", "hooks"},
    "sensor.correlate": FOUNDATION | {"sensor.ask", "sensor.settings", "sensor.host"},
    "sensor.escalation": FOUNDATION | {"sensor.access", "sensor.detectors", "sensor.correlate"},
    "sensor.alerts": FOUNDATION,
    "sensor.doors": FOUNDATION | {"sensor.wire", "sensor.access"},
    "sensor.desk": FOUNDATION | {
        "sensor.doors", "sensor.wire", "sensor.access", "sensor.audit", "sensor.policy", "sensor.pipeline", "sensor.inforce", "sensor.escalation",
        "sensor.settings", "sensor.correlate", "hooks",
    },
    "sensor.cli": FOUNDATION | {
        "sensor.ask", "sensor.wire", "sensor.settings", "sensor.strict_yaml", "sensor.store", "sensor.host", "sensor.audit",
        "sensor.export", "sensor.policy", "sensor.access", "sensor.watching", "sensor.correlate", "sensor.posture", "hooks", "web",
        "sensor.judging",  # builds what `explain` and `rules test` need without a running sensor
    },
    "sensor.judging": EVERYTHING,
    "sensor.composition": EVERYTHING,
    "sensor.serving": EVERYTHING,
    "sensor.daemon": EVERYTHING,
    "hooks": FOUNDATION | {"sensor.wire"},
    "web": FOUNDATION | {
        "sensor.ask", "sensor.wire", "sensor.settings", "sensor.store", "sensor.host", "sensor.audit", "sensor.export",
        "sensor.access", "sensor.policy", "sensor.strict_yaml",  # rights and examples of rules, read to be shown
    },
}
STANDARD_LIBRARY_ONLY = ("sensor/wire.py", "hooks/client.py")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def room_of(module: str) -> str:
    """The longest room name that `module` starts with."""
    fits = [room for room in MAY_IMPORT if module == room or module.startswith(room + ".")]
    best = max(fits, key=len, default="")
    return best if best != "sensor" or module == "sensor" else module


def imported(tree: ast.AST, module: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module in PACKAGES else {node.module or ""}
    return names


def violations(path: Path, text: str) -> list[str]:
    module = module_name(path)
    room = room_of(module)
    allowed = MAY_IMPORT.get(room)
    if allowed is None:
        return [f"{module}: no room in the table of tests/test_imports.py and docs/architecture.md"]
    found = []
    for name in imported(ast.parse(text), module):
        if name.split(".")[0] not in PACKAGES:
            continue
        target = "sensor" if name == "sensor.__version__" else room_of(name)
        if not any(may in (target, "*") or (may != "sensor" and target.startswith(may + ".")) for may in (room, *allowed)):
            found.append(f"{module} imports {name}: {room} may not import {target}")
    return found


def test_every_import_follows_the_table():
    found = [line for path in sources() for line in violations(path, path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "line", "is_wrong"),
    [
        ("sensor/model/calls.py", "import sensor.policy", True),
        ("sensor/model/calls.py", "from sensor.model.findings import Finding", False),
        ("sensor/cli/show.py", "from sensor.pipeline import Pipeline", True),
        ("sensor/cli/show.py", "from sensor import pipeline", True),
        ("web/app.py", "def f():\n    import sensor.pipeline", True),
        ("web/app.py", "from sensor.store import queries", False),
        ("sensor/detectors/x.py", "from sensor.policy.decide import decide", True),
        ("sensor/effects/syntax/lexer.py", "from sensor.effects.shell.scope import Shell", True),
        ("sensor/effects/commands.py", "from sensor.effects.syntax.script import Script", False),
        ("sensor/store/rows.py", "from sensor.audit.form.entry import AuditEntry", False),
        ("sensor/brand_new.py", "import os", True),
        ("sensor/daemon.py", "import sensor.pipeline", False),
        ("hooks/claude.py", "from sensor import wire", False),
    ],
)
def test_the_check_itself(path, line, is_wrong):
    assert bool(violations(ROOT / path, line)) == is_wrong


@pytest.mark.parametrize("name", STANDARD_LIBRARY_ONLY)
def test_client_side_is_standard_library_only(name):
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    roots = {root.split(".")[0] for root in imported(tree, name)}
    foreign = roots - set(sys.stdlib_module_names) - {"sensor" if name == "sensor/wire.py" else "hooks"}
    assert not foreign
    at_once = {root for statement in tree.body if not isinstance(statement, ast.FunctionDef) for root in imported(statement, name)}
    assert not any(root.startswith("hooks") for root in at_once), "the client loads its fallback only when the sensor does not answer"


@pytest.mark.parametrize("path", [*sorted((ROOT / "hooks/proxy").glob("*.py")), ROOT / "hooks/mcp_forms.py", ROOT / "hooks/decode.py"], ids=lambda path: path.name)
def test_the_mcp_proxy_is_standard_library_only(path):
    names = imported(ast.parse(path.read_text(encoding="utf-8")), module_name(path))
    assert not {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"hooks"}
    assert {name for name in names if name.startswith("hooks")} <= {"hooks.client", "hooks.decode", "hooks.local_decision", "hooks.mcp_forms", *(name for name in names if name.startswith("hooks.proxy"))}
