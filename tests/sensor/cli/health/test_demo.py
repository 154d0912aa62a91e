import datetime

from sensor.access.quarantine import REHEARSAL_SECONDS
from sensor.cli.health.demo import STEPS


def _seconds(moment):
    return datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


def test_the_demo_is_judged_by_the_real_sensor(terminal, live):
    shown = terminal.json("demo", "--fast")
    answers = {step["title"]: step["answer"] for step in shown["steps"]}
    assert len(answers) == len(STEPS)
    assert answers["runs the tests"] == answers["cleans its own build folder"] == "allow"
    assert answers["commits, with a message that only mentions a command"] == "allow"
    for attack in ("pipes a download into a shell", "deletes the home folder, the command hidden in a variable", "approves its own held call",
                   "switches Handrail's hooks off", "sends a secret file to a web server"):
        assert answers[attack] == "deny", (attack, answers)
    assert answers["a sub-agent force-pushes to main"] in ("ask", "deny")
    assert answers["reads a web page that tries to give orders"] == "note"
    recorded = [entry for entry in live.entries() if entry.get("session") == shown["session"] and entry["phase"] == "before"]
    assert len(recorded) == len(STEPS) and len({entry["tool_use_id"] for entry in recorded}) == len(STEPS)


def test_people_get_a_story_and_the_next_step(terminal):
    text = terminal.ok("demo", "--fast")
    assert "nothing is run" in text and "handrail sessions demo-" in text and "handrail quarantine watch" in text


def test_the_questions_of_the_demo_wait_for_the_new_user(terminal, live):
    session = terminal.json("demo", "--fast")["session"]
    waiting = [call for call in terminal.json("quarantine", "list")["calls"] if call["session"] == session]
    assert waiting and all(call["test_call"] and _seconds(call["expires"]) - _seconds(call["created"]) == REHEARSAL_SECONDS for call in waiting)
    assert "test calls among them" in terminal.ok("status") and terminal.json("status")["test_calls_waiting"] >= len(waiting)
    assert "test call: " in terminal.ok("quarantine", "list") and "(test call)" in terminal.ok("quarantine", "show", waiting[0]["id"])


def test_what_it_plays_is_told_beside_what_was_judged_and_not_as_a_part_of_it(terminal):
    def judged():
        line = next(line for line in terminal.ok("status").splitlines() if "judged since start" in line)
        return line.partition(" (and ")

    terminal.ok("demo", "--fast")
    before, _, played = judged()
    terminal.ok("demo", "--fast")
    after, _, more = judged()
    assert before == after and int(more.split()[0]) > int(played.split()[0]) > 0 and "test calls)" in more


def test_without_a_sensor_it_says_how_to_start_one(idle_terminal):
    assert "handrail service start" in idle_terminal.error("demo", "--fast").next_step
