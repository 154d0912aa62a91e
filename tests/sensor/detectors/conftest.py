"""Calls, effects and detectors for tests of this room. Secrets are made here at run time, never written down."""

from __future__ import annotations

import random
import string
import time

import pytest

from sensor.detectors.injection import InjectionReader
from sensor.detectors.injection_words import load_model
from sensor.detectors.scan import Detectors
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import (
    Edit,
    FetchAction,
    Phase,
    PromptAction,
    ReadAction,
    ShellAction,
    ToolCall,
    ToolKind,
    WriteAction,
)
from sensor.model.effects import Text, TextField


@pytest.fixture(scope="session")
def scanner():
    return SecretScanner()


@pytest.fixture(scope="session")
def reader():
    return InjectionReader(load_model())


@pytest.fixture(scope="session")
def detectors(scanner, reader):
    return Detectors(secrets=scanner, reader=reader, clock=time.thread_time)


@pytest.fixture
def token():
    """Random text of a length over an alphabet, the same in every run."""
    source = random.Random(20260107)

    def make(length, alphabet=string.ascii_letters + string.digits):
        return "".join(source.choice(alphabet) for _ in range(length))

    return make


@pytest.fixture
def shell():
    def make(command, description="", **facts):
        return ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash",
                        action=ShellAction(command=command, description=description), session="s", **facts)

    return make


@pytest.fixture
def write():
    def make(content, path="src/app.py"):
        return ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.FILE_WRITE, tool="Write",
                        action=WriteAction(files=((path, (Edit(new=content),)),)), session="s")

    return make


@pytest.fixture
def result():
    """A result: of a fetched page, or with `path` of a file that was read."""
    def make(text, path=""):
        action = ReadAction(paths=(path,)) if path else FetchAction(url="https://docs.example.org/")
        kind = ToolKind.FILE_READ if path else ToolKind.NETWORK
        return ToolCall(agent="claude-code", event="PostToolUse", phase=Phase.AFTER, kind=kind, tool="Read" if path else "WebFetch",
                        action=action, session="s", result=text)

    return make


@pytest.fixture
def prompt():
    def make(text):
        return ToolCall(agent="claude-code", event="UserPromptSubmit", phase=Phase.BEFORE, kind=ToolKind.PROMPT, tool="",
                        action=PromptAction(text=text), session="s")

    return make


@pytest.fixture
def text():
    def make(content, field=TextField.CONTENT, name="text"):
        return Text(field=field, text=content, name=name)

    return make
