"""What is in force now: settings, rules and mode, and the one way each of them changes while the sensor runs."""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from hooks.settings.own_writes import note_own_write
from sensor.access.policy import AccessFile, PolicyError, load_policy
from sensor.access.standing import Governance, Standing
from sensor.model.calls import ToolCall, ToolKind
from sensor.model.errors import UsageError
from sensor.model.findings import Finding, Severity
from sensor.model.names import AGENT_NAME
from sensor.model.verdicts import ApprovalUse, Mode, ScanProfile, Verdict
from sensor.paths import Paths, replace_private
from sensor.pipeline import Policy
from sensor.policy.decide import DEFAULT_VERDICTS, Decision, VerdictPolicy, decide
from sensor.policy.overrides import Override, parse_overrides, weakened
from sensor.policy.prepared import InForceRules, load_ruleset
from sensor.policy.profiles import ProfileChoice, choose_profile
from sensor.policy.rule import Rule, own_categories
from sensor.policy.ruleset import RuleSet
from sensor.settings import AcceptedSettings, AllowanceSettings, Settings, SettingsError, load_settings, save_value

log = logging.getLogger(__name__)


class InForce:
    """Loads settings and rules, and hands out the `Policy` made of them. A broken file never replaces a good state."""

    def __init__(self, paths: Paths, today: Callable[[], datetime.date]) -> None:
        self._paths = paths
        self._today = today
        self._load_problems: tuple[str, ...] = ()
        self._overrides: tuple[Override, ...] = ()
        self._override_problems: tuple[str, ...] = ()
        self.settings: Settings = self._first_settings()
        self._access_problems: tuple[str, ...] = ()
        self.access: AccessFile | None = None
        self._loaded: InForceRules = load_ruleset(paths.user_rules, paths.cache)
        self.governance: Governance = self._govern()
        self._load_problems += tuple(map(str, self._loaded.problems))
        self.policy: Policy = self._build()

    @property
    def rules(self) -> RuleSet:
        """The rules in force."""
        return self._loaded.ruleset

    @property
    def weakened(self) -> dict[str, str]:
        """Core rules that settings weaken now, and how."""
        return weakened(self._overrides, self._today())

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the user's files now, each with its place."""
        return self._load_problems + self._override_problems + self._access_problems

    def _first_settings(self) -> Settings:
        """A sensor that does not start protects nobody: with a broken file it starts with the defaults, which enforce."""
        try:
            return load_settings(self._paths.config_file)
        except SettingsError as error:
            log.error("config.yaml is not used: %s", error.message)
            self._load_problems = (f"config.yaml is not used, defaults are in force: {error.message}",)
            return Settings()

    def standing(self, call: ToolCall) -> Standing:
        """Whose rights govern `call` now."""
        return self.governance.of(call)

    def _govern(self) -> Governance:
        """The policy file as it is now. A broken one keeps the last good one; without one, a person is asked about every call."""
        own = own_categories(self._loaded.own)
        try:
            self.access = load_policy(self._paths.policy_file, own)
            self._access_problems = ()
        except PolicyError as error:
            self._access_problems = (f"policy.yaml is not used: {error.message}",)
            log.error("policy.yaml is not used: %s", error.message)
        return Governance(self.access, os.path.realpath(Path.home()), own)

    def reload(self) -> Policy:
        """Read settings and rules again. What is broken keeps its last good state and is named in `problems`."""
        problems = []
        try:
            self.settings = load_settings(self._paths.config_file)
        except SettingsError as error:
            problems.append(error.message)
        self._loaded = load_ruleset(self._paths.user_rules, self._paths.cache, self._loaded)
        self._load_problems = (*problems, *map(str, self._loaded.problems))
        self.governance = self._govern()
        self.policy = self._build()
        for problem in self.problems:
            log.warning("%s", problem)
        return self.policy

    def set_mode(self, mode: Mode, agent: str) -> tuple[str, str]:
        """Change the mode for all agents, or one; returns the words before and after. Raises UsageError for a name that is none."""
        if agent:
            _check_name(agent)
        before = self.settings.mode_of(agent) if agent else self.settings.mode
        path = ("agents", agent, "mode") if agent else ("mode",)
        self._save(path, mode.value)
        self.policy = self._build()
        return before.value, mode.value

    def suspend(self, agent: str, suspended: bool) -> tuple[str, str]:
        """Suspend or resume one agent; returns the words before and after. Raises UsageError for a name that is none."""
        _check_name(agent)
        words = {True: "suspended", False: "active"}
        before = agent in self.settings.suspended
        names = tuple(name for name in self.settings.suspended if name != agent) + ((agent,) if suspended else ())
        self._save(("suspended",), list(names))
        self.policy = self._build()
        return words[before], words[suspended]

    def allow(self, name: str, allowance: AllowanceSettings | None) -> AllowanceSettings | None:
        """Keep an allowance in config.yaml, or take it out (None). Returns what stood there before; expired ones go too."""
        before = self.settings.allowances.get(name)
        kept = {key: one for key, one in self.settings.allowances.items() if key != name and one.expires >= self._today().isoformat()}
        if allowance is not None:
            kept[name] = allowance
        self._save(("allowances",), {key: msgspec.to_builtins(one) for key, one in kept.items()})
        self.policy = self._build()
        return before

    def accept(self, changes: Mapping[str, AcceptedSettings | None]) -> dict[str, AcceptedSettings]:
        """Keep accepted findings of the audit in config.yaml, or take them out (None). Returns all as they were; expired ones go too."""
        before = self.settings.accepted
        kept = {key: one for key, one in {**before, **changes}.items() if one is not None and one.expires >= self._today().isoformat()}
        self._save(("accepted",), {key: msgspec.to_builtins(one) for key, one in kept.items()})
        self.policy = self._build()
        return before

    def choose_model(self, path: str, sha256: str) -> str:
        """Use the model file `path` from the next start on, "" for none. Returns the one before."""
        before = self.settings.llm.model_path
        self._save(("llm", "model-path"), path)
        self._save(("llm", "sha256"), sha256)
        return before

    def _save(self, path: tuple[str, ...], value: object) -> None:
        """Write one value into config.yaml, and take the settings as they are then."""
        file = self._paths.config_file
        save_value(file, path, value, lambda data: note_own_write(self._paths.state, file, data, "settings"))
        self.settings = load_settings(file)

    def _allowed(self) -> Callable[[str], ApprovalUse | None]:
        known = {one.consent: (name, one) for name, one in self.settings.allowances.items()}

        def allowed(lasting: str) -> ApprovalUse | None:
            name, one = known.get(lasting, ("", None))
            if one is None or one.expires < self._today().isoformat():
                return None
            return ApprovalUse(id=name, by=f"{one.by} (until {one.expires})", consent=lasting)

        return allowed

    def write_client_policy(self) -> None:
        """Leave for the hook client what it needs when the sensor is away."""
        content = msgspec.json.encode({
            "mode": self.settings.mode.value,
            "agents": {name: own.mode.value for name, own in self.settings.agents.items() if own.mode is not None},
        })
        target = self._paths.client_policy
        if not target.exists() or target.read_bytes() != content:
            replace_private(target, content)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises UsageError."""
        rule = self.rules.rule(rule_id.upper()) or self.rules.rule(rule_id)
        if rule is None:
            raise UsageError(f"no rule has the id {rule_id!r}", next_step="See `handrail rules list`.")
        return rule

    def _build(self) -> Policy:
        settings, rules = self.settings, self.rules
        verdicts = dict(DEFAULT_VERDICTS)
        verdicts |= {Severity[name.upper()]: Verdict[word.upper()] for name, word in settings.verdicts.items()}
        self._overrides, self._override_problems = parse_overrides(settings.overrides, self._is_core)
        policy = VerdictPolicy(verdicts=verdicts, overrides=self._overrides)
        choices = tuple(
            ProfileChoice(profile=profile, agent=agent, kind=ToolKind(kind))
            for agent, own in settings.agents.items() for kind, profile in own.profile.items()
        )

        def decide_call(call: ToolCall, findings: tuple[Finding, ...]) -> Decision:
            return decide(call, findings, policy, self._today())

        def profile_of(call: ToolCall) -> ScanProfile:
            return choose_profile(call, choices)

        return Policy(
            match=rules.match, decide=decide_call, profile=profile_of, mode=settings.mode_of, suspended=frozenset(settings.suspended),
            digest=hashlib.sha256(msgspec.json.encode((settings, self.access), order="deterministic")).hexdigest(), ruleset=rules.sha256,
            allowed=self._allowed(),
        )

    def _is_core(self, rule_id: str) -> bool:
        known = self.rules.rule(rule_id)
        return known is not None and known.is_core


def _check_name(agent: str) -> None:
    if not AGENT_NAME.match(agent):
        raise UsageError(f"{agent[:40]!r} is not an agent's name")
