"""Calls of Python libraries that do what a program does, as the command line of that program.

A call is known by the names it goes through, from the import on: `boto3.client('rds').delete_db_instance(...)` goes through
`boto3.client().delete_db_instance`. What is no constant is written `UNKNOWN`.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable

import msgspec

from sensor.effects.code.python_values import text_of, texts_of

UNKNOWN = "unknown"
MAX_PARTS = 12
ROOTS = frozenset({
    "git", "pygit2", "dulwich", "boto3", "sh", "plumbum", "pexpect", "invoke", "fabric", "paramiko", "docker", "kubernetes", "google", "azure", "requests", "httpx", "psycopg2", "psycopg", "sqlalchemy",
    "pymysql", "MySQLdb", "asyncpg", "sqlite3", "redis", "pymongo", "elasticsearch", "crontab", "delegator", "send2trash", "github", "django", "huggingface_hub", "aiohttp", "pip",
})
"""Modules whose calls are known here."""


class Said(msgspec.Struct, frozen=True):
    """What a call says. `words` are its operands, `options` its keywords, `held` the words of the calls it goes through, by their names."""

    name: str
    words: tuple[str, ...]
    options: dict[str, str]
    held: dict[str, tuple[str, ...]]

    def option(self, *names: str) -> str:
        return next((self.options[name] for name in names if name in self.options), "")

    def first(self, *names: str) -> str:
        """The first operand, or the keyword that may stand in its place."""
        return self.option(*names) or (self.words[0] if self.words else UNKNOWN)


def command_of(node: ast.Call) -> str:
    """The shell command that does what the call of a library does, "" for other calls."""
    name, calls = _chain(node.func)
    if name.partition(".")[0].removesuffix("()") not in ROOTS:
        return ""
    for pattern, command in _COMMANDS:
        if (match := pattern.fullmatch(name)) is not None:
            held = {called: _words(call) for called, call in calls.items()}
            options = {keyword.arg: _option(keyword.value) for keyword in node.keywords if keyword.arg is not None}
            return command(match, Said(name, _words(node), options, held))
    return ""


def _chain(node: ast.AST) -> tuple[str, dict[str, ast.Call]]:
    """The names a call goes through, and the calls among them by their last name."""
    parts: list[str] = []
    calls: dict[str, ast.Call] = {}
    for _ in range(MAX_PARTS):
        end = ""
        while isinstance(node, (ast.Call, ast.Subscript)):
            end = "()" if isinstance(node, ast.Call) else end
            if isinstance(node, ast.Call):
                calls[getattr(node.func, "attr", getattr(node.func, "id", ""))] = node
            node = node.func if isinstance(node, ast.Call) else node.value
        if not isinstance(node, ast.Attribute):
            parts.append(f"{node.id}{end}" if isinstance(node, ast.Name) else "?")
            return ".".join(reversed(parts)), calls
        parts.append(node.attr + end)
        node = node.value
    return "", {}


def _words(node: ast.Call) -> tuple[str, ...]:
    words: list[str] = []
    for arg in node.args:
        many = texts_of(arg)
        text = text_of(arg)
        words += many if many is not None else [text if text is not None else ast.unparse(arg) if isinstance(arg, (ast.Constant, ast.Attribute)) else UNKNOWN]
    return tuple(words)


def _option(node: ast.expr) -> str:
    text = text_of(node)
    if text is not None:
        return text
    if isinstance(node, ast.Dict):  # folders of this machine, and where a container sees them
        places = [(key.value, value.values[0]) for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Dict) and value.values]
        return " ".join(f"{key}:{text_of(place) or '/mnt'}" for key, place in places) or UNKNOWN
    many = texts_of(node)
    return " ".join(many) if many else ("" if not node.value else str(node.value)) if isinstance(node, ast.Constant) else UNKNOWN


def _line(*words: str) -> str:
    return " ".join(word if word.startswith("~") and " " not in word else shlex.quote(word) for word in words if word)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_", "-", name).lower()


def _git(match: re.Match[str], said: Said) -> str:
    """`repo.git.push("origin", force=True)` = `git push --force origin`."""
    flags = [("--" if len(name) > 1 else "-") + name.replace("_", "-") + (f"={value}" if value != "True" and len(name) > 1 else "") for name, value in said.options.items() if value]
    return _line("git", match.group(1).replace("_", "-"), *flags, *said.words)


def _git_push(match: re.Match[str], said: Said) -> str:
    remote = next((words[0] for name, words in said.held.items() if name in ("remote", "remotes") and words), "origin")
    given = [*said.words, *said.option("refspec", "refspecs").split()]
    return _line("git", "push", "--force" if said.option("force") else "", remote, *given)


def _dulwich(match: re.Match[str], said: Said) -> str:
    if match.group(1) == "push":
        return _line("git", "push", "--force" if said.option("force") else "", *said.words[1:])
    return _line("git", "reset", f"--{said.option('mode') or (said.words[1] if len(said.words) > 1 else 'mixed')}")


def _aws(match: re.Match[str], said: Said) -> str:
    """A method of a client is the command of the same name, its keywords are options."""
    service, method = (said.held.get("client") or (UNKNOWN,))[0], match.group(1)
    if method == "upload_file":
        return _line("aws", "s3", "cp", *said.words[:1], f"s3://{'/'.join(said.words[1:])}")
    if re.match(r"(?:describe|list|get|head|can|close|generate|download|query|scan)", method):
        return ""
    flags = [word for name, value in said.options.items() for word in (f"--{_kebab(name)}", "" if value in ("True", "") else value)]
    return _line("aws", "s3api" if service == "s3" else service, _kebab(method), *flags)


def _aws_resource(match: re.Match[str], said: Said) -> str:
    service, through, method = (said.held.get("resource") or (UNKNOWN,))[0], match.group(1), match.group(2)
    bucket = (said.held.get("Bucket") or (UNKNOWN,))[0]
    if service == "s3":
        return _line("aws", "s3", "rm", f"s3://{bucket}", "--recursive") if "objects" in through or "object_versions" in through else _line("aws", "s3", "rb", f"s3://{bucket}", "--force")
    if service == "ec2":
        return _line("aws", "ec2", "terminate-instances", "--instance-ids", UNKNOWN) if method == "terminate" else _line("aws", "ec2", "delete-volume", "--volume-id", UNKNOWN)
    return _line("aws", service, "delete-table", "--table-name", (said.held.get("Table") or (UNKNOWN,))[0])


def _program(match: re.Match[str], said: Said) -> str:
    """`sh.rm("-rf", "a")` and `plumbum.cmd.rm("-rf", "a")`."""
    return _line(match.group(1), *said.words)


def _runs(match: re.Match[str], said: Said) -> str:
    """A text for a shell."""
    return said.first("command", "cmd")


def _remote(match: re.Match[str], said: Said) -> str:
    host = next((said.held[name][0] for name in ("Connection", "SerialGroup", "ThreadingGroup", "Group", "connect") if said.held.get(name)), UNKNOWN)
    return _line("ssh", host, said.first("command", "cmd"))


def _docker(match: re.Match[str], said: Said) -> str:
    kind, method = match.group(1).removesuffix("s"), match.group(2)
    if kind == "container" and method == "run":
        return _line("docker", "run", "--privileged" if said.option("privileged") else "", *[word for volume in said.option("volumes").split() for word in ("-v", volume)], said.first("image"), *(shlex.split(" ".join(said.words[1:])) if len(said.words) > 1 and said.words[1].count("'") % 2 == 0 else said.words[1:]))
    if method == "prune":
        return _line("docker", kind, "prune", "--force")
    return _line("docker", kind, "rm", "--force" if said.option("force") else "", (said.held.get("get") or (UNKNOWN,))[0])


def _kubernetes(match: re.Match[str], said: Said) -> str:
    kind, many = match.group(2).replace("namespaced_", "").replace("_", ""), bool(match.group(1))
    namespace = said.option("namespace") or (said.words[-1] if "namespaced" in match.group(2) and said.words else "")
    return _line("kubectl", "delete", kind, "--all" if many else said.first("name"), *(("-n", namespace) if namespace else ()))


def _sql(match: re.Match[str], said: Said) -> str:
    """A statement for a database; the one that is connected to stands in the call that connects."""
    library = match.group(1)
    where = next((words[0] for name, words in said.held.items() if name in ("connect", "create_engine", "create_async_engine") and words), "")
    text = said.first("query", "sql", "statement")
    if text == UNKNOWN or where in (":memory:", "sqlite://", "sqlite:///:memory:"):
        return ""
    if library == "sqlite3":
        return _line("sqlite3", where or UNKNOWN, text)
    return _line("mysql", "-e", text) if library in ("pymysql", "MySQLdb") or where.startswith("mysql") else _line("psql", where if where != UNKNOWN else "", "-c", text)


def _deleted(match: re.Match[str], said: Said) -> str:
    method = match.group(1)
    if method == "request" and said.words[:1] not in (("DELETE",), ("delete",)):
        return ""
    return _line("curl", "-X", "DELETE", said.option("url") or (said.words[-1] if said.words else UNKNOWN))


def _redis(match: re.Match[str], said: Said) -> str:
    where = next((words[0] for name, words in said.held.items() if name in ("from_url", "Redis", "StrictRedis") and words), "")
    return _line("redis-cli", *(("-u", where) if "://" in where else ("-h", where) if where else ()), match.group(1))


def _mongo(match: re.Match[str], said: Said) -> str:
    where = (said.held.get("MongoClient") or ("",))[0]
    return _line("mongosh", where, "--eval", f"db.getSiblingDB('{said.first('name_or_database')}').dropDatabase()")


def _searched(match: re.Match[str], said: Said) -> str:
    where = next((words[0] for name, words in said.held.items() if name in ("Elasticsearch", "OpenSearch") and words), "http://localhost:9200")
    return _line("curl", "-X", "DELETE", f"{where.rstrip('/')}/{said.first('index')}")


def _scheduled(match: re.Match[str], said: Said) -> str:
    return f"(crontab -l; echo {shlex.quote('@daily ' + said.first('command'))}) | crontab -"


def _managed(match: re.Match[str], said: Said) -> str:
    return _line("python", "manage.py", *said.words, *(("--no-input",) if said.options.get("interactive") == "" else ()))


_Command = Callable[[re.Match[str], Said], str]
_COMMANDS: tuple[tuple[re.Pattern[str], _Command], ...] = (
    (re.compile(r"git\.Repo(?:\.init)?\(\)\.git\.(\w+)|git\.Git\(\)\.\w+"), _git),
    (re.compile(r"(?:git\.Repo|pygit2\.Repository)\(\)\.remotes?(?:\(\))?(?:\.\w+)?(?:\(\))?\.push"), _git_push),
    (re.compile(r"git\.Repo\(\)\.(?:head|active_branch)\.reset"), lambda match, said: "git reset --hard" if said.option("working_tree") else ""),
    (re.compile(r"git\.Repo\(\)\.config_writer\(\)\.set_value"), lambda match, said: _line("git", "config", ".".join(said.words[:2]), *said.words[2:])),
    (re.compile(r"git\.Repo\.clone_from"), lambda match, said: _line("git", "clone", *said.words)),
    (re.compile(r"pip\.(?:_internal\.)?(?:main|cli\.main\.main)"), lambda match, said: _line("pip", *said.words)),
    (re.compile(r"pygit2\.Repository\(\)\.reset"), lambda match, said: "git reset --hard" if any("HARD" in word for word in said.words) else ""),
    (re.compile(r"dulwich\.porcelain\.(push|reset)"), _dulwich),
    (re.compile(r"boto3(?:\.[sS]ession(?:\.Session)?(?:\(\))?|\.Session\(\))?\.client\(\)\.(\w+)"), _aws),
    (re.compile(r"boto3(?:\.[sS]ession(?:\.Session)?(?:\(\))?|\.Session\(\))?\.resource\(\)\.(.*?)\.?(delete|terminate)"), _aws_resource),
    (re.compile(r"(?:sh|plumbum\.cmd)\.(\w+)"), _program),
    (re.compile(r"pexpect\.(?:run|spawn|runu|spawnu)|(?:invoke|delegator)\.(?:run|sudo)|invoke\.Context\(\)\.(?:run|sudo)|fabric\.Connection\(\)\.local|invoke\.context\.Context\(\)\.run"), _runs),
    (re.compile(r"fabric\.(?:Connection|\w*Group)\(\)\.(?:run|sudo)|paramiko(?:\.client)?\.SSHClient\(\)\.exec_command"), _remote),
    (re.compile(r"docker\.(?:from_env|DockerClient|client\.from_env)\(\)\.(containers|volumes|images|networks)\.(?:(?:get|list)\(\)\.)?(?:each\(\)\.)?(run|prune|remove)"), _docker),
    (re.compile(r"kubernetes\.client\.\w+\(\)\.delete_(collection_)?(\w+)"), _kubernetes),
    (re.compile(r"google\.cloud\.storage\.Client\(\)\.(?:get_bucket|bucket|list_buckets)\(\)\.(?:each\(\)\.)?delete"), lambda match, said: _line("gcloud", "storage", "rm", "-r", f"gs://{next(iter([words[0] for words in said.held.values() if words]), UNKNOWN)}")),
    (re.compile(r"azure\.mgmt\.resource\.\w+\(\)\.resource_groups\.(?:begin_)?delete"), lambda match, said: _line("az", "group", "delete", "--yes", "-n", said.first("resource_group_name"))),
    (re.compile(r"(?:requests|httpx)(?:\.[sS]ession\(\)|\.Client\(\))?\.(delete|request)"), _deleted),
    (re.compile(r"(psycopg2|psycopg|pymysql|MySQLdb|sqlite3|sqlalchemy|asyncpg)\.\w+\(\)(?:\.\w+\(\))*\.(?:execute|executescript|exec_driver_sql)"), _sql),
    (re.compile(r"redis\.(?:from_url|Redis(?:\.from_url)?|StrictRedis)\(\)\.(flushall|flushdb)"), _redis),
    (re.compile(r"pymongo\.MongoClient\(\)\.drop_database"), _mongo),
    (re.compile(r"elasticsearch\.Elasticsearch\(\)\.indices\.delete"), _searched),
    (re.compile(r"crontab\.CronTab\(\)\.new"), _scheduled),
    (re.compile(r"send2trash\.send2trash"), lambda match, said: _line("trash-put", *said.words)),
    (re.compile(r"django\.core\.management\.call_command"), _managed),
    (re.compile(r"github\.Github\(\)\.get_repo\(\)\.get_git_ref\(\)\.(?:edit|delete)"), lambda match, said: _line("git", "push", "--force" if said.option("force") else "--delete" if said.name.endswith("delete") else "", "origin", (said.held.get("get_git_ref") or ("",))[0].removeprefix("heads/")) if said.option("force") or said.name.endswith("delete") else ""),
    (re.compile(r"huggingface_hub\.(?:HfApi\(\)\.)?upload_(?:file|folder)"), lambda match, said: _line("hf", "upload", said.option("repo_id") or UNKNOWN, said.option("folder_path") or said.first("path_or_fileobj"))),
)
