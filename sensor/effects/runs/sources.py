"""Package managers and runners that are given code by an address, or told where to look for it: whether its host is one that many use."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sensor.effects.places.hosts import make_host

UNKNOWN_SOURCE = "unknown-source"
FOREIGN_INDEX = "foreign-index"
"""From now on packages that nobody named an address for come from such a host: an index is put in the place of the usual one, or beside it for all names."""
FOREIGN_NAMED = "foreign-named"
"""Such a host may be asked for what is named after it (`helm repo add NAME ADDRESS`), or signs what it sends; nothing else changes."""
MAX_WORDS = 64
_ADDRESS = re.compile(r"(?:^|[=@+ \"'(,])(?:git\+|hg\+|svn\+|sparse\+|oci\+)?(?:https?|git|ssh|oci|ftp)://(?:[^/@\s]*@)?([\w.-]+)(:\d+)?")
# One that every program reads in the same way: no signs in the name of a user at which some of them end the host.
_PLAIN_ADDRESS = re.compile(r"(?:^|[\s=@+\"'(,])(?:git\+|sparse\+|oci\+)?(?:https|ssh|oci)://(?:[\w.~%+:-]*@)?((?:[\w-]+\.)*[\w-]+)(?::\d+)?(?=[/\s\"'),]|$)")
_OTHER_ADDRESS = re.compile(r"(?:--?[\w-]+=)?(?:[\w.+-]+@[\w.-]+:|//|(?:github|gitlab|bitbucket|gist|link|file):)")  # without a scheme
_IMAGE = re.compile(r"((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?/[\w./-]+(?::[\w.-]+)?(?:@sha256:\w+)?", re.I)
_NEAR = frozenset({"@loopback", "@private", "@link-local", "@installers"})
_USED_BY_MANY = (
    "github.com", "githubusercontent.com", "github.io", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "pypi.org", "pythonhosted.org", "npmjs.org", "npmjs.com", "yarnpkg.com", "jsr.io", "npm.pkg.dev", "crates.io", "rubygems.org", "packagist.org",
    "hex.pm", "pub.dev", "nuget.org", "powershellgallery.com", "anaconda.org", "anaconda.com", "docker.io", "docker.com", "ghcr.io", "quay.io", "gcr.io", "pkg.dev", "mcr.microsoft.com", "microsoft.com", "public.ecr.aws", "amazonaws.com", "azurecr.io", "azure.com", "visualstudio.com",
    "googleapis.com", "google.com", "google.golang.org", "golang.org", "go.dev", "gopkg.in", "k8s.io", "flathub.org", "launchpad.net", "launchpadcontent.net", "ubuntu.com", "debian.org", "fedoraproject.org", "rpmfusion.org", "archlinux.org", "alpinelinux.org", "nixos.org",
    "hashicorp.com", "pytorch.org", "nvidia.com", "huggingface.co", "jfrog.io", "cloudsmith.io", "gitea.com", "elastic.co", "maven.org", "apache.org", "opensuse.org", "redhat.com", "registry.k8s.io", "deno.land", "esm.sh", "unpkg.com", "jsdelivr.net", "cran.r-project.org",
    "r-project.org", "rstudio.com", "posit.co", "luarocks.org", "cpan.org", "hackage.haskell.org", "opam.ocaml.org", "npmmirror.com", "tsinghua.edu.cn", "aliyun.com", "fury.io", "uber.org", "gitea.io", "vagrantup.com", "bun.sh", "swift.org", "charm.sh", "modernc.org", "dagger.io",
    "bitnami.com", "jetstack.io", "datadoghq.com", "traefik.io", "rancher.com", "rancher.io", "cilium.io", "gitlab.io", "min.io", "crossplane.io", "longhorn.io", "external-secrets.io", "nginx.com", "nginx.org", "grafana.com", "postgresql.org", "nodesource.com",
    "packagecloud.io", "mongodb.org", "mongodb.com", "influxdata.com", "cloudflare.com", "conan.io", "spack.io", "goproxy.cn", "goproxy.io", "rsproxy.cn", "ustc.edu.cn", "sjtu.edu.cn", "bfsu.edu.cn", "nju.edu.cn", "flutter-io.cn", "hf-mirror.com", "huaweicloud.com",
    "tencent.com", "taobao.org", "ruby-china.com", "rust-lang.org", "conda.io", "prefix.dev", "nodejs.org", "brew.sh", "flutter.dev", "dartlang.org", "cypress.io", "playwright.dev", "electronjs.org", "swiftpackageregistry.com", "piwheels.org", "douban.com", "baidu.com", "pyg.org", "vllm.ai",
    "internal", "local", "corp", "lan", "intranet", "localdomain",  # names that no one outside can own
)
# With these words the program takes what the address holds, and runs it or lets it be run.
_TAKES = frozenset({
    "install", "add", "i", "in", "require", "get", "init", "new", "create", "create-project", "generate", "import", "use", "try-repo", "copy", "clone", "tap", "pin", "plugin", "extensions", "extension", "binstall", "localinstall", "activate",
    "archive.install", "escript.install", "box", "-i", "-U", "-Uvh", "-ivh", "-Sdeps", "edit", "template", "sources", "source", "repo", "from-git", "sync", "tool", "mod", "bootstrap",
})
_KEEPS_AWAY = frozenset({"publish", "push", "login", "logout", "view", "info", "search", "show", "upload", "deploy", "list", "remove", "uninstall", "download", "audit"})
_BY_VERB = frozenset({
    "poetry", "pdm", "pipenv", "pipx", "uv", "conda", "mamba", "micromamba", "npm", "pnpm", "yarn", "bun", "cargo", "gem", "bundle", "bundler", "composer", "mix", "dart", "flutter", "nimble", "luarocks", "cabal", "stack", "opam", "dotnet", "nuget", "choco", "scoop",
    "brew", "flatpak", "rpm", "dnf", "yum", "zypper", "apt", "apt-get", "nix", "nix-env", "vagrant", "pulumi", "serverless", "sls", "chezmoi", "yadm", "mise", "asdf", "pre-commit", "streamlit", "marimo", "gemini", "rustup", "clojure", "clj", "cruft", "copier", "wasmer", "rebar3", "spin", "code", "ansible-galaxy",
})
# What stands behind these is another program's, but for its name and where it comes from.
_STARTS = frozenset({"run", "exec", "x", "dlx"})
_STARTERS = frozenset({"npx", "bunx", "uvx"})
_FROM = ("--from", "--package", "-p", "--with", "--spec", "--index-url", "--registry", "--import", "--git")
_ALWAYS = frozenset({"degit", "tiged", "giget", "cookiecutter", "cpanm", "cpan", "nix-shell", "papermill", "yo", "add-apt-repository", "rustup-init", "cargo-generate", "cargo-binstall", "create-react-app"})
_BY_OPTION = {
    "pip": ("-r", "--requirement", "-c", "--constraint"), "pip3": ("-r", "--requirement", "-c", "--constraint"), "node": ("--import", "--loader", "-r", "--require", "--experimental-loader"), "task": ("-t", "--taskfile"), "docker": ("-f", "--file"), "podman": ("-f", "--file"),
    "docker-compose": ("-f", "--file"), "jupyter": ("--execute",), "coursier": ("--channel", "-r", "--repository"), "cs": ("--channel", "-r", "--repository"), "puppet": ("--module_repository",), "krew": ("--manifest-url",), "istioctl": ("--manifests",), "luarocks": ("--server", "--only-server"), "playwright": ("--config", "-c"), "eslint": ("-c", "--config"), "just": ("-f", "--justfile"), "terraform": ("-from-module",), "tofu": ("-from-module",), "kubectl": (),
}
# Languages in whose code packages are installed by an address.
_IN_CODE = frozenset({"R", "Rscript", "julia", "elixir", "iex"})
_INSTALLS = re.compile(r"\binstall_(?:url|git|svn|hg)\s*\(|\bPkg\.(?:add|develop|Registry\.add)\s*\(|\bMix\.install\s*\(")
_CONTAINERS = frozenset({"docker", "podman", "nerdctl", "kubectl", "oc"})
# Leading words with which a program is told of a place for packages, and what that means.
_UNSIGNED = frozenset({"--no-gpg-verify", "--no-gpgcheck", "--gpgcheck-allow-unsigned", "--allow-untrusted"})  # whatever the place sends is taken
_COMPOSER_INDEX = re.compile(r"repos?(?:itories)?\.packagist(?:\.org)?|composer")
_PLACES: dict[str, dict[tuple[str, ...], str]] = {
    **{key: {("config",): FOREIGN_INDEX} for key in ("conda", "mamba", "micromamba")}, "pdm": {("config",): FOREIGN_INDEX}, "poetry": {("source", "add"): FOREIGN_INDEX}, "luarocks": {("config",): FOREIGN_INDEX}, "mix": {("hex.config",): FOREIGN_INDEX}, "swift": {("package-registry",): FOREIGN_INDEX},
    "composer": {("config",): FOREIGN_NAMED, ("global", "config"): FOREIGN_NAMED}, "pixi": {("project", "channel"): FOREIGN_INDEX, ("workspace", "channel"): FOREIGN_INDEX}, "helm": {("repo", "add"): FOREIGN_NAMED}, "flatpak": {("remote-add",): FOREIGN_NAMED},
    "dnf": {("config-manager",): FOREIGN_NAMED}, "yum-config-manager": {(): FOREIGN_NAMED}, "zypper": {("ar",): FOREIGN_NAMED, ("addrepo",): FOREIGN_NAMED}, "apk": {("add",): FOREIGN_NAMED}, "nix-channel": {(): FOREIGN_NAMED}, "nix": {("registry", "add"): FOREIGN_NAMED},
    "kubectl": {("krew", "index"): FOREIGN_NAMED}, "conan": {("remote", "add"): FOREIGN_NAMED}, "spack": {("mirror", "add"): FOREIGN_NAMED, ("repo", "add"): FOREIGN_NAMED}, "winget": {("source", "add"): FOREIGN_NAMED}, "pod": {("repo", "add"): FOREIGN_NAMED},
    "jbang": {("catalog", "add"): FOREIGN_NAMED, ("trust", "add"): FOREIGN_NAMED}, "argocd": {("repo", "add"): FOREIGN_NAMED}, "flux": {("create", "source"): FOREIGN_NAMED}, "brew": {("tap",): FOREIGN_NAMED}, "scoop": {("bucket", "add"): FOREIGN_NAMED}, "dart": {("pub", "token"): FOREIGN_NAMED},
}
# Variables in which a program looks for the place of its packages. Of those with checks of their own (sums, names), only a note.
_MIRRORS = re.compile(
    r"(?:RUSTUP_(?:DIST_SERVER|UPDATE_ROOT)|HOMEBREW_(?:BOTTLE_DOMAIN|ARTIFACT_DOMAIN|API_DOMAIN|BREW_GIT_REMOTE|CORE_GIT_REMOTE)|PUB_HOSTED_URL|FLUTTER_STORAGE_BASE_URL|HEX_MIRROR|CONDA_CHANNEL_ALIAS|CONDA_CHANNELS|PIP_(?:EXTRA_)?INDEX_URL|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|NPM_CONFIG_REGISTRY|YARN_NPM_REGISTRY_SERVER|BUNDLE_MIRROR__\w+|"
    r"(?:NPM_CONFIG_)?(?:ELECTRON|PLAYWRIGHT|PUPPETEER|CYPRESS|SASS|CHROMEDRIVER|GECKODRIVER|SENTRYCLI|SHARP|NVM|N|FNM|NODE|NODEJS_ORG)_\w*(?:MIRROR|HOST|BASE_URL|BINARY|BINARY_SITE|CDNURL)|NODE_MIRROR)", re.I)
_CHECKED_MIRRORS = re.compile(r"GOPROXY|HF_ENDPOINT|CARGO_REGISTRIES_\w+_INDEX|GOSUMDB")
FETCHERS = frozenset(_PLACES) | _BY_VERB | _ALWAYS | _STARTERS | frozenset(_BY_OPTION) | _CONTAINERS | _IN_CODE
"""Programs that `source_flag` knows."""


def source_flag(program: str, words: list[str]) -> str:
    """What the run has to do with an address whose host is none of those that many use, and not near: UNKNOWN_SOURCE when it takes code from there, FOREIGN_INDEX or FOREIGN_NAMED when it is told to look there; "" otherwise."""
    words = words[: words.index("--")] if "--" in words[:MAX_WORDS] else words[:MAX_WORDS]
    if not any("://" in word or "/" in word for word in words):
        return ""
    plain = [word for word in words if word[:1] != "-"][:4]
    if not _KEEPS_AWAY.isdisjoint(plain[:2]):
        return ""
    if not _UNSIGNED.isdisjoint(words) and any(_is_unknown(host) for host in _addresses(words)):
        return FOREIGN_INDEX
    place = next((flag for verbs, flag in _PLACES.get(program, {}).items() if tuple(plain[: len(verbs)]) == verbs), "")
    if place and any(_is_unknown(host) for host in _addresses(words)):
        return FOREIGN_INDEX if program == "composer" and any(_COMPOSER_INDEX.fullmatch(word) for word in words) else place
    return UNKNOWN_SOURCE if not place and any(_is_unknown(host) for host in _hosts(program, words, plain)) else ""


def mirror_flag(pairs: Iterable[tuple[str, str]]) -> str:
    """FOREIGN_INDEX, or FOREIGN_NAMED, when a variable sends a program to such a host for its packages; "" otherwise."""
    for name, value in pairs:
        index, checked = _MIRRORS.fullmatch(name), _CHECKED_MIRRORS.fullmatch(name)
        if (index or checked) and any(_is_unknown(host) for host in _addresses(value.split(","))):
            return FOREIGN_INDEX if index else FOREIGN_NAMED
    return ""


def foreign_hosts(program: str, words: list[str]) -> list[str] | None:
    """The hosts in `words` that are none of those that many use; None when there is an address whose host is not plain to see."""
    found = []
    for word in words:
        plain = _PLAIN_ADDRESS.findall(word)
        if len(plain) != word.count("://") or (not plain and _OTHER_ADDRESS.match(word)):
            return None
        found += plain
    if program in _CONTAINERS:
        found += _of_container(words, [word for word in words if word[:1] != "-"][:4])
    return [host.lower() for host in found if _is_unknown(host)]


def _hosts(program: str, words: list[str], plain: list[str]) -> list[str]:
    starts = program in _STARTERS or (program in _BY_VERB and not (_STARTS - {"x"}).isdisjoint(plain[:2])) or (program in _BY_VERB and plain[:1] == ["x"])
    if starts:
        first = next((word for word in plain if word not in _STARTS and word != "tool"), "")
        return _addresses([first, *_values(words[: words.index(first)] if first in words else words, _FROM)])
    if program in _ALWAYS or (program in _BY_VERB and not _TAKES.isdisjoint([*plain, *words[:1]])):
        return _addresses(words)
    if program in _IN_CODE:
        return _addresses([word for word in words if _INSTALLS.search(word)])
    if program in _CONTAINERS:
        return _of_container(words, plain)
    return _addresses(_values(words, _BY_OPTION.get(program, ())))


def _of_container(words: list[str], plain: list[str]) -> list[str]:
    """Hosts of the image that is run, and of what an image is built of."""
    if plain[:1] == ["build"] or plain[:2] in (["buildx", "build"], ["image", "build"]):
        return _addresses([word for word in words if word[:1] != "-" and not word.startswith(("http_proxy", "HTTP", "https_proxy"))])
    if plain[:1] in (["compose"],) or "--file" in words:
        return _addresses(_values(words, ("-f", "--file")))
    if plain[:1] not in (["run"], ["create"]):
        return []
    named = _values(words, ("--image",))
    image = next((match for before, word in zip(["", *words], words, strict=False) if before not in ("-v", "--volume", "-w", "--workdir", "-e", "--env") and (match := _IMAGE.fullmatch(word))), None)
    return [match.group(1) for word in named if (match := _IMAGE.fullmatch(word))] + ([image.group(1)] if image is not None else [])


def _addresses(words: list[str]) -> list[str]:
    return [match.group(1) for word in words if "://" in word for match in _ADDRESS.finditer(word)]


def _values(words: list[str], options: tuple[str, ...]) -> list[str]:
    found = []
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in options:
            found.append(value if equals else "".join(words[index + 1 : index + 2]))
    return found


def _is_unknown(host: str) -> bool:
    host = host.lower().rstrip(".")
    return "." in host and not any(host == known or host.endswith("." + known) for known in _USED_BY_MANY) and make_host(host).places.isdisjoint(_NEAR)
