"""Recognise network targets in words and say which named sets they belong to."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

from sensor.effects.lookalikes import lookalike_places
from sensor.model.effects import Host

METADATA = frozenset({
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "169.254.169.123", "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "metadata.google.internal",
    "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal",
    "metadata.azure.com", "metadata.platformequinix.com", "metadata.packet.net", "metadata.tencentyun.com",
    "rancher-metadata",
})
CATCHERS = (
    "webhook.site", "webhook.cool", "requestbin.com", "requestbin.net", "requestbin.io", "pipedream.net",
    "beeceptor.com", "requestcatcher.com", "hookbin.com", "postb.in", "oast.pro", "oast.live", "oast.site",
    "oast.online", "oast.fun", "oast.me", "oastify.com", "interact.sh", "burpcollaborator.net", "dnslog.cn",
    "dnslog.link", "ceye.io", "canarytokens.com", "canarytokens.org", "hookdeck.com", "typedwebhook.tools",
    "ptsv2.com", "ptsv3.com", "mockbin.org", "mockbin.io", "webhookinbox.com", "webhook-test.com", "hookbin.net",
    "requestinspector.com", "smee.io", "r.requestbin.com", "bxss.me", "eyes.sh", "dnsbin.zhack.ca", "requestrepo.com",
    "hookb.in", "interactsh.com", "webhookrelay.com", "putsreq.com", "httpdump.app", "ngrok.webhook.site", "pipedream.com", "xss.ht", "xsshunter.com", "webhooks.app",
    "svix.com", "hooks.zapier.com", "hook.eu1.make.com", "hook.us1.make.com", "discord.com/api/webhooks",
)
PASTE = (
    "pastebin.com", "paste.ee", "hastebin.com", "toptal.com/developers/hastebin", "ghostbin.com", "dpaste.com",
    "dpaste.org", "ix.io", "sprunge.us", "termbin.com", "transfer.sh", "file.io", "0x0.st", "x0.at", "temp.sh",
    "oshi.at", "catbox.moe", "litterbox.catbox.moe", "gofile.io", "anonfiles.com", "bashupload.com", "rentry.co",
    "rentry.org", "controlc.com", "paste.rs", "clbin.com", "envs.sh", "ttm.sh", "pastes.dev", "paste.mozilla.org",
    "privatebin.net", "privatebin.info", "justpaste.it", "paste.debian.net", "bpa.st", "filebin.net", "tmpfiles.org",
    "uguu.se", "wetransfer.com", "sendspace.com", "mediafire.com", "mega.nz", "ufile.io", "keep.sh", "free.keep.sh",
    "paste.c-net.org", "p.ip.fi", "dumpz.org", "telegra.ph", "write.as", "pixeldrain.com", "zippyshare.com",
    "send.vis.ee", "cl1p.net", "shz.al", "paste.opensuse.org", "fars.ee",
)
TUNNELS = (
    "ngrok.io", "ngrok-free.app", "ngrok-free.dev", "ngrok.app", "ngrok.dev", "ngrok.com", "trycloudflare.com",
    "cfargotunnel.com", "loca.lt", "localtunnel.me", "serveo.net", "localhost.run", "lhr.life", "lhr.rocks",
    "bore.pub", "pinggy.io", "pinggy.link", "a.pinggy.online", "tunnelto.dev", "telebit.io", "packetriot.net",
    "portmap.io", "playit.gg", "zrok.io", "burrow.io", "devtunnels.ms", "tunnels.api.visualstudio.com", "tmate.io",
    "ssh.tmate.io", "lhrtunnel.link", "onion", "localxpose.io", "loclx.io", "pagekite.me", "pagekite.net",
    "expose.sh", "sharedwithexpose.com", "remote.it", "dataplicity.io", "tailscale-funnel.net", "ts.net",
    "tunnelmole.net", "srv.us", "cloudpub.ru", "holesail.io", "onion.to", "onion.ly", "onion.ws",
)
SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rb.gy", "shorturl.at", "tiny.cc", "v.gd",
    "git.io", "s.id", "t.ly", "rebrand.ly", "buff.ly", "adf.ly",
)
# Where vendors of tools serve the scripts that install them; exact names, the ones below them may be anybody's.
INSTALLERS = frozenset((
    "sh.rustup.rs", "static.rust-lang.org", "get.docker.com", "download.docker.com", "install.python-poetry.org", "deb.nodesource.com", "rpm.nodesource.com", "bun.sh", "bun.com", "deno.land", "get.sdkman.io",
    "astral.sh", "sh.uv", "get.pnpm.io", "get.helm.sh", "sh.brew.sh", "get.k3s.io", "get.k0s.sh", "kind.sigs.k8s.io", "dl.k8s.io", "bootstrap.pypa.io", "claude.ai", "cursor.com", "pyenv.run",
    "fnm.vercel.app", "install.duckdb.org", "ollama.com", "tailscale.com", "get.volta.sh", "micro.mamba.pm", "repo.anaconda.com", "get.rvm.io", "install.julialang.org", "getcomposer.org",
    "get-ghcup.haskell.org", "get.haskellstack.org", "get.opentofu.org", "releases.hashicorp.com", "cli.github.com", "yarnpkg.com", "mise.run", "mise.jdx.dev", "nixos.org", "install.determinate.systems",
    "starship.rs", "fly.io", "taskfile.dev", "just.systems", "apt.llvm.org", "webi.sh", "webinstall.dev", "zed.dev", "railway.com", "cli.doppler.com", "sh.vector.dev", "get.pulumi.com", "run.linkerd.io",
    "istio.io", "fluxcd.io", "dl.dagger.io", "dot.net", "dprint.dev", "wasmtime.dev", "get.wasmer.io", "moonrepo.dev", "get.nexte.st", "get.tur.so", "sentry.io", "get.jetify.com", "setup.atuin.sh",
    "ohmyposh.dev", "install.crystal-lang.org", "opencode.ai",
))
_LOOPBACK_NAMES = (
    "localhost", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "localho.st", "yoogle.com", "ip6-localhost",
    "ip6-loopback", "host.docker.internal", "gateway.docker.internal", "127-0-0-1.org.uk", "fbi.com.localhost",
)
_PRIVATE_SUFFIXES = (
    ".internal", ".local", ".lan", ".corp", ".intranet", ".home", ".home.arpa", ".svc", ".cluster.local", ".private",
    ".consul",
)
_PRIVATE_NAMES = frozenset({"kubernetes", "kubernetes.default", "kubernetes.default.svc", "router", "gateway"})
_EMBEDDED = re.compile(r"(?:^|[.-])((?:\d{1,3}[.-]){3}\d{1,3})\.(?:nip\.io|sslip\.io|xip\.io|traefik\.me)$|([0-9a-f]{8})\.(?:nip\.io|sslip\.io)$")
_REBIND = re.compile(r"(?:rbndr\.us|1u\.ms|rebind\.it|lock\.cmpxchg8b\.com|rebind\.network)$")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}):/{1,3}([^\s/?#]*)([^\s]*)")
_SCP = re.compile(r"(?:[\w.+-]+@)?(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9][\w.-]*[A-Za-z0-9]|[A-Za-z0-9]):(?!/{2})(?![0-9]+$)(.*)", re.S)
_BARE = re.compile(r"(?:[\w.+%-]+(?::[^@\s]*)?@)?(\[[0-9A-Fa-f:.%]+\]|(?:[\w-]+\.)+[A-Za-z][\w-]+|localhost|(?:0[xX][0-9A-Fa-f]+|\d+)(?:\.(?:0[xX][0-9A-Fa-f]+|\d+)){0,3})\.?(?::(\d{1,5}))?(/[^\s]*)?")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|\d+")
_DEVICE = re.compile(r"/dev/(?:tcp|udp)/([^/\s]+)/(\d+)")
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ssh": 22, "git": 9418, "ws": 80, "wss": 443, "gopher": 70, "ldap": 389,
                 "redis": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mongodb": 27017, "smb": 445}
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
    targets = dict.fromkeys((_split_port(authority.partition("\\")[0].rpartition("@")[2]), _split_port(authority.rpartition("@")[2].partition("\\")[0])))
    return tuple(make_host(name, port or DEFAULT_PORTS.get(scheme, 0), match.group(0), authority + rest) for name, port in targets if name)


def parse_target(text: str) -> Host | None:
    """A target as network clients take it: a URL, `/dev/tcp/...`, or a bare host with port and path."""
    if "://" in text:
        return parse_url(text)
    device = _DEVICE.match(text)
    if device:
        return make_host(device.group(1), int(device.group(2)[:5]), text)
    match = _BARE.fullmatch(text)
    return make_host(match.group(1), int(match.group(2) or 0), text) if match else None


def parse_remote(text: str) -> Host | None:
    """`user@host:path`, `host:path`, `host::module` of copy tools and git."""
    if "://" in text:
        return parse_url(text)
    match = _SCP.fullmatch(text)
    if match and len(match.group(1)) > 1 and "/" not in match.group(1):
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
    if plain in INSTALLERS and url[:6].lower() == "https:":
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
        if mapped is None and int(address) >> 32 in (0, 0x64FF9B << 64) and int(address) > 1:
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
    """The named sets of a normalised host name."""
    found: set[str] = set()
    if name in METADATA:
        found.add("@metadata")
    embedded = _EMBEDDED.search(name)
    if embedded:
        plain = embedded.group(1)
        address = parse_address(plain.replace("-", ".")) if plain else ipaddress.IPv4Address(int(embedded.group(2), 16))
    else:
        address = parse_address(name)
    if address is not None and embedded and address.is_loopback:
        found.add("@private")  # the words of a stranger's name server, not this machine's
    elif address is not None:
        _address_places(address, found)
        if str(address) in METADATA:
            found.add("@metadata")
    elif name in _LOOPBACK_NAMES or name.endswith((".localhost", ".localtest.me", ".lvh.me")):
        found.add("@loopback")
    elif name.endswith(_PRIVATE_SUFFIXES) or name in _PRIVATE_NAMES or _REBIND.search(name):
        found.add("@private")
    else:
        found |= lookalike_places(name)
    for place, names in (("@catchers", CATCHERS), ("@paste", PASTE), ("@tunnels", TUNNELS), ("@shorteners", SHORTENERS)):
        if name.endswith(names) and any(name == one or name.endswith("." + one) for one in names):
            found.add(place)
    if name == "discord.com" and "/api/webhooks" in rest:
        found.add("@catchers")
    return frozenset(found)


_DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def _address_places(address: ipaddress.IPv4Address | ipaddress.IPv6Address, found: set[str]) -> None:
    if address.is_loopback or address.is_unspecified or (address.version == 4 and int(address) >> 24 == 0):
        found.add("@loopback")
    elif any(address in network for network in _DOCUMENTATION):
        found.add("@raw-ip")  # judged like the addresses that they stand for in examples
    elif address.is_multicast or not address.is_global or address.is_link_local:
        found.add("@private")
    else:
        found.add("@raw-ip")
