import datetime
import json
import stat

import pytest

from sensor.inforce import InForce
from sensor.model.errors import UsageError
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Mode, ScanProfile, Verdict
from sensor.policy.skeleton import SKELETON
from sensor.settings import AcceptedSettings, AllowanceSettings

DAY = datetime.date(2030, 1, 1)
GIT = "HR-GIT-001"


@pytest.fixture
def paths(warm_paths):
    return warm_paths


def inforce(paths, text=""):
    paths.config_file.write_text(text)
    return InForce(paths, lambda: DAY)


def verdict(state, call, severity, rule="X-1"):
    return state.policy.decide(call, (Finding(rule=rule, severity=severity, message="m"),)).verdict


def test_the_default_map_of_severities(paths, shell_call):
    state = inforce(paths)
    found = [verdict(state, shell_call("x"), severity) for severity in Severity]
    assert found == [Verdict.CLEAN, Verdict.FLAG, Verdict.FLAG, Verdict.QUARANTINE, Verdict.BLOCK]


def test_the_user_may_change_the_map_and_profiles(paths, shell_call):
    state = inforce(paths, "verdicts: {high: block}\nagents: {claude-code: {profile: {shell: minimal}}}\nsuspended: [cursor]\n")
    assert verdict(state, shell_call("x"), Severity.HIGH) is Verdict.BLOCK
    assert state.policy.profile(shell_call("x")) is ScanProfile.MINIMAL
    assert state.policy.profile(shell_call("x", agent="other")) is ScanProfile.STRICT
    assert state.policy.suspended == {"cursor"}


def test_an_override_holds_until_it_expires(paths, shell_call):
    line = "overrides: {%s: {action: flag, reason: mine, expires: '%s'}}\n"
    assert verdict(inforce(paths, line % (GIT, "2030-01-01")), shell_call("x"), Severity.HIGH, GIT) is Verdict.FLAG
    assert verdict(inforce(paths, line % (GIT, "2029-12-31")), shell_call("x"), Severity.HIGH, GIT) is Verdict.QUARANTINE


def test_a_wrong_override_is_named_and_not_used(paths, shell_call):
    state = inforce(paths, f"overrides: {{{GIT}: {{action: flag}}}}\n")
    assert any("needs a reason" in problem for problem in state.problems)
    assert verdict(state, shell_call("x"), Severity.HIGH, GIT) is Verdict.QUARANTINE


def test_a_file_that_breaks_later_keeps_the_last_good_state(paths):
    state = inforce(paths, "mode: observe\n")
    paths.config_file.write_text("mode: [\n")
    policy = state.reload()
    assert policy.mode("any") is Mode.OBSERVE and any("config.yaml" in problem for problem in state.problems)
    paths.config_file.write_text("mode: enforce\n")
    assert state.reload().mode("any") is Mode.ENFORCE and state.problems == ()


def test_the_mode_is_saved_and_left_for_the_hook_client(paths):
    state = inforce(paths, "# mine\nmode: enforce\n")
    assert state.set_mode(Mode.OBSERVE, "cursor") == ("enforce", "observe")
    state.write_client_policy()
    assert "# mine" in paths.config_file.read_text()
    assert json.loads(paths.client_policy.read_text()) == {"mode": "enforce", "agents": {"cursor": "observe"}}
    assert stat.S_IMODE(paths.client_policy.stat().st_mode) == 0o600
    assert (state.policy.mode("cursor"), state.policy.mode("claude-code")) == (Mode.OBSERVE, Mode.ENFORCE)


def test_an_agent_is_suspended_and_resumed_in_the_users_file(paths):
    state = inforce(paths, "# mine\nsuspended: [old]\n")
    assert state.suspend("cursor", True) == ("active", "suspended") and state.policy.suspended == {"old", "cursor"}
    assert state.suspend("cursor", False) == ("suspended", "active") and state.policy.suspended == {"old"}
    assert "# mine" in paths.config_file.read_text()


@pytest.mark.parametrize("name", ["my.bot", "my_bot", "claude-code"])
def test_every_agent_can_be_named(paths, name):
    state = inforce(paths)
    assert state.set_mode(Mode.OBSERVE, name)[1] == "observe" and state.policy.mode(name) is Mode.OBSERVE
    assert state.suspend(name, True)[1] == "suspended" and state.policy.suspended == {name}


@pytest.mark.parametrize("name", ["../x", "Claude", "größe", "x" * 41])
def test_what_is_no_agents_name(paths, name):
    state, before = inforce(paths), paths.config_file.read_bytes()
    for change in (lambda: state.set_mode(Mode.OBSERVE, name), lambda: state.suspend(name, True)):
        with pytest.raises(UsageError, match="not an agent's name"):
            change()
    assert paths.config_file.read_bytes() == before


def test_a_broken_policy_asks_about_every_call_and_keeps_a_good_one(paths, shell_call):
    paths.policy_file.write_text("agents: [")
    state = inforce(paths)
    rights = state.standing(shell_call("ls")).rights
    assert rights[0].scope.tools == () and rights[0].ask and "policy.yaml" in state.problems[0]
    paths.policy_file.write_text("agents: {claude-code: {shell: none}}")
    good = state.reload().digest
    assert state.problems == () and state.standing(shell_call("ls")).rights[0].shell.value == "none"
    paths.policy_file.write_text("agents: {claude-code: {shel: none}}")
    assert state.reload().digest == good and "did you mean" in state.problems[0]
    assert state.standing(shell_call("ls")).rights[0].shell.value == "none"


def test_content_may_name_categories_of_own_rules_and_no_others(paths, shell_call):
    paths.policy_file.write_text("agents: {claude-code: {content: [{deny: [team-deploy]}]}}")
    state = inforce(paths)
    assert "there is no category 'team-deploy'" in state.problems[0] and state.standing(shell_call("ls")).rights[0].ask
    own = SKELETON.format(id="TEAM-DEPLOY-001", file="x", category="team-deploy", name='"Own"')
    (paths.user_rules / "own.yaml").write_text(own)
    state.reload()
    assert not [problem for problem in state.problems if "policy" in problem]
    assert state.standing(shell_call("ls")).rights[0].content[0].deny == ("team-deploy",)


def test_every_change_of_settings_changes_the_digest(paths):
    first = inforce(paths, "mode: enforce\n").policy.digest
    assert first == inforce(paths).policy.digest, "a default written out is the same policy"
    assert first != inforce(paths, "verdicts: {low: clean}\n").policy.digest


def test_a_rule_is_found_by_its_id_only(paths):
    state = inforce(paths)
    assert state.rule(GIT.lower()).id == GIT
    with pytest.raises(UsageError, match="no rule"):
        state.rule("HR-NO-1")


def test_an_allowance_holds_until_its_last_day_and_expired_ones_are_cleared(paths):
    line = "allowances: {A1: {consent: '%s', expires: '%s', by: sam, reason: mine}}\n"
    use = inforce(paths, line % ("c" * 64, "2030-01-01")).policy.allowed("c" * 64)
    assert (use.id, use.by) == ("A1", "sam (until 2030-01-01)")
    state = inforce(paths, line % ("c" * 64, "2029-12-31"))
    assert state.policy.allowed("c" * 64) is None and state.policy.allowed("d" * 64) is None
    state.allow("A2", AllowanceSettings(consent="e" * 64, expires="2030-02-01", by="sam", reason="r"))
    assert list(state.settings.allowances) == ["A2"] and state.policy.allowed("e" * 64) is not None
    assert state.allow("A2", None).consent == "e" * 64 and state.policy.allowed("e" * 64) is None


def test_accepted_findings_of_the_audit_are_kept_until_they_are_over(paths):
    line = "accepted: {AGT-14-0123456789abcdef: {severity: medium, expires: '%s', by: sam, reason: mine}}\n"
    state = inforce(paths, line % "2029-12-31")
    new = AcceptedSettings(severity="low", expires="2030-02-01", by="sam", reason="r")
    assert list(state.accept({"AGT-15-0123456789abcdef": new})) == ["AGT-14-0123456789abcdef"]
    assert state.settings.accepted == {"AGT-15-0123456789abcdef": new}
    state.accept({"AGT-15-0123456789abcdef": None})
    assert state.settings.accepted == {}


@pytest.mark.parametrize(("severity", "expires"), [("dire", "2030-02-01"), ("low", "tomorrow")])
def test_an_accepted_finding_is_of_a_severity_and_ends(paths, severity, expires):
    state = inforce(paths, f"accepted: {{X: {{severity: {severity}, expires: '{expires}', by: sam, reason: r}}}}\n")
    assert any("accepted.X." in problem for problem in state.problems)


def test_an_allowance_without_a_real_date_is_refused(paths):
    state = inforce(paths, "allowances: {A1: {consent: c, expires: tomorrow, by: sam, reason: r}}\n")
    assert any("allowances.A1.expires" in problem for problem in state.problems)
