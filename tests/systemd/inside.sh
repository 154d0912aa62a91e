#!/bin/bash
# Runs in the container of run.sh, as the user who installs: inside.sh PART. One line for each thing that was seen.
set -u
cd || exit 1
HANDRAIL=$HOME/.local/share/handrail/bin/handrail
STATE=$HOME/.local/state/handrail
UNITS=(handrail.socket handrail.service)

check() { # check WHAT COMMAND...
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then printf '  ok  %s\n' "$what"; else printf '  no  %s\n' "$what"; printf '%s\n' "$said" | tail -n 12 | sed 's/^/      /'; fi
}
says() { # says TEXT COMMAND...
    local text=$1 all
    shift
    all=$("$@" 2>&1)
    [[ $all == *"$text"* ]] || { printf '%s\n' "$all"; return 1; }
}
soon() { # soon COMMAND...: it holds within a minute
    for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
    "$@"
}
property() { systemctl --user show handrail.service -p "$1" --value; }
child() { python3 -c 'import json, sys; print({c["name"]: c["pid"] for c in json.load(open(sys.argv[1]))["children"]}[sys.argv[2]])' "$STATE/run/children.json" "$1"; }
answers() { "$HANDRAIL" status --json >/dev/null; }
all_well() { "$HANDRAIL" doctor --live --json | python3 -c 'import json, sys; d = json.load(sys.stdin); bad = [c for c in d["checks"] if c["outcome"] != "ok"]; print(bad); sys.exit(bool(bad))'; }
tree() { find . -path ./.local/state/handrail -prune -o -path ./.cache -prune -o \( -type f -exec sha256sum {} + \) -o -printf '%p %m %l\n' | grep -v '^\./\.local/state/\? \|^\.  *[0-9]' | sort; }
hook() { # hook COMMAND: as the agent calls it
    python3 -c 'import json, os, sys; print(json.dumps({"hook_event_name": "PreToolUse", "session_id": "s", "tool_name": "Bash", "tool_use_id": f"t{os.getpid()}", "cwd": os.environ["HOME"], "tool_input": {"command": sys.argv[1]}}))' "$1" |
        "$HOME/.local/share/handrail/bin/handrail-hook" --agent claude-code
}
install() { /opt/source/install.sh --yes --wheels /opt/wheels "$@"; }
managed() { [ "$(property MainPID)" != 0 ] && [ "$(property MainPID)" = "$(cat "$STATE/run/handrail.lock")" ]; }

filters() { sed -n 's/^Seccomp_filters:.//p' "/proc/$1/status"; } # systemd-nspawn has some of its own
in_order() {
    local pid namespace
    namespace=$(readlink /proc/self/ns/user)
    for pid in $(property MainPID) $(child sensor) $(child web); do
        grep -q 'NoNewPrivs:.1' "/proc/$pid/status" && [ "$(filters "$pid")" -gt "$(filters self)" ] || { echo "process $pid is not confined"; return 1; }
    done
    # Our processes hide what they are, so a process with the settings of the unit is asked.
    [ "$(confined readlink /proc/self/ns/user)" = "$namespace" ]
}
comes_back() { # comes_back CHILD
    local before
    before=$(child "$1")
    [ "$before" -gt 1 ] && kill -KILL "$before" && soon eval "[ \$(child $1) != 0 ] && [ \$(child $1) != $before ]" && soon answers
}
supervisor_comes_back() {
    local before others
    before=$(property MainPID) others="$(child sensor) $(child indexer) $(child web)"
    [ "$before" -gt 1 ] && kill -KILL "$before"
    soon eval "[ \$(property MainPID) != 0 ] && [ \$(property MainPID) != $before ]" && soon answers && soon managed && ! kill -0 $others 2>/dev/null
}
dashboard_as() { # dashboard_as PROGRAM...: log in at the dashboard with a client started by PROGRAM
    "$@" python3 - "$("$HANDRAIL" dashboard --no-browser)" <<'END'
import http.cookiejar, sys, urllib.error, urllib.parse, urllib.request
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
address = urllib.parse.urlsplit(sys.argv[1])
opener.addheaders = [("Origin", f"http://{address.netloc}")]
try:
    opener.open(sys.argv[1]).read()
    page = opener.open(f"http://{address.netloc}/login", urllib.parse.urlencode(dict(urllib.parse.parse_qsl(address.query))).encode())
except urllib.error.HTTPError as refusal:
    page = refusal
print(page.status, page.geturl(), page.read().decode())
END
}
alert_is_shown() {
    dbus-monitor --session "interface='org.freedesktop.Notifications'" >/tmp/notifications & local monitor=$!
    sleep 0.5
    hook 'rm -rf ~/' >/dev/null
    soon grep -q 'destination=org.freedesktop.Notifications' /tmp/notifications # nobody shows it here, but it was sent
    local code=$?
    kill $monitor
    return $code
}
confined() { # confined COMMAND...: with the settings of the unit
    mapfile -t settings < <(sed -nE '/^(Type|NotifyAccess|ExecStart|Restart|WatchdogSec)=/d; /^\[Service/,/^$/{/^[A-Z]/p}' ~/.config/systemd/user/handrail.service)
    [ "${#settings[@]}" -gt 8 ] && systemd-run --user --quiet --pipe --wait "${settings[@]/#/--property=}" "$@"
}
browser_is_free() { # as on a desktop that came up after the service
    printf '#!/bin/sh\ngrep NoNewPrivs: /proc/self/status >"$HOME/opened"; echo "$DISPLAY $1" >>"$HOME/opened"\n' >browser; chmod 700 browser
    systemctl --user set-environment DISPLAY=:7 "BROWSER=$HOME/browser"
    confined env -u DISPLAY "$HOME/.local/share/handrail/venv/bin/python" -I -c 'from sensor.host.machine.desktop import open_page; open_page("http://127.0.0.1/")'
    soon grep -qx ':7 http://127.0.0.1/' opened && grep -q 'NoNewPrivs:.0' opened
    local code=$?
    systemctl --user unset-environment DISPLAY BROWSER
    rm -f browser opened
    return $code
}
configure() { printf '%s\n' "$@" >>"$HOME/.config/handrail/config.yaml"; sleep 1; }

installed() {
    mkdir -p .claude .local/state && echo '{"model": "opus"}' >.claude/settings.json
    tree >/var/tmp/before
    check 'install.sh from the sources' says 'Service: systemd' install
    answers || exit 1
    check 'units are enabled' eval 'systemctl --user is-enabled "${UNITS[@]}"'
    check 'units are active' eval 'systemctl --user is-active "${UNITS[@]}"'
    check 'handrail status answers' answers
    check 'handrail service status' says 'journalctl --user -u handrail.service' "$HANDRAIL" service status
    check 'handrail doctor --live finds nothing' all_well
    check 'messages are in the journal, and in no file' eval "journalctl --user -u handrail.service | grep -q dashboard && [ ! -e $STATE/logs ]"
    check 'the service is confined, in the namespace of the agents' in_order
    check 'a program that an agent left behind is no person' says CLAUDE_CODE_CHILD_SESSION env CLAUDE_CODE_CHILD_SESSION=1 "$HANDRAIL" mode observe
    check 'a person is one' eval "$HANDRAIL mode observe && $HANDRAIL mode enforce"
    for name in $(python3 -c 'import json, sys; print(*(c["name"] for c in json.load(open(sys.argv[1]))["children"]))' "$STATE/run/children.json"); do check "killed, it comes back: $name" comes_back $name; done
    check 'killed, it comes back: the supervisor' supervisor_comes_back
    cp "$(command -v bash)" claude
    ./claude -c 'sleep 60; true' & agent=$!
    check 'the dashboard lets a person in while an agent runs' says '200 http' dashboard_as env
    check 'the dashboard refuses what an agent started' says 'Only a person may log in here' dashboard_as ./claude -c '"$@"; exit $?' -
    kill $agent; rm claude
    check 'service stop' eval "$HANDRAIL service stop; ! systemctl --user is-active \"\${UNITS[@]}\" && ! pgrep -f sensor.daemon"
    hook ls >/dev/null
    check 'a hook that finds no sensor starts the service, not one of its own' soon managed
    "$HANDRAIL" service stop >/dev/null
    (XDG_RUNTIME_DIR='' setsid "$HANDRAIL" run </dev/null >/dev/null 2>&1 &)
    soon answers
    check 'what runs outside of the service gives way to it' eval 'systemctl --user start handrail.service && soon managed && soon answers'
    check 'without XDG_RUNTIME_DIR (su, cron) the service is found' env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS "$HANDRAIL" service status
    printf '#!/bin/sh\ncat >>"$HOME/alerts.txt"\n' >alert.sh; chmod 700 alert.sh
    configure 'alerts:' '  desktop: true' "  command: [\"$HOME/alert.sh\"]"
    check "a stopped call is told to the desktop, over the user's bus" alert_is_shown
    check 'a command for alerts may write where its user may' soon test -s alerts.txt
    rm -f alert.sh alerts.txt
    check 'the browser of a notification knows the display, and is not confined' browser_is_free
    before=$(property MainPID)
    check 'the second install.sh upgrades' says 'upgrade of version' install
    check 'and starts the new one' eval "[ \$(property MainPID) != $before ] && managed && [ \$(ls .local/share/handrail/venvs | wc -l) = 1 ]"
}

back() { # back WHAT: started again without anybody's doing
    check "after the start of the $1: active" soon eval 'systemctl --user is-active "${UNITS[@]}"'
    check "after the start of the $1: all is well" eval 'soon answers; hook ls; all_well'
}

removed() {
    check 'install.sh --no-service runs in the background' says 'Service: background' install --no-service
    check 'and leaves no unit' eval '! ls .config/systemd/user/handrail.* && ! systemctl --user cat handrail.service'
    check 'and works' all_well
    check 'back to the service' says 'Service: systemd' install
    check 'install.sh --uninstall' /opt/source/install.sh --uninstall
    check 'nothing runs, nothing is failed' eval '! pgrep -f sensor.daemon && [ -z "$(systemctl --user list-units --all --no-legend "handrail*")" ]'
    tree >/var/tmp/after
    check 'the home folder is as it was, to the byte' diff /var/tmp/before /var/tmp/after
    export XDG_STATE_HOME=$HOME/x/state XDG_DATA_HOME=$HOME/x/data XDG_CONFIG_HOME=$HOME/x/config
    check 'folders that only the shell names' says 'Service: systemd' install
    check 'are found by the service' env -u XDG_STATE_HOME -u XDG_DATA_HOME -u XDG_CONFIG_HOME x/data/handrail/bin/handrail doctor
    check 'and removed' /opt/source/install.sh --uninstall
    unset XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
    rm -rf x
    systemctl --user --quiet mask handrail.service
    check 'a manager that refuses: a sentence, and the background' says 'is masked' install
    check 'which works' all_well
    check 'and can be removed' /opt/source/install.sh --uninstall
    systemctl --user --quiet unmask handrail.service
}

without_manager() {
    check 'no user manager: a sentence, and the background' says 'No systemd user manager answers for this user' install --agents claude-code
    check 'which works' all_well
    check 'and can be removed' /opt/source/install.sh --uninstall
    check 'nothing runs' eval '! pgrep -u bare -f sensor.daemon'
}

part=$1
shift
"$part" "$@"
echo "-- end of $part"
