"""The named sets of hosts as data. A name stands for itself and, but in the sets of exact names, for every name below it.

Tested against near misses in `tests/sensor/effects/places/test_hosts_table.py`.
"""

from __future__ import annotations

METADATA = frozenset({
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "169.254.169.123", "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "metadata.google.internal",
    "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal",
    "metadata.azure.com", "metadata.platformequinix.com", "metadata.packet.net", "metadata.tencentyun.com",
    "metadata.oraclecloud.com", "metadata.hetzner.cloud", "api.metadata.cloud.ibm.com", "169.254.42.42", "169.254.0.23", "169.254.169.250", "169.254.169.252", "100.96.0.96",
    "fd00:42::42", "fd00:a9fe:a9fe::1", "fe80::a9fe:a9fe", "rancher-metadata",
})
CATCHERS = (
    "webhook.site", "webhook.cool", "requestbin.com", "requestbin.net", "requestbin.io", "pipedream.net",
    "beeceptor.com", "requestcatcher.com", "hookbin.com", "postb.in", "oast.pro", "oast.live", "oast.site",
    "oast.online", "oast.fun", "oast.me", "oastify.com", "interact.sh", "burpcollaborator.net", "dnslog.cn",
    "dnslog.link", "ceye.io", "canarytokens.com", "canarytokens.org", "hookdeck.com", "typedwebhook.tools",
    "ptsv2.com", "ptsv3.com", "mockbin.org", "mockbin.io", "webhookinbox.com", "webhook-test.com", "hookbin.net",
    "requestinspector.com", "smee.io", "r.requestbin.com", "bxss.me", "eyes.sh", "dnsbin.zhack.ca", "requestrepo.com",
    "hookb.in", "interactsh.com", "webhookrelay.com", "putsreq.com", "httpdump.app", "ngrok.webhook.site", "pipedream.com", "xss.ht", "xsshunter.com", "webhooks.app",
    "svix.com", "oast.today", "dnslog.store", "dnslog.io", "dns.su18.org", "dig.pm", "log.xn--9tr.com", "callback.red", "dnsbin.com", "webhook-tester.com", "webhookspy.com", "request.bin",
    "postbin.org", "webhook.io", "interactsh.io", "canary.tools", "hook.us2.make.com", "hook.eu2.make.com", "hookdeck.events", "whcdn.dev", "requestly.dev", "hooks.zapier.com", "hook.eu1.make.com", "hook.us1.make.com", "discord.com/api/webhooks",
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
# Gateways to hidden services.
TOR = ("onion", "onion.to", "onion.ly", "onion.ws", "onion.pet", "onion.moe", "onion.dog", "onion.cab", "onion.sh", "onion.city", "tor2web.org", "tor2web.io", "tor2web.su", "darknet.to")
TUNNELS = (
    "ngrok.io", "ngrok-free.app", "ngrok-free.dev", "ngrok.app", "ngrok.dev", "ngrok.com", "trycloudflare.com",
    "cfargotunnel.com", "loca.lt", "localtunnel.me", "serveo.net", "localhost.run", "lhr.life", "lhr.rocks",
    "bore.pub", "pinggy.io", "pinggy.link", "a.pinggy.online", "tunnelto.dev", "telebit.io", "packetriot.net",
    "portmap.io", "playit.gg", "zrok.io", "burrow.io", "devtunnels.ms", "tunnels.api.visualstudio.com", "tmate.io",
    "ssh.tmate.io", "lhrtunnel.link", "localxpose.io", "loclx.io", "pagekite.me", "pagekite.net",
    "expose.sh", "sharedwithexpose.com", "remote.it", "dataplicity.io", "tailscale-funnel.net", "ts.net",
    "tunnelmole.net", "srv.us", "cloudpub.ru", "holesail.io", *TOR,
)
SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rb.gy", "shorturl.at", "tiny.cc", "v.gd",
    "git.io", "s.id", "t.ly", "rebrand.ly", "buff.ly", "adf.ly",
)
# Names that anybody gets for an address at home, without being asked who he is.
DYNAMIC = (
    "ddns.net", "no-ip.org", "no-ip.com", "no-ip.biz", "hopto.org", "zapto.org", "sytes.net", "duckdns.org", "dyndns.org", "dynu.net", "dynu.com", "freeddns.org", "mooo.com", "chickenkiller.com",
    "servehttp.com", "serveftp.com", "serveblog.net", "myftp.org", "myftp.biz", "redirectme.net", "3utilities.com", "gotdns.ch", "bounceme.net", "servebeer.com", "servegame.com", "ddnsking.com", "dynv6.net",
    "us.to", "strangled.net", "ignorelist.com", "kozow.com", "casacam.net", "accesscam.org", "giize.com", "webredirect.org", "ooguy.com", "theworkpc.com",
)
# Stores of chats, sharing services and of files without an owner: who uploads there is not asked who he is, or not shown.
UPLOADS = (
    "cdn.discordapp.com", "media.discordapp.net", "files.slack.com", "mediafire.com", "mega.nz", "dl.dropboxusercontent.com", "1drv.ms", "onedrive.live.com", "drive.google.com", "drive.usercontent.google.com",
    "ipfs.io", "dweb.link", "cloudflare-ipfs.com", "gateway.pinata.cloud", "nftstorage.link", "w3s.link", "ipfs.dweb.link", "4everland.io", "arweave.net", "workupload.com", "krakenfiles.com",
    "1fichier.com", "rapidgator.net", "dropmefiles.com", "api.telegram.org", "telegra.ph",
)
# Names below these resolve to the address that they spell, or to another one at every question.
WILDCARDS = (
    "nip.io", "sslip.io", "xip.io", "nip.me", "traefik.me", "ip6.name", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "localho.st", "localh.st", "localhost.me", "localdomain.pw", "ssrf.localdomain.pw",
    "mydomain.me", "bugbounty.dod.network", "127-0-0-1.org.uk", "fuf.me", "fbi.com.localhost", "lcl.host", "local.gd", "backname.io", "ip.addr.tools",
)
REBINDERS = ("rbndr.us", "1u.ms", "rebind.it", "lock.cmpxchg8b.com", "rebind.network", "rebinder.net", "dnsrebinder.net", "spoofed.burpcollaborator.net", "r3dir.me")
# Those of them below which every name is this machine.
LOOPBACK_NAMES = (
    "localhost", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "localho.st", "localh.st", "yoogle.com", "ip6-localhost", "ip6-loopback", "host.docker.internal", "gateway.docker.internal",
    "kubernetes.docker.internal", "host.containers.internal", "host.lima.internal", "host.orb.internal", "host.minikube.internal", "127-0-0-1.org.uk", "fbi.com.localhost", "fuf.me", "local.gd",
)
PRIVATE_SUFFIXES = (
    ".internal", ".local", ".lan", ".corp", ".intranet", ".home", ".home.arpa", ".svc", ".cluster.local", ".private", ".consul",
)
PRIVATE_NAMES = frozenset({"kubernetes", "kubernetes.default", "kubernetes.default.svc", "router", "gateway"})
# Where a daemon obeys or shows its data to everybody who reaches it.
DAEMON_PORTS = frozenset({
    21, 22, 23, 25, 110, 111, 135, 139, 143, 389, 445, 636, 873, 1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4194, 4243, 5432, 5900, 5984, 5985, 6379, 8200, 8500, 10250, 10255, 11211,
    27017, 50070, 61616,
})
# Where the makers of these services write about them: not what their users put there.
OWN_NAMES = frozenset({
    "docs.webhook.site", "docs.beeceptor.com", "docs.pipedream.com", "docs.svix.com", "hookdeck.com", "docs.hookdeck.com", "www.svix.com", "pipedream.com", "www.pipedream.com", "docs.webhookrelay.com", "docs.canarytokens.org",
    "www.ngrok.com", "docs.ngrok.com", "help.mega.nz", "help.mega.io", "www.wetransfer.com", "help.wetransfer.com", "docs.zrok.io", "pinggy.io", "localxpose.io", "tailscale.net", "docs.remote.it", "support.playit.gg",
})
OWN_PATHS = frozenset({"", "docs", "doc", "doc_api", "doc_scraping_api", "blog", "pricing", "about", "faq", "help", "terms", "tos", "privacy", "contact", "signup", "login", "features", "product", "languages"})
# Pages that ask the address they are given from the reader's own browser.
IN_BROWSER = frozenset({"petstore.swagger.io", "editor.swagger.io", "editor-next.swagger.io", "studio.apollographql.com", "web.archive.org", "validator.swagger.io", "redocly.github.io", "jsoncrack.com"})
# Where vendors of tools serve the scripts that install them; exact names, the ones below them may be anybody's.
INSTALLERS = frozenset((
    "sh.rustup.rs", "static.rust-lang.org", "get.docker.com", "download.docker.com", "install.python-poetry.org", "deb.nodesource.com", "rpm.nodesource.com", "bun.sh", "bun.com", "deno.land", "get.sdkman.io",
    "aka.ms", "astral.sh", "sh.uv", "get.pnpm.io", "get.helm.sh", "sh.brew.sh", "get.k3s.io", "get.k0s.sh", "kind.sigs.k8s.io", "dl.k8s.io", "bootstrap.pypa.io", "claude.ai", "cursor.com", "pyenv.run",
    "fnm.vercel.app", "install.duckdb.org", "codecov.io", "cli.codecov.io", "uploader.codecov.io", "ollama.com", "tailscale.com", "get.volta.sh", "micro.mamba.pm", "repo.anaconda.com", "get.rvm.io", "install.julialang.org", "getcomposer.org",
    "get-ghcup.haskell.org", "get.haskellstack.org", "get.opentofu.org", "releases.hashicorp.com", "cli.github.com", "yarnpkg.com", "mise.run", "mise.jdx.dev", "nixos.org", "install.determinate.systems",
    "starship.rs", "fly.io", "taskfile.dev", "just.systems", "apt.llvm.org", "webi.sh", "webinstall.dev", "zed.dev", "railway.com", "cli.doppler.com", "sh.vector.dev", "get.pulumi.com", "run.linkerd.io",
    "istio.io", "fluxcd.io", "dl.dagger.io", "dot.net", "dprint.dev", "wasmtime.dev", "get.wasmer.io", "moonrepo.dev", "get.nexte.st", "get.tur.so", "sentry.io", "get.jetify.com", "setup.atuin.sh",
    "ohmyposh.dev", "install.crystal-lang.org", "opencode.ai", "get.scoop.sh", "community.chocolatey.org",
))
