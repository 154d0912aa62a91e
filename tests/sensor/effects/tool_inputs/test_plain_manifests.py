"""Which exporters of a node and which workflows are plain: near misses beside them."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.plain_manifests import is_plain_yaml, names_what_is_daily

EXPORTER = """apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: node-exporter
spec:
  template:
    spec:
      hostPID: true
      hostNetwork: true
      containers:
        - name: node-exporter
          image: quay.io/prometheus/node-exporter:v1.8.2
          args:
            - --path.rootfs=/host
          volumeMounts:
            - name: root
              mountPath: /host
              readOnly: true
      volumes:
        - name: root
          hostPath:
            path: /
"""
LABELS = """name: Label
on:
  pull_request_target:
    types: [opened]
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/labeler@v5
        with:
          repo-token: ${{ secrets.GITHUB_TOKEN }}
"""
MANIFEST, WORKFLOW = "/p/k8s/node-exporter.yaml", "/p/.github/workflows/label.yml"


def test_an_exporter_that_only_reads_and_a_workflow_that_puts_labels_are_plain() -> None:
    assert is_plain_yaml(MANIFEST, EXPORTER) and is_plain_yaml(MANIFEST, EXPORTER.replace("quay.io/prometheus", "docker.io/prom")) and is_plain_yaml(WORKFLOW, LABELS)


@pytest.mark.parametrize(("old", "new"), [
    ("quay.io/prometheus", "quay.example.net/prometheus"), ("              readOnly: true\n", ""), ("readOnly: true", "readOnly: false"), ("kind: DaemonSet", "kind: Pod"),
    ("          args:", "          command:"), ("          args:", "          securityContext:\n            privileged: true\n          args:"),
    ("      volumes:", "        - name: x\n          image: x/y\n      volumes:"), ("mountPath: /host", "mountPath: /run/docker.sock"), ("hostPath:\n            path: /", "hostPath: {path: /}"),
    ("      hostPID: true", "      initContainers:\n        - name: x\n      hostPID: true"), ("name: root\n              mountPath", "<<: *x\n              mountPath"),
    ("          args:", '          "priv\\u0069leged": true\n          args:'),
])
def test_an_exporter_with_more_than_that_is_not(old: str, new: str) -> None:
    assert old in EXPORTER and not is_plain_yaml(MANIFEST, EXPORTER.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [
    ("      - uses", "      - uses: actions/checkout@v4\n      - uses"), ("      - uses", "      - run: make\n      - uses"), ("actions/labeler", "x/labeler"),
    ("secrets.GITHUB_TOKEN", "secrets.DEPLOY_KEY"), ("${{ secrets.GITHUB_TOKEN }}", "${{ toJSON(secrets) }}"), ("jobs:", "env:\n  A: b\njobs:"),
])
def test_a_workflow_with_more_than_that_is_not(old: str, new: str) -> None:
    assert old in LABELS and not is_plain_yaml(WORKFLOW, LABELS.replace(old, new))


def test_only_yaml_files_with_the_words_are_looked_at() -> None:
    assert names_what_is_daily(MANIFEST, EXPORTER) and names_what_is_daily(WORKFLOW, LABELS)
    assert not names_what_is_daily("/p/a.md", EXPORTER) and not names_what_is_daily(MANIFEST, "kind: Pod")
    assert not is_plain_yaml(MANIFEST, EXPORTER + "#" * 50_000)
