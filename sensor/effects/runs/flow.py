"""Follow data through one command: what comes in, what it reads, what it prints, and whether it leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.programs.finders import find_starts, found_by, takes_all
from sensor.effects.runs.constants import CONSTANT_PRINTERS, DECODERS, constant_output
from sensor.effects.runs.effect import origins_of
from sensor.effects.runs.told import TELLERS, told
from sensor.effects.shell.scope import NO_ORIGINS, Field, Stream, joined
from sensor.model.effects import Effect, Origin, Sink

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

DOWNLOADERS = frozenset({
    "curl", "wget", "fetch", "aria2c", "axel", "http", "https", "xh", "lynx", "w3m", "links", "ftp", "lftp", "tftp",
    "nc", "ncat", "netcat", "socat", "telnet", "scp", "sftp", "rsync", "wget2", "curl.exe", "websocat", "openssl",
    "elinks", "GET", "lwp-request", "gsutil", "aws", "gh",
})
# What they print comes from another machine, by the words that say so.
_FROM_AFAR = {
    "rclone": frozenset({"cat"}), "mc": frozenset({"cat", "head"}), "mcli": frozenset({"cat"}), "s3cmd": frozenset({"get"}), "s5cmd": frozenset({"cat"}), "gcloud": frozenset({"storage"}), "whois": frozenset(), "finger": frozenset(), "smbclient": frozenset(),
}
# Tools of forges, and what of theirs others get to read; `secret set` and `auth login` keep a secret one.
_PUBLISHERS = frozenset({"gh", "glab"})
_PUBLISHED = frozenset({"issue", "pr", "mr", "gist", "snippet", "variable", "release", "discussion", "incident"})
SENDERS = DOWNLOADERS | frozenset({"ssh", "mail", "mailx", "mutt", "sendmail", "swaks", "rclone", "dig", "nslookup", "host", "ping", "drill", "mosh", "autossh",
                                   "grpcurl", "wscat", "httpie", "s3cmd", "az", "gcloud", "telegram-send", "kcat", "mosquitto_pub", "nslookup.exe", "croc", "wormhole", "ffsend", "transfer", "magic-wormhole", "git", "xmpp", "traceroute", "POST"})
_ALWAYS_HOST = frozenset({
    "mail", "mailx", "mutt", "sendmail", "swaks", "rclone", "telegram-send", "kcat", "croc", "wormhole", "ffsend",
    "transfer", "magic-wormhole", "nc", "ncat", "netcat", "socat", "curl", "wget",
})
_DUMPERS = frozenset({"env", "printenv", "export", "declare"})
_SECRET_COMMANDS = (
    ("aws", ("configure", "get")), ("aws", ("secretsmanager", "get-secret-value")), ("aws", ("sts",)),
    ("aws", ("ssm", "get-parameter")), ("terraform", ("state", "pull")), ("tofu", ("state", "pull")), ("pulumi", ("stack", "export")), ("gcloud", ("auth", "print-access-token")),
    ("gcloud", ("auth", "print-identity-token")), ("gcloud", ("secrets", "versions", "access")),
    ("az", ("account", "get-access-token")), ("az", ("keyvault", "secret", "show")), ("gh", ("auth", "token")),
    ("op", ("read",)), ("op", ("item", "get")), ("vault", ("kv", "get")), ("vault", ("read",)), ("pass", ("show",)),
    ("bw", ("get",)), ("doppler", ("secrets",)), ("heroku", ("config",)), ("heroku", ("auth:token",)),
    ("security", ("find-generic-password",)), ("security", ("find-internet-password",)),
    ("security", ("dump-keychain",)), ("secret-tool", ("lookup",)), ("git", ("credential", "fill")),
    ("npm", ("token",)), ("kubectl", ("get", "secret")), ("kubectl", ("get", "secrets")), ("ssh-add", ("-L",)),
    ("gpg", ("export-secret-keys",)), ("vercel", ("env", "pull")), ("fly", ("secrets",)), ("sops", ("decrypt",)),
    ("ansible-vault", ("view",)), ("keyctl", ("pipe",)), ("keyctl", ("print",)), ("keyctl", ("read",)), ("pbpaste", ()), ("xclip", ()), ("xsel", ()), ("wl-paste", ()),
)
_SECRET_STARTS = {
    program: tuple(start for name, start in _SECRET_COMMANDS if name == program) for program, _ in _SECRET_COMMANDS
}
# Of these words and flags one must be there; of programs that are not here nothing is asked.
_SECRET_WORDS = {program: frozenset(word for start in starts for word in (start[0], start[0].lstrip("-")))
                 for program, starts in _SECRET_STARTS.items() if all(starts)}
_PRINTS_ENVIRONMENT = re.compile(r"(?:console\.log|print|puts|stringify|print_r|var_dump|write)\W{0,3}(?:dict\(|JSON\.stringify\()?(?:process\.env|os\.environ|ENV)\b(?![.\[\w])")
# A whole disk, partition or memory: everybody's files and passwords are in there.
_RAW = re.compile(r"/dev/(?:[shv]d[a-z]|xvd|nvme|mmcblk|md\d|dm-|mapper/|disk/|r?disk\d|loop\d|mem$|kmem$|mapper$|vg)|/proc/kcore")
_SNIFFERS = frozenset({"tcpdump", "tshark", "dumpcap", "ngrep"})
# Nobody logs in there: what stands in a header is for who reads the requests.
_LOGIN_HEADER = re.compile(r"(?i)[\w-]{0,100}(?:auth|token|key|secret|cookie|session|credential|password|signature)[\w-]{0,100}\s*:")
_SEND_STDIN = frozenset({"http", "xh"})  # what is piped to them is the body
_DROPS = frozenset({"@catchers", "@paste"})
_QUIET = frozenset({"output", "remote-name", "output-document", "O"})
_SECRET_NAME = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIAL")
# Only counting or naming: nothing of the content passes on.
_BLIND = frozenset({
    "wc", "ls", "stat", "file", "du", "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum", "test", "[", "[[",
    "true", "false", "cd", "mkdir", "touch", "rm", "chmod", "chown", "kill", "sleep", "wait",
})
_COPIERS = frozenset({"cp", "mv", "install", "ln", "dd", "rsync"})
_SECRET = frozenset({Origin.SECRET})
_SOURCES = DOWNLOADERS | frozenset(_FROM_AFAR) | _DUMPERS | frozenset(_SECRET_STARTS)
_NOTHING, _UNSAID = Stream(text=""), Stream()
_LISTERS = frozenset({"find", "gfind", "ls", "fd", "fdfind", "grep", "egrep", "rg", "head", "tail", "sort", "uniq", "tr", "cat", "sed", "awk", "gawk", "mawk"})
_COLUMN = re.compile(r"\{\s*print\s+\$(?:\d|NF|0)\s*;?\s*\}")
_WORD_PRINTERS = frozenset({"echo", "printf", "which", "dirname", "basename", "mktemp", "true", ":"})
_NOTHING_PRINTED = frozenset({"cd", "mkdir", "touch", "rm", "true", "false", "sleep"})
_TEXT_DECODERS = frozenset({"base64", "base32", "basenc", "gbase64", "xxd", "uudecode"})
# Programs that decode by a word of their own language.
_CALLED_DECODERS = {"jq": "@base64d", "yq": "@base64d", "gojq": "@base64d", "awk": "%c", "gawk": "%c", "mawk": "%c"}
_ENCODERS = DECODERS | {"gzip", "xz", "bzip2", "zstd", "lz4", "brotli", "gpg", "age", "bzcat", "xzcat", "zstdcat", "bunzip2", "unxz", "unzstd", "iconv", "recode", *_CALLED_DECODERS}
_LOCAL = frozenset({Origin.LOCAL_FILE})
# Programs of which more is known about what they print than where it comes from.
_TOLD = DOWNLOADERS | _ENCODERS | _LISTERS | _WORD_PRINTERS | CONSTANT_PRINTERS | {"pwd"}


def observe(walk: Walk, command: Command, effect: Effect, arguments: Arguments) -> Stream:
    """Record the flows of a command and return what it prints."""
    stdin = command.channels.stdin
    incoming = stdin.origins if stdin.piped and not _closes_input(effect) else NO_ORIGINS
    in_words = origins_of(command.fields[1:])
    from_files = _file_origins(walk, effect) if effect.reads or effect.deletes else NO_ORIGINS
    own = _own_origins(effect, arguments)
    everything = incoming | in_words | from_files | own
    if everything and Origin.SECRET in everything:
        _secret_leaves(walk, command, effect, everything)
    elif effect.hosts and effect.program in SENDERS and _secret_variable(command, arguments):
        walk.add_flow(Origin.SECRET, Sink.NETWORK, "variable")
    if effect.writes and (incoming or from_files or in_words or Origin.DOWNLOAD in own or _copies(walk, effect) or _passes_on(effect, stdin)):
        _written(walk, effect, everything, stdin)
    for ref in effect.deletes:
        walk.written.pop(ref.path, None)
    return _printed(walk, command, effect, (arguments, everything))


def _closes_input(effect: Effect) -> bool:
    """Whether the program reads nothing from its standard input: `ssh -n` has it from /dev/null."""
    return effect.program == "ssh" and not effect.flags.isdisjoint(("n", "f"))


def _passes_on(effect: Effect, stdin: Stream) -> bool:
    """Whether the files it writes get its standard input as it is."""
    return stdin.piped and (effect.program in ("tee", "sponge") or (effect.program == "dd" and not effect.reads))


def _copies(walk: Walk, effect: Effect) -> bool:
    """Whether it copies a file of this call."""
    return effect.program in _COPIERS and any((ref.path or ref.raw) in walk.written for ref in effect.reads + effect.deletes)


def _file_origins(walk: Walk, effect: Effect) -> frozenset[Origin]:
    refs = effect.reads + effect.deletes if effect.program == "mv" else effect.reads
    if not refs:
        return NO_ORIGINS
    found = set()
    for ref in refs:
        if "@credentials" in ref.places or ("@devices" in ref.places and _RAW.match(ref.path)):
            found.add(Origin.SECRET)
        written = walk.written.get(ref.path or ref.raw)
        if written is not None:
            found |= written.origins
    return frozenset(found) if found else NO_ORIGINS


def _own_origins(effect: Effect, arguments: Arguments) -> frozenset[Origin]:
    """Where what the program itself prints comes from."""
    program = effect.program
    if program in _SNIFFERS and effect.flags.isdisjoint(("r", "version", "help", "D")):
        return _SECRET
    if program not in _SOURCES:
        return _SECRET if _prints_environment(effect.argv) else NO_ORIGINS
    if program in _SECRET_STARTS and _prints_secret(effect):
        return _SECRET
    if program in DOWNLOADERS and (effect.hosts or program in ("curl", "wget", "aws", "gsutil", "gh")):
        if "z" in effect.flags or "offline" in effect.flags or (not effect.hosts and any(word.lower().startswith("file:") for word in effect.argv)):
            return NO_ORIGINS
        if program == "openssl" and "connect" not in effect.flags:
            return NO_ORIGINS
        if program in ("http", "https", "xh") and not effect.flags.isdisjoint(("download", "d")):
            return NO_ORIGINS
        if program in ("aws", "gsutil", "gh") and not (effect.writes or "api" in effect.subcommand or "cp" in effect.subcommand):
            return NO_ORIGINS
        return frozenset({Origin.DOWNLOAD})
    if program in _FROM_AFAR:
        return frozenset({Origin.DOWNLOAD}) if len(effect.argv) > 1 and (not _FROM_AFAR[program] or not _FROM_AFAR[program].isdisjoint(effect.argv[1:3])) else NO_ORIGINS
    if program in _DUMPERS and (program == "printenv" or len(effect.argv) == 1 or "p" in effect.flags):
        if program == "printenv" and len(effect.argv) > 1 and not any(word in effect.argv[-1].upper() for word in _SECRET_NAME):
            return NO_ORIGINS
        return _SECRET
    return _SECRET if _prints_environment(effect.argv) else NO_ORIGINS


def _prints_environment(argv: tuple[str, ...]) -> bool:
    """Whether code among the words prints all variables."""
    for word in argv:  # noqa: SIM110 - a generator costs more than the words
        if "nv" in word and _PRINTS_ENVIRONMENT.search(word):
            return True
    return False


def _prints_secret(effect: Effect) -> bool:
    words = _SECRET_WORDS.get(effect.program)
    if words is not None and words.isdisjoint(effect.argv) and words.isdisjoint(effect.flags):
        return False
    plain = tuple([word for word in effect.argv[1:] if word[:1] != "-"])
    return any(
        plain[: len(start)] == start or (len(start) == 1 and start[0].lstrip("-") in effect.flags)
        for start in _SECRET_STARTS[effect.program]
    )


def _secret_variable(command: Command, arguments: Arguments) -> bool:
    """A variable with a secret's name in the body or address, not in an authorization header."""
    headers = {id(field) for name, field in arguments.values if name in ("header", "user", "u", "H", "oauth2-bearer", "token", "password", "cookie")}
    return any(id(field) not in headers and _names_secret(field) for field in command.fields[1:])


def _names_secret(field: Field) -> bool:
    """An unknown variable with a secret's name."""
    return not field.known and "$" in field.text and any(word in field.text.upper() for word in _SECRET_NAME)


def _secret_leaves(walk: Walk, command: Command, effect: Effect, origins: frozenset[Origin]) -> None:
    program = effect.program
    private_key_only = program in ("ssh", "scp", "sftp", "rsync", "autossh", "mosh") and not _payload(walk, command, effect)
    if program in _PUBLISHERS and not _PUBLISHED.isdisjoint(effect.argv[1:2]):
        walk.add_flow(Origin.SECRET, Sink.NETWORK, program)
    elif (program in SENDERS or effect.hosts) and (effect.hosts or program in _ALWAYS_HOST) and not private_key_only:
        dropped = any(not _DROPS.isdisjoint(host.places) for host in effect.hosts)
        if dropped or not (program in ("curl", "wget", "http", "xh") and _only_authenticates(walk, command, effect)):
            walk.add_flow(Origin.SECRET, Sink.NETWORK, program)
    elif effect.writes:
        walk.add_flow(Origin.SECRET, Sink.FILE, program)


def _payload(walk: Walk, command: Command, effect: Effect) -> bool:
    """Whether a remote-shell program sends a secret itself, not only its own key (`-i key`)."""
    stdin = command.channels.stdin
    if stdin.piped and Origin.SECRET in stdin.origins:
        return True
    if Origin.SECRET in origins_of(command.fields[1:]):
        return True
    words = [field.text for field in command.fields[1:]]
    keys = {words[index + 1] for index, word in enumerate(words[:-1]) if word in ("-i", "-F", "-e")}
    return any(
        ref.raw not in keys and ref.raw in effect.operands and ("@credentials" in ref.places or Origin.SECRET in _written_origins(walk, ref.path or ref.raw))
        for ref in effect.reads)


def _only_authenticates(walk: Walk, command: Command, effect: Effect) -> bool:
    """Client certificates, netrc and cookies given to curl are its own login."""
    stdin = command.channels.stdin
    if stdin.piped and Origin.SECRET in stdin.origins and (effect.program in _SEND_STDIN or any(word.endswith(("@-", "@/dev/stdin")) or word == "-" for word in effect.argv)):
        return False
    login = {"E", "cert", "key", "cacert", "netrc-file", "config", "certificate", "private-key", "header", "user", "u", "cookie", "load-cookies"}
    words = list(command.fields[1:])
    secret = [ref for ref in effect.reads
              if "@credentials" in ref.places or Origin.SECRET in _written_origins(walk, ref.path or ref.raw)]
    for index, field in enumerate(words):
        previous = words[index - 1].text.lstrip("-") if index else ""
        risky = Origin.SECRET in field.origins and (previous not in ("H", *login) or (previous in ("H", "header") and not _LOGIN_HEADER.match(field.text)))
        if risky:
            return False
        spelled = field.text.lstrip("-").partition("=")[0]
        if previous not in login and spelled not in login and any(ref.raw and ref.raw in field.text for ref in secret):
            return False
    return not any(Origin.SECRET in command.channels.stdin.origins and "@-" in field.text for field in words)


def _written_origins(walk: Walk, key: str) -> frozenset[Origin]:
    written = walk.written.get(key)
    return NO_ORIGINS if written is None else written.origins


def _written(walk: Walk, effect: Effect, origins: frozenset[Origin], stdin: Stream) -> None:
    text = stdin.text if _passes_on(effect, stdin) else None
    if effect.program in _COPIERS and effect.reads + effect.deletes:
        source = walk.written.get((effect.reads + effect.deletes)[0].path) if len(effect.reads + effect.deletes) == 1 else None
        text = source.text if source is not None else None
    for ref in effect.writes:
        key = ref.path or ref.raw
        stream = Stream(text, origins)
        walk.written[key] = joined(walk.written.get(key), stream) if effect.program == "tee" and effect.flags & {"append", "a"} else stream


def _printed(walk: Walk, command: Command, effect: Effect, facts: tuple[Arguments, frozenset[Origin]]) -> Stream:
    arguments, origins = facts
    program = effect.program
    if program in _BLIND and program != "ls":
        return _NOTHING if program in _NOTHING_PRINTED else _UNSAID
    if program in TELLERS and (path := told(walk, program, arguments)) is not None:
        return Stream(path)
    if program not in _TOLD:
        if effect.reads and Origin.SECRET not in origins:
            origins = origins | _LOCAL
        return Stream(None, origins) if origins else _UNSAID
    text = constant_output(command, walk.give_up)
    if text is None and program == "cat" and effect.reads and len(command.fields) == len(effect.reads) + 1:
        streams = [walk.written.get(ref.path or ref.raw) for ref in effect.reads]
        texts = [stream.text for stream in streams if stream is not None and stream.text is not None]
        text = "".join(texts) if len(texts) == len(streams) else None
    paths = _listing(walk, command, effect, arguments) if program in _LISTERS else ""
    if program in DOWNLOADERS and effect.flags & _QUIET and not _to_stdout(arguments):
        origins = origins - {Origin.DOWNLOAD}
    if program in _ENCODERS and _decodes(effect) and (command.channels.stdin.piped or effect.reads or program in _TEXT_DECODERS or program in _CALLED_DECODERS):
        origins = origins | {Origin.DECODED}
    if effect.reads and text is None and Origin.SECRET not in origins:
        origins = origins | _LOCAL
    if program in _WORD_PRINTERS:
        named = _SECRET if any(_names_secret(field) for field in command.fields[1:]) else NO_ORIGINS
        return Stream(text, origins_of(command.fields[1:]) | named)
    if program == "pwd" and effect.cwd:
        return Stream(effect.cwd + "\n")
    made_of = _made_of(walk, effect, command.channels.stdin) if text is None and program in _LISTERS else ""
    return Stream(text, origins, paths, deep=bool(paths) and program in ("find", "gfind") and takes_all(arguments), part_of=made_of)


def _made_of(walk: Walk, effect: Effect, stdin: Stream) -> str:
    """The text that a filter reads, where it is known."""
    if not effect.reads:
        return stdin.as_code if stdin.piped else ""
    return "".join(stream.as_code for ref in effect.reads if (stream := walk.written.get(ref.path or ref.raw)) is not None)


def _to_stdout(arguments: Arguments) -> bool:
    target = arguments.value("output", "output-document", "o", "O")
    return target is not None and target.text in ("-", "/dev/stdout")


def _decodes(effect: Effect) -> bool:
    program, flags = effect.program, effect.flags
    if program in ("base64", "base32", "basenc", "gbase64"):
        return bool(flags & {"decode", "di", "d", "D"})
    if program == "xxd":
        return "revert" in flags or "r" in flags
    if program == "openssl":
        return "d" in flags or "-d" in effect.argv
    if program in ("rev", "tac", "tr", "gunzip", "zcat", "bzcat", "xzcat", "zstdcat", "bunzip2", "unxz", "unzstd", "uudecode", "printf", "hex", "iconv", "recode"):
        return True
    if program in _CALLED_DECODERS:
        return any(_CALLED_DECODERS[program] in word for word in effect.argv[1:])
    return program in ("gzip", "xz", "bzip2", "zstd", "lz4", "brotli", "gpg", "age") and bool(flags & {"decompress", "decrypt", "d"})


def _listing(walk: Walk, command: Command, effect: Effect, arguments: Arguments) -> str:
    """A pattern for the file names a lister prints, "" when it prints something else."""
    program = effect.program
    if program in ("find", "gfind"):
        starts, patterns = find_starts(arguments)
        path = walk.ref(found_by(starts[0], patterns)[0])
        return path.path if path is not None else ""
    if program in ("ls", "fd", "fdfind") and len(effect.argv) < 8:
        operand = arguments.operands[-1] if arguments.operands and program == "ls" else Field(".")
        if operand.glob:
            return operand.text
        ref = walk.ref(operand)
        return ref.path.rstrip("/") + "/*" if ref is not None and ref.path else ""
    if program in ("grep", "egrep", "rg") and effect.reads and "files-with-matches" in effect.flags and (program == "rg" or "recursive" in effect.flags):
        return effect.reads[-1].path.rstrip("/") + "/*/(filtered)" if effect.reads[-1].path else ""
    if program == "rg" and "--files" in effect.argv:
        ref = walk.ref(arguments.operands[-1] if arguments.operands else Field("."))
        return ref.path.rstrip("/") + ("/*" if not effect.flags & {"g", "glob", "t", "type", "iglob"} else "/*/(filtered)") if ref is not None and ref.path else ""
    if program in ("awk", "gawk", "mawk"):
        stream, code = command.channels.stdin, next((field.text for field in command.fields[1:] if field.text[:1] != "-"), "")
        return stream.paths if not effect.reads and _COLUMN.fullmatch(code.strip()) else ""
    if program in ("head", "tail", "sort", "uniq", "grep", "egrep", "tr", "cat", "sed") and command.channels.stdin.paths and not effect.reads:
        stream = command.channels.stdin
        return stream.paths if program not in ("grep", "egrep", "sed", "head", "tail") else stream.paths[:-1] + "(filtered)" if stream.paths.endswith("/*") else stream.paths
    return ""


