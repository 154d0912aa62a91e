"""What a written script does when it runs is noted beside the writing."""

from __future__ import annotations

import msgspec
import pytest

from sensor.judging import example_judge
from sensor.model.calls import Edit, Phase, ToolKind, WriteAction
from sensor.model.effects import Surroundings
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, Verdict
from sensor.policy.load import load_rules
from sensor.when_run import MAX_TEXT, NOTED, when_run

BUCKET = "aws s3 rm s3://acme-lake --recursive"


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return example_judge(load_rules().rules, tmp_path_factory.getbasetemp() / "when-run")


@pytest.fixture
def write_call(shell_call):
    def make(path, text, **changes):
        action = WriteAction(files=((f"/home/dev/project/{path}", (Edit(new=text),)),))
        return msgspec.structs.replace(shell_call(""), tool="Write", kind=ToolKind.FILE_WRITE, action=action, arguments={}, cwd="/home/dev/project", **changes)

    return make


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ops/clean.sh", f"set -e\n{BUCKET}\n"), ("ops/clean", f"#!/usr/bin/env bash\n{BUCKET}\n"), ("ops/clean.zsh", f"if true; then {BUCKET}; fi\n"),
        ("ops/clean.py", f"import subprocess\n\n\ndef clean():\n    subprocess.run({BUCKET!r}, shell=True)\n"),
        ("ops/clean.js", f"require('child_process').execSync('{BUCKET}')\n"), ("lib/tasks/clean.rake", f"system('{BUCKET}')\n"),
        ("ops/schema.sh", "psql prod -c 'drop table users'\n"), ("ops/down.sh", "cd infra && terraform destroy -auto-approve\n"),
    ],
)
def test_what_would_be_stopped_is_noted_and_the_writing_let_through(judge, write_call, path, text):
    judgement = judge(write_call(path, text))
    assert (judgement.verdict, judgement.answer) == (Verdict.FLAG, Answer.ALLOW)
    [note] = judgement.findings
    assert note.severity is NOTED and f"what {path.rpartition('/')[2]} does when it runs" in note.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ops/build.sh", "npm ci && npm run build && rm -rf dist\n"), ("tests/test_clean.py", f"import subprocess\nsubprocess.run({BUCKET!r}, shell=True)\n"),
        ("docs/clean.md", f"```sh\n{BUCKET}\n```\n"), ("node_modules/x/clean.sh", f"{BUCKET}\n"), ("ops/clean.sh", f"# {BUCKET}\necho done\n"),
        ("ops/fetch.py", "import urllib.request\ntext = urllib.request.urlopen('https://example.org/x').read()\nexec('pass')\n"),
    ],
)
def test_what_is_no_such_script_is_not_noted(judge, write_call, path, text):
    assert judge(write_call(path, text)).verdict is Verdict.CLEAN


def test_one_note_for_one_rule_and_none_where_a_person_is_asked(around_home, write_call):
    calls = []
    severe = Finding(rule="HR-X-001", severity=Severity.CRITICAL, message="m.")

    def match(call, effects):
        calls.append(call.action.command)
        return (severe, Finding(rule="HR-X-002", severity=Severity.HIGH, message="n"), Finding(rule="HR-X-003", severity=Severity.MEDIUM, message="o"))

    both = write_call("a.sh", BUCKET)
    both = msgspec.structs.replace(both, action=WriteAction(files=(*both.action.files, ("/home/dev/project/b c.py", (Edit(new="os.system('ls')"),)))))
    assert [(one.rule, one.message) for one in when_run(both, around_home, match, ())] == [("HR-X-001", "m. That is what a.sh does when it runs; writing it is let through")]
    assert calls == ["bash /home/dev/project/a.sh", "python3 '/home/dev/project/b c.py'"]
    assert when_run(both, around_home, match, (severe,)) == () and len(calls) == 2
    assert when_run(write_call("a.py", "print('nothing is started')"), around_home, match, ()) == () and len(calls) == 2
    assert when_run(write_call("a.sh", "x" * (MAX_TEXT + 1)), around_home, match, ()) == ()
    assert when_run(write_call("a.sh", BUCKET, phase=Phase.AFTER), around_home, match, ()) == () and len(calls) == 2


@pytest.fixture
def around_home():
    return Surroundings(home="/home/dev")
