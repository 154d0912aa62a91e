"""Area NCL: NanoClaw's list of folders that its containers may be given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sensor.host.machine.file_facts import OTHERS
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, passed, rights, unreadable, verdict
from sensor.posture.context import Context
from sensor.posture.documents import Document
from sensor.posture.places import AGENT_FOLDERS, ALWAYS_REFUSED, CREDENTIAL_FOLDERS, NANOCLAW, SYSTEM_FOLDERS


def document_of(context: Context) -> Document | None:
    """The list; None where NanoClaw is not there."""
    folder = context.fact(context.home / Path(NANOCLAW).parent)
    return context.extra.get(NANOCLAW) if folder.exists else None


def _read(context: Context) -> Document | None:
    """The list where it can be used."""
    document = document_of(context)
    return document if document is not None and document.data is not None else None


def list_missing(context: Context) -> Iterator[Result]:
    document = document_of(context)
    if document is not None:
        yield from unreadable("NanoClaw", document)
        if not document.problem:
            yield verdict("" if document.exists else "the list of allowed folders is missing", "NanoClaw", document.path)


def others_may_write(context: Context) -> Iterator[Result]:
    document = _read(context)
    if document is not None:
        is_on = document.value("nonMainReadOnly") is True
        yield verdict("" if is_on else "nonMainReadOnly is not true", "NanoClaw", document.path, document.line("nonMainReadOnly"))


def _roots(context: Context, document: Document) -> Iterator[tuple[str, bool]]:
    """(absolute folder, may it be written) of every allowed root."""
    found = document.value("allowedRoots")
    for one in found if isinstance(found, list) else ():
        path: Any = one.get("path") if isinstance(one, dict) else one
        if isinstance(path, str):
            text = path.replace("${HOME}", "~").replace("$HOME", "~")
            full = os.path.normpath(str(context.home) + text[1:] if text == "~" or text.startswith("~/") else text)
            yield os.path.normpath("/" + full.lstrip("/")), isinstance(one, dict) and one.get("allowReadWrite") is True


def everything_allowed(context: Context) -> Iterator[Result]:
    document = _read(context)
    if document is None:
        return
    for folder, _ in _roots(context, document):
        is_all = folder == "/" or str(context.home) == folder or str(context.home).startswith(folder + "/")
        problem = "it holds your whole home folder" if is_all else ""
        yield verdict(problem, context.shown(folder), document.path, document.line("allowedRoots"))


def sensitive_writable(context: Context) -> Iterator[Result]:
    document = _read(context)
    guarded = (*SYSTEM_FOLDERS, *(f"{context.home}/{name}" for name in (*CREDENTIAL_FOLDERS, *AGENT_FOLDERS)))
    for folder, may_write in _roots(context, document) if document is not None else ():
        inside = next((one for one in guarded if folder == one or folder.startswith(one + "/")), "")
        is_bad = may_write and bool(inside)
        yield verdict(f"it may be written, and belongs to {context.shown(inside)}" if is_bad else "", context.shown(folder), document.path if document else "")


def nothing_blocked(context: Context) -> Iterator[Result]:
    document = _read(context)
    if document is not None:
        blocked = document.words("blockedPatterns")
        missing = [name for name in ALWAYS_REFUSED if not any(name.lstrip(".") in pattern for pattern in blocked)]
        yield verdict(f"blockedPatterns leaves out {', '.join(missing)}" if missing else "", "NanoClaw", document.path, document.line("blockedPatterns"))


def open_list(context: Context) -> Iterator[Result]:
    document = document_of(context)
    if document is not None and document.exists:
        yield rights(context.fact(document.path), OTHERS, context)


def summary(context: Context) -> Iterator[Result]:
    document = _read(context)
    if document is not None:
        yield passed("NanoClaw", f"{len(list(_roots(context, document)))} allowed folders, {len(document.words('blockedPatterns'))} blocked patterns")


C, H, M, INFO = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.INFO
NCL: tuple[Check, ...] = (
    Check("NCL-01", H, "NanoClaw has no list of allowed folders", "Without it nobody decides what containers are given.",
          "Write the list.", list_missing, f"~/{NANOCLAW}"),
    Check("NCL-02", H, "groups other than main may write", "Who writes into any chat changes your files.",
          "Set nonMainReadOnly.", others_may_write, '"nonMainReadOnly": true'),
    Check("NCL-03", C, "NanoClaw may be given your whole home folder", "Keys, mail and settings are in its reach.",
          "Name a folder.", everything_allowed, 'name a folder in "allowedRoots"'),
    Check("NCL-04", H, "NanoClaw may write where keys or settings lie", "It could give itself any right.",
          "Make it read-only.", sensitive_writable, '"allowReadWrite": false'),
    Check("NCL-05", M, "NanoClaw blocks no credentials", "A folder that is allowed may hold some.",
          "Block them.", nothing_blocked, '"blockedPatterns": [".ssh", ".aws", ".env"]'),
    Check("NCL-06", H, "NanoClaw's list is open to others", "Another user could widen it.",
          "Take the rights of others away.", open_list, references=("CWE-732",)),
    Check("NCL-07", INFO, "NanoClaw", "For the record.",
          "Nothing.", summary),
)
