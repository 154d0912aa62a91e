r"""Forms that are taken out of the log and reported by nobody: values of programs' own options, tables with a column of passwords, words in a sentence.

Too many of them are harmless to make a note of each; as a part of the log none of them is missed. Each pattern has one group; what
stands there counts if a person can have chosen it (PLACES) or if it is no plain word either (SAID). Patterns stay in the RE2 subset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sensor.detectors import carriers
from sensor.detectors.formats import Format, Proof
from sensor.detectors.passwords import is_placed
from sensor.detectors.randomness import is_placeholder
from sensor.model.findings import Severity

# A tag of an earlier look begins with a bracket: the next value of several is then seen.
_V = r"[\"']?([^\s\"'`<>;&|$\[{(\-/=][^\s\"'`<>;&|=]{3,300})(?:[\s\"'`;&|<>)]|$)"
_ANY = r"[\"']?([^\s\"'`<>;&|$\[{(\-][^\s\"'`<>;&|]{3,300})"
_LONG = r"[\"']?([^\s\"'`<>;&|$\[{(\-/=][^\s\"'`<>;&|=]{15,300})"
_ON = r"[^\n|;]{0,200}?"
_STORES = (
    r"(?:gh\s{1,4}(?:auth\s{1,4}login|secret\s{1,4}set)|(?:wrangler|docker|podman)\s{1,4}secret|gcloud\s{1,4}secrets"
    r"|vercel\s{1,4}env\s{1,4}add|smbpasswd|passwd|chpasswd)"
)

PLACES = (
    # programs that take a secret as a word or by an option of their own
    rf"\b(?:vault|cargo)\s{{1,4}}login\s{{1,4}}(?:--?[\w\-]{{1,30}}(?:=\S{{1,100}})?\s{{1,4}}){{0,4}}{_V}",
    rf"\b(?:wandb\s{{1,4}}login|snyk\s{{1,4}}auth|ngrok\s{{1,4}}(?:config\s{{1,4}}add-)?authtoken|doppler\s{{1,4}}configure\s{{1,4}}set\s{{1,4}}token|poetry\s{{1,4}}config\s{{1,4}}pypi-token\.\S{{1,60}})\s{{1,4}}{_LONG}",
    rf"\bbw\s{{1,4}}(?:unlock|login\s{{1,4}}\S{{1,80}}@\S{{1,80}})\s{{1,4}}{_V}",
    rf"\b(?:poetry|composer)\s{{1,4}}config\s{{1,4}}(?:--?\w{{1,20}}\s{{1,4}}){{0,3}}http-basic\.\S{{1,100}}\s{{1,4}}\S{{1,80}}\s{{1,4}}{_ANY}",
    rf"\bbundle\s{{1,4}}config\s{{1,4}}(?:set\s{{1,4}})?(?:--\w{{1,20}}\s{{1,4}})?[\w\-]{{1,60}}\.[\w.\-]{{1,80}}\s{{1,4}}[\w.@\-]{{1,60}}:{_ANY}",
    rf"\baws\s{{1,4}}ssm\s{{1,4}}put-parameter\b{_ON}SecureString{_ON}\s--value[ =]{{1,3}}{_ANY}",
    rf"\baws\s{{1,4}}ssm\s{{1,4}}put-parameter\b{_ON}\s--value[ =]{{1,3}}{_ANY}{_ON}SecureString",
    rf"\baws\s{{1,4}}configure\s{{1,4}}set\s{{1,4}}(?:\S{{1,60}}\.)?aws_(?:secret_access_key|session_token)\s{{1,4}}{_ANY}",
    rf"\baz\s{{1,4}}keyvault\s{{1,4}}secret\s{{1,4}}set\b{_ON}\s--value[ =]{{1,3}}{_ANY}",
    rf"\bgh\s{{1,4}}secret\s{{1,4}}set\b{_ON}\s(?:-b|--body)[ =]{{0,3}}{_ANY}",
    rf"\b(?:fly|flyctl|supabase)\s{{1,4}}secrets\s{{1,4}}set\s{{1,4}}(?:\w+=[\"']?\[redacted\S+\s+|--?\w+[ =]\S+\s+)*\w{{1,60}}={_ANY}",
    rf"\bpulumi\s{{1,4}}config\s{{1,4}}set\s{{1,4}}--secret\s{{1,4}}\S{{1,80}}\s{{1,4}}{_ANY}",
    rf"\bpulumi\s{{1,4}}config\s{{1,4}}set\s{{1,4}}\S{{1,80}}\s{{1,4}}{_ANY}[\"']?\s{{1,4}}--secret\b",
    rf"\bdotnet\s{{1,4}}user-secrets\s{{1,4}}set\s{{1,4}}\S{{1,80}}\s{{1,4}}{_ANY}",
    rf"\b(?:uv|poetry|hatch)\s{{1,4}}publish\b{_ON}\s-[tpa]\s{{1,4}}{_ANY}",
    rf"\bnuget\s{{1,4}}push\b{_ON}\s-k\s{{1,4}}{_ANY}",
    rf"\bmc\s{{1,4}}alias\s{{1,4}}set\s{{1,4}}\S{{1,60}}\s{{1,4}}https?://\S{{1,120}}\s{{1,4}}\S{{1,60}}\s{{1,4}}{_ANY}",
    rf"\bmysqladmin\b{_ON}\spassword\s{{1,4}}{_ANY}",
    rf"(?i)\b(?:redis|valkey)-cli\b{_ON}\s(?:auth|config\s{{1,4}}set\s{{1,4}}(?:requirepass|masterauth))\s{{1,4}}(?:default\s{{1,4}})?{_ANY}",
    rf"\bcurl\b{_ON}\s--oauth2-bearer[ =]{{1,3}}{_ANY}",
    rf"(?i)\bnet(?:\.exe)?\s{{1,4}}user\s{{1,4}}[\w.\-]{{1,60}}\s{{1,4}}{_ANY}[\"']?\s{{1,4}}/\w",
    rf"\bnmcli\b{_ON}\s(?:password|[\w\-]{{0,30}}\.(?:psk|password|wep-key\d))\s{{1,4}}{_ANY}",
    r"\bwpa_passphrase\s{1,4}(?:\"[^\"\n]{1,40}\"|'[^'\n]{1,40}'|[^\s\"']{1,40})\s{1,4}[\"']?([^\s\"'`<>;&|$\-][^\s\"'`<>;&|]{7,62})",
    rf"\brclone\s{{1,4}}(?:obscure|config\s{{1,4}}(?:create|update|password)\b{_ON}\s(?:pass|password|secret_access_key|token))[ =]{{1,4}}{_ANY}",
    rf"\bdvc\s{{1,4}}remote\s{{1,4}}modify\b{_ON}\s(?:password|secret_access_key|sas_token)\s{{1,4}}{_ANY}",
    rf"\b(?:rabbitmqadmin|snowsql|ncftp\w{{0,4}}|mysqlsh|supabase)\b{_ON}\s-p\s{{1,4}}{_ANY}",
    rf"\b(?:mosquitto_\w{{3,4}}\b{_ON}\s-P|kadmin(?:\.local)?\b{_ON}\s-w|security\s{{1,4}}add-\w{{1,20}}-password\b{_ON}\s-w)\s{{1,4}}{_ANY}",
    rf"\betcdctl\b{_ON}\s--user[ =]{{1,2}}[\"']?[\w.\-]{{1,40}}:{_ANY}",
    rf"\bcreate\s{{1,4}}secret\s{{1,4}}generic\b[^\n|;]{{0,400}}?\s--from-literal[= ][\"']?[\w.\-]{{1,60}}={_ANY}",
    rf"\bhtpasswd\s{{1,4}}-\w{{0,6}}n\w{{0,6}}\s{{1,4}}(?:-\w{{1,6}}\s{{1,4}})?[\w.@\-]{{1,60}}\s{{1,4}}{_ANY}",
    rf"\bopenssl\s{{1,4}}passwd\s{{1,4}}(?:-(?:\d|apr1|noverify|quiet)\s{{1,4}}|-salt\s{{1,4}}\S{{1,40}}\s{{1,4}}){{0,4}}{_ANY}",
    r"\boathtool\b[^\n|;]{0,80}?\s(?:-b|--base32)\s{1,4}[\"']?([A-Za-z2-7]{16,128})",
    rf"\bansible-vault\s{{1,4}}encrypt_string\s{{1,4}}{_ANY}",
    rf"::add-mask::{_ANY}",
    # what is piped or handed to a program that stores it
    rf"\b(?:echo|printf)\s{{1,4}}(?:-\w{{1,3}}\s{{1,4}}|[\"']?%s(?:\\n)?[\"']?\s{{1,4}})?[\"']?(?:\[redacted[^\]\n]{{1,60}}\]\\n)?([^\s\"'`<>;&|$\\\[]{{4,300}})(?:\\n[^\n|\"']{{0,80}})?[\"']?\s{{0,4}}\|\s{{0,4}}(?:sudo\s{{1,4}})?{_STORES}\b",
    rf"{_STORES}\b{_ON}<<<\s{{0,4}}{_ANY}",
    r"(?i)\bexpect\b[^\n]{0,60}(?:assword|assphrase)[^\n]{0,20}[\s;}]{1,20}send\s{1,4}(?:--\s{1,4})?\\{0,2}\"([^\"\\\s$]{4,80})\\{1,2}r",
    rf"(?m)(?:^|[\s;])(?:setenv|set\s{{1,4}}-\w{{1,4}})\s{{1,4}}\w{{0,60}}(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN)\s{{1,4}}{_ANY}",
    # addresses and settings
    r"(?:^|[\s\"'`=(])[\w.\-]{1,40}:([^\s@/\"'`:\[]{4,80})@(?:tcp|unix)\(",
    r"\b[a-z][a-z0-9+.\-]{0,20}_[\w+.\-]{1,30}://[^\s:/@\"'<>`{}\[\]|]{0,64}:([^\s@\"'<>`/|\[]{3,160})@[\w.\-]",
    rf"(?m)^\s{{0,4}}default\s{{1,4}}login\s{{1,4}}\S{{1,80}}\s{{1,4}}password\s{{1,4}}{_ANY}",
    r"(?im)^[ \t]*[\"']?[\w.\-]{0,60}(?:password|passwd|passphrase|secret|token)[\"']?:[ \t]{1,4}[|>][+\-\d]{0,2}[ \t]*\r?\n"
    r"[ \t]{1,24}([^\s\"'\[]{4,300})[ \t]*\r?$",
    r"(?im)^[ \t]*(?:username\s{1,4}\S{1,60}|enable)\s{1,4}(?:privilege\s{1,4}\d{1,2}\s{1,4})?(?:password|secret)\s{1,4}\d\s{1,4}([^\s\[]{4,100})[ \t]*\r?$",
    r"(?i)\bauth\s{0,2}=\s{0,2}\(\s{0,2}[\"'][^\"'\n]{1,80}[\"']\s{0,2},\s{0,2}[\"']([^\"'\s\[]{4,80})[\"']\s{0,2}\)",
)
_DIGITED = r"([^\s\"'`<>;&|,()\[\]{}$]{6,80})"
SAID = (
    rf"(?im)^[ \t]*(?:(?:remote|local|db|smtp|imap|mail|ftp|ssh|root|user|admin)_?)?(?:pass|pw)[ \t]{{0,4}}[=:][ \t]{{0,4}}{_DIGITED}[ \t]*\r?$",
    rf"(?im)^[ \t]*user(?:name)?[ \t]{{1,8}}\S{{1,80}}[ \t]*\r?\n[ \t]*pass(?:word|wd)?[ \t]{{1,8}}[\"']?{_DIGITED}",
    rf"(?i)\b(?:user|login)(?:name)?[ \t]{{1,4}}[\"']?[\w.@\-]{{1,60}}[\"']?[ \t]{{1,4}}pass(?:word)?[ \t]{{1,4}}[\"']?{_DIGITED}",
    rf"(?i)[(,{{][ \t]{{0,2}}\w{{0,20}}(?:password|passwd|pwd)[ \t]{{0,2}}[=:][ \t]{{0,2}}{_DIGITED}[,)}}]",
    rf"(?i)\bpass(?:word|phrase|code)(?: (?:for|of|on) [\w .\-]{{1,40}}?)?"
    rf"(?: (?:is|was) (?:set|changed) to| to|[ \t]{{0,2}}(?::|=|->|is\b|was\b))?[ \t]{{1,3}}[\"'`]?{_DIGITED}",
)
_TABLE = r"(?im)(?:^|[|,;\t])[ \t\"'`*]{0,8}([\w.\-]{0,24}(?:password|passwd|passphrase|pwd))[ \t\"'`*]{0,8}(?:[|,;\t]|\r?$)"
_ROWS_OF = (
    r"(?i)\binsert\s{1,4}(?:ignore\s{1,4})?into\b[^;()]{1,120}"
    r"\(([^()]{0,300}(?:password|passwd|passphrase|pwd|secret|token)[^()]{0,300})\)\s{0,8}values\s{0,8}\(")
_SECRET_DATA = r"(?m)^[ \t]{0,8}((?:stringD|d)ata):[ \t]*\r?$"


def _quiet(pattern: str, proof: Proof, kind: str = "secret", title: str = "secret in a place of its own") -> Format:
    return Format(id="GENERIC", kind=kind, title=title, pattern=pattern, severity=Severity.LOW, proof=proof, reported=False)


_BODY = r"[\sA-Za-z0-9+/=\\:,.\"'()_@<>|]"
_ARROW = r"\xe2\x86\x92"  # how an agent numbers the lines of a file, in UTF-8
UNREPORTED = (
    *(_quiet(place, Proof.PLACE) for place in PLACES),
    *(_quiet(place, Proof.SAID) for place in SAID),
    _quiet(_TABLE, Proof.TABLE), _quiet(_ROWS_OF, Proof.ROWS), _quiet(_SECRET_DATA, Proof.SECRET_DATA),
    _quiet(rf"(-----BEGIN [A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?-----(?:-{{0,2}}(?:{_BODY}|{_ARROW}))*"
           r"(?:-----END [A-Z0-9 ]{0,30}-----)?)", Proof.KEY_BLOCK, "private-key"),
    _quiet(rf"((?:[A-Za-z0-9+/=]{{16,}}(?:\s|\\[nr]|{_ARROW}|[ \d|])*)+-----END [A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?-----)", Proof.KEY_BLOCK, "private-key"),
    _quiet(r"\b(xoxd-[A-Za-z0-9%+/]{40,300})", Proof.RANDOM, "slack-token"),
    _quiet(r"\b(sntrys_[A-Za-z0-9+/_]{60,400}={0,2})", Proof.RANDOM, "observability-token"),
    _quiet(r"\b(key_[0-9a-f]{64}|expo_[A-Za-z0-9]{30,44}|tfp_[A-Za-z0-9]{40,60}|unkey_[A-Za-z0-9]{20,30})\b", Proof.RANDOM, "model-key"),
    _quiet(r"(?m)^(?:#HttpOnly_)?[\w.\-]{3,100}\t(?:TRUE|FALSE)\t/\S{0,100}\t(?:TRUE|FALSE)\t\d{1,12}\t\S{1,80}\t(\S{16,})\r?$", Proof.SHAPE, "cookie"),
    *(_quiet(f"({sign})", proof, "carried-secret") for sign, proof in (
        (carriers.BASE64, Proof.IN_BASE64), (carriers.HEX, Proof.IN_HEX), (carriers.ESCAPED, Proof.IN_ESCAPES), (carriers.JOINT, Proof.SPLIT))),
)
# Digits and letters, and still no password: algorithms, versions, encodings.
_NAMES = re.compile(
    r"(?i)(?:pass|pwd|secret|token|key|sha|md|pbkdf|argon|bcrypt|utf|rfc|http|base|aes|oauth|tls|ssl|ipv|python|v\d"
    r"|\d+(?:st|nd|rd|th|x|k|m|s|ms|kb|mb|gb|bit|-\w+)?$|[\w\-]+[.:]$)")
_TABLE_NAME = re.compile(rb"(?i)[\w.\- ]{0,24}(?:password|passwd|passphrase|pwd)\Z")
_HEAD = re.compile(rb"[\w .\-/#\xe2\x86\x92]{0,40}\Z")
_RULE = re.compile(rb"[\s|+:=\-]*\Z")
_AROUND = b" \t\r\"'`*"
_COLUMN = re.compile(rb"(?i)(?:password|passwd|passphrase|pwd|secret|token)[\s\"'`\]]*\Z")
_SQL = re.compile(rb"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\\.)*\"|([,();])")
_ROWS, _REACH = 600, 16_384


def is_said(value: str) -> bool:
    """Whether what stands behind a word for a password in a sentence or in code is one: digits and letters, or a sign that names do not have."""
    has_digit, has_letter = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    return ((has_digit and has_letter) or any(char in "!#^~" for char in value[:-1])) and is_placed(value) and not _NAMES.match(value)


def table_cells(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Spans of what stands below a heading for passwords that begins at `start`, in a table of CSV, tabs or bars."""
    first = data.rfind(b"\n", 0, start) + 1
    above = data[data.rfind(b"\n", 0, max(first - 1, 0)) + 1:first]
    header, _, rest = data[first:first + _REACH].partition(b"\n")
    sign = next((one for one in (b"|", b"\t", b";", b",") if one in header), b"")
    heads = [cell.strip(_AROUND) for cell in header.split(sign)] if sign else []
    columns = [number for number, head in enumerate(heads) if _TABLE_NAME.match(head)]
    if not columns or above.count(sign) + 1 == len(heads) or not all(map(_HEAD.match, heads)) or len(heads) < 2:
        return
    if sign != b"|" and (not all(heads) or (sign != b"\t" and b" " in header.strip())):
        return
    place = first + len(header) + 1
    for line in rest.split(b"\n")[:_ROWS]:
        cells = line.split(sign)
        if not line.strip() or (len(cells) != len(heads) and not _RULE.match(line)):
            return
        for column in columns if len(cells) == len(heads) else ():
            value = cells[column].strip(_AROUND)
            begin = place + sum(len(cell) + 1 for cell in cells[:column]) + cells[column].find(value)
            if _is_cell(value):
                yield begin, begin + len(value)
        place += len(line) + 1


def inserted_values(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of what an `INSERT` gives to columns for secrets, row by row; its list of columns stands at `start` to `end`."""
    columns = [number for number, name in enumerate(data[start:end].split(b",")) if _COLUMN.search(name)]
    begin = data.find(b"(", end)
    place, column, rows = begin, 0, 0
    for part in _SQL.finditer(data, begin, begin + _REACH):
        sign = part.group(1)
        if sign not in (b",", b"(", b")"):  # a value, or the end of the statement
            if sign == b";" or rows >= _ROWS:
                return
            continue
        if sign == b"(":
            place, column, rows = part.end(), 0, rows + 1
            continue
        value = data[place:part.start()].strip(_AROUND + b"\n")
        if column in columns and is_placed(value.decode("utf-8", "replace")):
            first = data.find(value, place)
            yield first, first + len(value)
        place, column = part.end(), column + 1


def secret_values(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the values below `data:` or `stringData:` at `start` to `end` in a Secret of Kubernetes."""
    if data[start:end] == b"data" and b"kind: Secret" not in data[max(0, start - _REACH):end + _REACH]:
        return
    indent, place = start - data.rfind(b"\n", 0, start) - 1, data.find(b"\n", end) + 1
    for line in data[place:place + _REACH].split(b"\n")[:_ROWS] if place else ():
        text = line.strip()
        if text and len(line) - len(line.lstrip()) <= indent:
            return
        _, sign, value = text.partition(b":")
        value = value.strip(b" \"'") if sign else text
        said = value.decode("utf-8", "replace")
        if len(value) >= 4 and b"{{" not in value and not value.startswith((b"[", b"$", b"<", b"#")) and not is_placeholder(said):
            begin = place + line.rfind(value)
            yield begin, begin + len(value)
        place += len(line) + 1


def _is_cell(value: bytes) -> bool:
    text = value.decode("utf-8", "replace")
    return is_placed(text) and not text.replace("_", "").replace("-", "").isalpha()
