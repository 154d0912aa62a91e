"""What programs do with their operands and flags: one row each.

A row says which operands are read, written or deleted, which flags take a value, which values are files, and the long
names of short flags. Flags are without dashes. Programs that are not listed read what looks like a path.
"""

from __future__ import annotations

import msgspec


class Spec(msgspec.Struct, frozen=True):
    """`operands`: "reads", "writes", "deletes", "copy" (last one written, others read), "move" (last one written, others
    deleted), "lists" (names only), "none", "guess" (what looks like a path is read). The first `skip` operands are no
    files unless one of `unskip` is given. `single` = flags are words behind one dash. `subcommands` = how many leading
    operands name what to do. `hosts`: "url" (operands are addresses), "remote" (`host:path`), "ssh" (first operand).
    """

    operands: str = "guess"
    skip: int = 0
    unskip: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    names: dict[str, str] = {}
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    folder: frozenset[str] = frozenset()
    single: bool = False
    subcommands: int = 0
    hosts: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _spec(operands: str = "guess", **facts: object) -> Spec:
    """A row from space separated words; `names` are `short:long` pairs."""
    names = dict(pair.split(":") for pair in str(facts.pop("names", "")).split())
    sets = {key: _set(str(facts.pop(key, ""))) for key in ("values", "reads", "writes", "folder", "unskip")}
    sets["values"] = sets["values"] | sets["reads"] | sets["writes"] | sets["folder"]
    sets["values"] |= {long for short, long in names.items() if short in sets["values"]}
    return Spec(operands=operands, names=names, **sets, **facts)  # type: ignore[arg-type]


_RF = "r:recursive R:recursive f:force v:verbose i:interactive"
_GREP = _spec(
    "reads", skip=1, unskip="regexp file e f files", values="e regexp m max-count A after-context B before-context C context "
    "include exclude exclude-dir g glob t type T type-not d D color j threads max-depth label binary-files iglob M max-columns sort sortr engine replace", reads="file",
    names="r:recursive R:recursive i:ignore-case v:invert-match l:files-with-matches n:line-number E:extended-regexp "
    "F:fixed-strings e:regexp f:file c:count q:quiet o:only-matching w:word-regexp",
)
_COPY = "r:recursive R:recursive a:archive f:force i:interactive n:no-clobber t:target-directory T:no-target-directory v:verbose p:preserve"
_PAGER = _spec("reads", values="n lines c bytes p P x z", names="f:follow F:follow-name n:lines c:bytes")
_READ = _spec("reads")
_NONE = _spec("none")
_LIST = _spec("lists", values="I L ignore hide", names="R:recursive a:all l:long")

PROGRAMS: dict[str, Spec] = {
    # deletes
    "rm": _spec("deletes", names=_RF + " d:dir I:interactive-once", values="interactive"),
    "unlink": _spec("deletes"), "rmdir": _spec("deletes", names="p:parents v:verbose"), "srm": _spec("deletes", names=_RF),
    "shred": _spec("deletes", names="u:remove f:force z:zero n:iterations", values="n iterations s size random-source"),
    "trash": _spec("deletes"), "trash-put": _spec("deletes", names=_RF), "wipe": _spec("deletes", names=_RF), "rimraf": _spec("deletes"),
    "del-cli": _spec("deletes"), "gio": _spec("guess", subcommands=1), "safe-rm": _spec("deletes", names=_RF),
    "fallocate": _spec("writes", values="l length o offset"),
    # writes
    "tee": _spec("writes", names="a:append i:ignore-interrupts"), "sponge": _spec("writes", names="a:append"),
    "touch": _spec("writes", values="d date t", reads="r reference"), "truncate": _spec("writes", values="s size", reads="r reference", names="s:size"),
    "mkdir": _spec("writes", values="m mode", names="p:parents m:mode"), "mkfifo": _spec("writes", values="m mode"), "mknod": _spec("writes", values="m mode"),
    "chmod": _spec("writes", skip=1, names="R:recursive f:silent v:verbose", reads="reference"),
    "chown": _spec("writes", skip=1, names="R:recursive h:no-dereference f:silent", values="from", reads="reference"),
    "chgrp": _spec("writes", skip=1, names="R:recursive"), "chattr": _spec("writes", skip=1, names="R:recursive", values="v p"),
    "chflags": _spec("writes", skip=1, names="R:recursive"), "setfacl": _spec("writes", values="m modify x remove M modify-file X remove-file", names="R:recursive m:modify x:remove b:remove-all"),
    "chcon": _spec("writes", skip=1, names="R:recursive"), "setfattr": _spec("writes", values="n name v value x remove"), "xattr": _spec("writes", names="d:delete c:clear r:recursive w:write", values=""),
    "patch": _spec("writes", values="p strip", reads="i input", writes="o output", folder="d directory"),
    "ed": _spec("writes", names="s:quiet"), "ex": _spec("writes", values="c"),
    "split": _spec("reads", values="b bytes l lines n number a suffix-length filter additional-suffix", names="b:bytes l:lines"),
    "csplit": _spec("guess", values="f prefix n digits"),
    # copies
    "cp": _spec("copy", names=_COPY, writes="t target-directory", values="S suffix"),
    "gcp": _spec("copy", names=_COPY), "ditto": _spec("copy"),
    "mv": _spec("move", names=_COPY + " b:backup", writes="t target-directory", values="S suffix"),
    "install": _spec("copy", names="d:directory m:mode o:owner g:group t:target-directory D:create-leading", values="m mode o owner g group S suffix", writes="t target-directory"),
    "ln": _spec("copy", names="s:symbolic f:force n:no-dereference t:target-directory", writes="t target-directory", values="S suffix"),
    "rename": _spec("writes", skip=1), "cpio": _spec("guess", values="H format", folder="D directory", reads="I", writes="O", names="i:extract o:create p:pass-through"),
    "rsync": _spec("copy", hosts="remote", values="e rsh f filter exclude include exclude-from include-from max-size min-size T temp-dir port rsync-path chmod chown timeout bwlimit log-file files-from partial-dir backup-dir link-dest password-file B block-size out-format info",
                   reads="files-from exclude-from include-from password-file", names="a:archive r:recursive v:verbose z:compress e:rsh n:dry-run"),
    "scp": _spec("copy", hosts="remote", values="P c F J l o S X D", reads="i F", names="r:recursive p:preserve"), "sftp": _spec("guess", hosts="remote", values="P o c F l R s B D", reads="i b"),
    "rclone": _spec("guess", subcommands=1, hosts="remote", values="config"),
    # readers
    "cat": _READ, "tac": _READ, "bat": _spec("reads", values="l language r line-range"), "batcat": _READ, "nl": _READ, "head": _PAGER, "tail": _PAGER,
    "less": _PAGER, "more": _PAGER, "most": _READ, "strings": _spec("reads", values="n bytes t radix e encoding"), "xxd": _spec("reads", values="l s c g o n", names="r:revert p:plain"), "od": _spec("reads", values="A t N j w"),
    "hexdump": _spec("reads", values="n s e"), "hd": _READ, "base64": _spec("reads", values="w wrap", names="d:decode D:decode w:wrap", reads="i input", writes="o output"),
    "base32": _spec("reads", values="w wrap", names="d:decode D:decode"), "basenc": _spec("reads", names="d:decode", values="w wrap"), "uuencode": _READ, "uudecode": _spec("reads", writes="o"),
    "wc": _spec("reads", reads="files0-from"), "sort": _spec("reads", values="k key t field-separator S buffer-size T temporary-directory", writes="o output", names="o:output"), "uniq": _spec("reads", values="f skip-fields s w"),
    "cut": _spec("reads", values="d delimiter f fields c characters b bytes output-delimiter"), "paste": _spec("reads", values="d delimiters"), "join": _spec("reads", values="t 1 2 j o a v e"), "comm": _READ, "column": _spec("reads", values="s t-separator o N c"), "expand": _READ, "unexpand": _READ,
    "fold": _spec("reads", values="w width"), "fmt": _spec("reads", values="w width"), "pr": _spec("reads", values="l w h o"), "rev": _READ, "shuf": _spec("reads", values="n i", writes="o output"), "tsort": _READ, "diff": _spec("reads", values="U C x exclude unified label I W", names="r:recursive u:unified"),
    "cmp": _READ, "sdiff": _READ, "diff3": _READ, "colordiff": _READ, "md5sum": _READ, "sha1sum": _READ, "sha256sum": _READ, "sha512sum": _READ, "shasum": _spec("reads", values="a"), "b2sum": _READ, "cksum": _READ, "md5": _READ,
    "zcat": _READ, "bzcat": _READ, "xzcat": _READ, "zless": _READ, "zgrep": _GREP, "gzip": _spec("reads", names="d:decompress c:stdout k:keep f:force r:recursive", values="S suffix"), "gunzip": _READ, "bzip2": _READ, "xz": _READ, "zstd": _spec("reads", writes="o"), "lz4": _READ,
    "grep": _GREP, "egrep": _GREP, "fgrep": _GREP, "rg": _GREP, "ag": _GREP, "ack": _GREP, "ugrep": _GREP, "pcregrep": _GREP,
    "sed": _spec("reads", skip=1, unskip="e expression f file", values="e expression l line-length", reads="f file", names="i:in-place n:quiet e:expression f:file E:regexp-extended r:regexp-extended s:separate"),
    "awk": _spec("reads", skip=1, unskip="f file", values="F field-separator v assign", reads="f file", names="f:file F:field-separator v:assign"), "jq": _spec("reads", skip=1, unskip="f from-file", values="indent arg argjson", reads="f from-file slurpfile rawfile L", names="r:raw-output f:from-file c:compact-output"),
    "yq": _spec("reads", skip=1, values="p o input-format output-format", names="i:inplace r:raw-output"), "xmllint": _spec("reads", values="xpath", writes="output"), "tr": _spec("none", names="d:delete s:squeeze-repeats c:complement"), "envsubst": _NONE,
    "file": _LIST, "stat": _spec("lists", values="c format f"), "ls": _LIST, "dir": _LIST, "tree": _spec("lists", values="L I P"), "exa": _LIST, "eza": _LIST, "lsd": _LIST, "du": _spec("lists", values="d max-depth"), "df": _LIST, "realpath": _LIST, "readlink": _LIST, "basename": _LIST, "dirname": _LIST, "test": _LIST, "[": _LIST, "[[": _LIST,
    "source": _READ, ".": _READ, "gpg": _spec("guess", values="r recipient u local-user passphrase keyserver homedir", reads="passphrase-file", writes="o output", names="d:decrypt e:encrypt c:symmetric o:output r:recipient"), "age": _spec("reads", values="r recipient", reads="i identity R", writes="o output", names="d:decrypt o:output"),
    "ssh-keygen": _spec("guess", values="t b C N P O m", reads="", writes="f", names="y:public"), "ssh-add": _READ, "openssl": _spec("none", single=True, subcommands=1, values="pass passin passout subj days connect host port k K iv md S config", reads="in inkey CAfile cert key kfile", writes="out keyout", hosts="url"),
    # finders
    "find": _spec("guess", single=True, values="name iname path ipath wholename regex iregex type mtime atime ctime mmin amin cmin size perm user group maxdepth mindepth newer anewer cnewer links samefile inum printf fprint fprintf fls fprint0 fstype regextype used uid gid D"),
    "fd": _spec("lists", skip=1, values="e extension t type d max-depth E exclude x exec X exec-batch S size g"),
    "tar": _spec("none", values="f file C directory T files-from X exclude-from I use-compress-program exclude transform strip-components checkpoint-action to-command checkpoint rsh-command F info-script b H", names="f:file C:directory x:extract c:create t:list v:verbose z:gzip"),
    "dd": _spec("none"), "dcfldd": _spec("none"), "xargs": _spec("none", values="I i n L P d s E a arg-file max-args max-procs delimiter replace"),
    # mentions only
    "echo": _NONE, "printf": _NONE, ":": _NONE, "true": _NONE, "false": _NONE, "cd": _NONE, "pushd": _NONE, "popd": _NONE, "export": _NONE, "declare": _NONE, "local": _NONE, "readonly": _NONE, "typeset": _NONE, "unset": _NONE, "set": _NONE, "shopt": _NONE, "read": _NONE, "wait": _NONE, "exit": _NONE, "return": _NONE,
    "alias": _NONE, "unalias": _NONE, "hash": _NONE, "type": _NONE, "which": _NONE, "whereis": _NONE, "trap": _NONE, "eval": _NONE, "((": _NONE, "let": _NONE, "expr": _NONE, "seq": _NONE, "sleep": _NONE, "date": _spec("none", values="d date", reads="f r"), "kill": _spec("none", values="s signal n"), "pkill": _spec("none", names="f:full 9:9", values="signal u t"), "killall": _spec("none", values="u s signal"),
    "man": _NONE, "whoami": _NONE, "id": _NONE, "ps": _NONE, "jobs": _NONE, "fg": _NONE, "bg": _NONE, "umask": _NONE, "ulimit": _NONE, "history": _spec("none", names="c:clear d:delete w:write"), "logger": _spec("none", reads="f"), "notify-send": _NONE, "say": _NONE, "mktemp": _NONE,
    # network
    "curl": _spec("none", hosts="url", values="X request H header d data data-raw data-ascii data-binary data-urlencode json F form form-string A user-agent e referer x proxy socks5 m max-time connect-timeout retry retry-delay retry-max-time w write-out u user T upload-file b cookie r range cacert capath E cert key C continue-at y Y z resolve connect-to interface limit-rate url max-redirs output-dir aws-sigv4 oauth2-bearer ciphers unix-socket abstract-unix-socket doh-url proxy-user rate variable expand-data",
                  reads="K config E cert key cacert netrc-file upload-file T", writes="o output c cookie-jar D dump-header trace trace-ascii stderr", names="o:output O:remote-name L:location s:silent S:show-error f:fail X:request H:header d:data F:form T:upload-file k:insecure u:user A:user-agent x:proxy I:head b:cookie K:config G:get J:remote-header-name"),
    "wget": _spec("none", hosts="url", values="t tries T timeout U user-agent header post-data body-data method e execute A R D Q w wait limit-rate user password http-user http-password B base o append-output", reads="post-file body-file i input-file load-cookies ca-certificate certificate private-key", writes="O output-document o output-file a append-output P directory-prefix", names="O:output-document q:quiet c:continue r:recursive m:mirror P:directory-prefix i:input-file"),
    "aria2c": _spec("none", hosts="url", values="x s j k", writes="o out d dir"), "axel": _spec("none", hosts="url", writes="o output"), "http": _spec("none", hosts="url", values="a auth A", writes="o output", names="o:output d:download"), "https": _spec("none", hosts="url", writes="o output"), "xh": _spec("none", hosts="url", writes="o output"), "httpie": _spec("none", hosts="url"), "lynx": _spec("none", hosts="url", single=True), "w3m": _spec("none", hosts="url"), "links": _spec("none", hosts="url"), "fetch": _spec("none", hosts="url", writes="o"), "ftp": _spec("none", hosts="url"), "lftp": _spec("none", hosts="url", values="c e u p"), "tftp": _spec("none", hosts="url"), "websocat": _spec("none", hosts="url"), "wscat": _spec("none", hosts="url", values="c connect"), "grpcurl": _spec("none", hosts="url", values="d H import-path proto"),
    "nc": _spec("none", hosts="url", values="p s w i q e c X x", names="l:listen e:exec c:sh-exec u:udp k:keep-open p:port"), "ncat": _spec("none", hosts="url", values="p s w i e c sh-exec exec", names="l:listen e:exec c:sh-exec k:keep-open"), "netcat": _spec("none", hosts="url", values="p s w i e c", names="l:listen e:exec c:sh-exec"), "socat": _spec("none"), "telnet": _spec("none", hosts="url", values="l"),
    "ping": _spec("none", hosts="url", values="c i s t W w p"), "dig": _spec("none", hosts="url", values="t x p"), "nslookup": _spec("none", hosts="url"), "host": _spec("none", hosts="url", values="t"), "drill": _spec("none", hosts="url"), "traceroute": _spec("none", hosts="url"), "nmap": _spec("none", hosts="url", values="p oN oX oG oA"), "openvpn": _spec("reads"), "whois": _spec("none", hosts="url"),
    "ssh": _spec("none", hosts="ssh", values="b c D E e F I i J L l m O o p Q R S W w B", reads="i F", names="N:no-command L:local-forward R:remote-forward D:dynamic-forward"), "mosh": _spec("none", hosts="ssh", values="p ssh"), "autossh": _spec("none", hosts="ssh", values="M L R D i p o"), "sshpass": _spec("none", values="p f d"), "ssh-copy-id": _spec("none", hosts="ssh", reads="i", values="p o"), "ssh-keyscan": _spec("none", hosts="url", values="t p T f"), "mail": _spec("none", values="s c b r", reads="a A", hosts=""), "mailx": _spec("none", values="s", reads="a"), "mutt": _spec("none", values="s", reads="a"), "sendmail": _spec("none", values="f"), "swaks": _spec("none", values="to from server body header attach s", reads="", hosts=""),
    # archives
    "unzip": _spec("reads", values="x", writes="d", names="o:overwrite l:list"), "zip": _spec("archive", values="x i b n P", names="r:recurse-paths m:move q:quiet e:encrypt"), "7z": _spec("guess", subcommands=1), "7za": _spec("guess", subcommands=1), "unrar": _spec("guess", subcommands=1), "ar": _spec("guess", skip=1), "jar": _spec("guess"), "gzcat": _READ,
    # tools with sub-commands
    "docker": _spec("none", subcommands=2, values="H host l log-level context c config n name v volume p publish e env w workdir u user network net mount entrypoint env-file f file t tag build-arg target platform memory m cpus h hostname label add-host device cap-add cap-drop security-opt pid ipc userns runtime restart filter format since until project-name tail o output", reads="env-file", names="f:force a:all v:volume"),
    "podman": _spec("none", subcommands=2, values="v volume p publish e env w workdir u user network mount name entrypoint f file t tag device cap-add security-opt pid ipc userns filter format", names="f:force a:all v:volume"),
    "nerdctl": _spec("none", subcommands=2, values="v volume p publish e env w workdir network name n namespace"), "docker-compose": _spec("none", subcommands=1, values="f file p project-name env-file profile t", names="v:volumes f:file"),
    "kubectl": _spec("none", subcommands=1, values="n namespace context kubeconfig o output l selector c container p patch image replicas type user cluster server s token as as-group field-selector timeout grace-period from-literal port tail since dry-run cascade template overrides", reads="f filename k kustomize from-file from-env-file kubeconfig", names="n:namespace f:filename A:all-namespaces l:selector o:output"),
    "oc": _spec("none", subcommands=1, values="n namespace o output l selector", reads="f filename"), "helm": _spec("none", subcommands=1, values="n namespace set set-string version kube-context timeout repo", reads="f values kubeconfig", names="n:namespace f:values"),
    "terraform": _spec("none", single=True, subcommands=1, values="target var state", reads="var-file", folder="chdir"), "tofu": _spec("none", single=True, subcommands=1, values="target var state", reads="var-file", folder="chdir"), "terragrunt": _spec("none", single=True, subcommands=1, values="target var"), "pulumi": _spec("none", subcommands=2, values="s stack", folder="C cwd", names="y:yes s:stack f:skip-preview"),
    "aws": _spec("none", subcommands=2, values="profile region output query endpoint-url", hosts="s3"), "gcloud": _spec("none", subcommands=4, values="project account format filter zone region configuration"), "gsutil": _spec("none", subcommands=1, names="m:multi"), "az": _spec("none", subcommands=3, values="n name g resource-group subscription o output query", names="y:yes n:name g:resource-group"), "gh": _spec("none", subcommands=2, values="R repo t title b body f field F raw-field H header X method q jq json l label a assignee B base m milestone L limit", reads="body-file input", names="X:method R:repo y:yes"), "glab": _spec("none", subcommands=2, values="R repo t title d description"),
    "npm": _spec("none", subcommands=1, values="registry userconfig w workspace loglevel tag otp", folder="prefix C", names="g:global D:save-dev f:force y:yes"), "pnpm": _spec("none", subcommands=1, values="filter registry", folder="C dir", names="g:global D:save-dev F:filter"), "yarn": _spec("none", subcommands=1, values="registry", folder="cwd"), "bun": _spec("none", subcommands=1, values="", folder="cwd"), "pip": _spec("none", subcommands=1, values="i index-url extra-index-url trusted-host f find-links target t proxy python", reads="r requirement c constraint e editable", names="r:requirement i:index-url e:editable U:upgrade y:yes t:target"), "uv": _spec("none", subcommands=2, values="index-url extra-index-url python p with", reads="r requirement"), "poetry": _spec("none", subcommands=1, folder="C directory"), "cargo": _spec("none", subcommands=1, values="features p package manifest-path target git registry index token", folder="C"), "go": _spec("none", single=True, subcommands=1, values="run o tags ldflags timeout count", folder="C"), "gem": _spec("none", subcommands=1, values="v version source s"), "brew": _spec("none", subcommands=1), "apt": _spec("none", subcommands=1, values="o t", names="y:yes"), "apt-get": _spec("none", subcommands=1, values="o t", names="y:yes q:quiet"), "systemctl": _spec("none", subcommands=1, values="H t type s signal", names="f:force q:quiet"), "launchctl": _spec("guess", subcommands=1), "crontab": _spec("writes-job", values="u", names="r:remove l:list e:edit u:user"),
    "vercel": _spec("none", subcommands=2, values="token t scope"), "heroku": _spec("none", subcommands=1, values="a app confirm", names="a:app"), "fly": _spec("none", subcommands=2, values="a app", names="y:yes a:app"), "flyctl": _spec("none", subcommands=2, values="a app", names="y:yes"), "netlify": _spec("none", subcommands=1), "wrangler": _spec("none", subcommands=2, values="c config e env"), "supabase": _spec("none", subcommands=2), "firebase": _spec("none", subcommands=1, values="project P token", names="f:force y:yes"), "doctl": _spec("none", subcommands=3, names="f:force"), "ansible": _spec("none", skip=1, values="m module-name a args i inventory u user e extra-vars l limit", names="b:become m:module-name a:args"), "ansible-playbook": _spec("reads", values="i inventory e extra-vars l limit t tags", names="b:become"), "vault": _spec("none", subcommands=2, single=True),
    "psql": _spec("none", values="h host p port U username d dbname c command v set", reads="f file", writes="o output L", names="c:command f:file h:host d:dbname U:username"), "mysql": _spec("none", values="h host P port u user D database e execute", names="e:execute h:host u:user"), "mariadb": _spec("none", values="h host P port u user D database e execute", names="e:execute"), "sqlite3": _spec("reads-first", values="cmd separator init", single=True), "mongosh": _spec("none", values="eval host port u p username password"), "mongo": _spec("none", values="eval host port u p"), "redis-cli": _spec("none", values="h p a n u s i r", names="h:host p:port"), "pg_dump": _spec("none", values="h p U d t n", writes="f file"), "mysqldump": _spec("none", values="h P u", writes="r result-file"), "dropdb": _spec("none", values="h p U"), "createdb": _spec("none", values="h p U O"),
    "mount": _spec("none", values="t types o options L U", names="t:types o:options"), "umount": _spec("none", names="f:force l:lazy"), "mkfs": _spec("writes", values="t type L label", names="t:type"), "wipefs": _spec("writes", values="t types o offset", names="a:all f:force"), "fdisk": _spec("writes", names="l:list"), "sfdisk": _spec("writes", names="l:list f:force"), "parted": _spec("writes-first", names="s:script"), "sgdisk": _spec("writes", values="n d t c", names="Z:zap-all o:clear"), "blkdiscard": _spec("writes", names="f:force"), "mkswap": _spec("writes"), "hdparm": _spec("writes"), "cryptsetup": _spec("none", subcommands=1), "diskutil": _spec("none", subcommands=1),
    "python": _NONE, "node": _NONE, "perl": _NONE, "ruby": _NONE, "php": _NONE, "bash": _NONE, "sh": _NONE, "make": _spec("none", values="j W o", reads="f file makefile", folder="C directory", names="f:file C:directory j:jobs B:always-make n:dry-run k:keep-going"),
    "code": _spec("reads", values="user-data-dir extensions-dir install-extension"), "vim": _spec("writes", values="c cmd S u U T s"), "vi": _spec("writes", values="c"), "nvim": _spec("writes", values="c cmd"), "nano": _spec("writes"), "emacs": _spec("writes", values="eval f", single=True), "open": _spec("guess", values="a"), "xdg-open": _spec("guess"), "claude": _spec("none", values="p print model settings mcp-config permission-mode allowedTools disallowedTools append-system-prompt system-prompt resume r"), "tmux": _spec("none", subcommands=1, values="t s n c L S f"), "screen": _spec("none", values="S X p"), "crond": _NONE, "at": _spec("none", reads="f", values="q t"), "batch": _NONE, "useradd": _spec("none", values="u g G d s c p"), "usermod": _spec("none", values="g G d s p", names="a:append G:groups"), "passwd": _NONE, "chpasswd": _NONE, "git-lfs": _spec("none", subcommands=1), "pg_restore": _spec("reads", values="d h U p", names="c:clean"), "git": _spec("none", subcommands=1),
}

ALIASES = {
    "gdd": "dd", "gawk": "awk", "mawk": "awk", "nawk": "awk", "gsed": "sed", "gtar": "tar", "bsdtar": "tar", "gfind": "find", "pip3": "pip", "pip2": "pip", "python2": "python",
    "python3": "python", "pypy": "python", "pypy3": "python", "nodejs": "node", "zsh": "sh", "dash": "sh", "ash": "sh", "ksh": "sh", "mksh": "sh", "fish": "sh", "rbash": "sh",
    "gtee": "tee", "gshred": "shred", "grm": "rm", "gmv": "mv", "gcat": "cat", "wget2": "wget", "curl.exe": "curl", "git.exe": "git", "view": "less", "doas.exe": "doas", "vimdiff": "vim", "view.exe": "less", "rgrep": "grep", "zegrep": "grep", "fdfind": "fd", "cargo.exe": "cargo",
}
UNKNOWN_PROGRAM = Spec()


def spec_of(program: str) -> Spec:
    """The row of a program by base name."""
    found = PROGRAMS.get(program)
    if found is not None:
        return found
    alias = ALIASES.get(program)
    if alias is None and program.startswith(("python3.", "python2.")):
        alias = "python"
    if alias is None and program.startswith("mkfs."):
        alias = "mkfs"
    return PROGRAMS.get(alias or "", UNKNOWN_PROGRAM)
