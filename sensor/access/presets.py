"""Named lists of hosts for `policy.yaml`: `hosts: {allow: ["@package-registries"]}`."""

from __future__ import annotations

HOST_PRESETS: dict[str, tuple[str, ...]] = {
    "@none": (),
    "@package-registries": (
        "registry.npmjs.org", "registry.yarnpkg.com", "pypi.org", "files.pythonhosted.org", "crates.io", "static.crates.io", "index.crates.io",
        "proxy.golang.org", "sum.golang.org", "rubygems.org", "repo.maven.apache.org", "repo1.maven.org", "plugins.gradle.org", "packagist.org",
        "repo.packagist.org", "api.nuget.org", "hex.pm", "repo.hex.pm", "deb.debian.org", "security.debian.org", "archive.ubuntu.com",
        "dl-cdn.alpinelinux.org", "formulae.brew.sh", "index.rubygems.org",
    ),
    "@code-hosts": (
        "github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com", "objects.githubusercontent.com", "ghcr.io",
        "gitlab.com", "registry.gitlab.com", "bitbucket.org", "codeberg.org",
    ),
    "@container-registries": (
        "registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com", "ghcr.io", "quay.io", "gcr.io", "public.ecr.aws",
        "registry.gitlab.com", "mcr.microsoft.com",
    ),
    "@model-apis": (
        "api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com", "api.mistral.ai", "openrouter.ai",
    ),
    "@documentation": (
        "docs.python.org", "developer.mozilla.org", "nodejs.org", "docs.rs", "doc.rust-lang.org", "pkg.go.dev", "docs.oracle.com", "man7.org",
        "*.readthedocs.io", "stackoverflow.com",
    ),
}

# Hosts that are named by what they are, not by a list (`sensor.effects.places.hosts`).
HOST_PLACES: dict[str, str] = {
    "@loopback": "this machine", "@private": "networks at home and in companies", "@raw-ip": "public addresses without a name",
    "@metadata": "metadata services of clouds",
    "@catchers": "services that catch and show requests", "@paste": "paste and file drop services", "@tunnels": "tunnels into private networks",
    "@shorteners": "link shorteners", "@installers": "vendors' scripts that install a tool",
    "@tor": "hidden services", "@uploads": "stores where anybody uploads", "@dynamic-name": "names of dynamic addresses",
    "@wildcard-dns": "names that resolve to the address they spell", "@link-local": "link-local addresses",
    "@rebinding": "names that resolve to another address at every question", "@development": "servers under development, here or at home",
    "@daemon-port": "ports of daemons that obey whoever reaches them", "@odd-address": "addresses written so that filters do not know them",
    "@disguised": "addresses whose host is not the one it seems", "@metadata-path": "paths of metadata services",
    "@relays-inward": "servers asked to fetch an inner address",
    "@carries-key": "addresses that carry a key", "@coded-data": "addresses that carry a secret in a code",
    "@personal-data": "addresses that carry numbers of people", "@hands-over": "addresses that hand a signed link to another server",
    "@lookalike": "names whose letters look like those of a well-known one", "@posing": "names that pose as a well-known one",
    "@borrowed-name": "well-known names in domains of somebody else",
}
