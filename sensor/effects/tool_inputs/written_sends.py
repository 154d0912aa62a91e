"""What written code gives away or takes away: every variable of the process, files of keys, logins in an address; data that it deletes on a day or by chance.

In any language: what is given away and what sends it are words, and count when they stand near each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from sensor.effects.tool_inputs.found_words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SENDS_KEYS = "sends-keys"
COPIES_LOGINS = "copies-logins"
SHOWS_ENVIRONMENT = "shows-environment"
DESTROYS_SOME_DAY = "destroys-some-day"
_NEAR, _LINE = 600, 160

_ENVIRONMENT_WORDS = ("process.env", "os.environ", "ENV.to_h", "ENV.to_a", "ENV.inspect", "os.Environ()", "System.getenv()", "GetEnvironmentVariables()", "env::vars()", "$_ENV", "getenv()", "processInfo.environment", "%ENV")
_WHOLE = re.compile(r"(?:\.(?:copy|items|toString|to_json|inspect|to_s|merge|entrySet)\b|(?!\.\w|\s*\[|\?\.|\w))")
_KEPT = re.compile(r"(?:\benv=(?:dict\(|\{\s*\*\*)?|\}\s*=\s*|(?:parse|validate\w*|cleanEnv|loadEnv|assign|keys|patch\.dict|exec\w*|spawn\w*|run|call|Popen|getattr|setattr)\([^()\n]{0,60}|update\(|'|\"|`)\s*$")
_ASKED_IN = re.compile(r"\bin\s+$")
_PASSED_ON = re.compile(r"(?:spawn|exec(?!ut|\w*\.)|fork|subprocess|Popen|execa|monkeypatch|\bstdio\b|\bcwd\b)")
_KEY_FILES = (
    ".aws/credentials", ".ssh/id_", '".ssh"', "'.ssh'", ".kube/config", "gh/hosts.y", "gh/hosts.j", ".netrc", ".npmrc", ".pypirc", ".docker/config.json", ".git-credentials", "Login Data", "logins.json", "key4.db", ".kdbx", "/etc/shadow", ".gnupg",
    ".cargo/credentials", "credentials.tfrc", "application_default_credentials", "'.env'", '".env"', "kSecReturnData",
)
_TAKES = re.compile(r"(?i)read|open\b|open\(|copy|glob|get_contents|cat\b|SecItem|upload|sqlite|getBytes|include_str")
_SENDS = (
    ".post(", ".Post(", "http.Post", "::post(", "Net::HTTP.post", ".put(", "urlopen(", "fetch(", "sendBeacon(", "sendAsync(", ".send(", "PostAsync(", "PostAsJsonAsync(", "UploadString", "UploadData", "dataTask(", "httpMethod = \"POST\"",
    "newCall(", "send_message(", ".sendmail(", "sendMail(", ".capture(", ".track(", "gethostbyname(", "resolve4(", "lookup(", "->post(", "Req.post", "HTTPoison.post", "curl_exec(", "Invoke-RestMethod", "Invoke-WebRequest", "send_string(", "storbinary(",
)
_ADDRESS = re.compile(r"//(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+)")
_INWARD = re.compile(r"(?i)(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0|localhost|169\.254\.)|\.(?:local|internal|localhost|lan|svc|test|xsd|org/\d)$|^(?:www\.)?(?:w3\.org|apache\.org|schemas?\.\w|json-schema\.org|developer\.|docs\.)|\$")
_NO_ADDRESS_NEEDED = ("gethostbyname(", "resolve4(", "lookup(", "send_message(", ".sendmail(", "sendMail(", ".capture(", ".track(")

_COPIES = ("sendBeacon(", "waitUntil(fetch(", "go http.Get(", "go http.Post", "cookies.getAll(")
_LOGIN = re.compile(r"(?i)password|passwd|passwd|\bcvv\b|\bcvc\b|card_?number|authorization|\bcookies?\b|(?:access|refresh|id|session)_?token")
_PICTURES = (".src =", ".src=", "fetch(")
_IN_ADDRESS = re.compile(r"\s*[\"'`](?:https?:)?(//[^\"'`\n$]*)(?:[\"'`]\s*\+|\$\{)([^\n]*)")
_COPIED = re.compile(r"(?i)password|passwd|\bcvv|cookie|btoa\(|card_?number")
_KEPT_LOGIN = re.compile(r"(?i)(?:localStorage|sessionStorage)\.getItem\([^)\n]{0,30}(?:token|jwt|auth|session)|document\.cookie")

_ANSWERS = re.compile(r"(?:\.json\(|jsonify\(|\.send\(|Response\(|JSONResponse\(|HttpResponse\(|render\w*\(|\breturn\b|\[\s*200\s*,|\.Encode\(|writeHead|res\.end\(|Results?\.Ok\(|\bOk\()[^\n]*\Z")
_ROUTES = re.compile(r"@\w{1,20}\.(?:get|post|route|api_route)\(|\b(?:app|router|server|api|r)\.(?:get|post|all|use|GET|HandleFunc)\(|\(err,\s*req,\s*res|\breq\b[^\n]{0,40}\bres\b|http\.ResponseWriter|@(?:Get|Post|Request)Mapping|\[Http(?:Get|Post)|\b(?:get|post)\s+[\"'][/\w]|export\s+(?:async\s+)?function\s+(?:GET|POST)|NextResponse|lambda_handler")

_NOW = ("now(", "Now", "NOW(", "today", "new Date", "time()", "strtotime", "CURRENT_DATE", "date +%", "Get-Date", "andom()", "rand.", "mt_rand")
_A_DAY = re.compile(
    r"[^\n]{0,90}(?:[<>]=?|isAfter|\.After\(|-g[te]\b|compareTo|==)[^\n]{0,60}(?:\b20[2-4]\d\s*[-,/]\s*\d{1,2}|\b20[2-4]\d{5}\b|\b1[6-9]\d{8}(?:\d{3})?\b)|(?:Float\w*|Intn?)?(?:\([\d, ]{0,12}\))?\s*(?:<\s*0?\.\d+\b|={2,3}\s*\d)")
_DESTROYS = re.compile(
    r"rmtree\(|rmSync\(|\brm\s+-rf|[\"']-rf[\"']|RemoveAll\(|remove_dir_all\(|Directory\.Delete\(|deleteRecursively\(|\bDROP\s+(?:TABLE|SCHEMA|DATABASE)\b|\bTRUNCATE\s|\bDELETE\s+FROM\s+[\w.\"`]+\s*[;\"'`)]|deleteMany\(\s*(?:\{\s*\})?\s*\)"
    r"|\.delete_all\b|\.destroy_all\b|dropDatabase\(|drop_all\(|FileUtils\.rm_rf|Remove-Item\b[^\n]*-Recurse|flushall|shred\s|mkfs")


def sends_keys(text: str) -> bool:
    """Whether every variable of the process, or a file of keys, stands near a call that sends it to an address in the code."""
    given = [*_environments(text), *(place for place, _ in words_in(text, _KEY_FILES) if _TAKES.search(text, max(0, place - _LINE), place + _LINE))]
    return bool(given) and _is_sent(text, given)


def copies_logins(text: str) -> bool:
    """Whether what visitors type, or what proves who they are, goes to an address in the code besides the call that needs it."""
    for place, word in words_in(text, _COPIES):
        around = text[max(0, place - _NEAR // 2):place + _NEAR // 2]
        if _LOGIN.search(around if word != _COPIES[-1] else word) and any(not _INWARD.search(found[1]) for found in _ADDRESS.finditer(text, place, place + _NEAR)):
            return True
    for place, word in words_in(text, _PICTURES):
        found = _IN_ADDRESS.match(text, place + len(word))
        if found is None or (host := _ADDRESS.match(found[1])) is None or _INWARD.search(host[1]):
            continue
        if _COPIED.search(found[2]) or ("encodeURIComponent" in found[2] and _KEPT_LOGIN.search(text, max(0, place - _NEAR // 2), place)):
            return True
    return False


def shows_environment(text: str) -> bool:
    """Whether an answer to a request holds every variable of the process."""
    return any(_ANSWERS.search(text[max(0, place - _LINE):place]) for place in _environments(text)) and _ROUTES.search(text) is not None


def destroys_some_day(text: str) -> bool:
    """Whether data goes on a day that stands in the code, or by chance."""
    return any(_DESTROYS.search(text, place, place + _NEAR) for place, word in words_in(text, _NOW) if _A_DAY.match(text, place + len(word)))


def _environments(text: str) -> Iterator[int]:
    """Where the whole environment is taken, and not handed to a program that is started."""
    for place, word in words_in(text, _ENVIRONMENT_WORDS):
        whole, before = _WHOLE.match(text, place + len(word)), text[max(0, place - 100):place]
        if whole is None or (not whole[0] and _ASKED_IN.search(before)):
            continue
        if not _KEPT.search(before) and not _PASSED_ON.search(text, max(0, place - _LINE), place + _LINE):
            yield place


def _is_sent(text: str, given: Sequence[int]) -> bool:
    outward = sorted(found.start() for found in _ADDRESS.finditer(text) if not _INWARD.search(found[1]))
    return any(
        abs(sent - place) <= _NEAR and (word in _NO_ADDRESS_NEEDED or _is_near(outward, sent))
        for sent, word in words_in(text, _SENDS) for place in given)


def _is_near(sorted_places: Sequence[int], place: int) -> bool:
    number = bisect_left(sorted_places, place - _NEAR)
    return number < len(sorted_places) and sorted_places[number] <= place + _NEAR
