from sensor.judging import (
    build_judging,
    device_secret,
    dry_judge,
    example_judge,
    programs_of,
    secret_file,
    surroundings,
)
from sensor.model.calls import Caller
from sensor.model.verdicts import Verdict
from sensor.policy.load import load_rules


def test_secrets_of_the_device_are_made_once_and_private(warm_paths):
    first = device_secret(warm_paths)
    assert len(first) == 32 and device_secret(warm_paths) == first
    assert secret_file(warm_paths.keys, "x", lambda: b"new") == b"new" == secret_file(warm_paths.keys, "x", lambda: b"other")
    assert (warm_paths.keys / "x").stat().st_mode & 0o077 == 0


def test_a_dry_judgement_holds_nothing_and_obeys_the_policy(warm_paths, tmp_path):
    judge = dry_judge(warm_paths)
    held = judge("git push --force origin main", str(tmp_path), "claude-code")
    assert held.verdict is Verdict.QUARANTINE and held.hold == "" and not (warm_paths.state / "quarantine.json").exists()
    warm_paths.policy_file.write_text("agents: {claude-code: {shell: none}}")
    assert dry_judge(warm_paths)("ls", str(tmp_path), "claude-code").verdict is Verdict.BLOCK
    assert dry_judge(warm_paths)("ls", str(tmp_path), "cursor").verdict is Verdict.CLEAN


def test_examples_are_judged_on_the_imaginary_machine_by_the_given_rules_only(shell_call, warm_paths):
    rules = load_rules().rules
    call = shell_call("rm -rf /", cwd="/home/dev/project")
    assert example_judge(rules, warm_paths.cache)(call).verdict is Verdict.BLOCK
    assert example_judge(())(call).verdict is Verdict.CLEAN


def test_the_sensors_own_folders_are_part_of_the_surroundings(warm_paths, own_home, shell_call):
    around = surroundings(warm_paths)
    assert str(warm_paths.state) in around.handrail and around.home == str(own_home)
    assert build_judging(warm_paths).dry().judge(shell_call(f"rm -rf {warm_paths.state}"), Caller(uid=0)).verdict is Verdict.BLOCK


def test_programs_of_a_recorded_command_touch_nothing_by_themselves(warm_paths, tmp_path):
    first, second = programs_of(warm_paths, "sudo rm -rf build; HTTPS_PROXY=http://p.example npm ci", str(tmp_path))
    assert (first.program, first.deletes, first.privilege) == ("rm", (), False)
    assert (second.program, second.subcommand, second.assignments) == ("npm", ("ci",), (("HTTPS_PROXY", "http://p.example"),))
