import pytest

from sensor.model.names import AGENT_NAME, DEMO, MAX_NAME, REHEARSALS, SELF_TEST, name_words, plain_name


@pytest.mark.parametrize("name", ["delete_repo", "deleteRepo", "DeleteRepo", "delete-repo", "delete.repo", "DELETE_REPO", "delete repo"])
def test_styles_are_alike(name):
    assert name_words(name) == ("delete", "repo")


def test_capitals_and_numbers_are_words():
    assert name_words("createDNSRecord2") == ("create", "dns", "record", "2") and name_words("") == ()


def test_of_a_long_name_the_beginning_counts():
    assert name_words("a_" * MAX_NAME) == ("a",) * (MAX_NAME // 2)


def test_a_name_as_agents_write_it():
    assert plain_name("Größe 1.2/x_y-z") == "Gr__e_1_2_x_y-z"


@pytest.mark.parametrize(("name", "fits"), [("claude-code", True), ("a", True), ("my.bot_2", True), ("x" * 41, False), ("", False), ("-a", False), ("A", False), ("a\n", False), ("a/b", False)])
def test_names_of_agents(name, fits):
    assert bool(AGENT_NAME.match(name)) is fits


def test_sessions_of_agents_are_not_taken_for_our_own():
    assert not [name for name in ("3f2a91c4-demo-1", "s1", "", "democracy") if name.startswith(REHEARSALS)]
    assert f"{DEMO}1a".startswith(REHEARSALS) and f"{SELF_TEST}1a".startswith(REHEARSALS)
