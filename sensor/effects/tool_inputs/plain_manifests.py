"""Two kinds of YAML files that name what is dangerous and do what is daily: the exporter of a node's numbers, and workflows that only put labels on pull requests."""

from __future__ import annotations

import re

MAX_TEXT = 40_000  # characters; such files have a hundred lines
_YAML = re.compile(r"\.ya?ml$")
_WORKFLOW_FILE = re.compile(r"/\.github/workflows/[^/]+\.ya?ml$")
_EXPORTER, _TARGET = "node-exporter", "pull_request_target"

# Anchors, aliases, merges, escapes, types and mappings in braces are not read: a file that has one is not plain.
_UNREAD = re.compile(r"(?m)[:-]\s+[&*]\w|<<:|^\s*(?:-\s+)?[\"']?\w+[\"']?:\s*\{|^\s*-\s*\{|^\s*\{|^\s*\?\s|!!|\\")
_IMAGE = re.compile(r"(?m)^\s*(?:-\s+)?[\"']?image[\"']?:\s*[\"']?([^\s\"'#]+)")
_OWN_IMAGE = re.compile(r"(?:quay\.io/prometheus|docker\.io/prom|prom)/node-exporter(?::v?[\w.-]+)?(?:@sha256:[0-9a-f]{64})?")
_KIND = re.compile(r"(?m)^[\"']?kind[\"']?:\s*[\"']?(\w+)")
_KINDS = frozenset({"DaemonSet", "Service", "ServiceAccount", "Namespace", "ServiceMonitor", "PodMonitor"})
_RIGHTS = re.compile(r"(?im)\b(?:privileged|allowPrivilegeEscalation)[\"']?:\s*[\"']?(?:true|yes|on)\b|\bhostIPC\b|\.sock\b|^\s*(?:-\s+)?[\"']?(?:command|lifecycle|initContainers|envFrom|add|exec)[\"']?:")
_MOUNT, _ONLY_READ = re.compile(r"(?m)^\s*(?:-\s+)?[\"']?mountPath[\"']?:"), re.compile(r"(?m)^\s*(?:-\s+)?[\"']?readOnly[\"']?:\s*true\s*$")

_USES = re.compile(r"(?m)^\s*(?:-\s+)?[\"']?uses[\"']?:\s*[\"']?([^\s\"'#]+)")
_LABELS = re.compile(r"(?:actions/(?:labeler|first-interaction|stale|add-to-project)|amannn/action-semantic-pull-request)@[\w./-]+")
_RUNS = re.compile(r"(?im)^\s*(?:-\s+)?[\"']?(?:run|script|container|services|shell|env)[\"']?:|\bcheckout\b|toJSON\s*\(|github\.event\.[\w.]*(?:title|body|ref|label)\b")
_SECRET = re.compile(r"\bsecrets\b(?!\.GITHUB_TOKEN\b)")


def names_what_is_daily(path: str, text: str) -> bool:
    """Whether a written text is one of the two kinds at first sight."""
    return _YAML.search(path) is not None and (_EXPORTER in text or _TARGET in text)


def is_plain_yaml(path: str, text: str) -> bool:
    """Whether the whole text of the file `path` is an exporter that only reads its node, or a workflow that runs no code of a pull request."""
    if len(text) > MAX_TEXT or _UNREAD.search(text):
        return False
    return _labels_only(text) if _WORKFLOW_FILE.search(path) else _reads_node_only(text)


def _reads_node_only(text: str) -> bool:
    images, kinds = _IMAGE.findall(text), _KIND.findall(text)
    mounts = len(_MOUNT.findall(text))
    return (bool(images) and all(map(_OWN_IMAGE.fullmatch, images)) and "DaemonSet" in kinds and _KINDS.issuperset(kinds)
            and not _RIGHTS.search(text) and mounts == text.count("mountPath") == len(_ONLY_READ.findall(text)))


def _labels_only(text: str) -> bool:
    used = _USES.findall(text)
    return bool(used) and len(used) == text.count("uses") and all(map(_LABELS.fullmatch, used)) and not _RUNS.search(text) and not _SECRET.search(text)
