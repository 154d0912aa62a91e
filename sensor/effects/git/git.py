"""git: options that run programs, aliases with shell, and which files and hosts a sub-command touches."""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.git.git_hooks import HOOKED, hook_texts
from sensor.effects.git.losing import is_moved, loss_flags
from sensor.effects.git.owners import FOREIGN, leads_away
from sensor.effects.git.printed import printed_places
from sensor.effects.git.settings import addresses, counted, in_force, push_flags, remember
from sensor.effects.places.hosts import parse_remote
from sensor.effects.programs.operands import Arguments, split_arguments
from sensor.effects.programs.spec import Spec, spec_row
from sensor.effects.runs.effect import Touched
from sensor.effects.runs.flow import observe
from sensor.effects.runs.plain import build_run, run_apart
from sensor.effects.shell.environment import runs_value
from sensor.effects.shell.scope import NOWHERE, Field, Stream
from sensor.model.effects import TextField

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command, Context
    from sensor.effects.shell.walk import Walk

_GLOBAL_VALUES = frozenset({
    "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env",
    "--attr-source",
})
_TWO_WORDS = frozenset(["stash", "remote", "submodule", "reflog", "worktree", "bisect", "notes", "lfs", "bundle", "sparse-checkout", "credential", "maintenance", "subtree", "filter-repo", "flow", "annex", "replace", "config"])
_NOUNS = {"stash": frozenset(["push", "pop", "apply", "drop", "clear", "list", "show", "branch", "save", "create", "store"]), "config": frozenset(["get", "set", "unset", "list", "edit", "rename-section", "remove-section"]),
          "bisect": frozenset(["start", "good", "bad", "run", "reset", "skip", "log", "replay"]), "replace": frozenset()}
_FLAGS = {
    "push": "f:force d:delete u:set-upstream n:dry-run q:quiet mirror:mirror all:all tags:tags prune:prune", "clean": "f:force d:directories x:ignored X:only-ignored n:dry-run e:exclude q:quiet", "reset": "q:quiet p:patch",
    "checkout": "f:force b:new-branch B:force-new-branch p:patch t:track", "switch": "f:force c:create C:force-create", "restore": "s:source S:staged W:worktree p:patch", "branch": "d:delete D:delete-force f:force m:move M:move-force r:remotes a:all c:copy C:copy-force",
    "commit": "m:message n:no-verify a:all F:file", "tag": "d:delete f:force a:annotate m:message F:file", "rm": "r:recursive f:force n:dry-run", "add": "A:all f:force u:update p:patch", "stash": "u:include-untracked a:all m:message", "merge": "m:message", "rebase": "i:interactive x:exec f:force-rebase",
    "worktree": "f:force", "fetch": "p:prune f:force t:tags", "pull": "r:rebase f:force", "submodule": "f:force", "gc": "", "mv": "f:force", "revert": "n:no-commit", "cherry-pick": "n:no-commit", "filter-branch": "f:force", "remote": "", "reflog": "", "config": "e:edit", "apply": "R:reverse", "clone": "b:branch o:origin c:config q:quiet u:upload-pack", "notes": "F:file m:message",
}
_VALUES = {
    "commit": "m message F file C reuse-message c author date fixup squash t template", "push": "o push-option repo receive-pack exec", "clone": "b branch o origin c config depth u upload-pack template reference j jobs filter", "checkout": "b B orphan", "switch": "c C orphan", "restore": "s source", "branch": "u set-upstream-to",
    "tag": "m message F file u", "merge": "m message s strategy X", "rebase": "x exec onto s strategy", "stash": "m message", "log": "n max-count author since until grep S G L format pretty", "fetch": "depth upload-pack o", "pull": "s strategy X depth", "clean": "e exclude", "config": "f file blob type", "filter-branch": "env-filter tree-filter index-filter msg-filter parent-filter commit-filter tag-name-filter", "submodule": "b branch", "worktree": "b B", "archive": "o output format remote prefix exec", "format-patch": "o", "apply": "p directory", "bundle": "", "grep": "e f A B C m O open-files-in-pager", "difftool": "x extcmd t tool", "fetch-pack": "upload-pack exec", "send-pack": "receive-pack exec", "send-email": "sendmail-cmd to-cmd cc-cmd header-cmd to from cc bcc smtp-server smtp-user smtp-server-port", "instaweb": "d httpd b browser p port", "am": "", "ls-remote": "upload-pack", "revert": "m mainline", "cherry-pick": "m mainline", "notes": "m message F ref", "diff": "U", "show": "format pretty",
}
_NETWORK = frozenset({"push", "fetch", "pull", "clone", "ls-remote", "remote", "submodule", "archive"})
_CODE_VALUES = {"rebase": ("exec",), "filter-branch": ("env-filter", "tree-filter", "index-filter", "msg-filter", "parent-filter", "commit-filter", "tag-name-filter"),
                "clone": ("upload-pack",), "fetch": ("upload-pack",), "push": ("receive-pack", "exec"), "ls-remote": ("upload-pack",),
                "grep": ("O", "open-files-in-pager"), "difftool": ("x", "extcmd"), "fetch-pack": ("upload-pack", "exec"), "send-pack": ("receive-pack", "exec"), "archive": ("exec",),
                "send-email": ("sendmail-cmd", "to-cmd", "cc-cmd", "header-cmd"), "instaweb": ("httpd", "browser"), "pull": ("upload-pack",)}
_SPECS = {name: spec_row(values=_VALUES.get(name, ""), names=_FLAGS.get(name, "")) for name in {*_FLAGS, *_VALUES}}
_NO_SPEC = Spec()
_SAME = {"send-pack": "push", "http-push": "push"}  # plumbing of another name
_BUILTIN = frozenset({*_SPECS, "status", "init", "tag", "blame", "describe", "rev-parse", "cherry", "bisect"})  # an alias cannot hide these
MAX_PARAMETERS = 4096  # characters of GIT_CONFIG_PARAMETERS
_PARAMETER = re.compile(r"'([\w.-]+)'?='?([^']*)'")
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
_DASH_RUN = re.compile(f"^[{''.join(sorted(_DASHES))}]+")


def run_git(walk: Walk, command: Command, program: str) -> Stream:
    """Record a git run and walk the commands it starts."""
    fields = [_as_meant(field) for field in command.fields[1:]]
    saved = walk.scope.cwd
    configs, flags, index = _globals(walk, fields)
    rest = fields[index:]
    name = _SAME.get(rest[0].text, rest[0].text) if rest else ""
    spec = _SPECS.get(name, _NO_SPEC)
    arguments = split_arguments(rest[1:], spec)
    subcommand = _subcommand(name, arguments)
    arguments.flags |= flags
    arguments.values += [("c", field) for field in configs]
    if "delete-force" in arguments.flags:
        arguments.flags |= {"delete", "force"}
    touched = Touched.of(command)
    _touch(walk, subcommand, arguments, touched)
    if subcommand == ("push",):
        _push_as_set(walk, arguments, configs)
    remember(walk, subcommand, arguments)
    if name == "clean" and _unforced(configs):
        arguments.flags.add("force")
    if name == "clean" and not configs and _names_paths(walk, arguments, touched):
        arguments.flags.add("named-paths")
    if name in ("show", "cat-file") and _over_its_own(arguments, touched):
        arguments.flags.add("over-its-own")
    arguments.flags |= loss_flags(walk, subcommand, arguments)
    effect = build_run(walk, command, program, (arguments, subcommand, touched))
    walk.effects.append(effect)
    output = observe(walk, command, effect, arguments)
    if name == "rev-parse":
        output = printed_places(walk, arguments) or output
    _run_code(walk, command, (name, arguments), configs)
    walk.scope.cwd = saved
    return output


def _push_as_set(walk: Walk, arguments: Arguments, configs: list[Field]) -> None:
    """Add what settings make of a push, and whether it leads to somebody else."""
    settings = in_force(walk, configs)
    arguments.flags |= push_flags(settings)
    given = {key: value for key, value in settings.items() if any(field.text.lower().startswith(key.lower()) for field in configs)}
    if leads_away(walk, arguments, given, settings):
        arguments.flags.add(FOREIGN)


def _as_meant(field: Field) -> Field:
    """An option with typographic dashes or in upper case, as a person who copied it meant it."""
    text = field.text
    if text[:1] in _DASHES and len(text) > 1:
        text = _DASH_RUN.sub(lambda found: "-" * (2 if found.group() in ("\u2014", "\u2015") else len(found.group())), text, count=1)
    if text.startswith("--") and text[2:].isupper():
        text = text.lower()
    return field if text is field.text else msgspec.structs.replace(field, text=text)


def _globals(walk: Walk, fields: list[Field]) -> tuple[list[Field], set[str], int]:
    """Configuration given with `-c`, flags before the sub-command, and where that is."""
    given = walk.scope.variables.get("GIT_CONFIG_PARAMETERS")
    configs = [Field(f"{key}={text}") for field in given.fields for key, text in _PARAMETER.findall(field.text[:MAX_PARAMETERS])] if given is not None else []
    configs += counted(walk)
    flags: set[str] = set()
    index = 0
    while index < len(fields) and fields[index].text.startswith("-"):
        text = fields[index].text
        name = text.partition("=")[0]
        following = fields[index + 1] if index + 1 < len(fields) else Field("")
        if text == "-C":
            found = walk.paths.absolute(following.text, walk.scope.cwd) if following.known else ""
            walk.scope.cwd = found or NOWHERE
        elif text == "-c":
            configs.append(following)
        elif name == "--config-env":
            key, _, variable = (text.partition("=")[2] if "=" in text else following.text).partition("=")
            value = walk.scope.variables.get(variable)
            configs += [Field(f"{key}={field.text}", field.known) for field in value.fields] if value is not None else []
        flags.add(name.lstrip("-"))
        index += 2 if name in _GLOBAL_VALUES and "=" not in text else 1
    return configs, flags, index


def _subcommand(name: str, arguments: Arguments) -> tuple[str, ...]:
    if not name:
        return ()
    if name in _TWO_WORDS and arguments.operands:
        second = arguments.operands[0].text
        if second in _NOUNS.get(name, {second}) and second.replace("-", "").isalpha():
            arguments.operands.pop(0)
            return ("push",) if (name, second) == ("subtree", "push") else (name, second)
    return (name,)


def _touch(walk: Walk, subcommand: tuple[str, ...], arguments: Arguments, touched: Touched) -> None:
    name = subcommand[0] if subcommand else ""
    operands = arguments.operands
    if name == "rm" and "cached" not in arguments.flags:
        touched.deletes += [ref for field in operands if (ref := walk.ref(field, deletes=True)) is not None]
    elif name == "mv" and len(operands) > 1:
        touched.deletes += [ref for field in operands[:-1] if (ref := walk.ref(field, deletes=True)) is not None]
        touched.writes += [ref for field in operands[-1:] if (ref := walk.ref(field)) is not None]
    elif name == "clean" and "dry-run" not in arguments.flags:
        touched.deletes += [ref for field in operands or [Field("*", glob=True)] if (ref := walk.ref(field, deletes=True)) is not None]
    elif name == "clone":
        _clone(walk, operands, touched)
    elif name in ("restore", "checkout") and operands:
        staged_only = name == "restore" and "staged" in arguments.flags and "worktree" not in arguments.flags
        paths = [] if staged_only else operands if name == "restore" else _checkout_paths(operands, arguments)
        touched.writes += [ref for field in paths if (ref := walk.ref(field)) is not None]
    elif name in ("show", "diff", "grep", "blame", "log", "hash-object", "cat-file", "archive", "apply", "am", "bundle"):
        for field in operands:
            path = field.text.partition(":")[2] if ":" in field.text and "://" not in field.text else field.text
            if "/" in path or path.startswith(".") or "." in path:
                ref = walk.ref(Field(path, field.known, field.glob, field.head, field.tail))
                if ref is not None and ".." not in path:
                    touched.reads.append(ref)
        if subcommand == ("bundle", "create"):
            touched.writes += [ref for field in operands[:1] if (ref := walk.ref(field)) is not None]
        output = arguments.value("o", "output", "output-directory")
        if output is not None and (ref := walk.ref(output)) is not None:
            touched.writes.append(ref)
    elif name == "send-email":
        touched.reads += [ref for field in operands if (ref := walk.ref(field)) is not None]
        server = arguments.value("smtp-server")
        touched.hosts += [host] if server is not None and (host := parse_remote(f"smtp://{server.text}")) is not None else []
    if subcommand in (("stash",), ("stash", "push"), ("stash", "save")) and (walk.home + "/").startswith(walk.cwd().rstrip("/") + "/"):
        # A repository around the home folder: everything that git was told of leaves it.
        touched.deletes += [ref for field in [Field("*", glob=True)] if (ref := walk.ref(field, deletes=True)) is not None]
    if subcommand in (("stash",), ("stash", "push")):
        touched.writes += [ref for field in operands if (ref := walk.ref(field)) is not None]
    if name == "config":
        given = arguments.value("f", "file")
        target = given.text if given is not None else "/etc/gitconfig" if "system" in arguments.flags else walk.home + "/.gitconfig" if "global" in arguments.flags else ".git/config"
        if (len(operands) > 1 or "unset" in arguments.flags or "edit" in arguments.flags) and not arguments.flags & {"get", "list", "l", "get-all"}:
            ref = walk.ref(Field(target))
            touched.writes += [ref] if ref is not None else []
        if len(operands) > 1 and (address := addresses(operands[-2].text, operands[-1].text)) and (host := parse_remote(address)) is not None:
            touched.hosts.append(host)
    if subcommand in (("remote", "add"), ("remote", "set-url"), ("remote", "rename")):
        touched.writes += [ref for ref in [walk.ref(Field(".git/config"))] if ref is not None]
    if name in _NETWORK and name != "clone":
        remotes = operands[:1] if name in ("push", "pull", "fetch") else operands  # what follows are refs
        touched.hosts += [host for field in remotes if "/" in field.text and (host := parse_remote(field.text)) is not None]


def _names_paths(walk: Walk, arguments: Arguments, touched: Touched) -> bool:
    """Whether `clean` is told single paths inside the repository, as `rm` would be: no pattern, no magic word, not the root."""
    if is_moved(walk, arguments):
        return False
    named = arguments.operands and all(field.known and not field.glob and not re.search(r"^:|[*?[\\]", field.text) for field in arguments.operands)
    return bool(named) and all("@repo" in ref.places and not ref.places & {"@repo_root", "@git_dir", "@unresolved"} for ref in touched.deletes)


def _over_its_own(arguments: Arguments, touched: Touched) -> bool:
    """`git show HEAD:a > a`: an older version of a file is written in its place."""
    shown = {field.text.partition(":")[2].removeprefix("./") for field in arguments.operands if ":" in field.text}
    return any(ref.raw.removeprefix("./").strip('"') in shown or (ref.path and any(one and ref.path.endswith("/" + one) and "@repo" in ref.places for one in shown)) for ref in touched.writes)


def _unforced(configs: list[Field]) -> bool:
    """Whether `-c clean.requireForce` lets git clean run without force; the last one counts."""
    found = [field.text.partition("=") for field in configs if field.text.lower().partition("=")[0] == "clean.requireforce"]
    return bool(found) and found[-1][2].lower() in ("false", "no", "off", "0") + (("",) if found[-1][1] else ())


def _checkout_paths(operands: list[Field], arguments: Arguments) -> list[Field]:
    """What `git checkout` overwrites: words that are paths, not branches."""
    return [field for field in operands if field.text in (".", "*") or field.text.startswith(("./", ":")) or field.text.rpartition(".")[2] in
            ("py", "js", "ts", "go", "rs", "java", "c", "h", "md", "json", "yml", "yaml", "toml", "tsx", "css", "html", "txt", "lock", "sh")]


def _clone(walk: Walk, operands: list[Field], touched: Touched) -> None:
    if not operands:
        return
    host = parse_remote(operands[0].text)
    if host is not None:
        touched.hosts.append(host)
    target = operands[1] if len(operands) > 1 else Field(operands[0].text.rstrip("/").rpartition("/")[2].removesuffix(".git"))
    ref = walk.ref(target)
    if ref is not None:
        touched.writes.append(ref)
        if ref.path and not walk.paths.is_folder(ref.path):
            walk.clones.add(ref.path)


def _run_code(walk: Walk, command: Command, what: tuple[str, Arguments], configs: list[Field]) -> None:
    name, arguments = what
    context = command.context.within("git", span=command.span)
    settings = [field for flag, field in arguments.values if flag == "config"] if name == "clone" else []
    for field in [*configs, *settings]:
        key, _, value = field.text.partition("=")
        key = key.lower()
        if runs_value(key, value) and not key.startswith("alias."):
            run_apart(walk, value.lstrip("!"), context)
    if name and name not in _BUILTIN and (alias := in_force(walk, configs).get(f"alias.{name}", "")) and f"git {name}" not in walk.active:
        _run_alias(walk, command, (name, alias), context)
    for flag, field in arguments.values:
        if flag in _CODE_VALUES.get(name, ()) and field.known:
            run_apart(walk, field.text, context)
    texts = [field.text for field in arguments.operands]
    if name == "submodule" and "foreach" in [*texts, *(part.text for part in command.fields[1:4])]:
        code = [text for text in texts if text != "foreach"]
        if code:
            run_apart(walk, " ".join(code), context)
    elif name == "bisect" and command.fields[2:] and any(field.text == "run" for field in command.fields[2:4]):
        inner = [field for field in command.fields[2:] if field.text not in ("bisect", "run")]
        if inner:
            walk.dispatch(walk, msgspec.structs.replace(command, fields=tuple(inner), context=context))
    elif name == "config":
        _configured(walk, texts)
    elif name in HOOKED and not is_moved(walk, arguments) and "hooks" not in walk.active:
        _run_hooks(walk, command, name, arguments)


def _run_alias(walk: Walk, command: Command, alias: tuple[str, str], context: Context) -> None:
    """Run what an alias stands for, with the words behind it."""
    name, value = alias
    index = next((number for number, field in enumerate(command.fields) if number and field.text == name), len(command.fields))
    behind = [quote(field.text) for field in command.fields[index + 1 :] if field.known]
    walk.active.append(f"git {name}")
    run_apart(walk, " ".join([value[1:] if value.startswith("!") else f"git {value}", *behind]), context)
    walk.active.pop()


def _run_hooks(walk: Walk, command: Command, name: str, arguments: Arguments) -> None:
    """Walk the hooks that the repository has for this command. A hook that calls git again starts none here."""
    root = walk.paths.repo_root(walk.cwd()) if walk.cwd() and "dry-run" not in arguments.flags else ""
    walk.active.append("hooks")
    walk.scope.cwd = root or walk.scope.cwd
    for text in hook_texts(root, walk.home, name, "no-verify" in arguments.flags) if root else ():
        run_apart(walk, text, command.context.within("git", span=command.span))
    walk.active.pop()


def _configured(walk: Walk, texts: list[str]) -> None:
    """`git config alias.x '!cmd'` does not run now; what it will run is shown to the rules as a text."""
    if len(texts) > 1 and texts[1].startswith("!"):
        walk.add_text(TextField.ARGS, texts[1], "git alias")
