from sensor.model.verdicts import VERDICT_WORDS, Answer, Judgement, Mode, Reply, ScanProfile, Verdict


def test_the_worst_verdict_is_the_largest():
    assert max(Verdict.FLAG, Verdict.BLOCK, Verdict.CLEAN) is Verdict.BLOCK
    assert VERDICT_WORDS == ("clean", "flag", "quarantine", "block")


def test_a_judgement_holds_nothing_by_default():
    judgement = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)
    assert (judgement.findings, judgement.hold, judgement.approval) == ((), "", None)


def test_silence_is_the_default_reply():
    assert Reply() == Reply(stdout=b"", stderr=b"", exit_code=0)
