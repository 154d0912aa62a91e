"""Whether code runs as a command what it fetched: the call of a fetch inside that of a shell, or a variable that leads from one to the other."""

from __future__ import annotations

import re

_RUN = (r"(?:(?<![\w.])(?:system|popen|passthru|shell_exec|proc_open|qx|spawn|exec)|os\.(?:system|popen|execute)|io\.popen|subprocess\.\w+\b|Open3\.\w+\b|Kernel\.\w+\b|IO\.popen|"
        r"(?:child_process['\"]?\)?\.|\bcp\.)(?:exec|spawn)\w*\b|\bexec(?:File)?Sync|\bspawnSync|Bun\.spawn\w*\b|Deno\.Command|do shell script|Runtime\.getRuntime\(\)\.exec|ProcessBuilder)")
_FETCH = (r"(?:urlopen|requests\.(?:get|post|request)|httpx\.\w+|\bfetch\s*\(|URI\.(?:open|parse)|Net::HTTP|LWP::Simple|\bgetstore?\s*\(?\s*[\"']https?:|\bget\s*\(\s*[\"']https?:|HTTP::Tiny|"
          r"file_get_contents\s*\(\s*[\"']https?:|curl_exec|https?(?:[\"']\))?\.(?:get|request)|axios|aiohttp|http\.request)")
# Each gap of a text is one character before anything is searched, so that no pattern can divide a long one among its parts.
_GAP = re.compile(r"\s+")
_NESTED = re.compile(_RUN + r"\s*\(?[^;\n]{0,120}?" + _FETCH)
# `x = urlopen(...)`, `x += chunk`, `.then(x => ...)`, `|x| ...`.
_ASSIGNED = re.compile(r"[$@]?\b([A-Za-z_]\w*)\s*=\s*(?:await\s+|\(\s*await\s+)*[^;\n=]{0,60}?" + _FETCH)
_GATHERED = re.compile(r"\b([A-Za-z_]\w*)\s*\+=\s*[A-Za-z_]")
_HANDED = re.compile(r"\.then\(\s*(?:async\s*)?\(?\s*([A-Za-z_]\w*)\s*\)?\s*=>")
_DERIVED = re.compile(r"[$@]?\b([A-Za-z_]\w*)\s*=\s*(?:await\s+)?[$@]?([A-Za-z_]\w*)\s*(?:\.|\[|;|\n|$|->)")
_RUN_NAME = re.compile(_RUN + r"\s*\(?\s*(?:\[?\s*[\"'][\w/.-]+[\"']\s*,\s*)?(?:\{\s*args\s*:\s*)?(?:\[?\s*[\"']-\w+[\"']\s*,\s*)?(?:String\(\s*)?[$@]?([A-Za-z_]\w*)")


def runs_fetched(code: str) -> bool:
    """Whether what comes from a fetch in `code` goes to a shell."""
    code = _GAP.sub(lambda gap: "\n" if "\n" in gap[0] else " ", code)
    if _NESTED.search(code):
        return True
    run = {match.group(1) for match in _RUN_NAME.finditer(code)}
    if not run:
        return False
    named = {match.group(1) for pattern in (_ASSIGNED, _GATHERED, _HANDED) for match in pattern.finditer(code)}
    for match in _DERIVED.finditer(code):
        if match.group(2) in named:
            named.add(match.group(1))
    return bool(run & named)
