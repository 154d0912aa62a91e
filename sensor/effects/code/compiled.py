"""The home folder, and what takes files away, in the words of languages whose programs are built first or seldom written in one line.

Go, Rust, Java, Kotlin, Groovy, Scala, Swift, C#, Elixir, Clojure, Zig, Nim, Dart, R, Julia. The home folder is written `~`, as `folding` does for other languages.
"""

from __future__ import annotations

import re

from sensor.effects.code.literals import STRING, text_of

MAX_HELD = 8
_END = r"(?:\.unwrap\(\)|\.expect\([^()\n]{0,80}\)|\.unwrap_or_default\(\)|\.to_string_lossy\(\)|[?!])*"
_GO_PAIR = re.compile(r"(\b[A-Za-z_]\w*)\s*,\s*\w+\s*:?=\s*os\.UserHomeDir\(\)")
_HOME = re.compile(
    r"(?:(?:std::)?env::var(?:_os)?\(\s*\"HOME\"\s*\)|\b(?:dirs|dirs_next|home)::home_dir\(\))" + _END
    + r"|\bSystem\.user_home!?(?:\(\))?|\bSystem\.(?:get_env|fetch_env!)\(\s*\"HOME\"\s*\)"
    r"|\((?:user-homedir-pathname|(?:sb-posix:|sb-ext:|uiop:|posix-|os/)?getenv(?:p)? \"HOME\"|get-environment-variable \"HOME\"|system-getenv \"HOME\"|find-system-path (?:'|\(quote )home-dir\)?|env \"HOME\")\)"
    r"|\bgetHomeDirectory\b|\$HomeDirectory\b|\$\*HOME\b|\bos\.home(?:_dir\(\)|\b)|\bPath\.home\b|\b(?:std\.)?getenv\(\s*[\"']HOME[\"']\s*\)|\bvim\.env\.HOME\b|\bos:getenv\(\s*\"HOME\"\s*\)|\bGLib\.get_home_dir\(\)"
    r"|\bNSHomeDirectory\(\)|\bFileManager\.default\.homeDirectoryForCurrentUser(?:\.path(?:\(\))?)?"
    r"|\b(?:System\.)?Environment\.GetFolderPath\(\s*(?:System\.)?Environment\.SpecialFolder\.UserProfile\s*\)|\bEnvironment\.GetEnvironmentVariable\(\s*\"HOME\"\s*\)"
    r"|\(System/getProperty \"user\.home\"\)|\(System/getenv \"HOME\"\)|\((?:babashka\.)?fs/home\)|\bsys\.(?:env|props)(?:\.apply)?\(\s*\"(?:HOME|user\.home)\"\s*\)"
    r"|\bPlatform\.environment\[\s*['\"]HOME['\"]\s*\]!?|\bSys\.getenv\s*\(?\s*\"HOME\"\s*\)?|\b(?:u|usr|user|me|cur|currentUser)\.HomeDir\b|\b(?:getHomeDir|getEnv)\(\s*(?:\"HOME\"\s*)?\)")
_EXPANDED = re.compile(r"\b(?:Path\.expand|path\.expand|normalizePath|path_home)\(\s*(\"~[^\"\n]*\")\s*\)")
_INSIDE = re.compile(r"[#$]\{\s*(?:" + _HOME.pattern + r")\s*\}")
_PARTS = re.compile(r"(?:filepath\.Join|(?:java\.nio\.file\.)?Paths?\.(?:of|get|Combine|join)|\b[pP]ath\.join|\bjoinpath|\bFile)\(\s*(\"[~/][^\"\\\n]*\"(?:\s*,\s*\"[^\"\\\n]*\"){1,8})\s*\)")
_BOUND = re.compile(r"\"\s*(?:\^|\+\+|<>|&|\*)\s*\"")  # texts put together in OCaml, Haskell, Elixir, Nim, Julia
_LISP_PARTS = re.compile(
    r"\((?P<parts>build-path|path-join|io/file|clojure\.java\.io/file|fs/(?:path|file))?(?P<texts>string-append|str|concat|concatenate 'string)?(?P<below>(?:uiop:)?(?:merge-pathnames\*?|expand-file-name))?\s+(\"[^\"\\\n]*\"(?:\s+\"[^\"\\\n]*\"){1,8})\s*\)")
_LISP_HOLDS = re.compile(r"\((?:let\*?\s*[(\[]\s*[(\[]?|(?:def|define|defvar|defparameter|setq|setf)\s)\s*([A-Za-z_][\w-]*)\s+(\"[~/][^\"\\\n]*\")")
_GIVEN_HOME = re.compile(r"(\"~\")\s*>>=\s*([\w.']+)")
_ERLANG_PAIR = re.compile(r"\{ok,\s*\[\[(\w+)\]\]\}\s*=\s*init:get_argument\(home\)")
_HOLDS = re.compile(r"\b(?:let|val|var|def|auto|final|const|String|File|Path)\b(?:\s+mut)?\s+([A-Za-z_]\w*)(?:\s*:\s*[\w.<>&]+)?\s*=\s*(?:new\s+)?(?:(?:java\.io\.)?File|Paths?\.(?:get|of)|PathBuf::from)?\(?\s*(\"[~/][^\"\\\n]*\")\)?\s*(?=[;\n}])")
_MADE = r"(?:&|new\s+|(?:java\.io\.)?File\s*\(\s*|(?:java\.nio\.file\.)?Paths?\.(?:get|of)\(\s*|(?:std::path::)?Path(?:Buf)?::(?:new|from)\(\s*|URL\(\s*fileURLWithPath\s*:\s*|std::filesystem::path\(\s*|list\.files\(\s*(?:path\s*=\s*)?|list\.dirs\(\s*|dir_ls\(\s*|c\(\s*)*"
_WHOLE = r"(?!\s*\)*\s*(?:\.(?:join|resolve|child|append\w*|push|combine)\b|[+/]|,\s*(?!true|recursive|full\.names|all\.files|force|:)[\w\"(]))"  # not only the folder in which something is named
_TAKEN = re.compile(
    r"(?<![\w'\"/-])(?:os\.Remove(?:All)?|(?:(?:std|tokio)::)?fs::remove_(?:dir_all|dir|file)|remove_dir_all|File\.(?:rm_rf|rm|rmdir)!?|(?:FileUtils|PathUtils|MoreFiles|FileSystemUtils|Files|FileUtil)\.(?:deleteDirectory|forceDelete|deleteQuietly|cleanDirectory|deleteRecursively|delete|deleteIfExists|del)"
    r"|removeItem\(\s*(?:atPath|at)\s*:|trashItem\(\s*at\s*:|(?:System\.IO\.)?(?:Directory|File)\.Delete|deleteTree(?:Absolute)?|removeDir|std::filesystem::remove(?:_all)?|(?:fs/|babashka\.fs/)delete-tree|uiop:delete-directory-tree|removeDirectoryRecursive|removePathForcibly|unlink|file\.remove|(?:dir|file)_delete)"
    r"\s*\(?\s*" + _MADE + STRING + _WHOLE)
_TAKEN_BY_METHOD = re.compile(r"(?:File|Path|Paths\.get|Path\.of|Directory|DirectoryInfo|os\.Path)\s*\(\s*" + STRING + r"\s*\)(?:\.\w+\(\))?\.(?:deleteRecursively|deleteDir|delete|deleteSync|Delete|deleteIfExists|removeAll|walk(?:BottomUp|TopDown)?\(\)[^\n]{0,60}\bit\.delete)\b|" + STRING + r"\s*\|>\s*File\.(?:rm_rf|rm)\b")
_READ = re.compile(
    r"(?:os\.(?:ReadFile|Open)|ioutil\.ReadFile|fs::(?:read_to_string|read)|File::open|File\.(?:read|stream)!?|File\.(?:ReadAllText|ReadAllBytes|OpenRead)|Files\.(?:readString|readAllBytes|readAllLines|lines|newInputStream)|BodyPublishers\.ofFile"
    r"|contentsOf(?:File)?\s*:|FileInputStream|readFile(?:Sync)?|slurp|Source\.fromFile)\s*\(?\s*" + _MADE + STRING + r"|File\(\s*" + STRING + r"\s*\)\.(?:read|text|bytes)")
_SENDS = re.compile(r"\bhttp\.(?:Post|PostForm|NewRequest)|\breqwest\b|\bureq\b|\bHttpClient\b|\bHttpURLConnection\b|\bURLSession\b|:httpc\.|HTTPoison|\bReq\.(?:post|put)|\bOkHttp|\bnet\.Dial|\bTcpStream\b|System\.cmd\(\s*\"(?:curl|wget|nc)\"|exec\.Command\(\s*\"(?:curl|wget|nc)\"")
_WORDS = re.compile(STRING)
_TAKES = re.compile(r"[rR]emove|unlink|\brm\b|[dD]elete|rm_rf|\brm!|rmdir")
_RECURSIVE = re.compile(r"RemoveAll|remove_dir_all|rm_rf|deleteDirectory|forceDelete|deleteQuietly|cleanDirectory|deleteRecursively|deleteDir|removeItem|Directory\.Delete|deleteTree|removeDir|remove_all|delete-tree|delete-directory-tree|removePathForcibly|recursive\s*:\s*true|recursive\s*=\s*T|dir_delete|list\.files|walk(?:BottomUp|TopDown)?\(|\.Delete\(\s*true")


def with_homes(code: str) -> str:
    """The code with `~` where one of these languages asks for the home folder."""
    if "ome" not in code and "OME" not in code and "UserProfile" not in code and "expand" not in code:
        return code
    code = _ERLANG_PAIR.sub(r'let \1 = "~"\n', _GO_PAIR.sub(r'\1 := "~"', code))
    return _GIVEN_HOME.sub(r"\2 \1", _EXPANDED.sub(r"\1", _HOME.sub('"~"', _INSIDE.sub("~", code))))


def with_paths(code: str) -> str:
    """The code, whose homes are written `~`, with paths of several words as one, and where names hold paths the paths."""
    code = _LISP_PARTS.sub(_put_together, _PARTS.sub(_made, _BOUND.sub("", code)))
    for match in [*_HOLDS.finditer(code), *_LISP_HOLDS.finditer(code)][:MAX_HELD]:
        code = code[: match.end()] + re.sub(rf"(?<![\w.\"-])&?{match.group(1)}(?![\w(\"-])", lambda _, text=match.group(2): text, code[match.end() :])
    return _LISP_PARTS.sub(_put_together, _PARTS.sub(_made, code))


def _put_together(found: re.Match[str]) -> str:
    """A text of several in a Lisp: a path of its parts, a text, or a name below a folder."""
    words = [text_of(match) for match in _WORDS.finditer(found.group(4))]
    if found["below"]:
        words.reverse()
    return '"' + ("" if found["texts"] else "/").join(words) + '"' if found["below"] or found["texts"] or found["parts"] else found.group()


def _made(found: re.Match[str]) -> str:
    """A path of several words as one."""
    words = [text_of(match) for match in _WORDS.finditer(found.group(1))]
    return found.group().partition("(")[0] + '("' + "/".join(word.strip("/") if number else word.rstrip("/") for number, word in enumerate(words)) + '")'


def read_by(code: str) -> list[str]:
    """The files whose content is read."""
    return [text_of(match) for match in _READ.finditer(code)]


def sends(code: str) -> bool:
    """Whether something is sent to another machine."""
    return _SENDS.search(code) is not None


def taken_away(code: str) -> tuple[list[str], bool]:
    """The paths that are removed, and whether with what is below them."""
    if _TAKES.search(code) is None:
        return [], False
    found = [next((part for part in match.groups() if part is not None), "") for pattern in (_TAKEN, _TAKEN_BY_METHOD) for match in pattern.finditer(code)]
    return [text for text in found if text], _RECURSIVE.search(code) is not None
