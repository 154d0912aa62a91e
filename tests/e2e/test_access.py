"""Rights and a person's yes with the real Claude Code: hooks that wait, answers given in a real browser, sub-agents with less."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from machines import Machine, Project, login_address
from scripted_model import SUBAGENT_WORD, Script, ScriptedModel, use
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.support.ui import WebDriverWait

from sensor.settings import save_value

PATIENCE = 40
POLICY = "agents: {claude-code: {filesystem: home, subagents: {'*': {filesystem: project}}}}\n"
# Both leave a line per run beside what was asked about, so that a call that ran twice is seen.
PUSH = "echo ran >> runs.txt; git push --force origin main"
CHANGED = "echo ran >> runs.txt; git push --force origin main:main"


class Office:
    """The shared installation with rights and a desk where a person answers; put back as it was at the end."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.config = machine.home / ".config/handrail/config.yaml"
        self.policy = self.config.with_name("policy.yaml")
        self._before = self.config.read_text()

    def open(self) -> None:
        self.policy.write_text(POLICY)
        save_value(self.config, ("approvals", "quarantine"), "hold")
        self.patience(PATIENCE)

    def close(self) -> None:
        self.policy.unlink()
        self.config.write_text(self._before)
        self.reload()

    def patience(self, seconds: int) -> None:
        """How long hooks wait for the person."""
        save_value(self.config, ("approvals", "wait-seconds"), seconds)
        self.reload()

    def reload(self) -> None:
        done = self.machine.handrail("rules", "reload")
        assert done.returncode == 0, done.stdout + done.stderr

    def allowance(self) -> dict:
        """The one lasting permission there is."""
        (one,) = self.machine.json("quarantine", "list", "--all")["allowances"]
        return one

    def held(self, session: str = "") -> list[dict]:
        calls = self.machine.json("quarantine", "list", "--all")["calls"]
        return [call for call in calls if session in ("", call["session"])]


class Person:
    """Somebody at the dashboard, with a real browser."""

    def __init__(self, driver, machine: Machine) -> None:
        self._driver = driver
        driver.get(login_address(machine.handrail("dashboard", "--no-browser").stdout))
        base = driver.current_url.split("/", 3)
        self._page = f"{base[0]}//{base[2]}/quarantine"
        self._answered: set[str] = set()

    def answer(self, word: str, project: Project) -> str:
        """Wait for the next call of `project` that nobody answered, look at it and decide; its id."""
        found = self._wait(lambda one: self._next(project))
        self._driver.get(f"{self._page}/{found}/{word}")
        assert "git push" in self._driver.find_element("css selector", ".held").text
        self._driver.find_element("css selector", "form.decide button[type=submit]").click()
        self._answered.add(found)
        words = self._wait(lambda one: one.find_elements("css selector", ".notice, section.narrow")[0].text)
        assert {"approve": "Approved.", "reject": "Rejected."}[word] in words
        return found

    def allow(self, days: int, reason: str, project: Project) -> tuple[str, str]:
        """Wait for the next call of `project` that nobody answered, and always allow it here; its id and what was shown before the yes."""
        found = self._wait(lambda one: self._next(project))
        self._driver.find_element("css selector", f"#held-{found} a[href$='/allow']").click()
        shown = self._wait(lambda one: one.find_elements("css selector", "form.decide")[0].find_element("xpath", "..").text)
        self._driver.find_element("css selector", f"input[name=days][value='{days}']").click()
        self._driver.find_element("css selector", "input[name=reason]").send_keys(reason)
        self._driver.find_element("css selector", "form.decide button[type=submit]").click()
        self._answered.add(found)
        assert "Allowed." in self._wait(lambda one: one.find_elements("css selector", ".notice")[0].text)
        return found, shown

    def _wait(self, condition):
        return WebDriverWait(self._driver, PATIENCE, poll_frequency=0.2, ignored_exceptions=(StaleElementReferenceException, IndexError)).until(condition)

    def _next(self, project: Project) -> str:
        self._driver.get(self._page)
        cards = self._driver.find_elements("css selector", "article.held")
        ids = [card.get_attribute("id").removeprefix("held-") for card in cards if str(project.folder) in card.text]
        return next((one for one in ids if one not in self._answered), "")


@pytest.fixture(scope="module")
def office(machine, claude) -> Iterator[Office]:
    office = Office(machine)
    office.open()
    try:
        yield office
    finally:
        office.close()


@pytest.fixture
def person(driver, office) -> Person:
    return Person(driver, office.machine)


def runs(project: Project) -> int:
    """How often the held command really ran."""
    file = project.folder / "runs.txt"
    return len(file.read_text().splitlines()) if file.exists() else 0


def shell(command: str) -> list[dict]:
    return [use("Bash", command=command, description="Publish")]


def outcome(model: ScriptedModel) -> list[bool]:
    """For each call of the script, in order, whether it came back as a failure."""
    return [model.results[call_id].is_error for call_id in model.calls]


def test_a_sub_agent_may_not_do_what_its_parent_may(office, claude):
    machine, project = office.machine, office.machine.project("rights")
    mine, theirs, inside = machine.home / "notes/parent.txt", machine.home / "notes/child.txt", project.folder / "child.txt"
    start = use("Agent", description="notes", prompt=f"{SUBAGENT_WORD} write notes", subagent_type="general-purpose", run_in_background=False)
    script = Script(main=[[use("Write", file_path=str(mine), content="hi\n")], [start]],
                    subagent=[[use("Write", file_path=str(inside), content="hi\n")], [use("Write", file_path=str(theirs), content="hi\n")]])
    with ScriptedModel(script) as model:
        session = project.run_claude(claude, model)
    assert mine.read_text() == inside.read_text() == "hi\n" and not theirs.exists()
    assert "may not change" in model.result_of("Write", file_path=str(theirs)).text
    entries = machine.wait_for_entries(session, lambda found: any(one.get("verdict") == "block" for one in found))
    (stopped,) = [one for one in entries if one.get("verdict") == "block"]
    assert stopped["subagent"] and "HR-ACC-002" in [rule["id"] for rule in stopped["rules"]]


def test_a_held_call_waits_runs_once_after_a_yes_and_not_at_all_after_a_no(office, claude, person):
    project = office.machine.project("held")
    with ScriptedModel(Script(main=[shell(PUSH), shell(PUSH)])) as model, ThreadPoolExecutor(1) as pool:
        playing = pool.submit(project.run_claude, claude, model)
        first = person.answer("approve", project)
        second = person.answer("reject", project)
        session = playing.result()
    assert outcome(model) == [False, True]
    assert runs(project) == 1 and project.remote_head() == project.git("rev-parse", "HEAD") != project.published
    assert {call["id"]: call["state"] for call in office.held(session)} == {first: "used", second: "rejected"}
    judged = [one for one in office.machine.entries(session) if one.get("tool_use_id") and one["phase"] == "before"]
    assert [one["answer"] for one in judged] == ["allow", "deny"]


def test_a_late_yes_is_for_that_call_only_and_once(office, claude, person):
    """The call was refused when its time was up. The yes that follows lets no other command through, and the same one once."""
    project = office.machine.project("late")
    office.patience(1)

    def before_turn(name: str, turn: int) -> None:
        if turn == 1:
            person.answer("approve", project)

    try:
        with ScriptedModel(Script(main=[shell(PUSH), shell(CHANGED), shell(PUSH), shell(PUSH)]), before_turn) as model:
            project.run_claude(claude, model)
    finally:
        office.patience(PATIENCE)
    assert outcome(model) == [True, True, False, True]
    assert runs(project) == 1


def test_a_lasting_yes_is_for_that_call_in_that_place_until_its_day(office, claude, person):
    """Allowed on the page for seven days: the same call passes again, in another session too. Anything else is asked about, and so is it once the day is over."""
    machine, project, elsewhere = office.machine, office.machine.project("allowed"), office.machine.project("elsewhere")
    today = datetime.date.today()

    def play(where: Project, *commands: str, refused: int) -> tuple[list[bool], str]:
        """Run the commands in a new session and refuse as many questions; what came back as a failure, and the session."""
        with ScriptedModel(Script(main=[shell(command) for command in commands])) as model, ThreadPoolExecutor(1) as pool:
            playing = pool.submit(where.run_claude, claude, model)
            for _ in range(refused):
                person.answer("reject", where)
            session = playing.result()
        return outcome(model), session

    with ScriptedModel(Script(main=[shell(PUSH), shell(PUSH)])) as model, ThreadPoolExecutor(1) as pool:
        playing = pool.submit(project.run_claude, claude, model)
        held, shown = person.allow(7, "how this branch is published", project)
        first = playing.result()
    assert outcome(model) == [False, False] and runs(project) == 2
    assert "Exactly this call" in shown and PUSH in shown and str(project.folder) in shown
    made = office.allowance()
    assert made["expires"] == (today + datetime.timedelta(days=7)).isoformat() and made["created"] == today.isoformat()
    assert made["agent"] == "claude-code" and PUSH in made["call"] and str(project.folder) in made["call"]
    assert made["reason"] == "how this branch is published" and made["by"].endswith("(dashboard)")

    again, second = play(project, PUSH, CHANGED, refused=1)
    assert again == [False, True] and runs(project) == 3
    there, third = play(elsewhere, PUSH, refused=1)
    assert there == [True] and runs(elsewhere) == 0
    save_value(office.config, ("allowances", made["id"], "expires"), (today - datetime.timedelta(days=1)).isoformat())
    office.reload()
    later, fourth = play(project, PUSH, refused=1)
    assert later == [True] and runs(project) == 3

    entries = machine.entries()
    (change,) = [one["change"] for one in entries if one["kind"] == "config_change" and f"allowance {made['id']}" in str(one["change"])]
    assert (change["after"], change["by"]) == (f"until {made['expires']}: {made['reason']}", made["by"])
    used = {session: [one["approval"] for one in entries if one.get("session") == session and one.get("approval")] for session in (first, second, third, fourth)}
    assert held in str(used[first][0]) and made["id"] in str(used[first][1]) and made["id"] in str(used[second])
    assert [len(one) for one in used.values()] == [2, 1, 0, 0]


def test_an_agent_cannot_say_yes_to_itself(office, claude):
    """A rule stops the command. Where rules only watch, the sensor sees which process asks, and refuses as well."""
    machine, project = office.machine, office.machine.project("itself")
    script = Script(main=[shell(PUSH), []])

    def before_turn(name: str, turn: int) -> None:
        if turn == 1:
            (waiting,) = (call["id"] for call in office.held() if call["state"] == "pending" and str(project.folder) in str(call["lines"]))
            script.main[1] = shell(f"{machine.data}/bin/handrail quarantine approve {waiting}")

    office.patience(1)
    try:
        with ScriptedModel(script, before_turn) as model:
            session = project.run_claude(claude, model)
        assert outcome(model) == [True, True] and "HR-SLF" in model.result_of("Bash", **script.main[1][0]["input"]).text
        assert machine.handrail("mode", "observe", "--agent", "claude-code").returncode == 0
        with ScriptedModel(Script(main=[script.main[1]])) as model:
            project.run_claude(claude, model)
    finally:
        assert machine.handrail("mode", "enforce", "--agent", "claude-code").returncode == 0
        office.patience(PATIENCE)
    assert outcome(model) == [True] and "a process that claude-code (process " in model.result_of("Bash").text
    assert [call["state"] for call in office.held(session) if "git push" in str(call["lines"])] == ["expired"], "nobody approved it before its session ended"
