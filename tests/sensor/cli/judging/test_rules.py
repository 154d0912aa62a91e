"""`handrail rules` without a running sensor: everything is read from the rule files."""

from __future__ import annotations

import json

import pytest

BROKEN = """\
- id: TEAM-X-001
  name: Broken
  description: Fires on nothing.
  severity: high
  category: team
  status: stable
  phase: [before]
  match: {effect: {command: [never]}}
  examples: {true_positive: [ls a, ls b], true_negative: [pwd, id]}
  remediation: None.
  references: {}
"""


def test_list_filters(idle_terminal):
    every, some = idle_terminal.json("rules", "list"), idle_terminal.json("rules", "list", "--category", "git-loss", "--severity", "critical")
    assert every["count"] > some["count"] > 0 and {(rule["category"], rule["severity"]) for rule in some["rules"]} == {("git-loss", "critical")}
    assert "HR-GIT-001" in idle_terminal.ok("rules", "list", "--category", "git-loss")


def test_show(idle_terminal):
    text = idle_terminal.ok("rules", "show", "hr-git-001")
    assert "HR-GIT-001" in text and "fires on" in text and "not on" in text
    shown = idle_terminal.json("rules", "show", "HR-GIT-001")["rule"]
    assert (shown["category"], shown["severity"]) == ("git-loss", next(one["severity"] for one in idle_terminal.json("rules", "list")["rules"] if one["id"] == "HR-GIT-001"))
    assert "fires on  git push --force origin main" in text and "{" not in text.split("fires on")[1].split("\n")[0]
    assert "no rule has the id" in idle_terminal.error("rules", "show", "HR-NONE-1").message


def test_show_tells_how_settings_change_a_rule(idle_terminal, warm_paths):
    warm_paths.config_file.write_text("overrides: {HR-GIT-001: {severity: medium, reason: our own branches}}\n")
    assert "override  severity: medium, reason: our own branches" in idle_terminal.ok("rules", "show", "HR-GIT-001")
    assert idle_terminal.json("rules", "show", "HR-GIT-001")["override"]["severity"] == "medium"
    assert "override" not in idle_terminal.ok("rules", "show", "HR-GIT-002")


def test_show_of_a_built_in_check_says_what_it_is(idle_terminal):
    """A reason sends people here for every finding, also for those that no rule of a file makes."""
    text = idle_terminal.ok("rules", "show", "hr-inj-override")
    assert "Injected instructions" in text and "built into Handrail" in text and "handrail events --search HR-INJ-OVERRIDE" in text
    assert idle_terminal.json("rules", "show", "HR-ESC-001")["check"] == {"id": "HR-ESC-001", "name": "Risk of the session"}


def test_test_of_a_rule_a_category_and_a_file(idle_terminal, tmp_path):
    assert "1 rule behaves" in idle_terminal.ok("rules", "test", "HR-GIT-001")
    assert idle_terminal.json("rules", "test", "persistence-macos")["rules"] > 5
    file = tmp_path / "x.yaml"
    file.write_text(BROKEN.replace("never", "ls"))
    assert "1 rule behaves as its 4 examples say" in idle_terminal.ok("rules", "test", str(file))


def test_test_shows_what_was_seen_in_what_fails(idle_terminal, tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text(BROKEN)
    result = idle_terminal.run("rules", "test", str(file))
    assert result.exit_code == 1
    for part in (f"{file}:9:30: TEAM-X-001 does not fire on true_positive 1: ls a", "• ls a", "fired: nothing", "2 of 4 examples of 1 rule fail"):
        assert part in result.output
    failed = json.loads(idle_terminal.run("rules", "test", "--json", str(file)).output)["failures"]
    assert [one["rule"] for one in failed] == ["TEAM-X-001"] * 2


def test_test_says_what_excused_an_example_that_should_be_found(idle_terminal, tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text(BROKEN.replace("command: [never]}", "command: [ls]}, excludes: [{effect: {args: [a]}}]"))
    assert "fired: nothing\n  excused by exclude 1: args any of a" in idle_terminal.run("rules", "test", str(file)).output


@pytest.mark.parametrize(("word", "said"), [("HR-NONE-1", "no rule, category or file is called HR-NONE-1"), ("gone.yaml", "cannot read gone.yaml: No such file or directory"), ("/none/x", "cannot read /none/x: No such")])
def test_test_of_nothing(idle_terminal, word, said):
    assert said in idle_terminal.error("rules", "test", word).message


def test_test_names_every_error_of_a_file(idle_terminal, tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text(BROKEN.replace("high", "grave").replace("command:", "comand:"))
    message = idle_terminal.error("rules", "test", str(file)).message
    assert "grave" in message and "comand" in message and f"{file}:4:" in message


def test_lint_of_a_folder(idle_terminal, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "x.yaml").write_text(BROKEN)
    (folder / "y.yaml").write_text("- id: [\n")
    result = idle_terminal.run("rules", "lint", str(folder))
    assert result.exit_code == 1 and "TEAM-X-001 does not fire" in result.output and "y.yaml:" in result.output


def test_new_writes_a_rule_that_behaves(idle_terminal):
    made = idle_terminal.json("rules", "new", "TEAM-DEPLOY-001")
    assert "rules.d" in made["file"] and "1 rule behaves" in idle_terminal.ok("rules", "test", made["file"])
    assert "TEAM-DEPLOY-001" in idle_terminal.ok("rules", "list", "--category", "team-deploy")


def test_a_new_rule_holds_nothing_until_it_is_edited(idle_terminal, warm_paths):
    idle_terminal.ok("rules", "new", "TEAM-DEPLOY-001")
    shown = idle_terminal.json("explain", "--", "deploy --force web")
    assert (shown["verdict"], [one["severity"] for one in shown["findings"]]) == ("clean", ["info"])


@pytest.mark.parametrize("words", [("--severity", "bogus"), ("--category", "nosuch")])
def test_words_of_a_list_that_do_not_exist_are_errors_that_name_those_that_do(idle_terminal, words):
    result = idle_terminal.run("rules", "list", *words)
    known = result.output + getattr(result.exception, "next_step", "")
    assert (result.exit_code == 2 or result.exception.exit_code == 2) and ("critical" in known or "git-loss" in known)


def test_lint_counts_what_it_looked_at_and_takes_a_file(idle_terminal, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    assert "no rule file" in idle_terminal.error("rules", "lint", str(folder)).message
    file = folder / "x.yaml"
    file.write_text(BROKEN.replace("never", "ls"))
    for target in (folder, file):
        assert idle_terminal.ok("rules", "lint", str(target)) == "1 rule in 1 file, nothing to complain about\n"
        assert idle_terminal.json("rules", "lint", str(target)) == {"schema_version": 1, "rules": 1, "files": 1, "problems": []}
    (folder / "y.yaml").write_text("- id: [\n")
    result = idle_terminal.run("rules", "lint", str(folder))
    assert result.exit_code == 1 and result.output.endswith("1 rule in 2 files, 1 problem\n")
    assert idle_terminal.run("rules", "lint", str(tmp_path / "none")).exit_code == 2


@pytest.mark.parametrize(("rule_id", "said"), [("deploy", "must look like"), ("HR-GIT-001", "belongs to the shipped rules"), ("HR-GIT-900", "shipped rules")])
def test_new_refuses(idle_terminal, rule_id, said):
    assert said in idle_terminal.error("rules", "new", rule_id).message


def test_new_overwrites_nothing(idle_terminal):
    idle_terminal.ok("rules", "new", "TEAM-DEPLOY-001")
    assert "in use" in idle_terminal.error("rules", "new", "TEAM-DEPLOY-001").message


def test_coverage(idle_terminal):
    text = idle_terminal.ok("rules", "coverage")
    assert "CATEGORY" in text and "git-loss" in text and "T1485" in text
    some = idle_terminal.json("rules", "coverage", "T1485", "container")
    assert "HR-CTR-001" in some["ids"] and "HR-DST-001" in some["ids"] and some["coverage"]["rules"] == len(some["ids"])


def test_reload_needs_a_sensor(idle_terminal):
    assert idle_terminal.error("rules", "reload").exit_code == 3


def test_reload(terminal):
    assert terminal.ok("rules", "reload").startswith("in force: ")
