import re

import pytest

from sensor.desk.metrics import MAX_SERIES, Metrics
from sensor.model.calls import Caller, Surface
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict

LINE = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{\w+="([^"\\\n]|\\.)*"(,\w+="([^"\\\n]|\\.)*")*\})? [-+0-9.e]+)\Z')


def judged(call, verdict=Verdict.CLEAN, us=300):
    findings = (Finding(rule="HR-X-1", severity=Severity.HIGH, message="m"),) if verdict else ()
    judgement = Judgement(verdict=verdict, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT, findings=findings,
                          stage_us=((Stage.RULES, us),))
    return JudgedCall(call=call, caller=Caller(uid=1), judgement=judgement)


@pytest.fixture
def metrics():
    return Metrics(lambda: {"held_calls": ("Calls that wait.", 2)})


def test_every_line_is_of_the_format_and_counts(metrics, shell_call):
    metrics.judged(judged(shell_call("x")))
    metrics.judged(judged(shell_call("x", surface=Surface.HTTP), Verdict.BLOCK, 2000))
    lines = metrics.render().decode().splitlines()
    assert not [line for line in lines if not LINE.match(line)]
    text = "\n".join(lines)
    assert 'door="hook",phase="before",tool_kind="shell",verdict="clean"} 1' in text and 'door="http"' in text
    assert 'handrail_rule_findings_total{rule="HR-X-1"} 1' in text and "handrail_held_calls 2" in text
    assert 'handrail_judge_seconds_bucket{le="0.0005"} 1' in text and 'le="+Inf"} 2' in text and "handrail_judge_seconds_sum 0.0023" in text


def test_names_of_agents_cannot_break_lines_or_grow_without_end(metrics, shell_call):
    metrics.judged(judged(shell_call("x", agent='a"\n}')))
    for number in range(MAX_SERIES + 20):
        metrics.judged(judged(shell_call("x", agent=f"agent{number}")))
    lines = metrics.render().decode().splitlines()
    assert not [line for line in lines if not LINE.match(line)]
    assert sum(line.startswith("handrail_calls_total{") for line in lines) <= MAX_SERIES + 1
