"""Programs that reach hosts which their words need not name: registries of package managers, services of command line tools.

What they reach by default is assumed where the command names nothing else; settings files of these programs are not read.
"""

from __future__ import annotations

from sensor.model.calls import Value

_PYPI = ("pypi.org", "files.pythonhosted.org")
_NPM = ("registry.npmjs.org",)
_YARN = ("registry.yarnpkg.com",)
_GO = ("proxy.golang.org", "sum.golang.org")
_CRATES = ("index.crates.io", "static.crates.io", "crates.io")


class Client(Value, gc=False):
    """`hosts` are reached by these sub-commands (none = by every one); no hosts = nobody can tell which."""

    hosts: tuple[str, ...] = ()
    subcommands: frozenset[str] = frozenset()


def _client(hosts: tuple[str, ...], subcommands: str = "") -> Client:
    return Client(hosts=hosts, subcommands=frozenset(subcommands.split()))


CLIENTS: dict[str, Client] = {
    **dict.fromkeys(("pip", "pip3"), _client(_PYPI, "install download wheel index search")),
    "pipx": _client(_PYPI, "install upgrade upgrade-all run inject"), "uvx": _client(_PYPI),
    "uv": _client(_PYPI, "pip add sync lock tool publish"),
    "poetry": _client(_PYPI, "install add update lock publish"), "pdm": _client(_PYPI, "install add update sync lock publish"),
    "pipenv": _client(_PYPI, "install update sync lock"), "twine": _client(("upload.pypi.org",), "upload"),
    "npm": _client(_NPM, "install i in ins inst add isntall ci cit clean-install install-test it update up upgrade exec x "
                         "view info show search audit outdated publish unpublish pack init create login "
                         "ping whoami dist-tag deprecate owner"),
    "pnpm": _client(_NPM, "install i add update up dlx create publish audit outdated"), "bun": _client(_NPM, "install i add update x create publish"),
    "npx": _client(_NPM), "bunx": _client(_NPM), "yarn": _client(_YARN, "install add up upgrade dlx create publish npm"),
    "cargo": _client(_CRATES, "install add update fetch search publish"), "go": _client(_GO, "get install mod"),
    "gem": _client(("rubygems.org",), "install update fetch push"), "bundle": _client(("rubygems.org", "index.rubygems.org"), "install update add"),
    "composer": _client(("packagist.org", "repo.packagist.org"), "install require update create-project"),
    "brew": _client(("formulae.brew.sh", "ghcr.io"), "install update upgrade fetch tap"),
    **dict.fromkeys(("docker", "podman"), _client(("registry-1.docker.io", "auth.docker.io"), "pull push login run create")),
    "gh": _client(("github.com", "api.github.com")), "glab": _client(("gitlab.com",)),
    **dict.fromkeys(("apt", "apt-get", "apk", "dnf", "yum", "zypper"), _client((), "install update upgrade add full-upgrade dist-upgrade download")),
    **dict.fromkeys(("conda", "mamba", "micromamba", "pixi", "luarocks", "guix", "snap", "flatpak", "choco", "winget", "deno"),
                    _client((), "install add update upgrade search refresh")),
    **dict.fromkeys(("cpan", "cpanm", "nix-shell", "nix-env", "docker-compose", "skopeo", "crane", "ansible-galaxy",
                     "huggingface-cli", "yt-dlp", "s3cmd"), _client(())),
    **dict.fromkeys(("vercel", "netlify", "heroku", "fly", "flyctl", "firebase", "wrangler", "surge", "buildah", "nvm"), _client(())),
    "rustup": _client((), "update install toolchain target component"), "ollama": _client((), "pull push"),
    **dict.fromkeys(("kubectl", "helm", "aws", "gcloud", "gsutil", "az", "oc"), _client(())),
    **dict.fromkeys(("terraform", "tofu"), _client((), "init plan apply destroy import refresh")),
}

# Each operand is an address.
FETCHERS = frozenset({"curl", "wget", "aria2c", "axel"})
# They do nothing without a host.
TALKERS = FETCHERS | {
    "http", "https", "xh", "httpie", "lynx", "w3m", "links", "lftp", "ftp", "tftp", "websocat", "wscat", "grpcurl", "nc", "ncat", "netcat", "socat", "telnet",
    "ssh", "mosh", "autossh", "sftp", "ssh-copy-id", "ssh-keyscan", "ping", "dig", "nslookup", "host", "drill", "traceroute", "nmap", "whois",
    "ping6", "fping", "arping", "hping3", "nping", "tracepath", "traceroute6", "mtr", "masscan", "zmap", "kdig",
    "delv", "dog", "doggo", "resolvectl", "systemd-resolve",
    "avahi-resolve", "dns-sd", "ntpdate", "snmpwalk", "snmpget", "gnutls-cli", "smbclient", "sshfs", "sendmail",
    "msmtp", "mail", "mailx", "mutt", "swaks", "lwp-request", "GET", "HEAD", "POST",
}
# Asked by name, they may ask a name server of the command's choice.
RESOLVERS = frozenset({"dig", "kdig", "drill", "delv", "doggo", "dog"})
# Clients of servers that are this machine's where the command names no host.
SERVED = frozenset({
    "psql", "pg_dump", "pg_dumpall", "pg_restore", "createdb", "dropdb", "pgbench", "mysql", "mysqldump",
    "mysqladmin", "mariadb", "mariadb-dump", "redis-cli", "mongosh", "mongodump",
    "mongorestore", "sqlcmd", "clickhouse-client", "mosquitto_pub", "mosquitto_sub",
})
HOST_OPTIONS = frozenset({"-h", "--host", "--hostname", "-S", "--server"})
# They send what runs below them through a proxy that the command does not name.
PROXYING = frozenset({"proxychains", "proxychains4", "torsocks", "torify", "tsocks"})
# An address among their words is text to them, not a place to go.
TEXT_PROGRAMS = frozenset({
    "", "echo", "printf", "grep", "egrep", "fgrep", "rg", "ag", "sed", "awk", "gawk", "jq", "yq", "cat", "tee",
    "test", "[", "[[", "expr", "read", "export", "declare", "typeset", "local", "readonly", "alias",
    "set", "env", "cd", "ls", "find", "basename", "dirname", "cut", "tr", "sort", "diff", "touch", "mkdir", "cp",
    "mv", "rm", "ln", "true", "false", ":", "logger", "notify-send", "tput", "case", "git", "gh", "glab",
})
COPIERS = frozenset({"scp", "rsync", "rclone"})
# Options behind which another host stands than the one that the command seems to reach.
DIVERTING = {
    "curl": frozenset({"proxy", "x", "preproxy", "socks4", "socks4a", "socks5", "socks5-hostname", "proxy1.0",
                       "connect-to", "resolve", "config", "K", "doh-url"}),
    "wget": frozenset({"input-file", "i", "execute", "e", "base", "B", "config", "span-hosts", "H", "use-askpass"}),
    "aria2c": frozenset({"input-file", "i", "all-proxy", "http-proxy", "https-proxy"}),
    "ssh": frozenset({"J", "F", "W", "o", "L", "D", "local-forward", "dynamic-forward"}), "nc": frozenset({"x"}),
    "ncat": frozenset({"proxy"}), "scp": frozenset({"J", "F", "o"}), "sftp": frozenset({"J", "F", "o", "b"}), "rsync": frozenset({"e", "rsh"}),
    "git": frozenset({"git-dir", "c", "config", "config-env", "upload-pack", "receive-pack", "exec", "exec-path", "repo", "remote"}),
    **dict.fromkeys(("http", "https", "xh", "httpie"), frozenset({"proxy"})), **dict.fromkeys(("docker", "podman"), frozenset({"H", "host", "context", "c"})),
}
# Variables that send programs to another host than their words name.
DIVERTING_VARIABLES = frozenset({
    "http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "pip_index_url", "pip_extra_index_url", "uv_index_url", "uv_default_index", "uv_index",
    "npm_config_registry", "yarn_npm_registry_server", "goproxy", "gh_host", "git_ssh_command", "git_ssh", "git_dir",
    "git_proxy_command", "docker_host", "kubeconfig", "git_config_count", "git_config_global", "git_config_system",
    "git_config_parameters", "git_exec_path", "curl_home",
    "wgetrc", "rsync_proxy", "rsync_rsh", "rsync_connect_prog", "pghost", "pghostaddr", "pgservice", "mysql_host",
    "aws_endpoint_url", "pip_config_file", "pip_proxy", "pip_find_links",
    "npm_config_userconfig", "npm_config_proxy", "npm_config_https_proxy", "docker_context",
})
INDEX_OPTIONS = frozenset({"--index-url", "--default-index", "--registry"})
MORE_INDEX_OPTIONS = frozenset({"--extra-index-url", "--index", "--find-links"})
OFFLINE_OPTIONS = frozenset({"--no-index", "--offline"})
HARMLESS_OPTIONS = frozenset({"help", "version", "V", "h"})
