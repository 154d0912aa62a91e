"""Whether code runs what it fetched: the call of a fetch inside that of a shell, a variable that leads from one to the other, or a file that it keeps and then starts."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RUN = (r"(?:(?<![\w.])(?:system|popen|passthru|shell_exec|proc_open|qx|spawn|exec)|os\.(?:system|popen|execute)|io\.popen|subprocess\.\w+\b|Open3\.\w+\b|Kernel\.\w+\b|IO\.popen|"
        r"(?:child_process['\"]?\)?\.|\bcp\.)(?:exec|spawn)\w*\b|\bexec(?:File)?Sync|\bspawnSync|Bun\.spawn\w*\b|Deno\.Command|\b(?:\.)?runIn\w*Context\b|\._compile|\bvm\.Script|do shell script|Runtime\.getRuntime\(\)\.exec|ProcessBuilder)")
_FETCH = (r"(?:urlopen|\bReq\.get|HTTPoison\.get|:httpc\.request|requests\.(?:get|post|request)|httpx\.\w+|\bfetch\s*\(|URI\.(?:open|parse)|Net::HTTP|LWP::Simple|\bgetstore?\s*\(?\s*[\"']https?:|\bget\s*\(\s*[\"']https?:|HTTP::Tiny|"
          r"file_get_contents\s*\(\s*[\"']https?:|curl_exec|https?(?:[\"']\))?\.(?:get|request)|axios|aiohttp|http\.request)")
# Each gap of a text is one character before anything is searched, so that no pattern can divide a long one among its parts.
_GAP = re.compile(r"\s+")
_NESTED = re.compile("(?:" + _RUN + r"|(?:pickle|joblib|torch|marshal|dill|cloudpickle)\.loads?|Code\.eval_string|include_string)" + r"\s*\(?[^;\n]{0,120}?" + _FETCH)
# `x = urlopen(...)`, `x += chunk`, `.then(x => ...)`, `|x| ...`.
_ASSIGNED = re.compile(r"[$@]?\b([A-Za-z_]\w*)\s*=\s*(?:await\s+|\(\s*await\s+)*[^;\n=]{0,60}?" + _FETCH)
_GATHERED = re.compile(r"\b([A-Za-z_]\w*)\s*\+=\s*[A-Za-z_]")
_HANDED = re.compile(r"\.then\(\s*(?:async\s*)?\(?\s*([A-Za-z_]\w*)\s*\)?\s*=>")
_DERIVED = re.compile(r"[$@]?\b([A-Za-z_]\w*)\s*=\s*(?:await\s+)?[$@]?([A-Za-z_]\w*)\s*(?:\.|\[|;|\n|$|->)")
_RUN_NAME = re.compile(_RUN + r"\s*\(?\s*(?:\[?\s*[\"'][\w/.-]+[\"']\s*,\s*)?(?:\{\s*args\s*:\s*)?(?:\[?\s*[\"']-\w+[\"']\s*,\s*)?(?:String\(\s*)?[$@]?([A-Za-z_]\w*)")


# Code that is loaded from its address, as some languages do; these hosts serve packages.
_LOADED = re.compile(r"(?:\bimport\s*\(\s*|\bnew (?:Shared)?Worker\s*\(\s*|\bsource\s*\(\s*|\binclude\s*\(\s*download\s*\(\s*)[\"'`]https?://([\w.-]+)")
_PACKAGES = frozenset({"deno.land", "esm.sh", "jsr.io", "esm.run", "unpkg.com", "cdn.jsdelivr.net", "cdn.skypack.dev", "ga.jspm.io", "cdnjs.cloudflare.com"})


def loads_address(code: str) -> bool:
    """Whether `code` loads other code from an address at which no packages are."""
    return any(match.group(1) not in _PACKAGES for match in _LOADED.finditer(code))


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


_STRING = r"[\"'`]([^\"'`\n]{1,300})[\"'`]"
# `urlretrieve(u, "f")`, `open("f", "wb").write(...)`, `writeFileSync("f", ...)`, `getstore(u, "f")`.
_KEPT = re.compile(
    r"(?:\.extractall\s*\(\s*|unpack_archive\s*\([^()\n]{1,120},\s*|(?:urlretrieve|getstore|mirror|download\.file|wget\.download|url-copy-file|\bcopy|File\.download)\s*\(?\s*[^,()\n]{1,300},\s*(?:destfile\s*=\s*|out\s*=\s*)?|\.(?:writeFile|appendFile)(?:Sync)?\s*\(\s*|(?:createWriteStream|Bun\.write|Deno\.write(?:Text)?File(?:Sync)?|"
    r"file_put_contents|(?:IO|File)\.(?:bin)?write|spurt)\s*\(?\s*)" + _STRING + r"|\b(?:File\.)?(?:open|fopen)\s*\(\s*" + _STRING + r"\s*,\s*(?:mode\s*=\s*)?[\"'][wax]|Path\(\s*" + _STRING + r"\s*\)\.(?:write_(?:bytes|text)|open\([\"'][wax])")
# What loads a file as code.
_LOADS = (r"(?:runpy\.run_path|runpy\.run_module|\binclude(?:_once)?|\brequire(?:_once|_relative)?|\bimport(?:_module)?|__import__|\b(?:do|source|load|dofile|execfile|CDLL|dlopen|LoadLibrary|load_library|instance_eval)|spec_from_file_location\s*\([^,()\n]{1,100},|"
          r"(?:pickle|joblib|torch|marshal|dill|cloudpickle)\.loads?|SourceFileLoader\s*\([^,()\n]{1,100},|(?:exec|eval|compile|runIn\w+)\s*\(\s*(?:compile\s*\(\s*)?(?:open|\w{0,20}\.?readFileSync|Path|File\.read)|new Worker|(?<=\.)(?:fork|run_path))\s*\(?\s*(?:open\s*\(\s*)?[\"'`]?(?:\./)?")
_INTERPRETERS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "source", ".", "python", "python3", "node", "perl", "ruby", "php", "bun", "deno", "sudo", "env", "exec", "nohup", "setsid", "start", "open", "run"})
_WORD_ENDS = re.compile(r"[\s;&|()<>\"']+")


def runs_kept(code: str, started: Sequence[Sequence[str]]) -> bool:
    """Whether a file that `code` writes is loaded by it as code, or stands as a program, or as the script of one, in what it has `started`."""
    kept = {next(part for part in match.groups() if part is not None) for match in _KEPT.finditer(code)}
    names = {name.removeprefix("./") for name in kept if not name.startswith(("http:", "https:"))}
    if not names:
        return False
    for words in started:
        if _starts(words, names):
            return True
    stems = [re.escape(stem) for name in names for stem in (name, name.rpartition("/")[2].removesuffix(".py"))]
    return re.search(f"{_LOADS}(?:{'|'.join(stems)})(?![\\w.])", code) is not None


def _starts(words: Sequence[str], names: set[str]) -> bool:
    for word in words:
        if (bare := word.removeprefix("./")) in names or any(bare.startswith(f"{name}/") for name in names):
            return True
        if word.rpartition("/")[2] not in _INTERPRETERS and word[:1] != "-" and not (word.isdigit() or "=" in word):
            return False
    return False


def simple_commands(text: str) -> list[list[str]]:
    """The words of each command of a shell text, roughly."""
    return [[word for word in _WORD_ENDS.split(part) if word] for part in re.split(r"[;&|\n]+", text)]
