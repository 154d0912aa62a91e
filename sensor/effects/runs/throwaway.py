"""What was made to be taken away again: clusters of this machine, and stacks and machines that bear the name of a test or a preview."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.model.effects import Effect

LOCAL_CLUSTER = "local-cluster"
DEV_CLUSTER = "dev-cluster"
THROW_AWAY = "throw-away"
CLUSTER_CLIENTS = frozenset({"kubectl", "oc", "k", "helm"})
_MACHINE_TOOLS = frozenset({"multipass", "lxc", "incus", "limactl", "colima"})
# Tools of services, and the words behind which they are told what goes; with a name the first word behind names what holds it.
_HOLDERS = frozenset({"pscale"})
_NAMED_BEHIND = {
    **dict.fromkeys((*_MACHINE_TOOLS, "gcloud", "neonctl", "neon", "pscale", "railway"), frozenset({"delete"})), "turso": frozenset({"destroy"}), "vercel": frozenset({"rm", "remove"}), "bq": frozenset({"rm"}),
    "rabbitmqctl": frozenset({"delete_queue", "purge_queue"}), "cdk": frozenset({"destroy"}),
    **dict.fromkeys(("fly", "flyctl"), frozenset({"destroy"})), "firebase": frozenset({"hosting:channel:delete"}),
}
# Projects that run in containers of this machine, and the tools that they pass on; `delete` is their own.
_LOCAL_PROJECTS = frozenset({"ddev", "lando"})
_PASSED_ON = frozenset({"drush", "wp", "artisan", "magento", "craft", "typo3", "mysql", "psql"})
_LOCAL_CLOUDS = frozenset({"tflocal", "awslocal", "cdklocal", "samlocal", "pulumilocal", "azlocal", "localstack"})  # talk to an emulator on this machine alone

# Contexts that the tools for clusters on one machine write under these names.
_LOCAL_CONTEXT = re.compile(r"(?:kind|k3d)-[\w.-]+|minikube|docker-desktop|docker-for-desktop|rancher-desktop|orbstack|colima(?:-[\w.-]+)?|microk8s")
_DEV_CONTEXT = re.compile(r"(?:[\w.]+[-_])*(?:dev|development|local|sandbox)\d*")
_ELSEWHERE = frozenset({"--server", "--cluster", "--user", "--kubeconfig", "--kube-apiserver", "--token", "--kube-token"})
_SERVER = re.compile(r"-[A-Za-z]*s")  # `-s` and its address, alone or behind other letters
_PASSING = re.compile(r"(?i)(?:[\w.]+[-_.])*(?:tests?|testing|e2e|sandbox|previews?|pr-?\d+|mr-?\d+|tmp|temp|scratch|ephemeral|throwaway|disposable|playground|smoke|ci-[\w-]+)(?:[-_.\d][\w.-]*)?")
_LASTING = re.compile(r"(?i)(?<![a-z])(?:prod(?:uction)?|prd|live|main|master|shared|stag(?:e|ing)|core|global)(?![a-z])")
_PASSING_FOLDERS = frozenset({"test", "tests", "fixtures", "e2e", "sandbox", "scratch", "playground", "preview", "previews", "ephemeral", "examples"})
_MANIFEST_FOLDERS = _PASSING_FOLDERS | {"dev", "local", "kind", "minikube"}
_NEXT_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BUILD_OF_BRANCH = re.compile(r"[\w-]+-git-(?!main-|master-|prod)[\w.-]+")  # how Vercel names what it builds from a branch
_VALUES = frozenset({"--project-id", "--org", "--org-id", "--scope", "--token", "--project_id", "--zone", "--region", "--project", "--location", "--account", "--configuration", "--format", "--verbosity", "--instance", "--cluster", "--platform", "--namespace", "--profile", "--context", "-c", "--app", "-a", "--role-arn", "-r", "--output", "-o"})
_NAMED_BY = {
    "serverless": ("--stage", "-s"), "sls": ("--stage", "-s"), "sam": ("--stack-name",), "heroku": ("--app", "-a"), "wrangler": ("--name",), "pulumi": ("--stack", "-s"), "az": ("--name", "-n", "--resource-group", "-g"), "databricks": ("--target", "-t"),
}

_TERRAFORMS = frozenset({"terraform", "tofu", "terragrunt"})
_STACK_TOOLS = _NAMED_BEHIND.keys() | _NAMED_BY.keys() | _TERRAFORMS | {"aws", "gsutil"}
_CONCERNED = CLUSTER_CLIENTS | _LOCAL_CLOUDS | _LOCAL_PROJECTS | _STACK_TOOLS
# What holds files of many: a bucket, or a folder in it, goes with all below.
_EMPTIES = frozenset({("s3", "rm"), ("s3", "rb"), ("rm",), ("rb",)})


def throwaway_flags(command: Command, program: str, before: Sequence[Effect] = ()) -> frozenset[str]:
    """LOCAL_CLUSTER or DEV_CLUSTER, and THROW_AWAY, as they apply to a run after what the call ran `before`."""
    if program not in _CONCERNED:
        return frozenset()
    words = [field.text if field.known else "$" for field in command.fields[1:]]
    if program in CLUSTER_CLIENTS:
        cluster = _cluster(command, words)
        return frozenset({LOCAL_CLUSTER} if cluster == LOCAL_CLUSTER else ({cluster} - {""}) | ({THROW_AWAY} if _is_passing_part(words) else set()))
    if program in _LOCAL_CLOUDS or (program in _LOCAL_PROJECTS and words[:1] and words[0] in _PASSED_ON and not any(word[:1] in ("@", "$") or _LASTING.search(word) for word in words)):
        return frozenset({THROW_AWAY})
    if program in _TERRAFORMS:
        return frozenset({THROW_AWAY} if _is_passing_stack(command, words, before) else ())
    if program in _STACK_TOOLS and _is_passing_run(program, words):
        return frozenset({THROW_AWAY})
    return frozenset()


def is_passing(name: str) -> bool:
    """Whether a name, or a part of one that has slashes or colons, says that what bears it does not stay."""
    return any(map(_PASSING.fullmatch, re.split("[/:]", name))) and not _LASTING.search(name)


def _cluster(command: Command, words: list[str]) -> str:
    """LOCAL_CLUSTER or DEV_CLUSTER where every context that is named is one, "" where another address may be meant."""
    contexts = _values(words, ("--context", "--kube-context"))
    elsewhere = any(word.partition("=")[0] in _ELSEWHERE or _SERVER.match(word) for word in words) or any(name == "KUBECONFIG" for name, _ in command.assignments)
    if elsewhere or not contexts:
        return ""
    if all(_LOCAL_CONTEXT.fullmatch(context) for context in contexts):
        return LOCAL_CLUSTER
    return DEV_CLUSTER if all(_LOCAL_CONTEXT.fullmatch(context) or (_DEV_CONTEXT.fullmatch(context) and not _LASTING.search(context)) for context in contexts) else ""


def _is_passing_run(program: str, words: list[str]) -> bool:
    if program in ("aws", "gsutil"):
        return _is_passing_store(program, words)
    if program in _NAMED_BY:
        names = _values(words, _NAMED_BY[program]) or (words[2:3] if words[:2] == ["stack", "rm"] else [])
    else:
        start = next((index for index, word in enumerate(words) if word in _NAMED_BEHIND[program]), len(words))
        given = words[start + 1 + (program in _HOLDERS) :]
        names = [word for before, word in pairwise(["", *given]) if word[:1] != "-" and before not in _VALUES]
    return bool(names) and all(is_passing(name) or _is_own_way(program, words, name) for name in names)


def _is_own_way(program: str, words: list[str], name: str) -> bool:
    """Names that say it in one service only: what Vercel builds from a branch, PlanetScale's branches, the target that Databricks deploys for one developer, stacks of CDK in one word."""
    if program == "cdk":
        return is_passing(_NEXT_WORD.sub("-", name))
    if program == "pscale":
        return "branch" in words and not _LASTING.search(name)
    return bool(program == "vercel" and _BUILD_OF_BRANCH.fullmatch(name)) or (program == "databricks" and name == "dev")


def _is_passing_part(words: list[str]) -> bool:
    """Kubernetes: a namespace, or a folder of manifests, that was made for a test, and nothing beyond it."""
    spaces, files = _values(words, ("--namespace", "-n")), _values(words, ("--filename", "-f", "-k", "--kustomize"))
    if {"-A", "--all-namespaces"} & set(words) or not (spaces or files):
        return False
    return all(map(is_passing, spaces)) and not any(map(_LASTING.search, files)) and (bool(spaces) or all(not _MANIFEST_FOLDERS.isdisjoint(file.split("/")) for file in files))


def _is_passing_store(program: str, words: list[str]) -> bool:
    """A stack of CloudFormation, a bucket, or a folder of one, that was made for a test."""
    if words[:2] == ["cloudformation", "delete-stack"]:
        names = _values(words, ("--stack-name",))
        return bool(names) and all(map(is_passing, names))
    places = [word for word in words if word.startswith(("s3://", "gs://"))]
    plain = tuple([word for word in words if word[:1] != "-" and word not in places][: 2 if program == "aws" else 1])
    return plain in _EMPTIES and bool(places) and all(is_passing(place[5:]) and not re.search(r"[*?\[$]", place) for place in places)


def _is_passing_stack(command: Command, words: list[str], before: Sequence[Effect]) -> bool:
    """Terraform: a workspace, a folder or targets that were made for a test."""
    if words[:2] == ["workspace", "delete"]:
        return len(words) == 3 and is_passing(words[2])
    folders = _values(words, ("-chdir", "--terragrunt-working-dir"))
    targets = _values(words, ("-target", "--target"))
    workspaces = [value for name, value in command.assignments if name == "TF_WORKSPACE"] or _selected(before)
    return not any(map(_LASTING.search, (*workspaces, *folders, *targets))) and (
        (bool(workspaces) and all(map(is_passing, workspaces)))
        or (bool(folders) and all(not _PASSING_FOLDERS.isdisjoint(folder.split("/")) for folder in folders))
        or (bool(targets) and all(is_passing(target.rpartition(".")[2].partition("[")[0]) for target in targets))
    )


def _selected(before: Sequence[Effect]) -> list[str]:
    """The workspace that the command just before has switched to."""
    last = before[-1].argv[-3:] if before and before[-1].program in _TERRAFORMS and not before[-1].wrappers else ()
    return [last[2]] if last[:2] == ("workspace", "select") else []


def _values(words: list[str], names: tuple[str, ...]) -> list[str]:
    found = []
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            found.append(value if equals else (words[index + 1] if index + 1 < len(words) else ""))
        elif word[:2] in names:
            found.append(word[2:])
    return found
