"""Well-known names of hosts, and the words that others put beside them.

Tested against near misses in `tests/sensor/effects/places/test_brands.py`.
"""

from __future__ import annotations

# Names that people know, with the endings under which their owners serve; () = too many to list.
OWNED: dict[str, frozenset[str]] = {
    name: frozenset(endings.split()) for name, endings in {
        "github": "com io dev blog community net org", "githubusercontent": "com", "githubassets": "com", "gitlab": "", "bitbucket": "org com io", "npmjs": "com org", "pypi": "org io", "pythonhosted": "org", "rubygems": "org",
        "packagist": "org com", "nuget": "org", "huggingface": "co", "crates": "", "cratesio": "", "rustfoundation": "org", "rust-lang": "org", "nodejs": "org dev", "yarnpkg": "com", "npmmirror": "com",
        "google": "", "gmail": "", "googleapis": "com", "paypal": "", "microsoft": "", "microsoftonline": "com us de cn", "office365": "", "icloud": "", "apple": "", "amazon": "", "amazonaws": "com eu", "aws": "",
        "openai": "", "chatgpt": "com", "anthropic": "com ai", "claude": "", "cursor": "", "copilot": "", "docker": "", "dockerhub": "", "kubernetes": "io dev", "slack": "", "dropbox": "", "facebook": "", "netflix": "",
        "linkedin": "", "cloudflare": "", "stripe": "", "atlassian": "", "vercel": "", "netlify": "", "heroku": "", "digitalocean": "", "okta": "", "auth0": "", "coinbase": "", "binance": "", "metamask": "io", "telegram": "",
        "whatsapp": "", "discord": "", "discordapp": "com net io", "stackoverflow": "", "figma": "", "notion": "", "jetbrains": "", "homebrew": "", "terraform": "io", "hashicorp": "", "visualstudio": "com", "vscode": "",
        "supabase": "", "mongodb": "", "postman": "", "sentry": "", "datadoghq": "com eu", "grafana": "", "gitea": "", "codeberg": "org page eu", "sourceforge": "net io", "maven": "", "gradle": "org com",
    }.items()
}
NAMES = frozenset(OWNED)
# Domains that are taken whole into the name of another one.
DOMAINS = frozenset({
    "github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "npmjs.com", "npmjs.org", "pypi.org", "python.org", "pythonhosted.org", "rubygems.org", "crates.io", "rust-lang.org", "packagist.org", "nuget.org", "docker.com",
    "docker.io", "huggingface.co", "nodejs.org", "google.com", "googleapis.com", "paypal.com", "microsoft.com", "microsoftonline.com", "office.com", "live.com", "apple.com", "icloud.com", "amazon.com", "amazonaws.com", "openai.com",
    "chatgpt.com", "anthropic.com", "claude.ai", "cursor.com", "slack.com", "dropbox.com", "facebook.com", "netflix.com", "linkedin.com", "cloudflare.com", "stripe.com", "atlassian.com", "vercel.com", "heroku.com", "okta.com",
    "auth0.com", "coinbase.com", "binance.com", "telegram.org", "whatsapp.com", "discord.com", "stackoverflow.com", "figma.com", "notion.so", "jetbrains.com", "brew.sh", "hashicorp.com", "visualstudio.com", "debian.org", "ubuntu.com",
    "kubernetes.io", "golang.org", "maven.org", "gitlab.io", "github.io",
})
# Who serves other people's domains below names of his own.
CARRIERS = (
    ".akadns.net", ".akamai.net", ".akamaiedge.net", ".edgekey.net", ".edgesuite.net", ".cloudfront.net", ".fastly.net", ".cdn.cloudflare.net", ".trafficmanager.net", ".azureedge.net", ".azurefd.net", ".amazonaws.com", ".translate.goog",
    ".googleusercontent.com", ".s3.amazonaws.com", ".storage.googleapis.com", ".blob.core.windows.net", ".proxy.ustclug.org", ".cnpmjs.org",
)
# Domains of the owners themselves, and of others whom nobody mistakes, that look as if they borrowed.
KNOWN = frozenset({
    "google-analytics.com", "cloudflare-dns.com", "cloudflare-ipfs.com", "slack-edge.com", "slack-files.com", "slack-imgs.com", "slack-redir.net", "notion-static.com", "cdn-apple.com", "apple-dns.net", "apple-cloudkit.com", "icloud-content.com",
    "amazon-adsystem.com", "gitlab-static.net", "vercel-dns.com", "vercel-storage.com", "dropbox-dns.com", "aws-cdk.com", "github-cloud.com", "docker-mailserver.com", "openapi.tools", "openapis.org", "swagger.io",
    "packagist-mirror.org", "googledownloads.cn", "paypal-community.com", "stripe-terminal-local-reader.net", "mongodb-js.com", "heroku-cli.com", "digitaloceanspaces.com", "aws-cli.com", "homebrew-cask.com", "terraform-registry.org",
    "terraform-best-practices.com", "kubernetes-csi.github.io", "claude-plugins.dev", "claude.site", "stripe.press", "vercel.live", "vercel.link", "figma.site", "binance.info", "supabase.link",
})
# Words and sites that are one letter away from a name above.
OTHER_WORDS = frozenset({
    "strip", "stripes", "stride", "strike", "motion", "nation", "notions", "lotion", "potion", "cloud", "clouds", "openapi", "openapis", "telegraf", "toggle", "goggle", "boogle", "locker", "rocker", "mocker", "docket", "dockers", "dicker",
    "cursors", "cursos", "curser", "claud", "clause", "clade", "amazons", "apples", "ample", "applet", "sentry", "sentra", "gentry", "entry", "postmen", "maven", "haven", "raven", "maver", "gitee", "githut", "githug", "gitlabs", "discard",
    "discords", "discos", "netflux", "heroes", "hero", "papal", "grafana", "graphana", "mongod", "figma", "sigma", "gradle", "cradle", "gradles", "grade", "graple", "grable", "copilots", "crate", "crates", "crats", "grates", "vercel", "gitea",
    "anthropics", "facebooks", "googles", "microsofts", "githubs", "terraforms", "kubernetesio",
})
LURES = frozenset([
    "login", "signin", "logon", "secure", "security", "verify", "verification", "account", "accounts", "support", "help", "helpdesk", "update", "updates", "updater", "upgrade", "auth", "oauth", "sso", "mfa", "2fa", "billing", "wallet", "org",
    "com", "io", "net", "cdn", "download", "downloads", "mirror", "registry", "packages", "package", "pkg", "install", "installer", "setup", "release", "releases", "files", "raw", "content", "id", "session", "token", "tokens", "recovery",
    "recover", "reset", "check", "audit", "service", "services", "customer", "confirm", "unlock", "alert", "notice", "refund", "giveaway", "bonus", "free", "pro", "premium", "crack", "activate", "get",
])
# Beside a name these say only which part of the same service is meant.
PARTS = frozenset([
    "hub", "ai", "code", "mac", "macos", "windows", "win", "linux", "sh", "console", "app", "apps", "cli", "desktop", "dev", "python", "node", "js", "web", "www", "online", "cloud", "portal", "team", "teams", "enterprise", "official", "the", "my",
    "ide", "editor", "agent", "assistant", "rs", "py", "go", "user", "usercontent", "s3", "ec2", "azure", "drive", "mail",
])
# Beside a name these ask for a login or give a program.
GRAVE = frozenset([
    "login", "signin", "logon", "secure", "security", "verify", "verification", "account", "accounts", "support", "helpdesk", "update", "updates", "updater", "auth", "oauth", "sso", "mfa", "2fa", "billing", "wallet", "download", "downloads",
    "registry", "install", "installer", "setup", "session", "token", "tokens", "recovery", "recover", "reset", "com", "org", "io", "refund", "giveaway", "crack", "activate", "unlock", "confirm", "raw",
])
CHEAP_ENDINGS = frozenset([
    "help", "support", "xyz", "top", "info", "online", "tech", "cc", "click", "live", "club", "shop", "icu", "tk", "ml", "ga", "cf", "gq", "pw", "ws", "zip", "mov", "cam", "rest", "quest", "sbs", "cfd", "lol",
    "monster", "buzz", "life", "world", "win", "space", "fun", "website", "host", "press", "stream", "download", "bond", "cyou", "beauty", "hair", "makeup", "skin", "vip", "work", "site", "store", "link", "ru",
])
ENDINGS = frozenset({"com", "org", "net", "io", "dev", "ai", "co"})
SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "go", "gob"})
# Letters of other alphabets, and digits, as they are read.
ALIKE = str.maketrans({
    pair[0]: pair[1] for pair in ["аa", "сc", "еe", "оo", "рp", "уy", "хx", "іi", "ѕs", "јj", "ԁd", "һh", "ԛq", "ԝw", "кk", "мm", "тt", "нh", "вb", "ӏl", "ьb", "гr", "пn", "ԍg", "ѵv", "ҽe", "үy", "ӕæ", "οo", "αa", "ρp", "νv", "ιi", "τt", "υu", "κk", "ϲc", "εe", "ηn", "ωw", "χx", "γy", "σo", "βb", "ıi", "łl", "ɡg", "ɑa", "əe", "օo", "սu", "ոn", "ցg", "հh", "զq", "ѡw", "ℓl", "0o", "1l", "3e", "4a", "5s", "7t", "9g"]
})
