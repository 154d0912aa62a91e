from sensor.cli.output import STYLES
from sensor.model.states import Standing


def test_every_state_is_one_word_and_all_that_are_no_choice_have_a_colour_in_the_terminal():
    assert all(state.value.isalpha() and state.value.islower() for state in Standing)
    assert {state.value for state in Standing} - set(STYLES) == {"off"}
