"""Recognise network targets in words and say which named sets they belong to."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

from sensor.effects.places import hosts_table as table
from sensor.effects.places.carried import carried_places, inner_addresses
from sensor.effects.places.lookalikes import lookalike_places
from sensor.effects.places.spelling import DISGUISED, ODD, Written, spelling_places
from sensor.model.effects import Host

# An address that a wild-card name spells: dotted or with dashes, or in eight hexadecimal digits.
_EMBEDDED = re.compile(r"(?<![0-9])((?:\d{1,3}[.-]){3}\d{1,3})(?![0-9])|(?<![0-9a-z])([0-9a-f]{8})(?![0-9a-z])")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}):/{1,3}([^\s/?#]*)([^\s]*)")
_DRIVE = re.compile(r"[A-Z]:|[a-z]:\\")  # of Windows
_SCP = re.compile(r"(?:[\w.+-]+@)?(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9][\w.-]*[A-Za-z0-9]|[A-Za-z0-9]):(?!/{2})(?![0-9]+$)(.*)", re.S)
_BARE = re.compile(r"(?:[\w.+%-]+(?::[^@\s]*)?@)?(\[[0-9A-Fa-f:.%]+\]|(?:[\w-]+\.)+[A-Za-z][\w-]+|localhost|(?:0[xX][0-9A-Fa-f]+|\d+)(?:\.(?:0[xX][0-9A-Fa-f]+|\d+)){0,3})\.?(?::(\d{1,5}))?(/[^\s]*)?")
MAX_NAME = 300  # no name of a host is longer
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|\d+")
_DEVICE = re.compile(r"/dev/(?:tcp|udp)/([^/\s]+)/(\d+)")
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ssh": 22, "git": 9418, "ws": 80, "wss": 443, "gopher": 70, "ldap": 389,
                 "redis": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mongodb": 27017, "smb": 445}
_WEB_SCHEMES = frozenset({"http", "https", "ftp", "gopher", "dict", "ws", "wss"})
_SPELLED_SCHEMES = _WEB_SCHEMES | {"", "git+https", "ssh", "git"}
_METADATA_PATH = re.compile(
    r"(?i)/(?:[^?#]{0,120}/?169\.254\.(?:169\.254|170\.23?)/)?(?:(?:latest|\d{4}-\d\d-\d\d)/(?:meta-data|user-data|api/token|dynamic/instance-identity)(?![\w.-])|computeMetadata/v1|metadata/(?:v1|instance|identity)(?:[/?.]|$)"
    r"|opc/v[12]/instance|openstack/latest|hetzner/v1/(?:metadata|userdata)|v2/credentials/)")
_COLLECTING = frozenset({"@catchers", "@tunnels", "@paste"})
_AT_HOME = (".local", ".lan", ".home", ".home.arpa")
# Parameters whose address nobody asks: searched for, named as the sender; and those by which a login sends its visitor back to the program on his machine.
_SEARCHED = frozenset({"q", "query", "search", "s", "text", "keyword", "keywords", "term", "terms", "wd", "p", "title", "body", "subject", "message"})
_ONLY_NAMED = frozenset({"ref", "referrer", "referer", "utm_source", "origin", "client_id", "audience", "resource", "scope", "xmlns", "issuer"})
_WAY_BACK = frozenset({
    "redirect_uri", "redirect_url", "redirecturi", "redirecturl", "redirect", "redirect_to", "redirectto", "callback", "callback_url", "callbackurl", "return", "return_to", "returnto", "return_url", "returnurl",
    "next", "continue", "post_logout_redirect_uri", "success_url", "cancel_url", "logout_uri", "state",
})
_PASSES_ON = frozenset({"url", "redirect", "redirect-to", "r", "go", "out", "link", "away", "goto", "l.php", "leave", "exit", "jump", "proxy", "fetch", "translate", "browse"})
_LOCAL_SCHEMES = frozenset({"file", "data", "about", "javascript", "chrome", "jar"})


def parse_url(text: str) -> Host | None:
    """The target of a URL, None when there is no scheme or it is a local one. Of two readings it is the one that leaves this machine, with the sets of both."""
    found = sorted(_readings(text), key=lambda host: "@loopback" not in host.places)
    if len(found) < 2:
        return found[0] if found else None
    other, host = found
    places = other.places | host.places
    return Host(host=host.host, port=host.port, url=host.url, places=places if "@loopback" in host.places else places - {"@loopback"})


def _readings(text: str) -> tuple[Host, ...]:
    """The targets of a URL as clients read it: to browsers a backslash ends the host, to curl it is a part of the user's name."""
    match = _URL.search(text)
    if match is None or match.group(1).lower() in _LOCAL_SCHEMES:
        return ()
    scheme, authority, rest = match.group(1).lower(), match.group(2), match.group(3)
    more = _more_places(scheme, authority, rest)
    targets = dict.fromkeys((_split_port(authority.partition("\\")[0].rpartition("@")[2]), _split_port(authority.rpartition("@")[2].partition("\\")[0])))
    return tuple(
        _with_more(make_host(name, port or DEFAULT_PORTS.get(scheme, 0), match.group(0), rest), Written(authority, name, normalise(name)), scheme, more) for name, port in targets if name
    )


def _with_more(host: Host, written: Written, scheme: str, more: frozenset[str]) -> Host:
    """A host with what its whole address says, and how it is written."""
    places = host.places | more
    if scheme in _SPELLED_SCHEMES:
        places |= spelling_places(written, parse_address(written.plain) is not None)
    if scheme in _WEB_SCHEMES and host.port in table.DAEMON_PORTS:
        places |= {"@daemon-port"}
    elif ODD not in places and DISGUISED not in places and _is_development(host):
        places |= {"@development"}
    if "@loopback" in places:
        places -= {"@metadata-path"}
    return Host(host=host.host, port=host.port, url=host.url, places=places)


def _is_development(host: Host) -> bool:
    """Whether this is a server of one's own work: on this machine or at home, at a port that programs without rights open."""
    if host.host.endswith(".localhost"):
        return True
    near = "@loopback" in host.places or ("@private" in host.places and (host.host.endswith(_AT_HOME) or parse_address(host.host) is not None or _spells_loopback(host.host)))
    return near and host.port >= 1024 and host.places.isdisjoint(("@metadata", "@link-local", "@rebinding"))


def _more_places(scheme: str, authority: str, rest: str) -> frozenset[str]:
    """What an address carries: keys, coded secrets, other addresses; whose path it has."""
    found = set(carried_places(authority, rest))
    if _METADATA_PATH.match(rest):
        found.add("@metadata-path")
    outer = authority.rpartition("@")[2].partition(":")[0].lower()
    step = rest.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    for inner in inner_addresses(rest) if len(rest) > 8 else ():
        parameter = inner.parameter.lower().replace("-", "_")
        if outer in table.IN_BROWSER or parameter in _ONLY_NAMED or (parameter in _SEARCHED and step not in _PASSES_ON):
            continue
        if inner.scheme == "file":
            found.add("@relays-inward")
            continue
        name, port = _split_port(inner.authority.rpartition("@")[2])
        there = host_places(normalise(name), "") if name else frozenset()
        if not there.isdisjoint(("@metadata", "@private")) or ("@loopback" in there and not (parameter in _WAY_BACK and port not in table.DAEMON_PORTS)):
            found.add("@relays-inward")
        found |= there & _COLLECTING
    return frozenset(found)


def parse_target(text: str) -> Host | None:
    """A target as network clients take it: a URL, `/dev/tcp/...`, or a bare host with port and path."""
    if "://" in text:
        return parse_url(text)
    device = _DEVICE.match(text)
    if device:
        return make_host(device.group(1), int(device.group(2)[:5]), text)
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    host = make_host(match.group(1), int(match.group(2) or 0), text, match.group(3) or "")
    # Without a scheme a single number is a number before it is an address.
    return _with_more(host, Written(match.group(1), match.group(1), host.host), "", _more_places("", match.group(1), match.group(3) or "")) if match.group(1).count(".") > 2 or "x" in match.group(1)[:2] or match.group(3) else host


def parse_remote(text: str) -> Host | None:
    """`user@host:path`, `host:path`, `host::module` of copy tools and git."""
    if "://" in text:
        return parse_url(text)
    match = _SCP.fullmatch(text)
    if match and not _DRIVE.match(text) and "/" not in match.group(1):
        return make_host(match.group(1), 0, text)
    return None


def _split_port(authority: str) -> tuple[str, int]:
    if authority.startswith("["):
        name, _, port = authority[1:].partition("]")
        return name, int(port[1:6]) if port[1:6].isdigit() and port[1:6].isascii() else 0
    name, _, port = authority.partition(":")
    return name, int(port[:5]) if port[:5].isdigit() and port[:5].isascii() else 0


def make_host(name: str, port: int = 0, url: str = "", rest: str = "") -> Host:
    """A host with its normalised name and its sets."""
    plain = normalise(name)
    places = host_places(plain, rest)
    if plain in table.INSTALLERS and url[:6].lower() == "https:":
        places |= {"@installers"}
    return Host(host=plain, port=port, url=url, places=places)


def normalise(name: str) -> str:
    """Lower case, ASCII where look-alike digits and dots were used, one spelling per address."""
    name = unquote(name).strip("[]").rstrip(".").lower()
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name).replace("。", ".").lower()
    address = parse_address(name)
    return str(address) if address is not None else name


def parse_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address in any spelling the C library takes: dotted, short, octal, hexadecimal, one number, IPv6."""
    if ":" in name:
        try:
            address = ipaddress.IPv6Address(name.partition("%")[0])
        except ValueError:
            return None
        mapped = address.ipv4_mapped or address.sixtofour
        if mapped is None and int(address) > 1 and (int(address) >> 32 in (0, 0x64FF9B << 64) or int(address) >> 80 == 0x64FF9B0001 or int(address) >> 32 & 0xFDFFFFFF == 0x5EFE):
            mapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return mapped or address
    parts = name.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) and len(part) < 14 for part in parts):
        return None
    try:
        numbers = [int(part, 16) if part[:2] == "0x" else int(part, 8) if part[0] == "0" and part != "0" else int(part)
                   for part in parts]
    except ValueError:
        return None
    last = numbers.pop()
    if any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)):
        return None
    value = last
    for index, number in enumerate(numbers):
        value += number << (8 * (3 - index))
    return ipaddress.IPv4Address(value)


def host_places(name: str, rest: str = "") -> frozenset[str]:
    """The named sets of a normalised host name; `rest` is what follows it in an address."""
    found: set[str] = set()
    if name in table.METADATA:
        found.add("@metadata")
    address = parse_address(name)
    if address is not None:
        _address_places(address, found)
        if str(address) in table.METADATA:
            found.add("@metadata")
    elif _is_below(name, table.WILDCARDS) or _is_below(name, table.REBINDERS):
        _spelled_places(name, found)
    elif name in table.LOOPBACK_NAMES or name.endswith(".localhost"):
        found.add("@loopback")
    elif name.endswith(table.PRIVATE_SUFFIXES) or name in table.PRIVATE_NAMES:
        found.add("@private")
    else:
        found |= lookalike_places(name)
    if name in table.OWN_NAMES:
        return frozenset(found)
    path, _, query = rest.partition("?")
    own = rest[:1] == "/" and not query and path.strip("/").partition("/")[0] in table.OWN_PATHS
    for place, names in _SERVICES:
        if name.endswith(names) and not (own and name in names) and any(name == one or name.endswith("." + one) for one in names):
            found.add(place)
    if name in ("discord.com", "discordapp.com") and "/api/webhooks" in rest:
        found.add("@catchers")
    return frozenset(found)


_SERVICES = (
    ("@catchers", table.CATCHERS), ("@paste", table.PASTE), ("@tunnels", table.TUNNELS), ("@shorteners", table.SHORTENERS), ("@tor", table.TOR), ("@dynamic-name", table.DYNAMIC), ("@uploads", table.UPLOADS),
)


def _is_below(name: str, names: tuple[str, ...]) -> bool:
    return name.endswith(names) and any(name.endswith("." + one) for one in names)


def _spelled_places(name: str, found: set[str]) -> None:
    """The sets of the addresses that a wild-card name spells. This machine is then the word of a stranger's name server, so it counts as an inner one."""
    found.add("@wildcard-dns")
    if _is_below(name, table.REBINDERS) or "rebind" in name:
        found |= {"@rebinding", "@private"}
    for address in _spelled(name):
        _address_places(address, found)
        if str(address) in table.METADATA:
            found.add("@metadata")
    if name.endswith(table.LOOPBACK_NAMES):
        found.add("@loopback")
    elif "@loopback" in found:
        found.discard("@loopback")
        found.add("@private")


def _spelled(name: str) -> tuple[ipaddress.IPv4Address, ...]:
    found = []
    for match in _EMBEDDED.finditer(name[:MAX_NAME]):
        address = parse_address(match.group(1).replace("-", ".")) if match.group(1) else ipaddress.IPv4Address(int(match.group(2), 16))
        if isinstance(address, ipaddress.IPv4Address):
            found.append(address)
    return tuple(found)


def _spells_loopback(name: str) -> bool:
    return name.endswith(table.LOOPBACK_NAMES) or any(address.is_loopback for address in _spelled(name))


_DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def _address_places(address: ipaddress.IPv4Address | ipaddress.IPv6Address, found: set[str]) -> None:
    if address.is_loopback or address.is_unspecified or (address.version == 4 and int(address) >> 24 == 0):
        found.add("@loopback")
    elif any(address in network for network in _DOCUMENTATION):
        found.add("@raw-ip")  # judged like the addresses that they stand for in examples
    elif address.is_multicast or not address.is_global or address.is_link_local:
        found.add("@private")
        if address.is_link_local:
            found.add("@link-local")
    else:
        found.add("@raw-ip")
