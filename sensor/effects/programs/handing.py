"""Which options, settings and words of a program hold a command, or program text, that it runs: one row per program.

Wrappers, whose operands are the command, stand in `wrappers.py`; what is here is handed over beside the program's own work.
"""

from __future__ import annotations

import re

import msgspec


class Handing(msgspec.Struct, frozen=True):
    """What a program is handed to run.

    `options`: words whose value is shell text, as `--x=text`, `--x text`, `-xtext`; one without a dash counts only before a text with a blank. `rest`: options behind which all
    words are one command. `behind`: leading words with which a command stands behind `--`. `code`: options whose value is program text in `language`. `marks`: what in one word is
    shell text, in the first group that holds something. `input`: marks are looked for in the standard input too; `files`: options that name a file in which they are, "*" = any operand.
    """

    options: frozenset[str] = frozenset()
    rest: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    language: str = ""
    code: frozenset[str] = frozenset()
    marks: tuple[re.Pattern[str], ...] = ()
    input: bool = False
    files: frozenset[str] = frozenset()


def _row(options: str = "", *marks: str, code: str = "", language: str = "python", **words: str) -> Handing:
    """A row from space separated words and patterns; `read="input"` sets `input`."""
    sets = {name: frozenset(given.split()) for name, given in words.items() if name != "read"}
    return Handing(frozenset(options.split()), language=language if code else "", code=frozenset(code.split()), marks=tuple(re.compile(mark, re.S | re.M) for mark in marks), input="read" in words, **sets)


_BANG = r"\A\s*:?!{1,2}\s*([^\s!].*)"
_RUN_IN_TEX = r"\\(?:immediate\s*)?write18\s*\{([^{}]+)\}|\bos\.execute\s*\(\s*[\"']([^\"']+)|\bsystem\s*\(\s*[\"']([^\"']+)"
_MACRO = r"%\(((?:[^()]|\([^()]*\))+)\)"
_BUILD_EVENT = r"\A[-/]p(?:roperty)?:\w*(?:Event|Command|Exec)\w*=[\"']?(.+?)[\"']?\Z"
_CALLS = r"\b(?:exec|execSync|spawnSync|system|Process|os:cmd)\s*\(?\s*[\"'`]([^\"'`]+)"
_SCRIPTS = r"\Ascripts\.[\w:.-]+=(.+)"
_WM = r"\A(?:\[[^\]]*\]\s*)?exec(?:_always)?\s+(?:--no-startup-id\s+)?(\S+\s.*)"
_MAGIC = r"^\s*(?:!!?|%(?:sx|system)\s+|%%(?:bash|sh)\b|%(?=(?:rm|rmdir|mv|cp|cat|ls)\b))([^\n]+)"
_CARGO = r"(?:^|\.)(?:runner|linker|rustc|rustdoc|rustc-wrapper|rustc-workspace-wrapper|credential-provider)\"?\s*=\s*[\"']?((?![\"'\[]).+?)[\"']?\s*\Z"
# Recipes run what a variable holds: a list of commands, or a tool with its words.
_MAKE_VALUE = r"\A(?=\w+=(?:[^\n]*[;`]|(?![^\n]*://)[^\n]*(?:[|]|&&|\s&|&\s))|(?:SHELL|CC|CXX|CPP|LD|AR|AS|RM|INSTALL|PYTHON|MAKE|CMAKE|GO|NPM|NODE|DOCKER)=[^=\s]+\s)\w+=(.+)"
_LEADER = r"\A\s*(?:push\s+)?[$&!%]\s*(\w.*)"

_TEX, _MAIL, _FORALL, _PAGER = _row("-pdflatex -latex -e", _RUN_IN_TEX), _row("", r"source\s+[\"']?([^\"']+)\|", r"`([^`]+)`"), _row("-c --command"), _row("--pager")
_HOOKS = "--pre-hook --post-hook --deploy-hook --renew-hook"
HANDING: dict[str, Handing] = {
    # archives and copies
    **dict.fromkeys(("tar", "gtar", "bsdtar"), _row("--to-command --checkpoint-action -I --use-compress-program --rsh-command -F --info-script --new-volume-script")),
    "cpio": _row("--rsh-command"), "split": _row("--filter"), "gsplit": _row("--filter"), "sort": _row("--compress-program"), "gsort": _row("--compress-program"), "zip": _row("-TT --unzip-command"), "dar": _row("-E --execute"),
    "restore": _row("-F --bot-script"), "rsync": _row("-e --rsh"), "scp": _row("-S"), "sftp": _row("-S"), "sshfs": _row("", r"\bssh_command=([^,]+)"), "mosh": _row("--ssh --server"), "ncftp": _row("-e"),
    "borg": _row("--rsh"), "restic": _row("--password-command", r"\bsftp\.command=(.+)"), "rustic": _row("--password-command"), "rclone": _row("--password-command --sftp-ssh --webdav-bearer-token-command --metadata-mapper"),
    "rdiff-backup": _row("--remote-schema"), "unison": _row("-sshcmd -rshcmd"), "ssh-keygen": _row("-D"), "lftp": _row("", r"(?:\A|[;\n])\s*!\s*([^;\n]+)"), "smbclient": _row("", r"(?:\A|[;\n])\s*!\s*([^;\n]+)"), "fossil": _row("--ssh-command"),
    # the network
    **dict.fromkeys(("nc", "ncat", "netcat"), _row("-e -c --exec --sh-exec")), "socket": _row("-p"), "wget": _row("--use-askpass"), "aria2c": _row("--on-download-complete --on-download-start --on-download-error --on-download-stop --on-bt-download-complete"),
    "tcpdump": _row("-z"), "certbot": _row(_HOOKS + " --manual-auth-hook --manual-cleanup-hook"), "acme.sh": _row("--reloadcmd --pre-hook --post-hook --renew-hook"), "lego": _row("--run-hook --renew-hook"),
    **dict.fromkeys(("yt-dlp", "youtube-dl"), _row("--exec-before-download", r"\A(?:(?:pre_process|after_filter|video|before_dl|post_process|after_move|after_video|playlist):)\s*(\S+\s.*)")),
    "openvpn": _row("--up --down --route-up --route-pre-down --ipchange --client-connect --client-disconnect --learn-address --tls-verify --auth-user-pass-verify"), "openconnect": _row("-s --script --csd-wrapper --external-browser"),
    "vpnc": _row("--script"), "pppd": _row("connect disconnect pty init"), "wpa_cli": _row("-a"), "hostapd_cli": _row("-a"), "dhclient": _row("-sf"), "picocom": _row("--send-cmd --receive-cmd"), "transmission-cli": _row("-f"),
    "fetchmail": _row("-m --mda --preconnect --postconnect"), "mutt": _MAIL, "neomutt": _MAIL, "exim": _row("", r"\$\{run\{([^{}]+)\}"), "exim4": _row("", r"\$\{run\{([^{}]+)\}"), "weechat": _row("", r"/exec\s+(?:-\w+\s+)*(.+)"),
    # readers, editors, file managers, terminals
    "man": _row("-P --pager -H --html"), "bat": _PAGER, "batcat": _PAGER, "delta": _PAGER, "ag": _PAGER, "ack": _PAGER, "pgcli": _PAGER, "rg": _row("--pre --hostname-bin"), "mysql": _PAGER, "mariadb": _PAGER, "pandoc": _row("-F --filter --pdf-engine"),
    "nano": _row("-s --speller"), "joe": _row("-exec"), "micro": _row("", r"\A\s*(?:run|term)\s+(.+)"), "kak": _row("", r"%sh\{([^{}]+)\}"), "vifm": _row("", r"\A\+?\s*:?!\s*(.+)"), "tig": _row("", r"\A\+:?!\s*(.+)"), "ranger": _row("", r"\A(?:--cmd=)?\s*shell\s+(?:-\w+\s+)?(.+)"),
    "lf": _row("", _LEADER), "sk": _row("-c --cmd"), "feh": _row("-A --action"), "zathura": _row("-x --synctex-editor-command"), "mpv": _row("", r"\brun\s+(\S+\s.*)"), "rofi": _row("-run-command -run-shell-command -window-command -ssh-command"),
    **dict.fromkeys(("i3-msg", "swaymsg", "hyprctl", "bspc", "awesome-client"), _row("exec", _WM)), "xautolock": _row("-locker -nowlocker -killer -notifier"), "swayidle": _row("before-sleep after-resume lock unlock", r"\A(\w\S*\s.*)"), "xidlehook": _row("", r"\A(\w\S*\s.*)"),
    **dict.fromkeys(("xfce4-terminal", "terminator", "tilix", "lxterminal", "mate-terminal", "guake", "terminology", "x-terminal-emulator", "st", "urxvt", "ghostty"), _row("-e --command --execute", rest="-x")),
    "ttyrec": _row("-e"), "termtosvg": _row("-c --command"), "terminalizer": _row("-d"), "tmux": _row("default-command"), "fzf": _row("--with-shell"),
    # documents, packages
    **dict.fromkeys(("tex", "pdftex", "luatex", "latex", "pdflatex", "xelatex", "lualatex", "latexmk"), _TEX), **dict.fromkeys(("rpm", "rpmbuild", "rpmspec"), _row("--pipe", _MACRO)), "dpkg": _row("--pre-invoke --post-invoke"),
    # build tools and languages
    "cargo": _row("-s --shell", _CARGO), "cargo-watch": _row("-s --shell"), "go": _row("-vettool"), **dict.fromkeys(("bazel", "bazelisk"), _row("--run_under --workspace_status_command --credential_helper")), "ctest": _row("--build-makeprogram"),
    **dict.fromkeys(("dotnet", "msbuild"), _row("--command", _BUILD_EVENT)), **dict.fromkeys(("java", "javaw", "jshell"), _row("", r"\A(?:-J)?-XX:On(?:Error|OutOfMemoryError)=[\"']?(.+?)[\"']?\Z")), "cmake": _row("", r"\A-DCMAKE_\w+(?::\w+)?=([^=]*[\s;].*)"),
    "sbt": _row("", r"\A\s*;?\s*!\s*(.+)", r"\bProcess\s*\(\s*\"([^\"]+)\"", r"\"([^\"]+\s[^\"]*)\"\s*\.?!"), "mix": _row("cmd", code="-e --eval eval", language="elixir"), "rebar3": _row("", r"os:cmd\(\s*\"([^\"]+)\"", code="--eval", language="elixir"),
    "erl": _row("", r"os:cmd\(\s*\"([^\"]+)\""), "just": _row("--shell", rest="-c --command"), "tox": _row("", r"\A(?:testenv(?::[\w.-]+)?)\.commands(?:_pre|_post)?\s*=\s*(.+)"), "puma": _row("--restart-cmd"), "uwsgi": _row("--exec-asap --exec-pre-jail --exec-post-jail --exec-in-jail --exec-as-root --exec-as-user --exec-pre-app --attach-daemon --attach-daemon2 --smart-attach-daemon"),
    **dict.fromkeys(("npm", "pnpm", "yarn"), _row("--script-shell script-shell --git", _SCRIPTS, behind="explore")), "bun": _row("exec"), "deno": _row("--eval"), "pylint": _row(code="--init-hook"), "blender": _row(code="--python-expr"), "sage": _row(code="-c"),
    "memray": _row(code="-c"), "scalene": _row(code="-c"), "kernprof": _row(code="-c"), "ipython": _row("", _MAGIC, read="input"), "ipython3": _row("", _MAGIC, read="input"), "jupyter": _row("", _MAGIC, read="input"), "gunicorn": _row("", _CALLS, files="-c --config"), "locust": _row("", _CALLS, files="-f --locustfile"), "code": _row(code="-e", language="node"),
    "mlr": _row("--prepipe --prepipex", r"\b(?:system|exec)\(\s*\"([^\"]+)\""), "gpg": _row("--photo-viewer"), "gpg2": _row("--photo-viewer"), "helm": _row("--post-renderer"), "salt": _row("cmd.run cmd.shell cmd.run_all"), "salt-call": _row("cmd.run cmd.shell cmd.run_all"),
    "chef-apply": _row("", r"\bexecute\s+[\"']([^\"']+)"), "puppet": _row("", r"\bexec\s*\{\s*[\"']([^\"']+)[\"']"), "vault": _row("-exec"), "consul-template": _row("-exec", r"\A[^:\s]+:[^:\s]+:(.+)"), "nats": _row("--command"), "shell2http": _row("", r"\A(\w\S*\s.*)"),
    "hg": _row("-e --ssh --command"), "svn": _row("--diff-cmd --diff3-cmd --editor-cmd --merge-cmd"), **dict.fromkeys(("repo", "west"), _FORALL), "vcs": _row("--args"), "sqlplus": _row("", r"^\s*(?:!|hos?t?\s)\s*(\S[^\n]*)", read="input"), "sqlcmd": _row("", r"^\s*:?!!\s*([^\n]+)", read="input"),
    "mycli": _row("", r"\A\s*system\s+(.+)"), "mongosh": _row("", _CALLS), **dict.fromkeys(("clickhouse", "clickhouse-local", "clickhouse-client"), _row("", r"\bexecutable\(\s*'([^']+)'")), "duckdb": _row("", r"'([^']+)\|\s*'"), **dict.fromkeys(("radare2", "r2"), _row("", _BANG)),
    **dict.fromkeys(("make", "gmake"), _row("", _MAKE_VALUE)), **dict.fromkeys(("mvn", "mvnw"), _row()), "ninja": _row("", r"^\s*command\s*=\s*([^\n]+)", files="-f"),
    "snakemake": _row("", r"\bshell:\s*[\"']+([^\"']+)", files="-s --snakefile"), "nextflow": _row("", r"\{\s*[\"']+([^\"']+)", files="*"), "nmap": _row("", _RUN_IN_TEX, files="--script"), **dict.fromkeys(("foreman", "overmind", "honcho", "hivemind"), _row("", r"^\w[\w-]*:\s*(\S[^\n]*)", files="-f --procfile *")),
    # what starts and watches programs
    "start-stop-daemon": _row(), "capsh": _row(), "heroku": _row(rest="local:run"), "vhs": _row("", r"^\s*Type(?:@\S+)?\s+[\"'`]([^\"'`\n]+)", files="*"), "rush": _row("", r"\A(\w\S*\s.*)"),
    "pm2": _row("start"), "forever": _row("-c"), "nx": _row("--command"), **dict.fromkeys(("chokidar", "chokidar-cli"), _row("-c --command")), "foreach": _row("-x --execute"), **dict.fromkeys(("sane", "watchfiles"), _row("", r"\A(\w\S*\s.*)")), "watchman-make": _row("--run"), "watchman": _row(behind="trigger"),
    "air": _row("--build.cmd -build.cmd --build.bin -build.bin --build.full_bin -build.full_bin --build.pre_cmd --build.post_cmd"), "CompileDaemon": _row("-build -command"), "watchmedo": _row("-c --command"), "entr": _row("-s"), "when-changed": _row("-c"), "pidstat": _row("-e"), "perf": _row("--pre --post"),
    **dict.fromkeys(("ptw", "pytest-watch"), _row("--runner --beforerun --afterrun --onpass --onfail --onexit -p -c")), "modal": _row("--cmd"), **dict.fromkeys(("sbatch", "srun"), _row("--wrap --task-prolog --task-epilog --prolog --epilog")), "bsub": _row("-E -Ep"),
}
