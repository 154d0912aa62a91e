"""What an MCP call says that it does, to which kind of thing, to how much of it: by the words of its name in any style, and of arguments that stand for it.

`delete_repository`, `repo.delete` and `manageRepo` with `action: delete` are one deed. The first verb decides whether the call only looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sensor.model.names import name_words

_LOOKS = frozenset([
    "list", "read", "show", "describe", "search", "find", "query", "count", "view", "fetch", "preview", "plan", "validate", "lint", "explain", "summarize", "summarise", "compare", "browse", "lookup", "inspect",
    "estimate", "simulate", "verify",
])
_LOOKS_FIRST = frozenset({"check", "test", "watch", "status", "history", "is", "has", "can", "diff", "poll"})
_VERBS = {
    "tool-removes": "delete remove rm del unlink destroy drop purge terminate wipe erase trash truncate flush uninstall deprovision deregister unregister empty undeploy prune decommission nuke obliterate expunge revoke offboard",
    "tool-disables": "disable deactivate suspend pause mute silence unprotect bypass suppress detach dismiss stop shutdown halt archive lock ban kick",
    "tool-closes": "resolve close acknowledge ack ignore complete cancel",
    "tool-grants": "grant assign bind authorize authorise allow promote invite elevate enable permit whitelist allowlist unlock",
    "tool-opens": "share publish expose publicize open",
    "tool-hands-over": "transfer reassign",
    "tool-pays": "pay refund wire buy purchase withdraw sell trade payout disburse remit capture debit credit deposit void",
    "tool-sends": "send post reply forward broadcast notify upload submit",
    "tool-starts": "run trigger dispatch deploy execute exec start invoke rerun launch restart reboot apply sync activate promote",
    "tool-shows": "get reveal export dump retrieve decrypt access download",
    "tool-sets": "set update put patch edit modify change replace upsert overwrite restore rollback rotate reset create add write register insert make new generate issue append attach configure save rename merge resize scale toggle convert",
}
_THINGS = {
    "about-repositories": "repository repositories repo repos organization organisation org orgs",
    "about-branches": "branch branches tag tags ref refs",
    "about-data": "database databases db table tables schema schemas collection collections index indices indexes bucket buckets blob volume volumes disk disks snapshot snapshots dataset datasets topic topics queue queues "
                  "stream streams space spaces workspace workspaces keyspace storage pvc filesystem datastore warehouse backup backups recording recordings mailbox mailboxes",
    "about-machines": "instance instances vm vms cluster clusters server servers machine machines droplet deployment deployments statefulset daemonset namespace namespaces service services app apps "
                      "application applications environment environments stack stacks function functions lambda balancer project projects site tenant nodegroup worker workers distribution distributions",
    "about-guests": "guest guests outsider external",
    "about-sessions": "cookie cookies localstorage sessionstorage storagestate",
    "about-people": "user users member members account accounts team teams collaborator collaborators customer customers employee employees subscriber subscribers",
    "about-rights": "role roles policy policies permission permissions iam acl access binding bindings grant grants privilege privileges admin admins scope scopes collaborator collaborators member members rbac sudo group groups",
    "about-secrets": "token tokens secret secrets password passwords passphrase credential credentials certificate certificates cert passkey apikey pat keypair",
    "about-names": "dns zone zones domain domains nameserver nameservers cname",
    "about-gates": "firewall ingress cidr port ports allowlist whitelist acl waf",
    "about-guards": "protection protections logging log logs audit trail trails alarm alarms alert alerts monitor monitors monitoring mfa 2fa totp waf guardduty retention versioning encryption scanning scanner "
                    "verification approval approvals protected unprotect restriction restrictions scrubber scrubbing redaction ssl tls detector firewall antivirus defender rls sso saml security authentication factor factors authenticator authenticators backup backups",
    "about-files": "file files folder folders drive document documents doc docs sheet sheets page pages notebook dashboard photo photos calendar",
    "about-money": "payment payments payout payouts refund refunds funds money invoice invoices charge charges wallet transaction transactions ach transfer transfers bank iban beneficiary beneficiaries payee payees coupon coupons discount discounts",
    "about-channels": "channel channels conversation conversations",
    "about-pipelines": "workflow workflows pipeline pipelines job jobs build builds deployment deployments deploy dispatch action actions release releases dag dags",
    "about-packages": "package packages artifact gem crate npm pypi",
    "about-settings": "env variable variables setting settings config configuration flag flags feature features",
    "about-hooks": "webhook webhooks hook hooks",
}
_BY_VERB: dict[str, str] = {word: flag for flag, words in _VERBS.items() for word in words.split()}
_BY_THING: dict[str, tuple[str, ...]] = {}
for _flag, _words in _THINGS.items():
    for _word in _words.split():
        _BY_THING[_word] = (*_BY_THING.get(_word, ()), _flag)
_KEY_KINDS = frozenset(["api", "ssh", "access", "deploy", "encryption", "signing", "service", "account", "private", "public", "kms", "gpg", "secret", "security", "license", "recovery", "master", "host"])
# Beside these a token is no secret, a zone no name of hosts and a payment nothing that is paid.
_NO_SECRET = frozenset(["design", "price", "prices", "balance", "balances", "usage", "count", "holders", "supply", "limit", "market", "swap", "stats", "estimate", "scanning", "scan", "alert", "alerts"])
_NO_MONEY = frozenset({"link", "links", "method", "methods", "status", "history", "reminder", "template", "customer", "customers", "product", "products", "webhook", "webhooks", "account"})
_MONEY_SERVERS = frozenset({"stripe", "paypal", "square", "adyen", "braintree", "plaid", "wise", "mollie", "chargebee", "quickbooks", "xero", "razorpay", "coinbase", "binance", "kraken", "alpaca", "brex", "ramp", "mercury", "revolut", "gocardless", "recurly", "paddle"})
_NO_NAME = frozenset({"time", "timezone", "drop", "object", "model", "event", "shipping", "tax"})
_NAME_KEYS = frozenset({"zone_id", "zoneid", "record_type", "recordtype", "nameservers", "hostedzoneid", "hosted_zone_id", "dns_record_id"})
_NAME_SERVERS = frozenset({"dns", "cloudflare", "route", "namecheap", "godaddy", "porkbun", "gandi"})
_META = frozenset({"call", "invoke", "execute", "run", "use", "perform", "tool", "tools", "action", "function", "operation", "method", "api", "dispatch"})
_META_KEYS = frozenset({"name", "function", "tool", "tool_name", "toolname", "function_name", "method", "action_name", "slug", "action"})
# In a call of a tool that calls others these name the other one.
_CALLS = frozenset({"call", "invoke", "execute", "exec", "run", "use", "perform", "dispatch", "batch", "multi"})
_TOOL_KEYS = frozenset({"tool", "tool_name", "toolname", "tool_slug", "toolslug", "tool_id", "toolid", "action_id", "actionid", "action_name", "function_name"})
_MUTATION = re.compile(r"(?:[^\n\"]*\})?\s*(?:#[^\n]*\n\s*)*mutation\b")
_MUTATED = re.compile(r"[{\n:][^\S\n]*(\w+)\s*[({]")
_REQUEST = re.compile(r"(DELETE|PUT|PATCH|POST)\s+(/\S*|https?://\S+)(?:\s+HTTP/[\d.]+)?", re.I)
_POWER = frozenset({"power", "turn", "switch", "shut"})
_DEED_KEYS = frozenset({"macro", "action", "operation", "op", "verb", "mutation", "subcommand", "operation_name", "operationname", "action_name", "api_action", "function_name", "method_name", "actions", "operations"})
_KIND_KEYS = frozenset({"resource", "resource_type", "resourcetype", "kind", "object", "entity", "entity_type", "target_type", "object_type", "service", "service_name"})
_METHODS = {"delete": "tool-removes", "put": "tool-sets", "post": "tool-sets", "patch": "tool-sets"}
_ROUTE_KEYS = frozenset({"path", "url", "endpoint", "route", "uri"})
_NAMES_THINGS = re.compile(r"(?:\w*_)?(?:ids?|names?|container|pod|volume|machine|names?pace|repo|repository|branch|ref|bucket|database|db|table|index|queue|topic|cluster|instance|project|environment|env|stage|target|zone|domain|app|application|service|stack|user|email|path|key|secret|workflow|site|resource|context|region|account|collection|dataset|identifier|\w+identifier|\w+id|\w+name|host)s?", re.I)
_PRODUCTION = re.compile(r"(?i)(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)")
_TESTS = re.compile(r"(?i)(?:^|[^a-z])(?:tests?|testing|dev|develop|development|tmp|temp|preview|sandbox|scratch|jest|vitest|pytest|rspec|cypress|demo|local|localhost|ephemeral|e2e|playground|mock|fixtures?|staging-pr|pr)(?:[^a-z]|$)")
# A provider of payments that is told to work with play money.
_PLAY = re.compile(r"(?i)(?:live_?mode|is_?live|live)=(?:false|0)|(?:test_?mode|is_?test|use_?test\w*|sandbox(?:_?mode)?|use_?sandbox)=(?:true|1)|mode=(?:tests?|sandbox)")
_MAIN = re.compile(r"(?i)(?:refs/heads/)?(?:main|master|trunk|release(?:[/-].*)?|prod(?:uction)?|stable)")
_BRANCH_KEYS = frozenset({"branch", "ref", "branch_name", "branchname", "name", "head", "base", "target"})
_ADMIN = re.compile(r"(?i)(?:\S*[/._: -])?(?:owner|admin|administrator|administratoraccess|superuser|super_?admin|root|maintainer?|cluster-admin|full_?access|poweruser|contributor|editor|write|all)s?")
_RIGHT_KEYS = re.compile(r"(?i)\w*(?:role|permission|privilege|access|scope|level|polic|group|rights|profile)\w*")
_ALL_KEYS = re.compile(r"(?i)(?:\w*_)?(?:ids?|names?|pattern|filter|query|search|selector|where|target|scope|which|keys?|prefix|what|mode|range|type)s?")
_ALL = re.compile(r"(?i)\*|all|_all|everything|%|\.\*|\{\}|1\s*=\s*1")
_OPEN_KEYS = re.compile(r"(?i)(?:\w*_)?(?:type|scope|access|visibility|principals?|members?|audience|who|role|acl|with|privacy|sharing|grantee|entity|share_with|permission)")
_EVERYONE = re.compile(r"(?i)\*|anonymous|anyone\w*|\w+_anyone|public(?:-read(?:-write)?)?|everyone|all_?users|all_?authenticated_?users|world|internet")
_OPEN_SWITCHES = frozenset({"public", "published", "publicly", "anonymous", "unauthenticated", "anyone"})
_CLOSES = frozenset({"block", "restrict", "ignore", "deny", "prevent", "disallow", "disable", "no", "only"})
_ROOT_NAME = re.compile(r"(?i)(?:[\w.]+[-_ ])?(?:workspace[-_ ])?root(?:[-_ ](?:page|block|folder|node)|-\w+)?|home_?page")
_MADE_OF = frozenset({"subscription", "subscriptions", "order", "orders", "event", "events", "message", "messages", "contact", "contacts", "record", "records", "item", "items"})
_STATES = frozenset({"status", "state", "mode", "value", "level"})
_VAULTS = frozenset({"bitwarden", "1password", "onepassword", "lastpass", "keepass", "keepassxc", "dashlane", "keychain", "passbolt", "vaultwarden", "keeper", "password", "passwords"})
_FACTORS = frozenset({"mfa", "2fa", "totp", "otp", "factor", "factors", "authenticator", "authenticators"})
_SHOUT = re.compile(r"<!(?:channel|here|everyone)>|^\W*(?:(?:hi|hey|hello|dear|attention|urgent|fyi|ok|please)[ ,!:]+)?@(?:channel|here|everyone|all)\b", re.I)
_SWITCHES = frozenset({"enabled", "enable", "active", "is_enabled", "isenabled"})
_GUARD_KEY = re.compile(r"\w*(?:protect|mfa|2fa|two_?factor|logging|audit|encrypt|enforce|verif|scan|backup|versioning|retention|scrub|redact|anonymi[sz]|waiting_?room|reject_?unauthorized|require\w*(?:review|check|approv|sign|auth|login)|(?:review|check|approv|sign|auth)\w*required)\w*")
_OFF = re.compile(r"(?i)false|(?:\w+_)?off|disabled?|0|null|none|suspended|inactive|deactivated|muted|permissive")
_RECIPIENT_KEYS = frozenset({"to", "cc", "bcc", "recipients", "recipient", "emails", "phones"})
_MANY = 20
_MANY_PEOPLE = re.compile(r"(?i)@?(?:all|every)[-_ ]?(?:customers?|users?|staff|employees?|hands|members?|company|subscribers?|contacts|team|one|leads)(?:@\S+)?|(?:all|everyone|everybody|staff|company|employees)@\S+|@(?:channel|here|everyone)")
_SHORT = 120


def deed_flags(tool: str, server: str, words: Sequence[str]) -> frozenset[str]:
    """`tool-...` what the call does, `about-...` to what, and how far it reaches: `of-all`, `of-tests`, `of-main`, `in-production`, `to-everyone`, `to-many`, `to-admin`, `switched-off`, `guard-off`.

    `words` are the arguments as `key=value`. A call that only looks has no flag that begins with `tool-`, one that gets something has `tool-shows` alone.
    """
    pairs = [(key.lower(), value) for key, equals, value in (word.partition("=") for word in words) if equals and len(value) <= _SHORT]
    name = name_words(tool)
    meta = bool(name) and _META.issuperset(name)
    deeds = _DEED_KEYS | _META_KEYS | _TOOL_KEYS if meta else _DEED_KEYS | _TOOL_KEYS if not _CALLS.isdisjoint(name) else _DEED_KEYS
    said = [word for key, value in pairs if key in deeds for word in name_words(value)]
    said += [word for text in words if _MUTATION.match(text.partition("=")[2]) for field in _MUTATED.findall(text) for word in name_words(field)]
    verbs = _verbs(said) | (_verbs(name) if not meta or not said else frozenset())
    requests = [(found[1].lower(), found[2]) for _, value in pairs if _LOOKS.isdisjoint(name) and (found := _REQUEST.fullmatch(value))]
    methods = [value.lower() for key, value in pairs if key in ("method", "http_method", "verb")] + [method for method, _ in requests]
    method = min((one for one in methods if one in _METHODS), key=list(_METHODS).index, default="")
    nouns = [*name, *said, *(word for key, value in pairs if key in _KIND_KEYS for word in name_words(value))]
    if method in _METHODS:
        verbs = verbs - {"tool-shows"} | {_METHODS[method]}
        nouns += [word for route in (*(value for key, value in pairs if key in _ROUTE_KEYS), *(route for _, route in requests)) for word in name_words(route)]
    if not _POWER.isdisjoint(name) and not {"off", "down"}.isdisjoint(name):
        verbs = verbs | {"tool-disables"}
    if "tool-sets" in verbs and "reset" in name and not _FACTORS.isdisjoint(name):
        verbs = verbs | {"tool-disables"}
    if "tool-sets" in verbs and any(value == "true" and key in ("archived", "in_trash", "trashed", "deleted", "is_deleted") for key, value in pairs):
        verbs = verbs | {"tool-removes"}
    if "tool-sets" in verbs and not {"owner", "ownership"}.isdisjoint(name):
        verbs = verbs | {"tool-hands-over"}
    if not verbs:
        return frozenset()
    return frozenset([*verbs, *_things(nouns, server, pairs), *_reach(name, name_words(server), pairs)])


def _verbs(words: Sequence[str]) -> set[str]:
    """What these words say is done. The first verb decides."""
    found: set[str] = set()
    for place, word in enumerate(words):
        if not found and (word in _LOOKS or (place == 0 and word in _LOOKS_FIRST)):
            return set()
        verb = _BY_VERB.get(word)
        if verb == "tool-shows" and not found:
            return {verb}
        if verb is not None:
            found.add(verb)
    return found


def _things(nouns: Sequence[str], server: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    found = {flag for word in nouns for flag in _BY_THING.get(word, ())}
    have = set(nouns)
    if have & {"key", "keys"} and have & _KEY_KINDS:
        found.add("about-secrets")
    if {"security", "group"} <= have:
        found = found - {"about-rights", "about-guards"} | {"about-gates"}
    if not _VAULTS.isdisjoint(name_words(server)):
        found.add("about-secrets")
    if have & _NO_SECRET:
        found.discard("about-secrets")
    keys = {key for key, _ in pairs}
    if keys & _NAME_KEYS or (have & {"record", "records"} and ("zone" in keys or set(name_words(server)) & _NAME_SERVERS)):
        found.add("about-names")
    if have & _NO_NAME:
        found.discard("about-names")
    if not _MONEY_SERVERS.isdisjoint(name_words(server)):
        found.add("about-money")
    if have & _NO_MONEY and not {"external", "account"} <= have and not {"bank", "iban", "payee", "beneficiary"} & have:
        found.discard("about-money")
    if any(key.startswith("bundle") for key in keys):  # an app on a device
        found.discard("about-machines")
    return found


def _reach(name: Sequence[str], server: Sequence[str], pairs: Sequence[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    if not {"all", "everything", "bulk", "batch", "mass", "empty"}.isdisjoint(name):
        found.add("of-all")
    if "public" in name:
        found.add("to-everyone")
    if not {"prod", "production"}.isdisjoint((*server, *name)):
        found.add("in-production")
    if sum(key in _RECIPIENT_KEYS for key, _ in pairs) >= _MANY:
        found.add("to-many")
    tests = not {"test", "sandbox", "staging", "dev"}.isdisjoint(server)
    for key, value in pairs:
        tests = tests or _PLAY.fullmatch(f"{key}={value}") is not None
        if _NAMES_THINGS.fullmatch(key) and not value.startswith(("/", "~")):
            if _PRODUCTION.search(value):
                found.add("in-production")
            tests = tests or _TESTS.search(value) is not None
        if key in _BRANCH_KEYS and _MAIN.fullmatch(value):
            found.add("of-main")
        if (_names_things(key) and _ALL.fullmatch(value)) or (key != "path" and _NAMES_THINGS.fullmatch(key) and _ROOT_NAME.fullmatch(value)) or (value == "true" and key in ("all", "everything", "delete_all", "deleteall")):
            found.add("of-all")
        if (_OPEN_KEYS.fullmatch(key) and _EVERYONE.fullmatch(value)) or _opens(key, value) or (key in ("private", "is_private") and value == "false"):
            found.add("to-everyone")
        if _MANY_PEOPLE.fullmatch(value) or (("@" in value or "<!" in value) and _SHOUT.search(value)):
            found.add("to-many")
        if _RIGHT_KEYS.fullmatch(key) and _ADMIN.fullmatch(value):
            found.add("to-admin")
        if key in _STATES and _OFF.fullmatch(value) and value.lower() not in ("false", "0", "null", "none"):
            found.add("switched-off")
        if _OFF.fullmatch(value) and (key in _SWITCHES or _GUARD_KEY.fullmatch(key)):
            found.update(("switched-off",) if key in _SWITCHES else ("switched-off", "guard-off"))
    if tests and "in-production" not in found:
        found.add("of-tests")
    return found


def _names_things(key: str) -> bool:
    """Whether a key says which of many are meant."""
    last = name_words(key)[-1:]
    return _ALL_KEYS.fullmatch(key) is not None or any(word in _BY_THING or word in _MADE_OF for word in last)


def _opens(key: str, value: str) -> bool:
    """Whether a switch lets in people who are not known: one that opens is on, or one that keeps the public out is off."""
    words = set(name_words(key))
    return value in ("true", "false") and not words.isdisjoint(_OPEN_SWITCHES) and (value == "true") == words.isdisjoint(_CLOSES)
