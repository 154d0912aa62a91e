import pytest

from sensor.model.names import MAX_NAME, name_words


@pytest.mark.parametrize("name", ["delete_repo", "deleteRepo", "DeleteRepo", "delete-repo", "delete.repo", "DELETE_REPO", "delete repo"])
def test_styles_are_alike(name):
    assert name_words(name) == ("delete", "repo")


def test_capitals_and_numbers_are_words():
    assert name_words("createDNSRecord2") == ("create", "dns", "record", "2") and name_words("") == ()


def test_of_a_long_name_the_beginning_counts():
    assert name_words("a_" * MAX_NAME) == ("a",) * (MAX_NAME // 2)
