from sensor.model.findings import Finding, Severity, Stage, Status


def test_severities_are_ordered_by_harm():
    assert sorted(Severity, reverse=True)[0] is Severity.CRITICAL and Severity.LOW < Severity.HIGH


def test_the_ten_stages_are_in_the_order_of_the_product():
    assert [stage.value for stage in Stage] == [
        "rate_limit", "identity", "suspension", "access", "effects", "rules", "analyzers", "escalation", "decision", "audit"]


def test_a_finding_is_of_a_rule_and_stable_unless_said_otherwise():
    finding = Finding(rule="HR-X-1", severity=Severity.LOW, message="m")
    assert (finding.stage, finding.status, finding.form) == (Stage.RULES, Status.STABLE, "raw")
