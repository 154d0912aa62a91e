"""Programs that run another command, as data."""

from __future__ import annotations

import msgspec


class Wrapper(msgspec.Struct, frozen=True):
    """How the inner command is found.

    `values`: flags with a value. `skip`: leading operands before the command. `assigns`: NAME=value may come before it.
    `own`: the wrapper is an effect of its own too. `joined`: the words are joined to one shell text. `code`: flags whose
    value is a shell text. `container`: paths are not this machine's. `outlives`: the command goes on after the call.
    `anywhere`: flags may stand behind operands, which are no command.
    `action`: the leading words that make it a wrapper ("run", "exec"), any of them.
    """

    values: frozenset[str] = frozenset()
    skip: int = 0
    assigns: bool = False
    own: bool = False
    joined: bool = False
    code: frozenset[str] = frozenset()
    container: bool = False
    privilege: bool = False
    outlives: bool = False
    anywhere: bool = False
    action: tuple[tuple[str, ...], ...] = ()


def _w(values: str = "", code: str = "", action: str = "", **facts: object) -> Wrapper:
    actions = tuple(tuple(one.split()) for one in action.split(",")) if action else ()
    return Wrapper(frozenset(values.split()), code=frozenset(code.split()), action=actions, **facts)  # type: ignore[arg-type]


_CONTAINER_RUN = (
    "e env v volume p publish w workdir u user name network net mount entrypoint env-file l label cpus m memory h hostname add-host "
    "device cap-add cap-drop security-opt pid ipc userns runtime restart platform gpus tmpfs ulimit log-driver log-opt pull shm-size "
    "cidfile volumes-from link dns expose a attach detach-keys stop-signal health-cmd group-add sysctl index"
)

WRAPPERS: dict[str, Wrapper] = {
    "sudo": _w("u g h p C r t T D R U user group host prompt chdir chroot role type close-from command-timeout other-user", assigns=True, privilege=True),
    "doas": _w("u C", privilege=True), "pkexec": _w("user", privilege=True), "gosu": _w(skip=1), "su-exec": _w(skip=1), "setpriv": _w("reuid regid groups"),
    "calife": _w(privilege=True), "run0": _w("u user", privilege=True), "please": _w("u", privilege=True), "dzdo": _w("u", privilege=True), "kdesu": _w("c", code="c", privilege=True), "gksudo": _w(privilege=True),
    "su": _w("c command s shell g group G w", code="c command", privilege=True, anywhere=True), "runuser": _w("u user c command s shell g", code="c command", privilege=True),
    "env": _w("u unset C chdir", assigns=True), "nice": _w("n adjustment"), "ionice": _w("c n class classdata"), "nohup": _w(outlives=True), "setsid": _w(outlives=True),
    "timeout": _w("s signal k kill-after", skip=1), "gtimeout": _w("s signal k kill-after", skip=1), "stdbuf": _w("i o e input output error"), "gstdbuf": _w("i o e"), "time": _w("f o format output"),
    "builtin": _w(), "command": _w(), "exec": _w("a"), "noglob": _w(), "nocorrect": _w(), "chroot": _w("userspec groups", skip=1, container=True, own=True),
    "unshare": _w("S G R w map-user map-group root wd"), "nsenter": _w("t target S G w W", own=True), "sg": _w(skip=1, joined=True, code="c"), "newgrp": _w(skip=1), "flock": _w("w timeout E conflict-exit-code", skip=1, code="c command"),
    "script": _w("c command t T E O I B log-out log-in", code="c command", anywhere=True), "strace": _w("e o p s u E a O S I P X trace", own=False), "ltrace": _w("e o p s u a l n A x"), "dtruss": _w("p n"), "truss": _w("p o"), "taskset": _w("p pid", skip=1), "chrt": _w("T P D sched-runtime", skip=1),
    "systemd-run": _w("u unit p property E setenv uid gid slice M H description on-calendar on-active on-boot working-directory timer-property nice", outlives=True, own=True),
    "caffeinate": _w("t w"), "arch": _w(), "setarch": _w(skip=1), "linux32": _w(), "linux64": _w(), "valgrind": _w(), "rr": _w(action="record"), "perf": _w("e o F p", action="record,stat,trace"), "prlimit": _w("p pid"), "numactl": _w("C m N physcpubind membind"), "cpulimit": _w("l limit p e"),
    "proot": _w("r b w rootfs bind cwd"), "fakeroot": _w("s i l"), "fakechroot": _w(), "firejail": _w(), "faketime": _w("f", skip=1), "unbuffer": _w(), "rlwrap": _w("C f H"), "chronic": _w(), "ts": _w(), "torsocks": _w(), "torify": _w(), "proxychains": _w("f"), "proxychains4": _w("f"), "tsocks": _w(),
    "dbus-run-session": _w("config-file"), "dbus-launch": _w(), "xvfb-run": _w("n e f s p server-args"), "runcon": _w("u r t l", skip=0), "daemonize": _w("a c e o p l u", outlives=True), "start-stop-daemon": _w("x exec p pidfile u user n name d chdir"), "daemon": _w("n name", outlives=True), "dtach": _w(skip=1, outlives=True), "abduco": _w(skip=1, outlives=True),
    "tini": _w(), "dumb-init": _w(), "catatonit": _w(), "cgexec": _w("g"), "eatmydata": _w(), "pv": _w("L s"), "ifne": _w(), "retry": _w("t d times delay"), "doas.": _w(), "capsh": _w("c", code="c"), "bwrap": _w(own=True), "minijail0": _w("u g"), "nsjail": _w("u g"), "busybox": _w(), "toybox": _w(), "toolbox": _w(action="run"), "distrobox": _w(action="enter"),
    "watch": _w("n interval", joined=True), "entr": _w(), "watchexec": _w("w e i f watch exts ignore filter shell d"), "nodemon": _w("e w i x exec ext watch ignore", code="x exec"), "hyperfine": _w("w r m M p prepare S N warmup runs min-runs max-runs", joined=True), "parallel": _w("j jobs S a arg-file delay I colsep C joblog results tmpdir sshlogin load timeout retries N n L", joined=True, own=True), "sem": _w("j id", joined=True),
    "concurrently": _w("n names c prefix-colors", joined=True), "cross-env": _w(assigns=True), "cross-env-shell": _w(assigns=True, joined=True), "dotenv": _w("e f c"), "dotenvx": _w("f env-file", action="run"), "env-cmd": _w("f e file"), "direnv": _w(skip=1, action="exec"), "wait-on": _w(), "start-server-and-test": _w(),
    "npx": _w("p package c call cache userconfig", code="c call", own=True), "bunx": _w("p package", own=True), "pipx": _w("spec python index-url", action="run", own=True), "uvx": _w("from with python p index-url", own=True), "uv": _w("with python p project directory extra group env-file", action="run,tool run", own=True), "poetry": _w("C directory", action="run"), "pdm": _w("p project", action="run"), "pipenv": _w(action="run"), "hatch": _w("e env", action="run,env run"), "rye": _w(action="run"), "pixi": _w("e environment", action="run"), "rtx": _w(action="exec,x"), "mise": _w(action="exec,x"), "asdf": _w(skip=1, action="exec"), "conda": _w("n name p prefix cwd", action="run"), "mamba": _w("n name p prefix", action="run"), "micromamba": _w("n name p prefix", action="run"), "pyenv": _w(action="exec"), "rbenv": _w(action="exec"), "bundle": _w(action="exec"), "bundler": _w(action="exec"), "nvm": _w(skip=1, action="exec,run"), "fnm": _w("using", action="exec"), "volta": _w("node npm", action="run"), "corepack": _w(), "npm": _w("p package c call w workspace", code="c call", action="exec,x", own=True), "pnpm": _w("filter F C dir", action="exec,dlx", own=True), "yarn": _w("p", action="exec,dlx", own=True), "bun": _w(action="x", own=True), "deno": _w(action="x", own=True), "nix": _w(action="develop --command,shell --command", own=True), "nix-shell": _w("p packages run command", code="run command", own=True), "guix": _w(action="shell", own=True), "flatpak-spawn": _w(own=True), "snap": _w(action="run", own=True), "flatpak": _w(action="run", own=True),
    "op": _w("env-file account", action="run"), "doppler": _w("p c project config", code="command", action="run"), "aws-vault": _w("d", skip=1, action="exec"), "chamber": _w(skip=1, action="exec"), "infisical": _w("env path", action="run"), "teller": _w(action="run"), "vaulted": _w(skip=1, action="exec"), "heroku": _w("a app r remote", action="run", own=True, container=True), "railway": _w("s service", action="run"), "sops": _w(joined=True, skip=1, action="exec-env"), "envconsul": _w("prefix secret"), "berglas": _w(action="exec"), "granted": _w(), "saml2aws": _w(action="exec"), "hcloud": _w(action="context"),
    "docker": _w(_CONTAINER_RUN, skip=1, own=True, container=True, action="run,exec,container run,container exec,create,compose run,compose exec"),
    "podman": _w(_CONTAINER_RUN, skip=1, own=True, container=True, action="run,exec,container run,container exec,create,compose run,compose exec"),
    "nerdctl": _w(_CONTAINER_RUN, skip=1, own=True, container=True, action="run,exec"), "docker-compose": _w(_CONTAINER_RUN + " f file", skip=1, own=True, container=True, action="run,exec"), "lxc": _w("env cwd user", skip=1, own=True, container=True, action="exec"), "incus": _w("env cwd user", skip=1, own=True, container=True, action="exec"), "lxc-attach": _w("n name P", own=True, container=True), "machinectl": _w(skip=1, own=True, container=True, action="shell"), "systemd-nspawn": _w("D M u directory machine bind", own=True, container=True), "kubectl": _w("n namespace c container context kubeconfig", skip=1, own=True, container=True, action="exec"), "oc": _w("n namespace c container", skip=1, own=True, container=True, action="exec,rsh"), "crictl": _w(skip=1, own=True, container=True, action="exec"), "ctr": _w(skip=2, own=True, container=True, action="tasks exec"), "vagrant": _w("c command", code="c command", own=True, container=True, action="ssh"), "limactl": _w("workdir", skip=1, own=True, container=True, action="shell"), "lima": _w(container=True), "multipass": _w(skip=1, own=True, container=True, action="exec"), "wsl": _w("d u distribution user cd e exec"), "wsl.exe": _w("d u"), "adb": _w("s", joined=True, own=True, container=True, action="shell"), "fly": _w("a app C command", code="C command", own=True, container=True, action="ssh console"), "flyctl": _w("a app C command", code="C command", own=True, container=True, action="ssh console"), "gcloud": _w("zone project command", code="command", own=True, container=True, action="compute ssh"),
    "ssh": _w("b c D E e F I i J L l m O o p Q R S W w B", skip=1, joined=True, own=True), "autossh": _w("M b c D E e F I i J L l m O o p Q R S W w", skip=1, joined=True, own=True), "mosh": _w("p ssh", skip=1, own=True), "dsh": _w("m g", joined=True), "pssh": _w("h H l", joined=True, own=True), "pdsh": _w("w x", joined=True, own=True), "sshpass": _w("p f d"), "rsh": _w("l", skip=1, joined=True, own=True),
    "tmux": _w("t s n c x y F e L S f", joined=True, own=True, outlives=True, action="new-session,new,new-window,neww,split-window,splitw,respawn-pane,respawn-window,send-keys,send,run-shell,run,display-popup,popup,if-shell,pipe-pane,pipep"),
    "screen": _w("S p t c h T X", own=True, outlives=True), "zellij": _w("n cwd name", own=True, action="run"), "kitty": _w(own=True), "xterm": _w("T geometry e", own=True), "gnome-terminal": _w("title working-directory", own=True), "konsole": _w("e", own=True), "alacritty": _w("e command", own=True),
}
LOADERS = ("ld-linux", "ld-musl", "ld.so", "ld64.so")
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ash", "ksh", "mksh", "fish", "rbash", "csh", "tcsh", "yash", "pwsh", "elvish", "nu", "ksh93", "oksh", "lksh", "pdksh", "posh", "osh", "xonsh", "bash5", "busybox-sh"})
