"""Area OCL: OpenClaw's configuration. A setting that is not there counts as its default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sensor.detectors.randomness import is_placeholder
from sensor.host.machine.file_facts import OTHERS
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, Run, failed, holds_secret, passed, rights, unknown, unreadable, verdict
from sensor.posture.context import Context
from sensor.posture.documents import Document
from sensor.posture.places import OPENCLAW

Keys = tuple[str, ...]
Problem = tuple[str, Keys]
FINE: Problem = ("", ())
LOOPBACK = ("loopback", "localhost", "127.0.0.1", "::1")
REFERENCE = re.compile(r"\$\{[^{}]+\}|\$\w+")
LEAST_TOKEN = 32
DEVICE_AUTH, PRIVATE_NETWORK = "dangerouslyDisableDeviceAuth", "dangerouslyAllowPrivateNetwork"
SENDERS = ("allowFrom", "groupAllowFrom")


def document_of(context: Context) -> Document | None:
    """The configuration; None where OpenClaw is not there."""
    return next((document for name in OPENCLAW if (document := context.extra.get(name)) is not None and (document.exists or document.problem)), None)


def asked(look: Callable[[Document], Problem]) -> Run:
    """A check of `look`, which says what is wrong and under which keys."""

    def run(context: Context) -> Iterator[Result]:
        document = document_of(context)
        if document is None:
            return
        yield from unreadable("OpenClaw", document)
        included = [keys for keys, _ in members(document.data) if keys[-1] == "$include"]
        if included:
            yield unknown("OpenClaw", "it includes other files, which are not read", document.path, document.line(*included[0]))
        if document.data is not None:
            problem, keys = look(document)
            yield verdict(problem, "OpenClaw", document.path, document.line(*keys))

    return run


def members(value: Any, above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """(keys, value) of everything in an object, lists looked through."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield (*above, key), one
            yield from members(one, (*above, key))
    elif isinstance(value, list):
        for one in value:
            yield from members(one, above)


def is_true(*keys: str) -> Callable[[Document], Problem]:
    """Wrong where this setting is true."""
    return lambda document: (f"{'.'.join(keys)} is true", keys) if document.value(*keys) is True else FINE


def equals(bad: object, *keys: str) -> Callable[[Document], Problem]:
    """Wrong where this setting has one value."""
    return lambda document: (f"{'.'.join(keys)} is {str(bad).lower()}", keys) if document.value(*keys) == bad else FINE


def bound_outside(document: Document) -> Problem:
    bind = document.value("gateway", "bind")
    return FINE if bind is None or bind in LOOPBACK else ("gateway.bind is not loopback", ("gateway", "bind"))


def no_token(context: Context) -> Iterator[Result]:
    yield from asked(lambda document: FINE)(context)
    document = document_of(context)
    if document is None or document.data is None:
        return
    keys = ("gateway", "auth", "token")
    token, auth = document.value(*keys), document.table("gateway", "auth")
    has_other = auth.get("mode") not in (None, "token") and bool(auth.get("password") or auth.get("mode") == "trusted-proxy")
    if not _is_weak(token) or has_other:
        return
    if bound_outside(document) is not FINE:
        yield failed("OpenClaw", "the gateway can be reached, and its token is empty or a placeholder", document.path, document.line(*keys))
    elif auth.get("mode") == "token":
        yield failed("OpenClaw", "gateway.auth.mode is token, and there is none", document.path, document.line(*keys), severity=Severity.MEDIUM)


def _is_weak(token: Any) -> bool:
    """Whether a token is none; a reference to one kept elsewhere is good."""
    if isinstance(token, dict):
        return not token
    return not isinstance(token, str) or not token.strip() or (REFERENCE.fullmatch(token) is None and is_placeholder(token))


def runs_unasked(document: Document) -> Problem:
    keys = ("tools", "exec", "security")
    value = document.value(*keys)
    return (f"tools.exec.security is {value}", keys) if value in ("allow", "full") and document.value("tools", "exec", "ask") != "always" else FINE


def full_profile(document: Document) -> Problem:
    is_full = document.value("tools", "profile") == "full" and not document.words("tools", "deny")
    return ("tools.profile is full, and tools.deny names nothing", ("tools", "profile")) if is_full else FINE


def no_sandbox(document: Document) -> Problem:
    if document.value("tools", "exec", "security") == "deny" or "exec" in document.words("tools", "deny"):
        return FINE
    keys = ("agents", "defaults", "sandbox", "mode")
    mode = document.value(*keys)
    if mode in (None, "off"):
        return f"{'.'.join(keys)} is {'off' if mode else 'not set, and off by default'}", keys
    listed = document.value("agents", "list")
    sandboxes = [one.get("sandbox") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    off = [one for one in sandboxes if isinstance(one, dict) and one.get("mode") == "off"]
    return (f"the sandbox is off for {len(off)} agents", ("agents", "list")) if off else FINE


def open_messages(document: Document) -> Problem:
    found = next((keys for keys, value in members(document.value("channels"), ("channels",)) if keys[-1] == "dmPolicy" and value == "open"), None)
    return (f"{'.'.join(found)} is open", found) if found else FINE


def elevated_for_all(document: Document) -> Problem:
    keys = ("tools", "elevated")
    elevated = document.table(*keys)
    if not elevated or elevated.get("enabled") is False:
        return FINE
    senders = elevated.get("allowFrom")
    listed = senders.values() if isinstance(senders, dict) else [senders]
    return FINE if senders and all(isinstance(one, list) and one and "*" not in one for one in listed) else ("tools.elevated has no list of senders", keys)


def short_hook_token(document: Document) -> Problem:
    hooks, token = document.table("hooks"), document.value("hooks", "token")
    if not hooks or hooks.get("enabled") is False or isinstance(token, dict) or (isinstance(token, str) and REFERENCE.fullmatch(token)):
        return FINE
    is_short = not isinstance(token, str) or len(token) < LEAST_TOKEN
    return ("hooks have no token" if not token else f"hooks.token is shorter than {LEAST_TOKEN} characters", ("hooks", "token")) if is_short else FINE


def dangerous_key(document: Document) -> Problem:
    judged_alone = (DEVICE_AUTH, PRIVATE_NETWORK)
    switched_on = (keys for keys, value in members(document.data) if value is True)
    found = next((keys for keys in switched_on if keys[-1].startswith("dangerously") and keys[-1] not in judged_alone), None)
    return (f"{'.'.join(found)} is true", found) if found else FINE


def any_sender(document: Document) -> Problem:
    found = next((keys for keys, value in members(document.data) if keys[-1] in SENDERS and isinstance(value, list) and "*" in value), None)
    return (f"{'.'.join(found)} holds *", found) if found else FINE


def literal_secret(document: Document) -> Problem:
    for keys, value in members(document.data):
        if isinstance(value, str) and holds_secret(f"{keys[-1]}={REFERENCE.sub('', value)}"):
            return f"a secret stands in {'.'.join(keys)}", keys
    return FINE


def private_network(document: Document) -> Problem:
    for keys in (("tools", "browser", "ssrfPolicy", PRIVATE_NETWORK), ("browser", "ssrfPolicy", PRIVATE_NETWORK)):
        if document.value(*keys) is False:
            return FINE
    return f"{PRIVATE_NETWORK} is not false, and allowed by default", ("tools", "browser", "ssrfPolicy", PRIVATE_NETWORK)


def open_folder(context: Context) -> Iterator[Result]:
    document = document_of(context)
    if document is not None:
        yield rights(context.fact(context.home / ".openclaw"), OTHERS, context)


def open_file(context: Context) -> Iterator[Result]:
    document = document_of(context)
    if document is not None:
        yield rights(context.fact(document.path), OTHERS, context)


def summary(context: Context) -> Iterator[Result]:
    document = document_of(context)
    if document is not None and document.data is not None:
        yield passed("OpenClaw", f"{len(document.table('channels'))} channels", document.path)


C, H, M, INFO = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.INFO
OCL: tuple[Check, ...] = (
    Check("OCL-01", C, "OpenClaw can be reached from other machines", "Its gateway gives commands to your machine.",
          "Bind it to this machine.", asked(bound_outside), 'gateway.bind: "loopback"', ("CWE-668",)),
    Check("OCL-02", C, "OpenClaw's gateway has no token", "Who reaches it may give orders.",
          "Set a long random token.", no_token, "gateway.auth.token", ("CWE-306",)),
    Check("OCL-03", C, "OpenClaw runs commands without asking", "A message becomes a command.",
          "Ask or deny.", asked(runs_unasked), 'tools.exec.security: "deny"', ("ASI02",)),
    Check("OCL-04", C, "OpenClaw has every tool", "A message can reach all of them.",
          "Choose a narrower profile, or deny tools.", asked(full_profile), "tools.profile or tools.deny"),
    Check("OCL-05", C, "OpenClaw's sandbox is off", "Commands run with your rights.",
          "Switch it on.", asked(no_sandbox), 'agents.defaults.sandbox.mode: "all"'),
    Check("OCL-06", H, "anybody may write to OpenClaw", "Strangers give orders to your machine.",
          "Use pairing or a list.", asked(open_messages), 'dmPolicy: "pairing"'),
    Check("OCL-07", H, "elevated mode for any sender", "It runs outside of the sandbox.",
          "Switch it off, or list senders.", asked(elevated_for_all), "tools.elevated.enabled: false"),
    Check("OCL-08", H, "control page without device authentication", "A browser on any device may steer it.",
          "Switch it on.", asked(is_true("gateway", "controlUi", DEVICE_AUTH)), f"gateway.controlUi.{DEVICE_AUTH}: false"),
    Check("OCL-09", H, "control page with insecure authentication", "Its token can be read on the way.",
          "Switch it off.", asked(is_true("gateway", "controlUi", "allowInsecureAuth")), "gateway.controlUi.allowInsecureAuth: false"),
    Check("OCL-10", H, "hooks of OpenClaw with a short token or none", "Who guesses it may give orders.",
          "Use a longer token.", asked(short_hook_token), "hooks.token"),
    Check("OCL-11", H, "a dangerous setting is on", "Its name says it.",
          "Switch it off.", asked(dangerous_key), "set it to false"),
    Check("OCL-12", H, "any sender is allowed", "A list with * is none.",
          "Name senders.", asked(any_sender), "allowFrom"),
    Check("OCL-13", H, "OpenClaw's folder is open to others", "It holds credentials and sessions.",
          "Take the rights of others away.", open_folder, references=("CWE-732",)),
    Check("OCL-14", H, "a secret stands in OpenClaw's configuration", "It lies in backups and in every program's reach.",
          "Refer to it: ${NAME}.", asked(literal_secret), "replace the value by ${NAME}", ("CWE-798",)),
    Check("OCL-15", M, "OpenClaw reaches files outside of its workspace", "Keys and mail are among them.",
          "Limit it.", asked(equals(False, "tools", "fs", "workspaceOnly")), "tools.fs.workspaceOnly: true"),
    Check("OCL-16", M, "OpenClaw's log shows secrets", "Redaction is off.",
          "Switch it on.", asked(equals("off", "logging", "redactSensitive")), 'logging.redactSensitive: "tools"'),
    Check("OCL-17", M, "OpenClaw tells the network about itself", "It names folders and ports.",
          "Tell less.", asked(equals("full", "discovery", "mdns", "mode")), 'discovery.mdns.mode: "minimal"'),
    Check("OCL-18", M, "callers of hooks may choose the session", "They speak in somebody else's.",
          "Switch it off.", asked(is_true("hooks", "allowRequestSessionKey")), "hooks.allowRequestSessionKey: false"),
    Check("OCL-19", M, "OpenClaw's browser reaches private networks", "Pages can make it call services of yours.",
          "Switch it off.", asked(private_network), f"tools.browser.ssrfPolicy.{PRIVATE_NETWORK}: false", ("CWE-918",)),
    Check("OCL-20", M, "OpenClaw's configuration is open to others", "Others read tokens there.",
          "Take the rights of others away.", open_file, references=("CWE-732",)),
    Check("OCL-21", INFO, "OpenClaw", "For the record.",
          "Nothing.", summary),
)
