"""Planted secrets of many kinds, in every field that an agent fills: none is in any file of the state folder or in an export."""

from __future__ import annotations

import random
import string

import msgspec
import pytest

from sensor.audit.drafts.drafts import CallDrafter, CallFacts
from sensor.audit.drafts.second_scan import FOREIGN_FIELDS, OWN_FIELDS, SecondScan
from sensor.audit.form.entry import EntryDraft, blank, parse
from sensor.audit.form.parts import AgentFacts, Change, Commits, Reference, RuleHit, Summary
from sensor.audit.journal.reader import JournalReader
from sensor.detectors.redact import Redacted, Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.export.formats import FORMATS
from sensor.export.records import Selection, read_records
from sensor.model.calls import (
    AgentAction,
    Caller,
    ConfigAction,
    DeleteAction,
    Edit,
    FetchAction,
    McpAction,
    OtherAction,
    Phase,
    PromptAction,
    ReadAction,
    SearchAction,
    ShellAction,
    WriteAction,
)
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.store.indexer import IndexerConfig, rebuild

UPPER, LOWER, ALNUM, HEX = string.ascii_uppercase, string.ascii_lowercase, string.ascii_letters + string.digits, "0123456789abcdef"
BASE32 = UPPER + "234567"

# kind -> (prefix, alphabet, length, suffix); put together here so that no file of the repository holds a secret.
SHAPES = {
    "aws": ("AK" + "IA", BASE32, 16, ""), "aws temporary": ("AS" + "IA", BASE32, 16, ""), "github": ("gh" + "p_", ALNUM, 36, ""),
    "github oauth": ("gh" + "o_", ALNUM, 36, ""), "github server": ("gh" + "s_", ALNUM, 36, ""), "github user": ("gh" + "u_", ALNUM, 36, ""),
    "github fine": ("github_" + "pat_", ALNUM, 82, ""), "gitlab": ("gl" + "pat-", ALNUM, 20, ""), "slack bot": ("xo" + "xb-", string.digits, 12, "-123456789012-" + "aBcDeFgHiJkLmNoPqRsTuVwX"),
    "stripe": ("sk_" + "live_", ALNUM, 24, ""), "stripe restricted": ("rk_" + "live_", ALNUM, 24, ""), "google": ("AI" + "za", ALNUM, 35, ""),
    "npm": ("np" + "m_", ALNUM, 36, ""), "pypi": ("pypi-" + "AgEIcHlwaS5vcmc", ALNUM, 60, ""), "sendgrid": ("S" + "G.", ALNUM, 22, "." + "x7" * 21 + "k"),
    "anthropic": ("sk-" + "ant-api03-", ALNUM, 93, "AA"), "openai": ("sk-" + "proj-", ALNUM, 48, ""), "hugging face": ("h" + "f_", ALNUM, 34, ""),
    "digitalocean": ("dop_" + "v1_", HEX, 64, ""), "shopify": ("shp" + "at_", HEX, 32, ""), "telegram": ("123456789:" + "AA", ALNUM, 33, ""),
    "twilio": ("S" + "K", HEX, 32, ""), "mailgun": ("key" + "-", HEX, 32, ""), "linear": ("lin_" + "api_", ALNUM, 40, ""), "databricks": ("da" + "pi", HEX, 32, ""),
    "password in url": ("https://dev:", ALNUM, 18, "@db.example.test/app"), "postgres url": ("postgres://app:", ALNUM, 20, "@db.example.test:5432/app"),
    "assignment": ("API_SECRET=", ALNUM, 32, ""), "bearer": ("Authorization: Bearer ", ALNUM, 40, ""),
    "private key": ("-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE", ALNUM, 120, "\n-----END " + "RSA PRIVATE KEY-----"),
}


def make_secret(kind: str, chance: random.Random) -> tuple[str, str]:
    """(text as it stands in a call, the part that must not be found anywhere)."""
    prefix, alphabet, length, suffix = SHAPES[kind]
    core = "".join(chance.choice(alphabet) for _ in range(length))
    return prefix + core + suffix, core


ACTIONS = {
    "shell": lambda s: ShellAction(command=f"curl -H 'x: {s}' https://example.test", description=s), "read": lambda s: ReadAction(paths=(f"/tmp/{s}",)),
    "search": lambda s: SearchAction(pattern=s), "write": lambda s: WriteAction(files=(("/tmp/.env", (Edit(new=f"A=1\n{s}\nB=2", old=s),)),)),
    "delete": lambda s: DeleteAction(paths=(f"/tmp/{s}",)), "fetch": lambda s: FetchAction(url="https://example.test/", query=s, prompt=s),
    "mcp": lambda s: McpAction(server="db", tool="query", arguments={"dsn": s, "nested": [{"deep": s}]}), "agent": lambda s: AgentAction(prompt=f"use {s} please"),
    "prompt": lambda s: PromptAction(text=f"my key is {s}"), "config": lambda s: ConfigAction(path="/tmp/settings.json", change=s), "other": lambda s: OtherAction(arguments={"value": s}),
}


@pytest.fixture(scope="module")
def redact():
    return Redactor(SecretScanner(), bytes(range(32))).redact


def judged(shell_call, text, action, number):
    call = msgspec.structs.replace(
        shell_call("x"), action=ACTIONS[action](text), arguments={"input": text}, result=f"output {text}" if number % 2 else "", cwd="/home/dev/shop",
        phase=Phase.AFTER if number % 2 else Phase.BEFORE, tool_use_id=f"toolu_{number}",
    )
    judgement = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)
    return JudgedCall(call=call, caller=Caller(uid=1000), judgement=judgement)


def test_planted_secrets_are_nowhere(state, shell_call, redact):
    """300 secrets of 30 kinds through all tools: 0 in journal, index, and exports."""
    chance, planted = random.Random(11), {}
    drafter = CallDrafter(redact, chance.randbytes)
    journal = state.open(redact=redact).journal
    assert len(SHAPES) == 30
    for number in range(300):
        kind = list(SHAPES)[number % len(SHAPES)]
        text, core = make_secret(kind, chance)
        planted[core] = kind
        journal.append(drafter.draft(judged(shell_call, text, list(ACTIONS)[number // len(SHAPES) % len(ACTIONS)], number), CallFacts()))
    journal.close()
    index = state.folder / "index.db"
    rebuild(IndexerConfig(log=state.root, index=index, wakeup=state.folder / "wake"))
    files = {path.name: path.read_bytes() for path in state.folder.rglob("*") if path.is_file()}
    files |= {name: b"".join(render_format(read_records(state.root, Selection()))) for name, render_format in FORMATS.items()}
    found = {(kind, name) for core, kind in planted.items() for name, data in files.items() if core.encode() in data}
    assert not found
    assert sum(1 for data in files.values() if b"[redacted:" in data) >= len(FORMATS)
    assert state.codes() == (0, 0)


FIELDS = {
    "tool": lambda s: {"tool": s}, "call id": lambda s: {"tool_use_id": s}, "session": lambda s: {"session": s}, "roots": lambda s: {"roots": (f"/tmp/{s}",)},
    "agent": lambda s: {"agent": AgentFacts(name="x", ver=s)}, "message": lambda s: {"rules": (RuleHit(id="HR-TST-001", sev="low", msg=s),)},
    "change": lambda s: {"change": Change(what="w", before=s, after="y")}, "reference": lambda s: {"ref": Reference(tool_use_id=s)}, "note": lambda s: {"note": s},
    "summary": lambda s: {"summary": Summary(action="shell", tool=s)},
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_that_no_draft_redacts(state, redact, name):
    text, core = make_secret("github", random.Random(3))
    journal = state.open(redact=redact).journal
    journal.append(EntryDraft(entry=blank("call", verdict="clean", answer="allow", **FIELDS[name](text)), decision=False))
    journal.close()
    assert all(core.encode() not in path.read_bytes() for path in state.folder.rglob("*") if path.is_file())
    with JournalReader(state.log) as reader:
        entry = next(one for line in reader.lines() if (one := parse(line.entry)).kind == "call")
    assert entry.redacted.count == 1 and entry.redacted.kinds
    assert state.codes() == (0, 0)


def test_two_harmless_texts_that_make_a_secret_together():
    """A scanner that only sees the whole: then no text stays, and the decision does."""

    class Found(msgspec.Struct):
        text: str
        count: int
        kinds: tuple[str, ...] = ("pair",)

    def redact(text):
        return Found(text, int("left" in text and "right" in text))

    entry = blank("call", verdict="block", answer="deny", summary=Summary(action="shell", text="left"), reason="right")
    clean = SecondScan(redact).clean(entry)
    assert clean.summary == Summary(action="shell") and clean.reason == "" and clean.note.startswith("texts withheld")
    assert (clean.verdict, clean.redacted.count, clean.redacted.kinds) == ("block", 1, ("pair",))


def test_a_clean_entry_is_the_same_object(redact):
    entry = blank("call", session="3f2a91c0-0000-4000-8000-000000000001", policy_sha256="ab" * 32, summary=Summary(action="shell", text="make test"))
    assert SecondScan(redact).clean(entry) is entry
    assert set(entry.__struct_fields__) == OWN_FIELDS | set(FOREIGN_FIELDS)


def test_values_are_seen_as_they_follow_each_other_in_the_bytes():
    seen = []
    SecondScan(lambda text: seen.append(text) or Redacted(text=text)).clean(
        blank("call", session="one", tool="two", reason="three", summary=Summary(action="shell", text='a "b"'), lat_us=7, policy_sha256="ab" * 32))
    words = ["three", "one", "shell", 'a \\"b\\"', "two"]
    assert [seen[0].index(word) for word in words] == sorted(seen[0].index(word) for word in words)
    assert "abab" not in seen[0] and "7" not in seen[0]


@pytest.mark.parametrize("vendor", ["github", "stripe", "datadog", "cloudflare", "twilio", "aws secret key", "api key", "password", "token", "secret:", "export TOKEN=", "grep -r password", "Authorization: Bearer"])
def test_the_logs_own_hashes_are_no_vendors_keys(state, redact, vendor):
    journal = state.open(redact=redact).journal
    journal.append(EntryDraft(entry=blank("call", note=vendor, reason=vendor, policy_sha256="0123456789abcdef" * 4, ruleset_sha256="fedcba9876543210" * 4,
                                          commits=Commits(input="a1b2c3d4e5f60718" * 4)), decision=False))
    journal.close()
    with JournalReader(state.log) as reader:
        entry = next(one for line in reader.lines() if (one := parse(line.entry)).kind == "call")
    assert (entry.note, entry.redacted) == (vendor, None)


def test_the_logs_own_entries_pass(state, redact):
    from sensor.audit.journal.journal import Limits

    journal = state.open(redact=redact, limits=Limits(epoch_entries=2)).journal
    for number in range(6):
        journal.append(EntryDraft(entry=blank("call", note=f"n{number}"), decision=False))
    journal.close()
    assert state.codes() == (0, 0)
