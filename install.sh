#!/bin/sh
# Install Handrail for this user: a private Python environment, the sensor, the hooks of your coding agents. No root.
set -eu
unset PYTHONPATH PYTHONHOME # what pip starts to build Handrail would read them

usage() {
    cat <<'END'
usage: ./install.sh [options]

  --observe        only record what would be stopped (default: enforce)
  --agents LIST    connect these agents even if they are not found: claude-code,cursor
  --no-service     do not register a service; Handrail runs in the background until the machine stops
  --no-start       install only: start nothing, connect no agent
  --shell          also judge what agents run in bash, zsh and fish: a block in the start-up files of these shells
  --prefix DIR     keep everything below DIR instead of the usual folders of this user
  --wheels DIR     install from the wheels in DIR, without network
  --yes            do not ask
  --uninstall      remove Handrail and restore what it changed; the audit log stays (asks first, as handrail uninstall does)
  --help           this text

Environment: HANDRAIL_PYTHON=/path/to/python3 chooses the interpreter (3.10 or newer).
END
}

SOURCE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
NEWEST_WHEELS=14 # every library has wheels up to Python 3.14, which packaging/lock.sh checks
NEED_MB=150 # an environment, the compiled rules and the first part of the log, with what pip needs meanwhile
PREFIX='' WHEELS='' AGENTS='' YES=no UNINSTALL=no
OBSERVE='' NO_SERVICE='' NO_START='' SHELL_TOO=''

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$(printf '\033[1m') DIM=$(printf '\033[2m') RED=$(printf '\033[31m') GREEN=$(printf '\033[32m') PLAIN=$(printf '\033[0m')
else
    BOLD='' DIM='' RED='' GREEN='' PLAIN=''
fi

fail() { # fail MESSAGE NEXT-STEP
    printf '\n%serror:%s %s\n' "$RED" "$PLAIN" "$1" >&2
    [ -z "${2:-}" ] || printf '%s\n' "$2" >&2
    exit 3
}

absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$PWD" "$1" ;;
    esac
}

quoted() { # a word as a shell takes it
    case $1 in
        *[!A-Za-z0-9_./-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
        *) printf '%s' "$1" ;;
    esac
}

begin() { [ ! -t 1 ] || printf '  ..  %s' "$1"; STEP=$1; }
finish() { [ ! -t 1 ] || printf '\r'; printf '  %sok%s  %s%s\n' "$GREEN" "$PLAIN" "$STEP" "${1:+$DIM: $1$PLAIN}"; }

while [ $# -gt 0 ]; do
    case $1 in
        --observe) OBSERVE=--observe ;;
        --no-service) NO_SERVICE=--no-service ;;
        --no-start) NO_START=--no-start ;;
        --shell) SHELL_TOO=--shell ;;
        --yes | -y) YES=yes ;;
        --uninstall) UNINSTALL=yes ;;
        --agents=*) AGENTS=${1#*=} ;;
        --prefix=*) PREFIX=$(absolute "${1#*=}") ;;
        --wheels=*) WHEELS=$(absolute "${1#*=}") ;;
        --agents | --prefix | --wheels)
            [ $# -ge 2 ] || { usage >&2; exit 2; }
            case $1 in
                --agents) AGENTS=$2 ;;
                --prefix) PREFIX=$(absolute "$2") ;;
                --wheels) WHEELS=$(absolute "$2") ;;
            esac
            shift ;;
        --help | -h) usage; exit 0 ;;
        *) printf 'unknown option: %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done

case ${HOME:-} in
    /*) ;;
    *) [ -n "$PREFIX" ] || fail "HOME is not set to an absolute path." "Set HOME, or choose a folder with --prefix." ;;
esac

# The data folder as sensor/paths.py has it; tests/sensor/host/test_install_sh.py compares the two.
if [ -n "$PREFIX" ]; then
    DATA=$PREFIX/data
elif [ "$(uname -s)" = Darwin ]; then
    DATA="$HOME/Library/Application Support/handrail/data"
else
    case ${XDG_DATA_HOME:-} in
        /*) DATA=$XDG_DATA_HOME/handrail ;;
        *) DATA=$HOME/.local/share/handrail ;;
    esac
fi

if [ "$UNINSTALL" = yes ]; then
    [ -x "$DATA/venv/bin/python" ] || fail "Handrail is not installed in $DATA." "If it was installed with --prefix, give the same --prefix."
    set -- uninstall
    [ "$YES" = no ] || set -- uninstall --yes
    exec "$DATA/venv/bin/python" -I -m sensor.cli.main ${PREFIX:+--prefix "$PREFIX"} "$@"
fi

find_python() { # the chosen one, or the first that will do; one that is newer than the libraries' wheels only if there is no other
    set -- /usr/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python3.10
    [ -z "${HANDRAIL_PYTHON:-}" ] || set -- "$HANDRAIL_PYTHON"
    for newest in "$NEWEST_WHEELS" 999; do
        for candidate; do
            # A shim (pyenv, asdf) is a script that the agent may edit, so the program behind it is used.
            real=$("$candidate" -I -c 'import sys, venv, ensurepip
print(sys._base_executable) if 10 <= sys.version_info[1] <= int(sys.argv[1]) else sys.exit(1)' "$newest" 2>/dev/null) || continue
            printf '%s\n' "$real"
            return 0
        done
    done
    return 1
}

why_no_wheels() { # what of this Python or system makes pip compile libraries, for the message
    "$PYTHON" -I -c 'import sys, sysconfig
if sys.version_info[1] > int(sys.argv[1]):
    print(f" Python 3.{sys.version_info[1]} is newer than the wheels of some libraries: install python3.{sys.argv[1]}, or set HANDRAIL_PYTHON.")
elif "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE")):
    print(" A library has no wheel for the C library of this Linux (musl); Handrail is made for those with glibc.")' "$NEWEST_WHEELS"
}

what_python() { # what the python3 on PATH lacks, for the message
    version=$(python3 -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 0
    case $version in
        2.* | 3.[0-9]) printf ' (python3 is %s)' "$version" ;;
        *) printf ' (python3 is %s, without venv or ensurepip)' "$version" ;;
    esac
}

missing_folders() { # the folders above $1 that do not exist yet, outermost first: uninstall removes them again
    [ -e "$1" ] && return 0
    missing_folders "$(dirname -- "$1")"
    printf '%s\n' "$1"
}

printf '%sHandrail%s  a sensor beside your coding agents\n\n' "$BOLD" "$PLAIN"
printf 'This will\n'
printf '  - keep the program and its data below %s\n' "${PREFIX:-your home folder ($DATA and the config and state folders beside it)}"
if [ -z "$NO_START" ]; then
    printf '  - add hooks to the settings of the agents found%s\n' "${AGENTS:+ ($AGENTS)}"
    [ -z "$SHELL_TOO" ] || printf '  - add a block to the start-up files of bash, zsh and fish\n'
    [ -n "$NO_SERVICE" ] && printf '  - start Handrail in the background\n' || printf '  - start Handrail as a service of this user\n'
fi
printf '  - %s; undo everything with: %s --uninstall\n\n' \
    "$([ -n "$OBSERVE" ] && echo 'only record what would be stopped' || echo 'stop dangerous tool calls')" "$0${PREFIX:+ --prefix $(quoted "$PREFIX")}"
if [ "$YES" = no ] && [ -t 0 ] && [ -t 1 ]; then
    printf 'Go on? [Y/n] '
    read -r answer || { answer=no; echo; } # Ctrl-D leaves the cursor behind the question
    case $answer in [Nn]*) echo 'Nothing was changed.'; exit 1 ;; esac
fi

begin 'Python 3.10 or newer'
PYTHON=$(find_python) || {
    [ -z "${HANDRAIL_PYTHON:-}" ] || fail "HANDRAIL_PYTHON is $HANDRAIL_PYTHON, which is no Python 3.10 or newer with venv." "Correct it, or unset it."
    fail "No Python 3.10 or newer with venv was found$(what_python)." \
    "Install one (Debian: sudo apt-get install python3-venv; macOS: brew install python), or set HANDRAIL_PYTHON."
}
finish "$PYTHON"
# Settings files, records and units hold these names as lines of UTF-8.
"$PYTHON" -I -c 'import sys; sys.argv[1].encode(); sys.exit(b"\n" in sys.argv[2].encode())' "${HOME:-}" "$DATA" 2>/dev/null ||
    fail "The name of your home folder, or of the folder for Handrail, holds a line break or is not UTF-8." "Choose another folder with --prefix; the home folder must be UTF-8 all the same."

umask 077
CREATED=$(missing_folders "$DATA")
said=$(mkdir -p "$DATA/venvs" 2>&1 && [ -w "$DATA" ] 2>&1) || fail "$DATA cannot be written: ${said:-it belongs to another user or is read-only}" \
    "Make it writable for $(id -un), or choose another folder with --prefix."
free=$(df -Pk "$DATA" | awk 'NR == 2 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) { print int($(i - 1) / 1024); exit } }') # names may hold spaces
[ "${free:-$NEED_MB}" -ge "$NEED_MB" ] || fail "Only $free MB are free where $DATA lies, and the installation takes $NEED_MB MB." \
    "Make room there, or choose another folder with --prefix."
[ -e "$DATA/created-folders" ] || printf '%s\n' "$CREATED" >"$DATA/created-folders"

LOCK=$DATA/installing
if ! mkdir "$LOCK" 2>/dev/null; then
    owner=$(cat "$LOCK/pid" 2>/dev/null || echo)
    if [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
        fail "Another installation is running (process $owner)." "Wait for it, then start again."
    fi
fi
echo $$ >"$LOCK/pid"

VENV=$DATA/venvs/$(date +%Y%m%d%H%M%S)-$$
LOG=$DATA/install.log
WORK=$(mktemp -d)
clean_up() {
    code=$?
    rm -rf "$LOCK" "$WORK"
    # Whatever did not become the current environment is not left behind; the one in use stays as it was.
    [ "$(readlink "$DATA/venv" 2>/dev/null)" = "$VENV" ] || rm -rf "$VENV"
    exit $code
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

quietly() { # quietly NEXT-STEP COMMAND...: output to the log, its end shown on failure
    advice=$1
    shift
    if ! "$@" >>"$LOG" 2>&1; then
        printf '\n' && tail -n 15 "$LOG" >&2
        fail "$STEP failed." "$advice The whole output: $LOG"
    fi
}

: >"$LOG"
begin 'Private environment'
quietly "Is the disk full, or is python3-venv missing?" "$PYTHON" -I -m venv "$VENV"
finish "$VENV"

pip() { "$VENV/bin/python" -I -m pip --disable-pip-version-check --no-input "$@"; }

begin 'Locked dependencies'
quietly "Check the network and pip's configuration, or give the wheels with --wheels DIR.$(why_no_wheels)" \
    pip install --require-hashes --no-warn-script-location ${WHEELS:+--no-index --find-links "$WHEELS"} -r "$SOURCE/packaging/requirements.lock"
finish "$(grep -c '^[a-z]' "$SOURCE/packaging/requirements.lock") packages, every file checked against its hash"

begin 'Handrail itself'
# A copy, because building writes into the source folder, which may be read-only.
mkdir "$WORK/source"
(cd "$SOURCE" && tar -cf - --exclude=__pycache__ setup.cfg pyproject.toml MANIFEST.in README.md LICENSE sensor hooks web rules 2>>"$LOG") |
    (cd "$WORK/source" && tar -xf -)
quietly "The source folder seems incomplete." pip install --no-deps --no-index --no-build-isolation "$WORK/source"
"$VENV/bin/python" -I -OO -X no_debug_ranges -m compileall -q -j 0 -x "/(pip|setuptools|pygments|pycparser)/" "$VENV"/lib/python*/site-packages >>"$LOG" 2>&1 || : # as the service runs it; what is not compiled here is at its first start
finish "$("$VENV/bin/python" -I -c 'import sensor; print(sensor.__version__)')"

begin 'Hook client'
if sh "$SOURCE/packaging/build_client.sh" "$SOURCE/hooks/client.c" "$VENV/bin/handrail-hook" >>"$LOG" 2>&1; then
    finish 'compiled'
elif [ -e "$SOURCE/hooks/prebuilt/handrail-hook-$(uname -sm | tr 'A-Z ' 'a-z-')" ]; then
    finish 'no C compiler, so the compiled one of this release is used'
else
    finish 'no C compiler, so the Python one is used'
fi

set -- --venv "$VENV" ${PREFIX:+--prefix "$PREFIX"} ${AGENTS:+--agents "$AGENTS"} $OBSERVE $NO_SERVICE $NO_START $SHELL_TOO
"$VENV/bin/python" -I -m sensor.host.install "$@"
