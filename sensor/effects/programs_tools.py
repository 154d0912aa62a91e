"""Tools with sub-commands: containers, clouds, package managers, databases, editors. One row each; see `spec.Spec`."""

from __future__ import annotations

from sensor.effects.spec import Spec
from sensor.effects.spec import spec_row as _spec

_NONE = _spec("none")

TOOL_PROGRAMS: dict[str, Spec] = {
    "handrail": _spec("guess", writes="out file"),  # our own command must not be the hand that writes what the agent's may not
    # tools with sub-commands
    "docker": _spec(
        "none", subcommands=2,
        values="H host l log-level context c config n name v volume p publish e env w workdir u user "
               "network net mount entrypoint env-file f file t tag build-arg target platform memory m "
               "cpus h hostname label add-host device cap-add cap-drop security-opt pid ipc userns "
               "runtime restart filter format since until project-name tail o output",
        reads="env-file", names="f:force a:all v:volume",
    ),
    "podman": _spec(
        "none", subcommands=2,
        values="v volume p publish e env w workdir u user network mount name entrypoint f file t tag "
               "device cap-add security-opt pid ipc userns filter format",
        names="f:force a:all v:volume",
    ),
    "nerdctl": _spec("none", subcommands=2, values="v volume p publish e env w workdir network name n namespace"),
    "docker-compose": _spec(
        "none", subcommands=1, values="f file p project-name env-file profile t", names="v:volumes f:file",
    ),
    "kubectl": _spec(
        "none", subcommands=1,
        values="n namespace context kubeconfig o output l selector c container p patch image replicas "
               "type user cluster server s token as as-group field-selector timeout grace-period "
               "from-literal port tail since dry-run cascade template overrides",
        reads="f filename k kustomize from-file from-env-file kubeconfig",
        names="n:namespace f:filename A:all-namespaces l:selector o:output",
    ),
    "oc": _spec("none", subcommands=1, values="n namespace o output l selector", reads="f filename"),
    "helm": _spec(
        "none", subcommands=1, values="n namespace set set-string version kube-context timeout repo",
        reads="f values kubeconfig", names="n:namespace f:values",
    ),
    "terraform": _spec("none", single=True, subcommands=1, values="target var state", reads="var-file", folder="chdir"),
    "tofu": _spec("none", single=True, subcommands=1, values="target var state", reads="var-file", folder="chdir"),
    "terragrunt": _spec("none", single=True, subcommands=1, values="target var"),
    "pulumi": _spec("none", subcommands=2, values="s stack", folder="C cwd", names="y:yes s:stack f:skip-preview"),
    "aws": _spec("none", subcommands=2, values="profile region output query endpoint-url", hosts="s3"),
    "gcloud": _spec("none", subcommands=4, values="project account format filter zone region configuration"),
    "gsutil": _spec("none", subcommands=1, names="m:multi"),
    "az": _spec(
        "none", subcommands=3, values="n name g resource-group subscription o output query",
        names="y:yes n:name g:resource-group",
    ),
    "gh": _spec(
        "none", subcommands=2,
        values="R repo t title b body f field F raw-field H header X method q jq json l label a assignee "
               "B base m milestone L limit",
        reads="body-file input", names="X:method R:repo y:yes",
    ),
    "glab": _spec("none", subcommands=2, values="R repo t title d description"),
    "npm": _spec(
        "none", subcommands=1, values="registry userconfig w workspace loglevel tag otp", folder="prefix C",
        names="g:global D:save-dev f:force y:yes",
    ),
    "pnpm": _spec(
        "none", subcommands=1, values="filter registry", folder="C dir", names="g:global D:save-dev F:filter",
    ),
    "yarn": _spec("none", subcommands=1, values="registry", folder="cwd"),
    "bun": _spec("none", subcommands=1, values="", folder="cwd"),
    "pip": _spec(
        "none", subcommands=1, values="i index-url extra-index-url trusted-host f find-links target t proxy python",
        reads="r requirement c constraint e editable",
        names="r:requirement i:index-url e:editable U:upgrade y:yes t:target",
    ),
    "uv": _spec("none", subcommands=2, values="index-url extra-index-url python p with", reads="r requirement"),
    "poetry": _spec("none", subcommands=1, folder="C directory"),
    "cargo": _spec(
        "none", subcommands=1, values="features p package manifest-path target git registry index token", folder="C",
    ),
    "go": _spec("none", single=True, subcommands=1, values="run o tags ldflags timeout count", folder="C"),
    "gem": _spec("none", subcommands=1, values="v version source s"),
    "brew": _spec("none", subcommands=1),
    "apt": _spec("none", subcommands=1, values="o t", names="y:yes"),
    "apt-get": _spec("none", subcommands=1, values="o t", names="y:yes q:quiet"),
    "systemctl": _spec("none", subcommands=1, values="H t type s signal", names="f:force q:quiet"),
    "launchctl": _spec("guess", subcommands=1),
    "crontab": _spec("writes-job", values="u", names="r:remove l:list e:edit u:user"),
    "vercel": _spec("none", subcommands=2, values="token t scope"),
    "heroku": _spec("none", subcommands=1, values="a app confirm", names="a:app"),
    "fly": _spec("none", subcommands=2, values="a app", names="y:yes a:app"),
    "flyctl": _spec("none", subcommands=2, values="a app", names="y:yes"),
    "netlify": _spec("none", subcommands=1),
    "wrangler": _spec("none", subcommands=2, values="c config e env"),
    "supabase": _spec("none", subcommands=2),
    "firebase": _spec("none", subcommands=1, values="project P token", names="f:force y:yes"),
    "doctl": _spec("none", subcommands=3, names="f:force"),
    "ansible": _spec(
        "none", skip=1, values="m module-name a args i inventory u user e extra-vars l limit",
        names="b:become m:module-name a:args",
    ),
    "ansible-playbook": _spec("reads", values="i inventory e extra-vars l limit t tags", names="b:become"),
    "vault": _spec("none", subcommands=2, single=True),
    "psql": _spec(
        "none", values="h host p port U username d dbname c command v set", reads="f file", writes="o output L",
        names="c:command f:file h:host d:dbname U:username",
    ),
    "mysql": _spec("none", values="h host P port u user D database e execute", names="e:execute h:host u:user", attached="p"),
    "mariadb": _spec("none", values="h host P port u user D database e execute", names="e:execute", attached="p"),
    "sqlite3": _spec("reads-first", values="cmd separator init", single=True),
    "mongosh": _spec("none", values="eval host port u p username password"),
    "mongo": _spec("none", values="eval host port u p"),
    "redis-cli": _spec("none", subcommands=1, values="h p a n u s i r", names="h:host p:port"),
    "pg_dump": _spec("none", values="h p U d t n", writes="f file"),
    "mysqldump": _spec("none", values="h P u", writes="r result-file", attached="p"),
    "dropdb": _spec("none", values="h host p port U username maintenance-db", names="h:host"),
    "createdb": _spec("none", values="h p U O"),
    "mount": _spec("none", values="t types o options L U", names="t:types o:options"),
    "umount": _spec("none", names="f:force l:lazy"),
    "mkfs": _spec("writes", values="t type L label", names="t:type"),
    "wipefs": _spec("writes", values="t types o offset", names="a:all f:force"),
    "fdisk": _spec("writes", names="l:list"),
    "sfdisk": _spec("writes", names="l:list f:force"),
    "parted": _spec("writes-first", names="s:script"),
    "sgdisk": _spec("writes", values="n d t c", names="Z:zap-all o:clear"),
    "blkdiscard": _spec("writes", names="f:force"),
    "mkswap": _spec("writes"),
    "hdparm": _spec("writes"),
    "cryptsetup": _spec("none", subcommands=1),
    "diskutil": _spec("none", subcommands=1),
    "python": _NONE,
    "node": _NONE,
    "deno": _NONE,
    "lua": _NONE,
    "luajit": _NONE,
    "julia": _NONE,
    "osascript": _NONE,
    "Rscript": _NONE,
    "groovy": _NONE,
    "elixir": _NONE,
    "perl": _NONE,
    "ruby": _NONE,
    "php": _NONE,
    "bash": _NONE,
    "sh": _NONE,
    "make": _spec(
        "none", values="j W o", reads="f file makefile", folder="C directory",
        names="f:file C:directory j:jobs B:always-make n:dry-run k:keep-going",
    ),
    "code": _spec("reads", values="user-data-dir extensions-dir install-extension"),
    "vim": _spec("writes", values="c cmd S u U T s"),
    "vi": _spec("writes", values="c"),
    "nvim": _spec("writes", values="c cmd"),
    "nano": _spec("writes"),
    "emacs": _spec("writes", values="eval f", single=True),
    "open": _spec("guess", values="a"),
    "xdg-open": _spec("guess"),
    "claude": _spec(
        "none",
        values="p print model settings mcp-config permission-mode allowedTools disallowedTools "
               "append-system-prompt system-prompt resume r",
    ),
    "tmux": _spec("none", subcommands=1, values="t s n c L S f"),
    "screen": _spec("none", values="S X p"),
    "crond": _NONE,
    "at": _spec("none", reads="f", values="q t"),
    "batch": _NONE,
    "useradd": _spec("none", values="u g G d s c p"),
    "usermod": _spec("none", values="g G d s p", names="a:append G:groups"),
    "passwd": _NONE,
    "chpasswd": _NONE,
    "git-lfs": _spec("none", subcommands=1),
    "pg_restore": _spec("reads", values="d dbname h host U p", names="c:clean d:dbname h:host"),
    "mongorestore": _spec("reads", values="d db h host uri u username port c collection", names="d:db h:host c:collection"),
    "mysqladmin": _spec("none", values="h host P port u user S socket", names="f:force h:host u:user", attached="p"),
    "git": _spec("none", subcommands=1),
    "reg": _spec("none", subcommands=1),
    "reg.exe": _spec("none", subcommands=1),
    "schtasks": _NONE,
    "schtasks.exe": _NONE,
    "wmic": _NONE,
}
