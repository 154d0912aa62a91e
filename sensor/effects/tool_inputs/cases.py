"""Files of tests that only hold texts: what a command line in them says is compared with something, nothing in the file can run it.

Shell scripts, and languages in which a quoted text runs by itself, are never such files; neither is what a test runner loads by itself.
"""

from __future__ import annotations

import re

ONLY_CASES = "only-cases"
MAX_TEXT = 500_000
_OF_TESTS = re.compile(
    r"(?i)(?:^|/)(?:(?:tests?|__tests__|specs?|testdata|__fixtures__|fixtures|__snapshots__)/(?:[^/]+/)*[^/]+|test_[^/]+|[^/]+[._-](?:test|spec|tests))\.(?:py|tsx?|jsx?|mjs|cjs|go|rs|java|kt|cs|swift|json|ya?ml|toml|txt|csv|snap)$")
_LOADED = re.compile(r"(?i)(?:^|/)(?:conftest\.py|__init__\.py|(?:jest|vitest|playwright|cypress|mocha)[^/]*\.(?:config|setup)[^/]*|setup[^/]*|package\.json|[^/]*tsconfig[^/]*\.json|docker-compose[^/]*|\.[^/]+)$")
# Starts a program, runs a text, opens a connection, or takes away a file.
_ACTS = re.compile(
    r"os\.(?:system|popen|exec|spawn|posix_spawn|remove|unlink|rmdir|removedirs)|subprocess|asyncio\.create_sub|\bpty\b|\bpexpect\b|\binvoke\b|\bsh\b\s*\.\s*\w+\s*\(|child_process|execa|cross-spawn|\bzx\b|shelljs"
    r"|\b(?:exec|execSync|execFile\w*|spawn|spawnSync|fork|eval|Function|system|popen|Popen|__import__|getattr|require|import)\s*\(|importlib|runpy|\bctypes\b|vm\.\w+|process\.binding|Deno\.|Bun\."
    r"|\$\s*`|exec\.Command|syscall\.|plugin\.Open|Runtime\.getRuntime|ProcessBuilder|Process\.[sS]tart|Process\(\)|Command::new|std::process|libc::"
    r"|requests?\.(?:get|post|put|request|Session)|httpx|aiohttp|urllib|urlopen|http\.client|\bsocket\b|\bftplib\b|\bsmtplib\b|paramiko|\bfetch\s*\(|axios|XMLHttpRequest|WebSocket|https?\.(?:request|get|Get|Post|Do|NewRequest)|\bnet\.|\bdgram\b|reqwest|hyper::|HttpClient|TcpStream"
    r"|shutil\.|rmtree|\.unlink\s*\(|fs\.(?:rm|unlink|rmdir)|rimraf|\brm(?:Sync)?\s*\(|del\s*\(|os\.Remove|remove_dir|remove_file|File\.[dD]elete|Files\.delete")
# A quoted text of Python on one line, but none in which values are put: what it says is called by nothing that is not seen beside it.
_QUOTED = re.compile(r"""(?<![\w'"\\])[rb]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?!['"])""")

# Of JavaScript only a text that is markup and stands where a value does: so no sign of another kind begins or ends it.
_MARKUP = re.compile(r"""(?<=[\[(,=\s])(?:'<[a-z/!](?:[^'\\\n]|\\.)*'|"<[a-z/!](?:[^"\\\n]|\\.)*"|`<[a-z/!](?:[^`\\\n$]|\\.)*`)(?=[\],);]|\s*$)""", re.I | re.M)
_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs")


def of_tests(path: str) -> bool:
    """Whether a file belongs to tests, and is loaded by none of their runners by itself."""
    return _OF_TESTS.search(path) is not None and not _LOADED.search(path)


def only_cases(path: str, text: str) -> bool:
    """Whether `text`, written to `path`, is one of a test and does nothing itself."""
    if len(text) > MAX_TEXT or not of_tests(path):
        return False
    bare = _QUOTED.sub("''", text) if path.endswith(".py") else _MARKUP.sub("''", text) if path.endswith(_SCRIPTS) else text
    return not _ACTS.search(bare)
