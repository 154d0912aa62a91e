"""The documentation names everything there is: each setting, each command, each key of policy.yaml has its place."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec
import pytest

from sensor.access.policy import AccessFile
from sensor.audit.form.entry import KINDS, AuditEntry
from sensor.cli.main import COMMANDS
from sensor.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"


def keys(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(dotted key, help) of every field below `kind`."""
    for field in msgspec.inspect.type_info(kind).fields:
        meant = field.type.extra_json_schema or {} if isinstance(field.type, msgspec.inspect.Metadata) else {}
        inner = field.type.type if isinstance(field.type, msgspec.inspect.Metadata) else field.type
        if isinstance(inner, msgspec.inspect.StructType):
            yield from keys(inner.cls, f"{prefix}{field.encode_name}.")
            continue
        yield f"{prefix}{field.encode_name}", meant.get("description", "")
        if isinstance(inner, msgspec.inspect.DictType) and isinstance(inner.value_type, msgspec.inspect.StructType):
            yield from keys(inner.value_type.cls, f"{prefix}{field.encode_name}.NAME.")


def headings(name: str) -> list[str]:
    return re.findall(r"^#{2,3} (.+)$", (DOCS / name).read_text(encoding="utf-8"), re.M)


def commands() -> Iterator[str]:
    for name, (module, attribute, _) in COMMANDS.items():
        command = getattr(importlib.import_module(module), attribute)
        yield name
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in command.commands)


def test_every_setting_has_its_heading_and_its_help_and_no_other_is_described():
    wanted = dict(keys(Settings))
    assert headings("settings.md") == list(wanted)
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert not [key for key, said in wanted.items() if not said or said not in text]


def test_every_command_has_its_heading():
    assert headings("cli.md") == [f"handrail {name}" for name in commands()]


@pytest.mark.parametrize("key", sorted({key.rpartition(".")[2] for key, _ in keys(AccessFile)} - {"field", "tool", "allow", "deny", "max", "max-length", "agents"}))
def test_every_word_of_the_policy_is_described(key):
    assert re.search(rf"\b{re.escape(key)}\b", (DOCS / "access.md").read_text(encoding="utf-8")), key


def test_every_picture_is_shown_by_a_page():
    pages = "".join(file.read_text(encoding="utf-8") for file in [*DOCS.glob("*.md"), DOCS.parent / "README.md"])
    assert not [file.name for file in (DOCS / "img").iterdir() if f"img/{file.name})" not in pages]


def test_links_between_documents_lead_somewhere():
    broken = []
    for file in [*DOCS.glob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", file.read_text(encoding="utf-8")):
            if "://" not in target and not (file.parent / target).exists():
                broken.append(f"{file.name}: {target}")
    assert not broken


def test_links_to_a_heading_lead_to_one():
    broken, count = [], 0
    for file in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        for target, heading in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", file.read_text(encoding="utf-8")):
            pointed = (file.parent / target if target else file).read_text(encoding="utf-8")
            headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", pointed, re.M)}
            broken += [f"{file.name}: {target}#{heading}"] * (heading not in headings)
            count += 1
    assert count > 10 and not broken


def fields(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Names of the fields of an entry, those of its parts also with the part's name in front."""
    for field in msgspec.inspect.type_info(kind).fields:
        yield from (prefix + field.name, field.name)
        for inner in (field.type, *getattr(field.type, "types", ())):
            if isinstance(inner, msgspec.inspect.StructType):
                yield from fields(inner.cls, f"{field.name}.")
            elif isinstance(getattr(inner, "item_type", None), msgspec.inspect.StructType):
                yield from fields(inner.item_type.cls, f"{field.name}.")


def test_compliance_names_only_fields_and_commands_that_exist():
    rows = [line.split("|") for line in (DOCS / "compliance.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "|---" not in line and "| claim |" not in line]
    known = {*fields(AuditEntry), *KINDS}
    named = {word for row in rows for word in re.findall(r"`([a-z_.0-9]+)`", row[2])}
    assert len(rows) > 15 and not named - known
    said = {tuple(word.split()[1:3]) for row in rows for word in re.findall(r"`(handrail [^`]+)`", row[3])}
    real = set(commands())
    assert not [words for words in said if " ".join(words) not in real and words[0] not in real]


def function_named(dotted: str) -> Callable[..., object]:
    """The function or method that a dotted name leads to, through modules and classes."""
    at = importlib.import_module(dotted.split(".")[0])
    for name in dotted.split(".")[1:]:
        at = importlib.import_module(f"{at.__name__}.{name}") if inspect.ismodule(at) and not hasattr(at, name) else getattr(at, name)
    return at


@pytest.mark.parametrize(("dotted", "given"), re.findall(r"^\| `((?:sensor|hooks)\.[\w.]+)\(([\w, ]*)\)`", (DOCS / "architecture.md").read_text(encoding="utf-8"), re.M))
def test_the_contracts_between_rooms_are_those_of_the_code(dotted, given):
    names = [name for name in inspect.signature(function_named(dotted)).parameters if name != "self"]
    assert names == given.split(", ")


def test_files_that_a_page_names_are_there():
    root = DOCS.parent
    named = {(page.name, name) for page in DOCS.glob("*.md") for name in re.findall(r"`((?:sensor|hooks|web|tests|rules|packaging)/[\w./-]+\.\w+)`", page.read_text(encoding="utf-8"))}
    assert len(named) > 20 and not [(page, name) for page, name in named if not (root / name).exists()]
