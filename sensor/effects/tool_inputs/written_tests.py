"""Tests that take the home folder or the system away: who writes one has it run by the next run of the tests."""

from __future__ import annotations

import re

from sensor.effects.tool_inputs.cases import of_tests

_MORE = re.compile(r"(?:^|/)(?:(?:tests?|specs?|test|spec)/(?:[^/]+/)*[^/]+|[^/]+_(?:test|spec))\.(?:rb|exs|php|scala|groovy)$|Tests?\.(?:java|kt|cs|scala|php)$")
_RUST = "#[test]"
READ_AS = {
    "py": "python3 -c", **dict.fromkeys(("js", "mjs", "cjs", "ts", "tsx", "jsx"), "node -e"), "rb": "ruby -e", "php": "php -r",
    **dict.fromkeys(("go", "rs", "java", "kt", "cs", "swift", "scala", "groovy", "exs"), "kotlin -e"),  # read in the same way, whichever it is
}
"""Interpreters, with their option for code, as which files are read by the ends of their names."""
_TAKES = re.compile(r"rmtree|rm_rf|\brm_r\b|RemoveAll|remove_dir_all|rm(?:dir)?Sync|rimraf|deleteDirectory|deleteRecursively|deleteDir|deleteTree|removeItem|Directory\.Delete|\brm -[rRf]|[\"']rm[\"']|unlink|removeSync|emptyDir|remove_entry|removeDir")
_PLACES = re.compile(r"\bHOME\b|home_dir|\bhomedir|HomeDir|Path\.home|Dir\.home|expanduser|user\.home|user_home|UserProfile|[\"'`\s](?:~|/home|/Users|/root|/etc|/usr|/var|/)(?:/[\w.*-]*)?[\"'`]")
# What stands for the home folder is another one in such a test.
_SETS_HOME = re.compile(r"[sS]etenv\(\s*[\"']HOME|environ\[[\"']HOME[\"']\]\s*=|ENV\[[\"']HOME[\"']\]\s*=|env\.HOME\s*=|set_var\(\s*\"HOME|environ,\s*\{[^}]{0,80}HOME")


def interpreter_of_test(path: str, text: str) -> str:
    """The interpreter, with its option for code, by which a test that may take the home folder away is read; "" for other files and tests."""
    suffix = path.rpartition(".")[2]
    interpreter = READ_AS.get(suffix, "")
    if not interpreter or not (of_tests(path) or _MORE.search(path) or (suffix == "rs" and _RUST in text)):
        return ""
    return interpreter if _TAKES.search(text) and _PLACES.search(text) and not _SETS_HOME.search(text) else ""
