"""Area AGT: what the agents' own settings allow, whoever wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from hooks.settings.formats import FORMATS, Scope
from sensor.detectors.injection import BRIEF, InjectionReader
from sensor.detectors.reports import GROUPS, LENGTHY, LOCAL_LIMIT
from sensor.detectors.unicode_tricks import find_tricks
from sensor.host.machine.file_facts import WRITERS
from sensor.model.findings import Severity
from sensor.posture.allow_rules import bypass_flag, deny_covers, started_with, wide_rule
from sensor.posture.check import (
    Check,
    Result,
    failed,
    passed,
    private_below_home,
    quoted,
    rights,
    unknown,
    unreadable,
    verdict,
)
from sensor.posture.context import Context, Form, Source
from sensor.posture.hook_checks import present
from sensor.posture.places import AGENT_CREDENTIALS, ALWAYS_REFUSED, TRANSCRIPTS
from sensor.watching.facts import foreign_entries

TRUSTS_ALL = "enableAllProjectMcpServers"
RUNS_PROGRAMS = ("statusLine", "apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "fileSuggestion")
KEY_PROGRAMS = ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport")
REDIRECTS = re.compile(
    r"(?:ANTHROPIC|OPENAI|GEMINI|GOOGLE|AZURE|AWS|MISTRAL|OPENROUTER|CLAUDE)\w*(?:BASE_URL|ENDPOINT\w*|API_URL|HOST)"
    r"|https?_proxy|all_proxy|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED", re.I,
)
MODEL_URLS = ("openai.baseUrl", "anthropic.baseUrl", "claude.baseUrl", "cursor.general.apiBaseUrl")
MAX_NAMED = 50  # rules of one file that are named one by one


def subject(context: Context, source: Source) -> str:
    """How a settings file is named to people."""
    return context.shown(source.document.path)


def bypass_default(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE, Form.CODEX, Form.GEMINI, Form.CURSOR_CLI, Form.EDITOR):
        yield from unreadable(subject(context, source), source.document)
        if source.document.data is not None:
            problem, keys = _bypass(source)
            yield verdict(problem, subject(context, source), source.document.path, source.document.line(*keys))


def _bypass(source: Source) -> tuple[str, tuple[str, ...]]:
    """(what switches questions off, where); ("", ()) = nothing."""
    value = source.document.value
    if source.form is Form.CLAUDE and value("permissions", "defaultMode") in ("bypassPermissions", "dontAsk"):
        return f"permissions.defaultMode is {value('permissions', 'defaultMode')}", ("permissions", "defaultMode")
    if source.form is Form.CODEX and value("approval_policy") == "never" and value("sandbox_mode") == "danger-full-access":
        return "approval_policy is never, with sandbox_mode danger-full-access", ("approval_policy",)
    if source.form is Form.GEMINI:
        for keys, bad in ((("general", "defaultApprovalMode"), "yolo"), (("approvalMode",), "yolo"), (("autoAccept",), True), (("tools", "autoAccept"), True)):
            if value(*keys) == bad:
                return f"{'.'.join(keys)} is {str(bad).lower()}", keys
    if source.form is Form.CURSOR_CLI and value("approvalMode") == "unrestricted":
        return "approvalMode is unrestricted", ("approvalMode",)
    if source.form is Form.EDITOR:
        for key in ("chat.tools.autoApprove", "chat.tools.global.autoApprove"):
            if value(key) is True:
                return f"{key} is true", (key,)
    return "", ()


def bypass_running(context: Context) -> Iterator[Result]:
    for process in context.running:
        flag = bypass_flag(process.agent, process.words)
        yield failed(process.agent, f"process {process.pid} runs with {flag}") if flag else passed(process.agent)


def wide_allow(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE, Form.CURSOR_CLI, Form.GEMINI):
        document = source.document
        yield from unreadable(subject(context, source), document)
        keys = ("tools", "allowed") if source.form is Form.GEMINI else ("permissions", "allow")
        rules = document.words(*keys)
        wide = [(rule, why) for rule in dict.fromkeys(rules) if (why := wide_rule(rule))]
        for rule, why in wide[:MAX_NAMED]:
            yield failed(subject(context, source), why, document.path, document.line_of_item(rule, *keys), basis=rule,
                         command=f"narrow or remove it in {'.'.join(keys)}")
        if len(wide) > MAX_NAMED:
            yield unknown(subject(context, source), f"{len(wide) - MAX_NAMED} more such rules were found", document.path)
        if rules and not wide:
            yield passed(subject(context, source))


def credentials_not_denied(context: Context) -> Iterator[Result]:
    denied = _denied(context)
    if denied is not None:
        missing = [name for name in ALWAYS_REFUSED if not any(deny_covers(rule, f"{context.home}/{name}", str(context.home)) for rule in denied)]
        yield verdict(f"no deny rule for {', '.join(missing)}" if missing else "", "claude-code", str(context.home / ".claude/settings.json"))


def handrail_not_denied(context: Context) -> Iterator[Result]:
    denied = _denied(context)
    if denied is not None:
        folders = (context.paths.config, context.paths.state, context.paths.data)
        missing = [folder for folder in folders if not any(deny_covers(rule, str(folder / "x"), str(context.home)) for rule in denied)]
        names = ", ".join(context.shown(str(folder)) for folder in missing)
        rules = ", ".join(f'"Read({context.shown(str(folder))}/**)"' for folder in missing)
        where = str(context.home / ".claude/settings.json")
        if missing:
            yield failed("claude-code", f"no deny rule for {names}", where, command=f"in permissions.deny: {rules}")
        else:
            yield passed("claude-code")


def _denied(context: Context) -> tuple[str, ...] | None:
    """Claude Code's deny rules of the user and the machine; None without Claude Code."""
    if not context.has("claude-code"):
        return None
    return tuple(rule for source in context.of(Form.CLAUDE) if source.scope is not Scope.PROJECT for rule in source.document.words("permissions", "deny"))


def trusts_all_servers(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE):
        yield from unreadable(subject(context, source), source.document)
        if source.document.data is not None:
            is_on = source.document.value(TRUSTS_ALL) is True
            yield verdict(f"{TRUSTS_ALL} is true" if is_on else "", subject(context, source), source.document.path, source.document.line(TRUSTS_ALL))


def unapproved_project(context: Context) -> Iterator[Result]:
    trusted = _trusted(context)
    for source in context.of(Form.CLAUDE, Form.EDITOR_TASKS):
        if source.scope is not Scope.PROJECT:
            continue
        yield from unreadable(subject(context, source), source.document)
        keys = _keys_that_run(source)
        if source.form is Form.CLAUDE and source.project in trusted:
            yield passed(subject(context, source), "the folder was trusted in Claude Code")
        elif keys:
            yield failed(subject(context, source), f"the project brings {', '.join(keys)}", source.document.path, source.document.line(keys[0]),
                         basis=_as_written(source, keys))
        elif source.document.data is not None:
            yield passed(subject(context, source))


def _keys_that_run(source: Source) -> list[str]:
    """The keys by which a project's file starts programs."""
    if source.form is Form.CLAUDE:
        return [key for key in (*RUNS_PROGRAMS, "hooks", "env") if source.document.value(key)]
    return ["tasks"] if _runs_at_once(source) else []


def _as_written(source: Source, keys: list[str]) -> str:
    return json.dumps([source.document.value(key) for key in keys], sort_keys=True)


def _runs_at_once(source: Source) -> bool:
    tasks = source.document.value("tasks")
    options = [task.get("runOptions") for task in tasks if isinstance(task, dict)] if isinstance(tasks, list) else []
    return any(isinstance(one, dict) and one.get("runOn") == "folderOpen" for one in options)


def _trusted(context: Context) -> set[str]:
    """Projects of which a person said in Claude Code that they are to be trusted."""
    projects = (item for source in context.of(Form.CLAUDE_STATE) for item in source.document.table("projects").items())
    return {name for name, one in projects if isinstance(one, dict) and one.get("hasTrustDialogAccepted") is True}


def redirected_model(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE, Form.GEMINI, Form.EDITOR):
        if source.scope is not Scope.PROJECT:
            continue
        document = source.document
        yield from unreadable(subject(context, source), document)
        found: list[tuple[str, ...]] = [("env", name) for name in document.table("env") if REDIRECTS.fullmatch(name)]
        found += [(name,) for name in (*KEY_PROGRAMS, *MODEL_URLS) if document.value(name)]
        for keys in found:
            yield failed(subject(context, source), f"the project sets {'.'.join(keys)}", document.path, document.line(*keys), basis=str(document.value(*keys)))
        if not found and document.data is not None:
            yield passed(subject(context, source))


def foreign_hooks(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE, Form.CURSOR_HOOKS):
        document = source.document
        yield from unreadable(subject(context, source), document)
        if document.root is None or source.agent not in FORMATS:
            continue
        if not _is_readable(document.value("hooks")):
            yield unknown(subject(context, source), "its hooks have a form that is not known", document.path, document.line("hooks"))
            continue
        entries = foreign_entries(document.root, document.path, source.agent, str(context.client))
        strange = [entry for entry in entries if entry.sha256 not in context.familiar]
        for entry in strange:
            yield failed(subject(context, source), f"a hook for {entry.event} that nobody accepted", document.path,
                         document.line("hooks", entry.event), basis=entry.sha256, command="handrail hooks accept")
        if not strange:
            yield passed(subject(context, source))


def _is_readable(hooks: object) -> bool:
    return hooks is None or (isinstance(hooks, dict) and all(isinstance(items, list) for items in hooks.values()))


def steering_instructions(context: Context) -> Iterator[Result]:
    reader = InjectionReader() if context.instructions else None
    for one in context.instructions:
        shown = context.shown(one.path)
        if one.problem:
            yield unknown(shown, one.problem, one.path)
            continue
        tricks = [trick for trick in find_tricks(one.text) if trick.severity >= Severity.MEDIUM]
        size = len(one.text)
        reading = reader.read(one.text.encode()) if reader is not None else None
        limit = LOCAL_LIMIT - (1.0 if size <= BRIEF else 0.0) + (1.0 if size > LENGTHY else 0.0)
        if tricks:
            line = one.text.count("\n", 0, tricks[0].start) + 1
            yield failed(shown, tricks[0].message, one.path, line, basis=one.text, command=f"handrail scan {quoted(shown)}")
        elif reading is not None and reading.score >= limit:
            line = one.text.encode().count(b"\n", 0, reading.span.start) + 1
            what = "it " + ", ".join(GROUPS[group] for group in reading.groups[:3])
            yield failed(shown, what, one.path, line, basis=one.text, command=f"handrail scan {quoted(shown)}")
        else:
            yield passed(shown)


def open_settings(context: Context) -> Iterator[Result]:
    for fact in context.guarded:
        if fact.exists or fact.problem:
            yield rights(fact, WRITERS, context)


def open_credentials(context: Context) -> Iterator[Result]:
    yield from private_below_home(context, AGENT_CREDENTIALS)


def open_transcripts(context: Context) -> Iterator[Result]:
    yield from private_below_home(context, TRANSCRIPTS)


def no_sandbox(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CODEX, Form.GEMINI):
        yield from unreadable(subject(context, source), source.document)
        value = source.document.value
        if source.form is Form.CODEX and source.document.data is not None:
            yield verdict("sandbox_mode is danger-full-access" if value("sandbox_mode") == "danger-full-access" else "", "codex", source.document.path)
        elif source.document.data is not None:
            yield verdict("" if value("tools", "sandbox") or value("sandbox") else "tools.sandbox is not set", "gemini", source.document.path)
    if context.has("claude-code"):
        is_on = any(source.document.value("sandbox", "enabled") is True for source in context.of(Form.CLAUDE) if source.scope is not Scope.PROJECT)
        yield verdict("" if is_on else "sandbox.enabled is not true", "claude-code", str(context.home / ".claude/settings.json"))


def no_workspace_trust(context: Context) -> Iterator[Result]:
    """Unset is on in VS Code, and off in Cursor."""
    key = "security.workspace.trust.enabled"
    for source in context.of(Form.EDITOR):
        if source.scope is Scope.USER:
            yield from unreadable(subject(context, source), source.document)
            value = source.document.value(key)
            if source.document.data is not None:
                is_off = value is False or (value is None and source.agent == "cursor")
                problem = f"{key} is {'false' if value is False else 'not set, and off by default'}" if is_off else ""
                yield verdict(problem, source.agent, source.document.path, source.document.line(key))


def aliased_bypass(context: Context) -> Iterator[Result]:
    for one in context.startup:
        shown = context.shown(one.path)
        if one.problem:
            yield unknown(shown, one.problem, one.path)
            continue
        found = [(number, flag) for number, line in enumerate(one.text.splitlines(), 1) if (flag := started_with(line))]
        for number, flag in found:
            yield failed(shown, f"an agent is started with {flag}", one.path, number, basis=one.text.splitlines()[number - 1].strip())
        if not found:
            yield passed(shown)


def blind_agent(context: Context) -> Iterator[Result]:
    for name in context.others:
        yield verdict("" if context.own.wrapped_shells else "Handrail has no hooks for it, and the shell wrapper is not installed", name)


def inventory(context: Context) -> Iterator[Result]:
    for agent in present(context):
        yield passed(agent.name, f"{agent.found.version_text}, {context.shown(agent.hooks.document.path)}")
    for name in context.others:
        yield passed(name, "without hooks of Handrail")


C, H, M, LOW, INFO = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO
AGT: tuple[Check, ...] = (
    Check("AGT-01", C, "an agent asks nobody by default", "What it decides happens, whatever it has read.",
          "Choose a mode that asks.", bypass_default, "remove the setting from the file", ("ASI02",)),
    Check("AGT-02", H, "an agent runs with a flag that asks nobody", "Its own questions are off for this session.",
          "End it and start it without the flag.", bypass_running, "restart the agent without the flag"),
    Check("AGT-03", H, "an allow rule that allows anything", "An interpreter, a shell or a downloader runs every other program.",
          "Name exact commands.", wide_allow, references=("ASI02",)),
    Check("AGT-04", M, "credentials are not denied to the agent", "A second lock where a hook is not asked.",
          "Add deny rules.", credentials_not_denied, 'in permissions.deny: "Read(~/.ssh/**)", "Read(~/.aws/**)", "Read(**/.env)"'),
    Check("AGT-05", H, "Handrail's files are not denied to the agent", "Files that are named with @ come in without a hook.",
          "Add deny rules.", handrail_not_denied),
    Check("AGT-06", H, "MCP servers of every project are trusted", "Each cloned repository may then start programs.",
          "Remove the setting.", trusts_all_servers, "remove enableAllProjectMcpServers", ("ASI04",)),
    Check("AGT-07", H, "a project brings programs that the agent runs", "They run when the folder is opened, before anybody looks.",
          "Look at them; trust the folder in the agent, or remove them.", unapproved_project,
          "look at the file, then trust the folder in the agent", ("ASI04",)),
    Check("AGT-08", C, "a project redirects the model", "Prompts, code and keys would go to somebody else.",
          "Remove the setting.", redirected_model, "remove the setting from the file", ("ASI04", "CVE-2026-21852")),
    Check("AGT-09", H, "hooks of unknown origin", "A hook runs with every call and can decide it.",
          "Look at them, then accept or remove them.", foreign_hooks, "handrail hooks accept"),
    Check("AGT-10", H, "instructions that steer or hide something", "The model follows what a reader does not see.",
          "Clean the file.", steering_instructions, "handrail scan FILE", ("ASI01", "ASI06")),
    Check("AGT-11", H, "agents' settings open to others", "Another user could change what the agent does.",
          "Take the right to write away.", open_settings, references=("CWE-732",)),
    Check("AGT-12", H, "agents' credentials open to others", "Who reads them acts as you.",
          "Take the rights of others away.", open_credentials, references=("CWE-732",)),
    Check("AGT-13", LOW, "transcripts open to others", "They hold what you and the agent said, and what it read.",
          "Take the rights of others away.", open_transcripts),
    Check("AGT-14", M, "the agent's sandbox is off", "A sandbox is a boundary; a hook is not.",
          "Switch it on.", no_sandbox, 'Claude Code: "sandbox": {"enabled": true}; Gemini: tools.sandbox; Codex: sandbox_mode = "workspace-write"'),
    Check("AGT-15", M, "workspace trust is off", "Every opened folder may run its tasks.",
          "Switch it on.", no_workspace_trust, '"security.workspace.trust.enabled": true'),
    Check("AGT-16", H, "a start-up file starts an agent without questions", "The flag comes with every session, unseen.",
          "Remove it.", aliased_bypass, "remove the line"),
    Check("AGT-18", M, "an agent that Handrail does not see", "It has no hooks, and nobody looks at its shells.",
          "Install the shell wrapper.", blind_agent, "handrail shell install"),
    Check("AGT-20", INFO, "agents of this user", "For the record.",
          "Nothing.", inventory),
)
