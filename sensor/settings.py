"""Every setting of `config.yaml`, declared once: name, type, default and help.

The file is YAML; an unknown key is an error with its line and the nearest known name. `handrail config` prints this
declaration, and `docs/settings.md` is checked against it.
"""

from __future__ import annotations

import datetime
import enum
import io
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec

from sensor.model.calls import ToolKind
from sensor.model.errors import HandrailError, in_words, way_out
from sensor.model.findings import Severity
from sensor.model.verdicts import VERDICT_WORDS, Mode, ScanProfile
from sensor.paths import replace_private
from sensor.strict_yaml import YamlErrors, parse, read


class Durability(enum.Enum):
    """When an allowed call may be answered: after `write()`, or only after the disk has it."""

    PROCESS = "process"
    POWER = "power"


class AuditFailure(enum.Enum):
    """What happens to calls while the log cannot be written."""

    CONTINUE = "continue"
    DENY_HIGH_RISK = "deny-high-risk"
    DENY_ALL = "deny-all"


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    pass


def _help(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class WebSettings(_Section):
    """The dashboard."""

    port: Annotated[int, _help("Port of the dashboard on 127.0.0.1.")] = 4870


class IntakeSettings(_Section):
    """The sensor's HTTP door."""

    enabled: Annotated[bool, _help("Listen on 127.0.0.1 for http hooks and POST /api/v1/verdict.")] = True
    port: Annotated[int, _help("Port of the HTTP intake on 127.0.0.1.")] = 4871


class AuditSettings(_Section):
    """The audit log."""

    durability: Annotated[Durability, _help("process: an allowed call is answered after write(); power: after fdatasync.")] = (
        Durability.PROCESS)
    failure: Annotated[AuditFailure, _help("What to do with calls while the log cannot be written.")] = AuditFailure.DENY_HIGH_RISK
    anchor_files: Annotated[tuple[str, ...], _help("Files outside this machine's state, such as on a share, that get every checkpoint.")] = ()
    anchor_git: Annotated[tuple[str, ...], _help("Git remotes that get the newest checkpoint, each installation on a branch of its own.")] = ()
    anchor_tsa: Annotated[tuple[str, ...], _help("Timestamp authorities (RFC 3161, https) that stamp the newest checkpoint.")] = ()
    tsa_ca: Annotated[str, _help("PEM file with the root certificates of those authorities; without it nothing is asked.")] = ""
    tsa_minutes: Annotated[int, _help("How often a timestamp authority is asked, in minutes, 5 to 10080.")] = 60
    witness_policy: Annotated[str, _help("Policy file whose witnesses cosign the newest checkpoint; see docs/audit-log.md.")] = ""
    keep_days: Annotated[int, _help("Entries older than this many days go into an archive, 0 to 3650; 0 keeps everything.")] = 0
    archive: Annotated[str, _help("Folder for the archives of audit.keep-days, best on another volume.")] = ""
    anchor_minutes: Annotated[int, _help("How often git remotes and witnesses are asked, in minutes, 1 to 1440.")] = 5


class LimitSettings(_Section):
    """Rate limits per agent."""

    calls_per_minute: Annotated[int, _help("Calls an agent may make per minute on average.")] = 300
    burst: Annotated[int, _help("Calls an agent may make at once.")] = 60


class Question(enum.Enum):
    """Who asks a person about a held call."""

    ASK = "ask"
    HOLD = "hold"
    NONE = "none"


class ApprovalSettings(_Section):
    """Questions to a person."""

    quarantine: Annotated[Question, _help("ask: the agent's own prompt where it has one; hold: Handrail's; none: refuse at once.")] = Question.ASK
    wait_seconds: Annotated[int, _help("How long a hook waits for an answer in Handrail, 1 to 50.")] = 45


class Unknown(enum.Enum):
    """What a caller may do that is below no known agent."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class IdentitySettings(_Section):
    """Proof of who calls."""

    unknown: Annotated[Unknown, _help("Hook calls from a process that is no known agent: allow, ask or deny.")] = Unknown.ALLOW
    require: Annotated[tuple[str, ...], _help("Agents whose HTTP requests must be signed with their key.")] = ()


class Wish(enum.Enum):
    """What happens to commands of a shell that no known agent started."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


class ShellSettings(_Section):
    """The shell wrapper, for shells that no known agent started."""

    outside: Annotated[Wish, _help("Scripts and `-c` lines: off, observe (recorded when something would be stopped) or enforce.")] = Wish.OBSERVE
    typed: Annotated[Wish, _help("Lines that a person types: off, observe (every line is recorded) or enforce.")] = Wish.OFF


class AlertSettings(_Section):
    """Alerts to a person. The same one is given once in five minutes."""

    on: Annotated[tuple[str, ...], _help("What to alert about: block, quarantine, risk, budget, hooks, posture.")] = (
        "block", "quarantine", "risk", "budget", "hooks", "posture")
    desktop: Annotated[bool, _help(
        "Show notifications of the desktop; a held call has buttons to refuse it and to look at it where the desktop knows buttons.")] = False
    webhook: Annotated[str, _help("Address that gets each alert as signed JSON; https, or http to this machine.")] = ""
    command: Annotated[tuple[str, ...], _help("Program and words to start for each alert, which it gets as JSON.")] = ()


class WatchRepair(enum.Enum):
    """What happens when Handrail's hook entries vanish from an agent's settings."""

    OFF = "off"
    ASK = "ask"
    AUTO = "auto"


class WatchSettings(_Section):
    """Watching of files that decide what agents and shells run."""

    enabled: Annotated[bool, _help("Record changes of settings, hooks, instructions, start-up files and the like.")] = True
    paths: Annotated[tuple[str, ...], _help("More files, folders or patterns to watch; absolute or beginning with ~/.")] = ()
    repair: Annotated[WatchRepair, _help(
        "When Handrail's own hook entries are taken out: off tells, ask offers to put them back, auto does it.")] = WatchRepair.OFF


class ModelSettings(_Section):
    """A local model that looks at what calls do, after they were judged. It can only raise the risk of a session."""

    model_path: Annotated[str, _help("A GGUF file on this machine; empty = no model. Set it with `handrail llm use FILE`.")] = ""
    sha256: Annotated[str, _help("Digest that the file must have; empty = not checked.")] = ""
    runtime: Annotated[str, _help("llama_cpp or xllamacpp; empty = the first that is installed.")] = ""
    threads: Annotated[int, _help("Threads of the model.")] = 1
    cpu_minutes_per_day: Annotated[float, _help("Processor time the model may use per day, then it rests.")] = 60.0
    least_weight: Annotated[float, _help("What a model must give a call, of 0.5, before it counts.")] = 0.25
    least_apart: Annotated[float, _help("How far apart (log-odds) it must score risky and harmless canaries to be used.")] = 1.0


class OverrideSettings(_Section):
    """A change of one rule. Core rules cannot be ignored."""

    severity: Annotated[str, _help("New severity: info, low, medium, high, critical.")] = ""
    action: Annotated[str, _help("Fixed outcome: block, quarantine, flag or ignore.")] = ""
    apply_to_tools: Annotated[tuple[str, ...], _help("Only these tool kinds, names or globs.")] = ()
    exempt_tools: Annotated[tuple[str, ...], _help("Never these tool kinds, names or globs.")] = ()
    expires: Annotated[str, _help("Date (YYYY-MM-DD) after which the override lapses.")] = ""
    reason: Annotated[str, _help("Why; shown by `handrail rules show`.")] = ""


class AllowanceSettings(_Section):
    """One call that a person allowed for some time, in one folder. Made by `handrail quarantine allow`, not by hand."""

    consent: Annotated[str, _help("Digest of exactly this call, keyed with a secret of this device.")]
    expires: Annotated[str, _help("Last day (YYYY-MM-DD).")]
    by: Annotated[str, _help("Who allowed it.")]
    reason: Annotated[str, _help("Why.")]
    agent: Annotated[str, _help("Which agent may make the call.")] = ""
    rule: Annotated[str, _help("The rule that held it.")] = ""
    call: Annotated[str, _help("The call, shortened, for people.")] = ""
    created: Annotated[str, _help("The day it was allowed.")] = ""


class AcceptedSettings(_Section):
    """One finding of the audit that a person accepted for some time. Made by `handrail audit accept`, not by hand."""

    severity: Annotated[str, _help("What it weighed then; graver, it counts again.")]
    expires: Annotated[str, _help("Last day on which it costs no points (YYYY-MM-DD).")]
    by: Annotated[str, _help("Who accepted it.")]
    reason: Annotated[str, _help("Why it was accepted.")]
    what: Annotated[str, _help("The finding, for people.")] = ""
    created: Annotated[str, _help("The day it was accepted.")] = ""


class PriceSettings(_Section):
    """What a model costs, per million tokens, in whatever currency you count."""

    input: Annotated[float, _help("What the model reads.")]
    output: Annotated[float, _help("What the model writes.")]
    cache_write: Annotated[float, _help("What is put into the cache.")] = 0.0
    cache_read: Annotated[float, _help("What is read from the cache.")] = 0.0


class AgentSettings(_Section):
    """One agent."""

    mode: Annotated[Mode | None, _help("observe or enforce for this agent only.")] = None
    profile: Annotated[dict[str, ScanProfile], _help("Scan profile per tool kind.")] = {}


class Settings(_Section):
    """The whole of config.yaml."""

    mode: Annotated[Mode, _help("enforce stops calls; observe only records what would have been stopped.")] = Mode.ENFORCE
    verdicts: Annotated[dict[str, str], _help("Verdict per severity, such as `high: block`.")] = {}
    suspended: Annotated[tuple[str, ...], _help("Agents whose every call is refused.")] = ()
    agents: Annotated[dict[str, AgentSettings], _help("Settings per agent.")] = {}
    overrides: Annotated[dict[str, OverrideSettings], _help("Changes per rule id.")] = {}
    allowances: Annotated[dict[str, AllowanceSettings], _help("Calls that a person allowed for some time, by id.")] = {}
    accepted: Annotated[dict[str, AcceptedSettings], _help("Findings of `handrail audit` that a person accepted, by key.")] = {}
    prices: Annotated[dict[str, PriceSettings], _help("Prices by model name or `prefix*`; none is built in.")] = {}
    limits: Annotated[LimitSettings, _help("Rate limits.")] = LimitSettings()
    approvals: Annotated[ApprovalSettings, _help("Questions to a person.")] = ApprovalSettings()
    identity: Annotated[IdentitySettings, _help("Proof of who calls.")] = IdentitySettings()
    shell: Annotated[ShellSettings, _help("The shell wrapper outside of agents.")] = ShellSettings()
    alerts: Annotated[AlertSettings, _help("Alerts to a person.")] = AlertSettings()
    web: Annotated[WebSettings, _help("The dashboard.")] = WebSettings()
    intake: Annotated[IntakeSettings, _help("The HTTP door for hooks.")] = IntakeSettings()
    audit: Annotated[AuditSettings, _help("The audit log.")] = AuditSettings()
    watch: Annotated[WatchSettings, _help("Watching of files.")] = WatchSettings()
    llm: Annotated[ModelSettings, _help("The local model.")] = ModelSettings()

    def mode_of(self, agent: str) -> Mode:
        """The mode that governs `agent`."""
        own = self.agents.get(agent)
        return own.mode if own is not None and own.mode is not None else self.mode


class SettingsError(HandrailError):
    """config.yaml cannot be used. Exit code 2: the user's file is wrong."""

    exit_code = 2


def load_settings(file: Path) -> Settings:
    """The settings of `file`; defaults when it does not exist. Raises SettingsError with every problem found."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {file}: {in_words(error)}", next_step=way_out(error)) from error
    try:
        root = parse(text, str(file))
        settings = read(root, Settings) if root.is_mapping or root.is_sequence or root.scalar is not None else Settings()
    except YamlErrors as problem:
        raise SettingsError(problem.message, next_step="Correct the line, or remove it to get the default.") from problem
    _check_words(settings, file)
    return settings


def _check_words(settings: Settings, file: Path) -> None:
    severities = {severity.name.lower() for severity in Severity}
    verdicts = set(VERDICT_WORDS)
    kinds = {kind.value for kind in ToolKind}
    ports = {"web.port": settings.web.port, "intake.port": settings.intake.port}
    wrong = [f"{name}: {port} is not a port (1 to 65535)" for name, port in ports.items() if not 1 <= port <= 65535]
    if not 1 <= settings.approvals.wait_seconds <= 50:
        wrong.append(f"approvals.wait-seconds: {settings.approvals.wait_seconds} is not within 1 to 50, below the agents' own timeouts")
    if not 1 <= settings.audit.anchor_minutes <= 1440:
        wrong.append(f"audit.anchor-minutes: {settings.audit.anchor_minutes} is not within 1 to 1440")
    if not 0 <= settings.audit.keep_days <= 3650:
        wrong.append(f"audit.keep-days: {settings.audit.keep_days} is not within 0 to 3650")
    if settings.audit.keep_days and not settings.audit.archive:
        wrong.append("audit.keep-days needs audit.archive, a folder for what goes")
    if not 5 <= settings.audit.tsa_minutes <= 10080:
        wrong.append(f"audit.tsa-minutes: {settings.audit.tsa_minutes} is not within 5 to 10080")
    if settings.audit.anchor_tsa and not settings.audit.tsa_ca:
        wrong.append("audit.anchor-tsa needs audit.tsa-ca, the file with the authorities' root certificates")
    if settings.llm.runtime not in ("", "llama_cpp", "xllamacpp"):
        wrong.append(f"llm.runtime: {settings.llm.runtime} is not llama_cpp or xllamacpp")
    if not 1 <= settings.llm.threads <= 64:
        wrong.append(f"llm.threads: {settings.llm.threads} is not within 1 to 64")
    if settings.web.port == settings.intake.port:
        wrong.append(f"web.port and intake.port are both {settings.web.port}")
    wrong += [f"alerts.on: {word} is not block, quarantine, risk, budget, hooks or posture" for word in settings.alerts.on if word not in AlertSettings().on]
    wrong += [f"watch.paths: {path} is not absolute and does not begin with ~/" for path in settings.watch.paths if not path.startswith(("/", "~/"))]
    wrong += [f"prices.{name}: a price is not below 0" for name, one in settings.prices.items() if min(msgspec.structs.astuple(one)) < 0]
    wrong += [f"verdicts: {name} is not a severity" for name in settings.verdicts if name not in severities]
    wrong += [f"verdicts.{name}: {word} is not a verdict" for name, word in settings.verdicts.items() if word not in verdicts]
    wrong += [f"allowances.{name}.expires: {one.expires} is not a date (YYYY-MM-DD)" for name, one in settings.allowances.items() if not _is_date(one.expires)]
    wrong += [f"accepted.{name}.expires: {one.expires} is not a date (YYYY-MM-DD)" for name, one in settings.accepted.items() if not _is_date(one.expires)]
    wrong += [f"accepted.{name}.severity: {one.severity} is not a severity" for name, one in settings.accepted.items() if one.severity not in severities]
    for agent, own in settings.agents.items():
        wrong += [f"agents.{agent}.profile: {kind} is not a tool kind" for kind in own.profile if kind not in kinds]
    if wrong:
        raise SettingsError(f"{file}: " + "; ".join(wrong), next_step="See docs/settings.md for the allowed words.")


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def save_value(file: Path, path: tuple[str, ...], value: object, announce: Callable[[bytes], None] = lambda data: None) -> None:
    """Set one value in config.yaml and keep everything else, comments included. Atomic; 0600. `announce` hears what will be written."""
    from ruamel.yaml import YAML  # the sensor seldom writes settings, and must not carry 2 MB for it

    yaml = YAML()
    yaml.preserve_quotes = True
    document = yaml.load(file.read_text(encoding="utf-8")) if file.exists() else None
    document = document if document is not None else yaml.load("{}\n")
    if file.exists() is False or not document:
        document = yaml.load("# Settings of Handrail; see docs/settings.md.\nmode: enforce\n")
    place = document
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    out = io.StringIO()
    yaml.dump(document, out)
    data = out.getvalue().encode()
    announce(data)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_private(file, data, durable=True)
