"""Passwords that people choose: no format and no chance speaks for them, only the place they stand in.

Each pattern is a place where nothing but a password can stand: group 1 is what stands there. What it is worth is little
(people write examples there as well), so a hit is a note, and the log is kept clean of it.
"""

from __future__ import annotations

import re

from sensor.detectors.assignments import HARMLESS_NAME
from sensor.detectors.randomness import TEST_VALUES, entropy, is_mask

WORD = r"(?:password|passwd|passphrase|passcode|passwort|kennwort|senha|pwd|pass|pw|secret)"
VALUE = r"([^\s\"'`<>;&|,]{4,80})"
USER = r"(?:user(?:[_\-]?(?:name|id))?|login|uid|email|account|usr|principal)"
SERVER = r"(?:server|data source|address|addr|host|hostname|database|initial catalog|catalog|dbname|user ?id|uid|user|username|user name|port|driver|provider)"

SETTINGS = (
    # DB_PASSWORD=value, in files of variables, compose files, shells, Dockerfiles
    rf"(?:^|[\s;\"'\-])(?:[A-Z][A-Z0-9_]{{0,60}})?(?:PASSWORD|PASSWD|PASSPHRASE|_PASS|_PWD|SECRET|SSHPASS)(?:=|:[ \t]{{1,4}})[\"']?{VALUE}",
    rf"(?:^|[\s;&|])(?:TF_VAR|ORG_GRADLE_PROJECT)_\w{{0,60}}(?i:password|secret|token|_pass)=[\"']?{VALUE}",
    r"(?m)^[ \t]*(?:ENV|ARG)[ \t]{1,4}[A-Z][A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|PASS|PWD|SECRET)[ \t]{1,4}[\"']?([^\s\"'`;&|=]{4,80})",
    # settings files, a name and a bare value to a line; code has blanks around its signs, and says more than a word
    rf"(?im)^[ \t]*(?:-[ \t]{{1,4}})?[\"']?[\w.\-]{{0,60}}(?:password|passwd|passphrase|secret)[\"']?(?:=|:[ \t]{{1,8}})[\"']?{VALUE}[\"']?[ \t]*(?:#[^\n]*)?$",
    r"(?im)^[ \t]*[\w.\-]{0,60}(?:password|passwd|passphrase)[ \t]{1,8}=[ \t]{1,8}([^\s\"'`<>;&|,()\[\]]{0,40}\d[^\s\"'`<>;&|,()\[\]]{0,40})[ \t]*(?:[#;][^\n]*)?$",
    r"(?m)^\s{0,24}(?:[a-z]\w{0,20}P|p)assword[ \t]{1,4}[\"']([^\"'\s]{4,80})[\"']\s{0,4}$",
    # a user in one line, the password in the next
    rf"(?im)^[ \t]*[\w.\-\"'$\[>:]{{0,40}}{USER}[\"'\]]{{0,2}}[ \t]{{0,16}}(?:=>|[=:])[^\n]{{1,120}}\n(?:[ \t]*(?:[#/*;][^\n]*)?\n){{0,3}}[ \t]*[\w.\-\"'$\[>:]{{0,40}}{WORD}[\"'\]]{{0,2}}[ \t]{{0,16}}(?:=>|[=:])[ \t]{{0,8}}[\"']?([^\s\"'`,;<>(){{}}]{{4,80}})[\"']?[ \t]*(?:[#/;][^\n]*)?$",
    r"(?i)(?:^|[\s$@:.>{,(])pass[\"'\]]{0,2}\s{0,16}(?:=>|:=|=|:)\s{0,4}[\"']([^\"'\s]{4,80})[\"']",
    r"(?i)\b\w{0,30}(?:password|passwd|passphrase|secret)\s{0,2}:\s{0,2}&?[\w\s'<>?]{1,24}=\s{0,2}[\"']([^\"'\s]{4,80})[\"']",
    # a name and its value side by side: XML settings, lists of variables, parameters of templates
    rf"(?i)(?:key|name|parameterkey|property|id)[\"']?\s{{0,2}}[=:]\s{{0,2}}[\"']?[\w.\-:/]{{0,60}}{WORD}[\"']?[\s,]{{1,60}}[\"']?(?:value|default|content|parametervalue)[\"']?\s{{0,2}}[=:]\s{{0,2}}[\"']?{VALUE}",
    rf"(?i)<[\w.:\-]{{0,40}}{WORD}(?:\s[^<>]{{0,120}})?>\s{{0,8}}([^<>\s]{{4,300}})\s{{0,8}}</",
    r"(?i)<key>[^<>]{0,60}(?:password|passwd|passphrase|secret)</key>\s{0,24}<string>([^<>\s]{4,200})</string>",
    r"(?i)<(?:string|entry|item|param|property|add|setting)\s[^<>]{0,40}(?:name|key)=[\"'][\w.\-]{0,60}(?:password|passwd|passphrase|secret)[\"'][^<>]{0,60}>\s{0,8}([^<>\s]{4,200})\s{0,8}</",
    r"(?im)^\s{0,16}[\"']?\w{0,40}(?:password|passwd|secret)[\"']?:\s{0,4}\{?\n(?:\s{1,24}[\"']?\w{1,30}[\"']?:[^\n]{0,120}\n){0,6}?\s{1,24}[\"']?default[\"']?:\s{1,4}[\"']?([^\s\"',]{4,80})",
    r"(?i)\bpassword\([^)\n]{0,120}?default(?:value)?\s{0,2}[:=]\s{0,2}[\"']([^\"'\s]{4,80})[\"']",
    r"(?i)variable\s{1,4}\"[\w\-]{0,60}(?:password|passwd|secret)\"\s{0,4}\{(?s:[^}]{0,200}?)default\s{0,8}=\s{0,4}\"([^\"\s]{4,80})\"",
    r"(?im)^\s{0,8}(?:requirepass|masterauth|bindpw|rootpw|olcRootPW:|smtp_sasl_password|ansible_(?:ssh_|become_|sudo_)?pass(?:word)?)[ \t=:]{1,8}[\"']?([^\s\"'#]{4,80})",
    r"(?im)\bmachine\s{1,8}[\w.\-]{1,100}\s{1,8}login\s{1,8}\S{1,80}\s{1,8}password\s{1,8}([^\s#]{4,120})",
    rf"(?im)^[ \t]*(?:psk|wpa_psk|wpa_passphrase|sae_password)[ \t]{{0,4}}[=:][ \t]{{0,4}}[\"']?{VALUE}[\"']?[ \t]*$",
    r"(?im)^[ \t]*[\"']?[\w.\-]{0,60}(?:password|passwd|passphrase|secret|secret_key|access_key|api_key)[\"']?(?:=|:[ \t])[ \t]*([a-z]{2,12}(?: [a-z]{2,12}){3,7})[ \t]*$",
    r"(?i)\*\*[\w ]{0,30}(?:password|passphrase|passwort|kennwort)[\w ]{0,10}:?\*\*:?[ \t]{0,4}[`\"']([^\s`\"']{4,80})[`\"']",
    r"(?im)^[ \t]*\|[ \t*`]{0,8}[\w ]{0,30}(?:password|passphrase)[ \t*`]{0,8}\|[ \t`]{0,8}([^\s|`]{0,40}\d[^\s|`]{0,40})[ \t`]{0,8}\|",
    r"(?m)^(?:[\w.\-]{2,80}|\*):(?:\d{2,5}|\*):[\w\-*]{1,60}:[\w.\-@]{1,60}:([^\s:]{4,80})$",
)
# Names beside their values in requests: forms that a browser's tool fills in, parameters, cookies. JSON may stand in a text of JSON.
_Q = r"\\{0,2}[\"']"
_PAIR = rf"{_Q}[\w\-]{{1,30}}{_Q}\s{{0,2}}:\s{{0,2}}{_Q}[^\"'\\\n]{{0,60}}{_Q}"
_NAMES = rf"{_Q}(?:name|key|label|element|field|selector|placeholder|ref|target){_Q}\s{{0,2}}:\s{{0,2}}{_Q}[^\"'\n]{{0,60}}{WORD}[^\"'\n]{{0,20}}{_Q}"
_HOLDS = rf"{_Q}(?:value|text|content|input){_Q}\s{{0,2}}:\s{{0,2}}{_Q}([^\"'\\\s]{{4,80}}){_Q}"
REQUESTS = (
    rf"(?i){_NAMES}\s{{0,2}},\s{{0,8}}(?:{_PAIR}\s{{0,2}},\s{{0,8}}){{0,3}}{_HOLDS}",
    rf"(?i){_HOLDS}\s{{0,2}},\s{{0,8}}(?:{_PAIR}\s{{0,2}},\s{{0,8}}){{0,3}}{_NAMES}",
    rf"(?i)credentials?{_Q}\s{{0,2}}:\s{{0,2}}\{{[^{{}}\n]{{0,200}}?{_Q}(?:value|secret|key){_Q}\s{{0,2}}:\s{{0,2}}{_Q}([^\"'\\\s]{{4,80}}){_Q}",
    r"(?i)[?&\"'](?:pass(?:w(?:or)?d|phrase)?|pwd|api[_\-]?key|(?:access|auth|refresh|id)[_\-]?token|client[_\-]?secret)=([^\s\"'`<>;&|,#]{4,300})",
    r"(?i)\s(?:-d|--data(?:-\w{3,9})?)[ =]{1,2}(?:pass(?:w(?:or)?d|phrase)?|pwd)=([^\s\"'`<>;&|,#]{4,80})",
    rf"{_Q}pass{_Q}\s{{0,4}}:\s{{0,4}}{_Q}([^\"'\\\s]{{4,80}}){_Q}",
    r"(?i)\bhttps?://([\w\-]{32,200})@[\w.\-]",
    r"[?&](?:X-Amz-Signature|sig|Signature)=([^\s\"'`<>;&|,#]{20,300})",
    r"(?i)(?:\s-b\s{0,2}|\s--cookie[ =]|\b(?:set-)?cookie[\"']?:\s{0,2})[\"']?(?:[^\n\"']{0,200}?;\s{0,2})?[\w.\-]{0,40}(?:sess|sid|auth|token|jwt|remember)[\w.\-]{0,40}=([^\s\"'`<>;&|,]{6,300})",
)
CONNECTIONS = (
    rf"(?i)\b{SERVER}\s{{0,2}}=[^;\n]{{0,120}};[^\n]{{0,400}}?\b(?:password|pwd)\s{{0,2}}=\s{{0,2}}([^;\s\"'&{{}}]{{4,80}})",
    rf"(?i)\b(?:password|pwd)\s{{0,2}}=\s{{0,2}}([^;\s\"'&{{}}]{{4,80}});\s{{0,2}}{SERVER}\s{{0,2}}=",
    r"(?i)\bjdbc:[^\s\"']{4,200}[?&;](?:password|pwd)=([^&;\s\"'<>]{4,80})",
    r"(?i)\bjdbc:[^\s\"']{4,200}[\"'],\s{0,4}[\"'][^\"'\s]{1,60}[\"'],\s{0,4}[\"']([^\"'\s]{4,80})[\"']",
    r"(?i)\bjdbc:oracle:\w{2,5}:[\w$#]{1,40}/([^\s@\"'/]{4,80})@",
    r"(?i)\b(?:sqlplus|connect|conn|expdp|impdp)\s{1,4}(?:-\w{1,2}\s{1,4}){0,2}[\w$#]{1,40}/([^\s@\"'/]{4,80})@[\w/:.\-]{1,80}",
    r"(?i)://[^\s\"'<>]{1,200}[?&](?:password|passwd|pwd|passphrase)=([^&\s\"'<>#]{4,80})",
    r"(?i)\b(?:dbname|host|user)=\S{1,80} (?:\w{2,20}=\S{1,80} ){0,6}password=([^\s\"']{4,80})",
)
PROGRAMS = (
    rf"\bsshpass\s{{1,4}}-p\s{{0,4}}[\"']?{VALUE}",
    rf"\b(?:mysql\w*|mariadb(?:-\w+)?|mycli)\b[^\n|;]{{0,200}}?\s-p[\"']?{VALUE}",
    r"\b(?:docker|podman|buildah|skopeo|helm|oras|crane|oc|cf|az|gcloud|argocd|nerdctl)\b[^\n|;]{0,40}\blogin\b[^\n|;]{0,200}?\s(?:-p|--password)[ =]{1,3}[\"']?([^\s\"'`<>;&|]{4,120})",
    r"\b(?:redis-cli|valkey-cli)\b[^\n|;]{0,120}?\s(?:-a|--pass)\s{1,4}[\"']?([^\s\"'`<>;&|]{4,120})",
    r"\bldap(?:search|add|modify|delete|whoami|passwd)\b[^\n|;]{0,200}?\s-w\s{0,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\b(?:smbclient|rpcclient|smbget|wmiexec(?:\.py)?|impacket-\w+|crackmapexec|mount\.cifs|evil-winrm)\b[^\n|;]{0,160}?(?:-U\s{0,4}[\"']?[\w.\\/\-]{1,60}%|\s-p\s{1,4}[\"']?|password=)([^\s\"'`<>;&|,]{4,80})",
    r"(?i)\bnet\s{1,4}use\s[^\n|;]{0,160}?/user:\S{1,80}\s{1,4}[\"']?([^\s\"'`<>;&|/]{4,80})",
    r"(?i)\bpsexec(?:64)?(?:\.exe)?\s[^\n|;]{0,160}?\s-p\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\b(?:mongo(?:sh|dump|restore|export|import)?|psql|pg_dump|cqlsh|sqlcmd|bcp|influx|clickhouse-client|xfreerdp|rdesktop)\b[^\n|;]{0,200}?\s(?:-p|-P|--password|/p:|--pass)[ =]{0,3}[\"']?([^\s\"'`<>;&|\-][^\s\"'`<>;&|]{3,80})",
    r"\b(?:twine|nxc|netexec|ipmitool)\b[^\n|;]{0,200}?\s-[pP]\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\b(?:https?|xh|curlie)\s[^\n|;]{0,160}?(?:-a|--auth)[ =]{1,3}[\"']?[\w.@\-]{1,60}:([^\s\"'`<>;&|]{4,80})",
    r"\b(?:lftp|sftp)\b[^\n|;]{0,160}?\s-u\s{1,4}[\"']?[\w.@\-]{1,60},([^\s\"'`<>;&|]{4,80})",
    r"\bwinexe\s[^\n|;]{0,160}?-U\s{0,4}[\"']?[\w.\\/\-]{1,60}%([^\s\"'`<>;&|]{4,80})",
    r"\b(?:secretsdump|psexec|wmiexec|smbexec|atexec|GetUserSPNs)\.py\s[^\n|;]{0,160}?[\w.\\/\-]{1,80}:([^\s\"'`<>;&|@]{4,80})@",
    r"\bssh-keygen\b[^\n|;]{0,160}?\s-N\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\bopenssl\b[^\n|;]{0,200}?\s-k\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    # a property handed over by an option: -Dspring.datasource.password=x, --from-literal=password=x, -o username=u,password=x
    r"\s-{1,2}[\w\-]{0,24}[ =]?[\"']?[\w.\-=,]{0,80}(?i:password|passwd|passphrase|[_.]pass)=([^\s\"'`<>;&|,$]{4,80})",
    r"\bhtpasswd\s{1,4}-\w{0,6}b\w{0,6}\s{1,4}(?:-\w{1,6}\s{1,4})?\S{1,120}\s{1,4}\S{1,60}\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\becho\s{1,4}(?:-\w{1,3}\s{1,4})?[\"']?[\w.\-]{1,40}:([^\s\"'`<>;&|:]{4,80})[\"']?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd",
    r"\b(?:echo|printf)\s{1,4}(?:-\w{1,3}\s{1,4}|[\"']?%s(?:\\n)?[\"']?\s{1,4})?[\"']?([^\s\"'`<>;&|$\\]{4,80})(?:\\n)?[\"']?\s{0,4}\|\s{0,4}(?:sudo\s{1,4}-S|passwd\b|docker\s{1,4}login|su\b)",
    r"\b(?:sudo|su|passwd|kinit|cryptsetup|chpasswd)\b[^\n|;]{0,120}?<<<\s{0,4}[\"']?([^\s\"'`<>;&|$]{4,80})",
    r"\b(?:sudo|su|passwd|kinit|cryptsetup)\b[^\n|;]{0,120}?<<-?\s{0,2}[\"']?\w{1,20}[\"']?\n([^\s\"'`<>;&|$]{4,80})\n",
    r"\bopenssl\b[^\n|;]{0,200}?[\s\"']pass:([^\s\"'`<>;&|]{4,80})",
    r"\b(?:keytool|jarsigner|apksigner)\b[^\n|;]{0,300}?\s--?(?:(?:store|key|ks-|src|dest)(?:store)?-?pass)\s{1,4}(?:pass:)?[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\b(?:7z[ar]?|rar|unrar)\s{1,4}[aex]\s[^\n|;]{0,120}?-h?p([^\s\"'`<>;&|]{4,80})",
    r"\b(?:zip|unzip)\s[^\n|;]{0,120}?-P\s{0,4}([^\s\"'`<>;&|]{4,80})",
    r"(?i)\bConvertTo-SecureString\s{1,4}(?:-String\s{1,4})?[\"']([^\"'$\n]{4,80})[\"']",
    r"(?i)\bidentified\s{1,4}(?:with\s{1,4}\S{1,40}\s{1,4})?by\s{1,4}(?:password\s{1,4})?[\"']([^\"'\n]{4,80})[\"']",
    r"(?i)\b(?:create|alter)\s{1,4}(?:user|role|login)\b[^\n;]{0,120}?\bpassword\s{0,4}=?\s{0,4}N?[\"']([^\"'\n]{4,80})[\"']",
    r"(?i)\bset\s{1,4}password\b[^\n;]{0,80}?=\s{0,4}(?:password\()?[\"']([^\"'\n]{4,80})[\"']",
    r"\brabbitmqctl\s{1,4}(?:add_user|change_password)\s{1,4}\S{1,60}\s{1,4}[\"']?([^\s\"'`<>;&|]{4,80})",
    r"\s--set(?:-string|-literal)?[ =]{1,2}[\"']?[\w.\-\[\]]{0,80}(?i:password|passwd|passphrase|secret)=([^\s\"'`<>;&|,]{4,80})",
    r"\s-{1,2}(?i:(?:[\w\-]{0,30}\-)?(?:password|passphrase|passwd)|pass|pwd)(?:=|\s{1,4})[\"']?([a-z]{0,40}[A-Z0-9!@#%^*_+][^\s\"'`<>;&|]{0,80})",
    r"(?i)\b(?:set|with|add|use|and)_?\w{0,20}(?:password|passwd|passphrase|secret)\(\s{0,4}[\"']([^\"'\s]{4,80})[\"']\s{0,4}\)",
    r"(?i)\b(?:get|getenv|env|environ\.get|define|put|set|setproperty|getproperty|config|setdefault|add|lookup|option|setenv|putenv)\(\s{0,8}[\"'][\w.\-:]{0,60}(?:password|passwd|pwd|passphrase|secret|_pass)[\"'],\s{0,8}[\"']([^\"'\s]{4,80})[\"']",
    r"(?i)\b(?:directoryentry|networkcredential|passwordauthentication|usernamepasswordtoken|sqlcredential|httpbasicauth|basicauth(?:entication)?|setbasicauth|getconnection|login|authenticate)\(\s{0,4}(?:[\"'][^\"'\n]{1,120}[\"'],\s{0,24}){1,2}[\"']([^\"'\s]{4,80})[\"']\s{0,4}\)",
)
PROSE = (
    r"(?i)\b(?:the|a|default|initial|temporary|admin\w*|root|your|our|login|guest|wi-?fi|master|following)(?: \w{1,20}){0,2} (?:password|passcode|passphrase)(?: (?:for|of|on) [^\n.;]{1,60}?)? (?:is|was|=|to|will be)(?: now| still| set to)?:? [\"'`]([^\"'`\n]{4,64})[\"'`]",
    r"(?i)\b(?:with|using|and)(?: the| a)? (?:password|passcode|passphrase) [\"'`]([^\"'`\s]{4,64})[\"'`]",
)
PLACES = SETTINGS + REQUESTS + CONNECTIONS + PROGRAMS + PROSE

# Short and known to everybody, and still what opens the door.
WEAK = TEST_VALUES & frozenset({
    "admin", "root", "test", "testing", "guest", "postgres", "secret", "letmein", "hunter2", "toor", "test123", "abc123", "admin123",
    "secret123", "mypassword", "passw0rd", "password123", "12345678", "123456789", "1234567890", "mysecret",
})
# What stands where a password would: types, states, words of forms.
OTHER_WORDS = frozenset({
    "any", "array", "base64", "bcrypt", "bool", "boolean", "buffer", "bytearray", "bytes", "cancel", "change", "char", "class",
    "confirm", "const", "count", "current", "disable", "enable", "encrypted", "env", "error", "export", "fail", "failed", "false",
    "file", "filled", "float", "forgot", "function", "hash", "hashed", "hide", "incorrect", "inherit", "input", "int", "integer",
    "invalid", "json", "kwargs", "label", "length", "login", "logout", "masked", "match", "mismatch", "missed", "missing", "must",
    "name", "nullable", "number", "object", "only", "optional", "outlined", "plain", "plaintext", "prompt", "protected", "read",
    "reset", "return", "secretstr", "secured", "securestring", "self", "sensitive", "show", "stdin", "str", "string", "strong",
    "submit", "symbol", "text", "toggle", "true", "type", "uint8array", "update", "varchar", "vault", "visible", "void", "weak",
    "with", "write", "wrong", "xxxx", "yaml",
})
NAMES_ITSELF = re.compile(
    r"(?i)^(?:new|old|confirm\w{0,6}|current|user\w{0,5}|reset|forgot|change|admin|db|my|login|repeat|verify|enter|set|get|hashed|plain|raw|wrong|bad|no"
    r"|missing|invalid)?"
    r"[_\-. ]?(?:password|passwd|pass|pwd|secret|token|credential)s?\w{0,5}[!?]?$|(?:pass|pwd|secret|token|credential|pw)\w*[_\-]"
    r"|[_\-]\w*(?:pass|pwd|secret|token|credential|pw)"
    r"|input|field|label|prompt|auth[/_\-]|[/_\-](?:error|required|invalid|mismatch)"
)
HUMPS = re.compile(r"(?:[pP]ass|[sS]ecret|[tT]oken|[pP]wd)(?:word)?[A-Z]|[a-z](?:Pass|Secret|Token|Pwd)")
TEMPLATE = re.compile(r"\$[{(]|[{}<>\\()\[\]]|^\$|^[@%#*&.\-/~!:]|%[\w(]|::|->|\bf\"|^(?:\d{1,3}\.){3}|^\w+[./]\w+[./\w]*$|[.,:;=]$")
PHRASE = re.compile(r"^[a-z]{2,12}(?: [a-z]{2,12}){1,7}$")
SENTENCE_WORDS = frozenset({
    "add", "all", "an", "any", "are", "as", "at", "be", "been", "between", "but", "by", "can", "cannot", "change",
    "changed", "character", "characters", "check",
    "choose", "click", "code", "confirm", "contain", "could", "credential", "credentials", "current", "default", "did", "do", "does", "email", "enter", "error",
    "expired", "failed", "field", "find", "for", "forgot", "from", "generate", "get", "given", "has", "have", "here", "hide", "if", "in", "incorrect", "input",
    "invalid", "is", "it", "its", "key", "leave", "least", "letters", "log", "login", "long", "match", "minimum",
    "missing", "more", "must", "my", "name", "need",
    "new", "no", "not", "of", "off", "old", "on", "only", "optional", "or", "our", "pass", "passphrase", "password", "passwords", "please", "reenter", "repeat",
    "required", "reset", "same", "secret", "see", "sent", "set", "short", "should", "show", "sign", "so", "strength", "strong", "than", "that", "the", "their",
    "then", "there", "these", "they", "this", "to", "token", "too", "try", "type", "update", "use", "used",
    "user", "username", "valid", "verify", "want", "was",
    "weak", "when", "which", "will", "without", "wrong", "you", "your", "de", "la", "le", "el", "das", "der", "die", "een", "het", "per", "por", "para", "pour",
})
SPEAKS_OF_SECRET = re.compile(r"(?i)pass(?:word|wd|phrase)|(?:^|[_.\-])(?:pwd|secret|api[_\-]?key)(?:$|[_.\-])")
TITLE = re.compile(r"^[A-Z][a-z]+$")
NAME_OF_PASSWORD = re.compile(
    r"(?i)(?:^|[_.\-\[\]$]|[a-z])(?:pass(?:word|wd|phrase|code)?|pwd|secret|passwort|kennwort|senha|wachtwoord|contrase\w{1,4})[\"'\])]*$")


def is_placed(value: str) -> bool:
    """Whether what stands in a password's place can be one, be it the best known of all."""
    return value.lower() in WEAK or is_chosen(value) or is_phrase(value, words=4)


def is_phrase(value: str, *, words: int) -> bool:
    """Whether a value is a password of at least so many plain words, and none of the words that sentences about passwords are made of."""
    return PHRASE.match(value) is not None and value.count(" ") + 1 >= words and SENTENCE_WORDS.isdisjoint(value.split())


def is_chosen(value: str) -> bool:
    """Whether a person can have chosen this: no template, no mask, no type, no name of itself, none of everybody's passwords."""
    if not 4 <= len(value) <= 300 or not value.isprintable() or " " in value or is_mask(value) or TEMPLATE.search(value):
        return False
    if len(set(value)) < 3 or value.lower().strip("\"'!?") in OTHER_WORDS:
        return False
    return any(map(str.isdigit, value)) or (NAMES_ITSELF.search(value) is None and HUMPS.search(value) is None)


def is_given(name: str, between: str, value: str) -> bool:
    """Whether a quoted value is the password of what `name` names; `between` is the text from the name to the value.

    Letters alone are labels more often than passwords: they count from six on, and not as one capitalised word.
    """
    if not any(sign in between for sign in "=:>"):
        return False
    named = NAME_OF_PASSWORD.search(name) is not None
    if " " in value:
        return SPEAKS_OF_SECRET.search(name) is not None and HARMLESS_NAME.search(name) is None and is_phrase(value, words=2 if named else 4)
    if not named or not is_chosen(value):
        return False
    if value.lower() in name.lower() or entropy(value) < max(1.9, 0.12 * min(len(value), 24)) or not any(map(str.isalnum, value)):
        return False
    return not value.isalpha() or (len(value) >= 6 and not TITLE.match(value))
