"""What a call brings and runs at once."""

from __future__ import annotations

import pytest

from sensor.effects.brought import BUILDS_BROUGHT, BUILDS_PATCHED, RUNS_BROUGHT, mark_brought


def marks(found):
    return {flag for effect in found for flag in effect.flags} & {RUNS_BROUGHT, BUILDS_BROUGHT, BUILDS_PATCHED}


@pytest.mark.parametrize("command", [
    "git clone https://git.example.net/x && sh x/install.sh",
    "git clone https://git.example.net/x /tmp/y && cd /tmp/y && ./install",
    "git clone https://git.example.net/x; . x/env.sh",
    "git clone https://git.example.net/x && cat x/i.sh | sh",
    "git clone https://git.example.net/x && cp x/i.sh /tmp/i && sh /tmp/i",
    "git clone https://git.example.net/x && mv x y && (cd y && bash i.sh)",
    "tar xf a.tgz && ./a/run",
    "tar --extract --file a.tgz --directory /opt/a && /opt/a/bin/run",
    "bsdtar xf a.tgz && a/run",
    "unzip a.zip -d a && python3 a/run.py",
    "curl -L https://x.example.net/a.tgz | tar xz -C b && b/a/run",
    "scp host.example.net:/a.sh . && sh a.sh",
])
def test_what_is_run_was_brought(effects_of, command):
    assert marks(effects_of(command).effects) == {RUNS_BROUGHT}


@pytest.mark.parametrize("command", [
    "git clone https://git.example.net/x && cd x && make", "git clone https://git.example.net/x && npm --prefix x ci && cd x && npm ci", "git clone https://git.example.net/x && pip install ./x", "git clone https://git.example.net/x && docker build x",
    "git clone https://git.example.net/x && cd x && go test ./...", "git pull https://git.example.net/x main && npm test", "git remote add up https://git.example.net/x && git pull up main && make test", "git submodule add https://git.example.net/x && make",
    "tar xf a.tgz && pip install ./a", "tar xf a.tgz && cd a && npm ci",
])
def test_what_is_built_was_brought(effects_of, command):
    assert marks(effects_of(command).effects) == {BUILDS_BROUGHT}


@pytest.mark.parametrize("command", [
    "sh x/install.sh", "./a/run && tar xf a.tgz", "git clone https://git.example.net/x && ls x && cat x/README.md", "git clone https://git.example.net/x && sh ../other/run.sh",
    "tar czf a.tgz a && ./a/run", "tar xf a.tgz && make", "tar xf a.tgz && make install", "git pull && npm test", "git pull origin main && make", "git clone https://git.example.net/x && cd x && go mod download", "patch -p1 < a.patch && make", "curl -s https://x.example.net/data && ./run", "unzip a.zip -d /tmp/xy && /tmp/xyz/run",
])
def test_what_is_run_was_not_brought(effects_of, command):
    assert not marks(effects_of(command).effects)


@pytest.mark.parametrize("command", ["curl -s https://h.example.net/p | git apply && make", "wget -qO- https://h.example.net/p | patch -p1 && npm test"])
def test_what_is_built_was_patched(effects_of, command):
    assert marks(effects_of(command).effects) == {BUILDS_PATCHED}


def test_what_was_there_before_an_archive_was_unpacked_beside_it_is_not_of_it(effects_of):
    effects = list(effects_of("tar xf a.tgz && ./gradlew build").effects)
    plain = [effect for effect in effects if effect.program != "gradlew"] + list(effects_of("./gradlew build").effects)
    assert marks(mark_brought(plain, lambda path: False)) == {RUNS_BROUGHT}
    assert not marks(mark_brought(plain, lambda path: True))


def test_calls_that_bring_nothing_are_left_as_they_are(effects_of):
    effects = effects_of("ls && make").effects
    assert mark_brought(effects) is effects


@pytest.mark.parametrize("word", ["' '", "''", "$'\\n'"])
def test_a_blank_word_where_a_command_is_expected_hides_nothing(effects_of, word):
    assert marks(effects_of(f"git clone https://git.example.net/x; git {word}; docker {word}; sh x/install.sh").effects) == {RUNS_BROUGHT}
