"""Orders that take something: secrets, private data and the conversation, values that do harm, and where things are to go instead.

Each family gives (kind, weight) of the orders in one sentence; `definition_orders` says what a weight means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sensor.detectors import definition_phrases as phrases
from sensor.detectors import definition_usage as usage
from sensor.detectors import definition_words as words
from sensor.detectors.definition_sentence import Sentence
from sensor.detectors.definition_words import is_negated

CONTENT = re.compile(r"(?i)\b(?:contents?|values?|output|base64|dump|copy)\b")
TAKES_COMMANDS = re.compile(r"(?i)comm?and|cmd|script|code")
DESTINATION = re.compile(r"(?i)\b(?:in|as|into|via|to|with) (?:the |its |field |parameter |argument )*[`'\"]\w+[`'\"]|\b(?:parameter|argument|field)\b|\bin `?\w+`?$|参数|字段|参數|パラメータ|に入れ|매개변수|параметр|поле\b")
SOURCE = re.compile(r"(?i)\b(?:from|in|of|out of) (?:the |your |their |this |its )*(?:environment|env|browser|disk|computer|machine|keychain|vault|password manager|chat|conversation|context|memory|config\w*|settings|project|workspace|repo\w*|home|other (?:tool|server)s?|user|clipboard|\.env|system)\b|\bcontents? of\b|\bvalue of\b|\boutput of\b|\b(?:user|nutzer|usuario|usuário|utente|utilisateur|gebruiker|kullanıcı)\w*\b|\bstored\b|\bsaved\b|\bin use\b|\byou (?:know|have|use|hold|find|found|come across|can (?:find|see))\b|\bavailable\b|\bfound\b|\bknown\b|\bany\b|\ball\b|\bof other\b|用户|ユーザー|사용자|пользовател|的值|の値|内容")
FOREIGN_SOURCE = re.compile(r"(?i)\bbrowser\b|\bkeychain\b|\bpassword manager\b|\bother (?:tool|server|site|service|app)s?\b|\bhome (?:folder|directory)\b")
OWN_KEY = re.compile(r"(?i)\b(?:get|obtain|create|generate|request|grab|find) (?:an?|your|the|one|it|this)(?: \w+){0,3} (?:keys?|tokens?) (?:from|at|in|on|under|here)|\b(?:your|valid|own) (?:\w+ )?(?:api )?(?:keys?|tokens?)\b|\bYOUR_|\bapi[ _-]?key (?:is )?required\b|\brequires? an? (?:\w+ )*(?:key|token)")
KNOWN_OF_PERSON = re.compile(r"(?i)\bas far as\b|\byou know\b|\bfrom (?:the )?(?:chat|memory|context)\b|\bknown\b|\breal\b|\byou (?:work for|serve|assist|talk to)\b|\bthey told\b")
SHELL_VALUE = re.compile(r"(?:[;|]|&&|\$\()\s*(?:curl|wget|ba?sh|nc|python3?|cat|rm)\b|\|\s*(?:ba)?sh\b")
# Commands whose output is secrets, said with the order to run them and with where the output is to go.
SECRET_COMMAND = re.compile(r"(?i)\b(?:kubectl|oc)\s+(?:-\S+\s+)*get\s+(?:-\S+\s+)*secrets?\b|(?<![\w./-])(?:env|printenv)\s*(?:\||`|>)|\bprintenv\b|\bterraform\s+(?:output|state\s+pull|show)\b|\baws\s+(?:configure\s+export-credentials|sts\s+get-session-token|secretsmanager\s+get-\S+|ssm\s+get-parameters?\b)|\bgcloud\s+(?:auth\s+(?:application-default\s+)?print-\S+|secrets\s+versions\s+access)|\bgh\s+auth\s+token\b|\bvault\s+(?:kv\s+get|read|token\s+lookup)\b|\bop\s+(?:read|item\s+get)\b|\bsecurity\s+(?:find-\S+|dump-keychain)|\bgit\s+credential\s+fill\b|\b(?:heroku\s+config|vercel\s+env\s+pull|doppler\s+secrets|pass\s+show|bw\s+(?:get|list|export))\b|\baz\s+(?:account\s+get-access-token|keyvault\s+secret\s+show)|\bgpg\s+--export-secret\S*|\bdocker\s+(?:compose\s+)?(?:inspect|config)\b")
RUNS_COMMAND = re.compile(r"(?i)\b(?:run|execute|invoke|issue|call|take|capture|collect|use)\b")
SETS_NAME = re.compile(r"(?i)\b(?:set|put|pass|include|send|attach|add|fill|provide|supply|store|place|write|paste|copy|append|submit|assign|give)\w*\b[^.]{0,80}?[`'\"]\w+[`'\"]|\b(?:in|into|as|to|via) (?:the |its )?[`'\"]?\w+[`'\"]? (?:parameter|argument|field|input)\b")
ENCODED = re.compile(r"(?i)\bbase64\b|\bgzip\b|\bhex\b|\bxxd\b|\bencode\w*|\bcompress\w*|-A\b|--all\b|\ball[- ]namespaces\b")
TEMPLATE_URL = re.compile(r"https?://\S*[?&/=](?:<|\{|\[|\$)")
REDIRECTED = re.compile(r"(?i)\b(?:recipients?|account|iban|remote|origin|registry|index|delivery address|base url|endpoint|payee|destination|wallet|upstream|proxy)\b")
REDIRECTS = re.compile(r"(?i)\b(?:replace|change|set|use|swap|put|add|point)\b|\bis always\b")
REGARDLESS = re.compile(r"(?i)\b(?:whatever|regardless|no matter|even if|outdated|before you|always|(?:open|existing|all|every|each) (?:\w+ )?(?:orders?|payments?|invoices?|transfers?|refunds?|bookings?|pushes))\b")


def thefts(one: Sentence) -> Iterator[tuple[str, float]]:
    """Secrets, private data and the conversation that are to be brought along."""
    if usage.leaves_out(one.said):
        return
    if usage.is_example(one.said) and one.secrets and not one.files and not one.obliges:
        yield "secrets", 0.5
        return
    if one.files and one.orders and not usage.names_a_context(one.said):
        grave = (one.carries or one.passive or (one.takes and one.obliges)) and not (one.in_schema and one.holds_secrets)
        yield "secrets", 2.0 if grave else 1.0
    if one.secrets and one.orders and not one.matches(OWN_KEY) and not (one.in_schema and one.holds_secrets):
        bring, source = one.takes and (one.carries or (one.gives and one.matches(DESTINATION))), one.matches(SOURCE)
        if not one.first and (bring or (one.passive and not one.in_schema) or (one.carries and one.matches(DESTINATION) and not one.in_schema)):
            yield "secrets", 2.0 if (bring or source) and (one.obliges or source) and not one.in_schema else 1.0
        elif source and one.carries:
            yield "secrets", 1.0
    if one.context and (one.carries or one.passive) and one.orders and (one.has(words.WHOLE) or one.obliges):
        yield "context", one.surprise
    if one.private and one.orders and not one.in_schema:
        if (one.takes and one.carries) or (one.passive and one.gives):
            yield "private", 1.0
        elif (one.carries or (one.gives and one.matches(DESTINATION))) and not one.first:
            yield "private", 0.5


def commands(one: Sentence) -> Iterator[tuple[str, float]]:
    """Commands that are to be run for the secrets that they print, with the output as a value of the call."""
    found = SECRET_COMMAND.search(one.said)
    if found is None or usage.leaves_out(one.said) or is_negated(one.said, found) or (one.in_schema and one.holds_secrets):
        return
    if (one.matches(RUNS_COMMAND) and one.matches(SETS_NAME)) or (one.place.names and one.matches(CONTENT)):
        yield "secrets", 2.0 if one.matches(ENCODED) else 1.0


def wishes(one: Sentence) -> Iterator[tuple[str, float]]:
    """What a parameter asks to be filled with, said as a noun."""
    if not one.place.names or usage.leaves_out(one.said):
        return
    if one.files and one.matches(CONTENT) and not usage.names_a_context(one.said):
        yield "secrets", 1.0 if one.holds_secrets else 2.0
    if one.context and one.has(words.WHOLE) and not one.quoted and not usage.is_about_omission(one.said):
        yield "context", one.surprise
    if one.secrets and one.matches(SOURCE) and (not one.holds_secrets or one.matches(FOREIGN_SOURCE)) and not one.matches(OWN_KEY):
        yield "secrets", 1.0
    if one.private and one.matches(KNOWN_OF_PERSON):
        yield "private", 1.0


def values(one: Sentence) -> Iterator[tuple[str, float]]:
    """Values that come with the schema and do harm where they are taken over."""
    if not one.place.fills or len(one.said) > 300:
        return
    if one.has(words.FILES) and not one.holds_secrets:
        yield "value", 1.0
    if one.matches(SHELL_VALUE) and not TAKES_COMMANDS.search(one.place.parameter):
        yield "value", 1.0
    if one.matches(TEMPLATE_URL):
        yield "value", 1.0


def redirections(one: Sentence) -> Iterator[tuple[str, float]]:
    """Addresses and accounts that are to be written to, paid or used instead."""
    is_elsewhere = len(one.bare) != len(one.said) and not one.in_schema and not usage.limits_addresses(one.said)
    if is_elsewhere and not one.without_addresses.has(phrases.AS_EXAMPLE) and one.without_addresses.says(words.OUT):
        if not one.first and not one.of_tool and not usage.is_example_call(one.said):
            yield "redirect", 2.0
        elif one.obliges:
            yield "redirect", 1.0
    if one.first or one.in_schema or not one.matches(REDIRECTED) or not one.matches(REGARDLESS):
        return
    if any(not is_negated(one.said, match) for match in REDIRECTS.finditer(one.said)):
        yield "redirect", 1.0
