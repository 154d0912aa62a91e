#!/bin/sh
# Handrail under a real systemd: a small Debian as a container with systemd as its process 1, and a user who installs there.
#
#     tests/systemd/run.sh              all of it; the root folder and the wheels are kept in .cache/systemd for the next run
#     tests/systemd/run.sh --suite trixie    the same on another release of Debian than this machine's
#     tests/systemd/run.sh --shell      instead of the checks, a shell of the user in the booted container
#
# Needs: root (or CAP_SYS_ADMIN in a container that may mount), Debian's apt with mmdebstrap and systemd-container (installed when
# they are missing), 2 GB of disk. Exit: 0 all passed, 1 a check failed, 77 this machine cannot run it (the reason is printed).
# This machine's own systemd, if any, its home folders and its network are not touched: the container has a loopback of its own.
set -u
cd "$(dirname "$0")/../.." || exit 1
SOURCE=$PWD
CACHE=${HANDRAIL_TEST_CACHE:-$SOURCE/.cache}/systemd
WORK='' NSPAWN='' SHELL_ONLY=no
HERE=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
SUITE=$HERE
while [ $# -gt 0 ]; do
    case $1 in
        --shell) SHELL_ONLY=yes ;;
        --suite) SUITE=${2:?}; shift ;;
        *) echo "unknown option: $1" >&2; exit 2 ;;
    esac
    shift
done
CACHE=$CACHE/$SUITE
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 # cgroup v2 in the container, also where the kernel's controllers are in v1

cannot() { printf 'skipped: %s\n' "$1"; exit 77; }

need() { # what this machine lacks is installed, where that is possible
    [ "$(id -u)" = 0 ] || cannot 'needs root'
    command -v apt-get >/dev/null || cannot 'needs Debian'
    for pair in mmdebstrap:mmdebstrap systemd-nspawn:systemd-container nsenter:util-linux; do
        command -v "${pair%%:*}" >/dev/null && continue
        { DEBIAN_FRONTEND=noninteractive apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${pair#*:}"; } >/dev/null 2>&1 ||
            cannot "${pair#*:} cannot be installed"
    done
}

build_root() { # a Debian with what a developer's machine has; made once
    [ -e "$CACHE/root/done" ] && return
    rm -rf "$CACHE/root" && mkdir -p "$CACHE" || cannot "$CACHE cannot be written"
    sources=/etc/apt/sources.list.d/debian.sources
    [ -e $sources ] || sources=/etc/apt/sources.list
    sed "s/\\b$HERE\\b/$SUITE/g; s/\\b$HERE-/$SUITE-/g" $sources >"$CACHE/${sources##*/}"
    mmdebstrap --quiet --mode=root --variant=minbase \
        --include=systemd,systemd-sysv,dbus,dbus-bin,dbus-user-session,libpam-systemd,libnotify-bin,python3,python3-venv,gcc,libc6-dev,git,procps \
        "$SUITE" "$CACHE/root" "$CACHE/${sources##*/}" >"$CACHE/mmdebstrap.log" 2>&1 || { tail -n 5 "$CACHE/mmdebstrap.log"; cannot 'the Debian root could not be made'; }
    for user in dev bare; do chroot "$CACHE/root" useradd -m -s /bin/bash $user; done
    mkdir -p "$CACHE/root/var/lib/systemd/linger" && touch "$CACHE/root/var/lib/systemd/linger/dev"
    touch "$CACHE/root/done"
}

download_wheels() { # by the container's own Python, with this machine's network
    wanted=$(cksum <packaging/requirements.lock | tr ' ' -)
    [ "$(cat "$CACHE/wheels/lock" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$CACHE/wheels" "$CACHE/root/tmp/pip" && mkdir -p "$CACHE/wheels" "$CACHE/root/tmp/pip"
    cp -L /etc/resolv.conf "$CACHE/root/etc/resolv.conf"
    cp packaging/requirements.lock "$CACHE/root/tmp/pip/"
    install -D -m 644 "${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}" "$CACHE/root/${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}"
    { chroot "$CACHE/root" python3 -m venv /tmp/pip/venv &&
        PIP_FIND_LINKS='' chroot "$CACHE/root" /tmp/pip/venv/bin/pip download --quiet --disable-pip-version-check \
            --require-hashes --dest /tmp/pip/wheels -r /tmp/pip/requirements.lock; } || cannot 'the wheels could not be downloaded'
    mv "$CACHE"/root/tmp/pip/wheels/* "$CACHE/wheels/" && rm -rf "$CACHE/root/tmp/pip"
    echo "$wanted" >"$CACHE/wheels/lock"
}

mount_work() { # a writable copy of the root in memory, and the files of this checkout as they are now
    WORK=$(mktemp -d)
    mount -t tmpfs -o size=3g,mode=755 handrail-systemd "$WORK" 2>/dev/null || cannot 'a tmpfs cannot be mounted here'
    mkdir "$WORK/upper" "$WORK/work" "$WORK/root" "$WORK/source"
    mount -t overlay -o "lowerdir=$CACHE/root,upperdir=$WORK/upper,workdir=$WORK/work" handrail-systemd "$WORK/root" 2>/dev/null ||
        cannot 'an overlay cannot be mounted here'
    git ls-files -coz --exclude-standard | tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$WORK/source"
    chmod -R go+rX "$WORK/source"
}

leader() { pgrep -P "$NSPAWN" 2>/dev/null | head -n 1; }

inside() { # inside USER COMMAND: root's commands directly, a user's in a login session
    [ "$1" = root ] && set -- "$2" || set -- "runuser -l $1 -c '$2'"
    nsenter -t "$(leader)" -a -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -c "$1"
}

boot() {
    systemd-nspawn --quiet -D "$WORK/root" --register=no --keep-unit --private-network --console=pipe --bind-ro="$WORK/source:/opt/source" \
        --bind-ro="$CACHE/wheels:/opt/wheels" --boot </dev/null >>"$WORK/console" 2>&1 &
    NSPAWN=$!
    for _ in $(seq 100); do
        kill -0 $NSPAWN 2>/dev/null || break
        [ -n "$(leader)" ] && case $(inside root 'systemctl is-system-running' 2>/dev/null) in running | degraded) return ;; esac
        sleep 0.3
    done
    tail -n 5 "$WORK/console"
    cannot 'the container did not boot'
}

shut_down() {
    [ -n "$NSPAWN" ] || return 0
    kill "$NSPAWN" 2>/dev/null # systemd-nspawn asks its process 1 to power off
    for _ in $(seq 60); do kill -0 "$NSPAWN" 2>/dev/null || break; sleep 0.3; done
    end=$(leader); [ -z "$end" ] || kill -KILL "$end"
    wait "$NSPAWN" 2>/dev/null
    NSPAWN=''
}

clean_up() {
    shut_down
    if [ -n "$WORK" ]; then umount "$WORK/root" 2>/dev/null; umount "$WORK" 2>/dev/null; rmdir "$WORK"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

phase() { inside "$1" "bash /opt/source/tests/systemd/inside.sh $2" 2>&1 | tee -a "$WORK/results"; }

need
build_root
download_wheels
mount_work
boot
printf 'systemd %s on %s, controllers of the user manager: %s\n' "$(inside root 'systemctl --version' | sed -n '1s/^systemd //p')" \
    "$(. "$CACHE/root/etc/os-release" && echo "$PRETTY_NAME")" "$(inside dev 'cat /sys/fs/cgroup/user.slice/user-*.slice/user@*.service/cgroup.controllers' | grep . || echo none)"
if [ $SHELL_ONLY = yes ]; then
    nsenter -t "$(leader)" -a -- env -i TERM="${TERM:-dumb}" PATH=/usr/sbin:/usr/bin:/sbin:/bin runuser -l dev
    exit 0
fi
phase dev installed
inside root 'systemctl restart user@$(id -u dev).service'
phase dev 'back manager'
shut_down
boot
phase dev 'back machine'
phase dev removed
inside root 'setpriv --reuid=bare --regid=bare --clear-groups env -i HOME=/home/bare PATH=/usr/bin:/bin USER=bare bash /opt/source/tests/systemd/inside.sh without_manager' 2>&1 | tee -a "$WORK/results"
passed=$(grep -c '^  ok  ' "$WORK/results") failed=$(grep -c '^  no  ' "$WORK/results")
ended=$(grep -c '^-- end of ' "$WORK/results")
[ "$ended" = 5 ] || { echo "only $ended of 5 parts came to their end"; failed=$((failed + 1)); }
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
