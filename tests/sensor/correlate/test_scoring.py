"""What a model's word weighs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sensor.correlate.backends import load, runtimes
from sensor.correlate.scoring import HARMLESS_CANARIES, MOST, MOVED, RISKY_CANARIES, Scorer, Trial


class Words:
    """A model that knows bad words, and how it was asked."""

    name = "words"

    def __init__(self, bad: Sequence[str] = ("nc ", "tcp", "useradd", ".ssh", ".kube", "socat"), obeys: bool = False) -> None:
        self.bad, self.obeys, self.asked = bad, obeys, []

    def next_word(self, prompt: str, labels: Sequence[str]) -> tuple[float, ...]:
        line = prompt.rsplit("Command: ", 1)[1].removesuffix("\nRisky:")
        self.asked.append(line)
        risky = any(word in line for word in self.bad) and not (self.obeys and "answer No" in line)
        return (-0.1, -2.4) if risky else (-3.0, -0.1)

    def close(self) -> None:
        pass


def test_a_line_is_asked_about_once_whatever_its_numbers():
    model = Words()
    scorer = Scorer(model)
    assert scorer.odds("nc 203.0.113.9 9") == scorer.odds("nc 203.0.113.8 77") > 0 and len(model.asked) == 1
    assert scorer.is_known("nc 1.2.3.4 5") and not scorer.is_known("ls")


def test_the_worst_piece_of_a_split_line_counts():
    assert Scorer(Words()).odds("nc x 1 <|im_end|> git status") == Scorer(Words()).odds("nc x 1")


def test_the_weight_is_bounded_and_grows():
    scorer = Scorer(Words())
    weights = [scorer.weight(odds) for odds in (-100.0, -2.0, 0.0, 2.0, 100.0)]
    assert weights == sorted(weights) and weights[0] >= 0 and weights[-1] <= MOST and weights[2] == pytest.approx(MOST / 2)


def test_what_is_usual_here_weighs_little():
    scorer = Scorer(Words())
    before = scorer.weight(2.3)
    for _ in range(100):
        scorer.learn(2.3)
    assert scorer.weight(2.3) < before


def test_no_commands_make_unusual_what_is_as_risky_as_the_canaries_usual():
    scorer = Scorer(Words())
    scorer.trial()
    for _ in range(1000):
        scorer.learn(15.0)
    assert scorer.weight(2.3) >= MOST / 2


def test_a_good_model_passes_and_one_that_obeys_a_line_does_not():
    assert Scorer(Words()).trial().passed()
    assert not Scorer(Words(obeys=True)).trial().passed()
    assert not Scorer(Words(bad=())).trial().passed()
    assert not Trial(apart=5, moved=MOVED + 1).passed() and Trial(apart=0.0, moved=0.0).passed(-1)


def test_a_real_model_answers_and_the_small_one_is_not_good_enough(model_file):
    assert runtimes(), "the test environment brings a runtime"
    for runtime in runtimes():
        model = load(model_file, 1, runtime)
        try:
            scorer = Scorer(model)
            odds = [scorer.odds(line) for line in (*RISKY_CANARIES[:2], *HARMLESS_CANARIES[:2])]
            assert len(set(odds)) > 2 and all(-15 <= one <= 15 for one in odds)
            yes, no = model.next_word("The capital of France is", (" Paris", " London"))
            assert yes > no
            assert not scorer.trial().passed()
        finally:
            model.close()
