"""Commands in files of deployment and automation."""

from __future__ import annotations

import json
import time

import pytest

from sensor.effects.tool_inputs.automation import MAX_TEXT, automated_commands

# One file of each family; what is run stands for %s.
FAMILIES = {
    "deploy/play.yml": "- hosts: all\n  tasks:\n    - name: t\n      shell: %s\n",
    "roles/a/tasks/main.yml": "- name: t\n  ansible.builtin.command:\n    cmd: bash -c '%s'\n",
    "ansible/argv.yml": "- name: a\n  command:\n    argv: [bash, -c, '%s']\n",
    "state.sls": "a:\n  cmd.run:\n    - name: %s\n",
    "k8s/cron.yaml": "apiVersion: batch/v1\nspec:\n  jobTemplate:\n    spec:\n      containers:\n      - name: a\n        command: ['sh','-c','%s']\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command: [/bin/bash]\n    args:\n    - -c\n    - |\n      %s\n",
    "map.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.sh: |\n    #!/bin/sh\n    %s\n",
    "pod.json": '{"apiVersion": "v1", "spec": {"containers": [{"command": ["sh", "-c", "%s"]}]}}',
    "values.yaml": "lifecycle:\n  postStart:\n    exec:\n      command: ['/bin/sh','-c','%s']\n",
    "chart/templates/job.yaml": "{{- if .Values.x }}\napiVersion: batch/v1\nspec:\n  containers:\n  - name: {{ .Chart.Name }}\n    command: [sh, -c, '%s']\n{{- end }}\n",
    ".tekton/t.yaml": "apiVersion: tekton.dev/v1\nspec:\n  steps:\n  - image: a\n    script: |\n      %s\n",
    "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nspec:\n  templates:\n  - script:\n      command: [sh]\n      source: |\n        %s\n",
    "docker-compose.yml": "services:\n  a:\n    image: alpine\n    command: sh -c '%s'\n",
    "compose.yaml": "services:\n  a:\n    image: b\n    entrypoint: ['sh','-c']\n    command: '%s'\n",
    "app.service": "[Service]\nExecStartPre=-/bin/sh -c '%s'\n",
    "a.socket": "[Socket]\nExecStopPost=/bin/sh -c \\\n  '%s'\n",
    "a.container": "[Container]\nExec=sh -c '%s'\n",
    "supervisord.conf": "[program:a]\ncommand=sh -c '%s'\n",
    "Vagrantfile": "Vagrant.configure('2') do |c|\n  c.vm.provision 'shell', inline: <<-SHELL\n    %s\n  SHELL\nend\n",
    "main.tf": 'resource "null_resource" "a" {\n  provisioner "local-exec" {\n    command = "%s"\n  }\n}\n',
    "remote.tf": 'resource "a" "b" {\n provisioner "remote-exec" {\n  inline = [\n   "ls",\n   "%s",\n  ]\n }\n}\n',
    "first.tf": 'resource "a" "b" {\n user_data = base64encode(<<EOF\n#cloud-config\nruncmd:\n  - %s\nEOF\n)\n}\n',
    "nomad.hcl": 'task "a" {\n config {\n  command="/bin/sh"\n  args=["-c","%s"]\n }\n}\n',
    "x.pkr.hcl": 'build {\n provisioner "shell" {\n  inline=["%s"]\n }\n}\n',
    "packer.json": '{"provisioners": [{"type": "shell", "inline": ["%s"]}]}',
    "taskdef.json": '{"containerDefinitions": [{"entryPoint": ["sh", "-c"], "command": ["%s"]}]}',
    "cloud-init.yaml": "#cloud-config\nruncmd:\n  - %s\n",
    "user-data": "#cloud-config\nruncmd:\n  - [sh, -c, '%s']\n",
    "seed.yaml": "#cloud-config\nwrite_files:\n- path: /a\n  content: |\n    #!/bin/bash\n    %s\n",
    "stack.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n    UserData:\n      Fn::Base64: !Sub |\n        #!/bin/bash\n        %s\n",
    ".github/workflows/ci.yml": "jobs:\n  b:\n    steps:\n    - run: |\n        %s\n",
    ".gitlab-ci.yml": "build:\n  script:\n    - %s\n",
    "azure-pipelines.yml": "steps:\n- script: %s\n",
    ".buildkite/pipeline.yml": "steps:\n  - command: %s\n",
    "bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script:\n          - %s\n",
    ".drone.yml": "steps:\n- name: a\n  commands:\n  - %s\n",
    "buildspec.yml": "phases:\n  build:\n    commands:\n      - %s\n",
    "cloudbuild.yaml": "steps:\n- name: a\n  entrypoint: bash\n  args: ['-c', '%s']\n",
    "skaffold.yaml": "build:\n  hooks:\n    before:\n    - command: ['sh','-c','%s']\n",
    "serverless.yml": "custom:\n  scripts:\n    hooks:\n      'before:deploy': %s\n",
    "Taskfile.yml": "tasks:\n  a:\n    cmds:\n      - %s\n",
    ".pre-commit-config.yaml": "repos:\n- hooks:\n  - id: a\n    entry: bash -c '%s'\n",
    ".devcontainer/devcontainer.json": '{"postCreateCommand": {"a": "%s"}}',
    ".vscode/tasks.json": '{"tasks": [{"type": "shell", "command": "%s"}]}',
    "crontab.txt": "MAILTO=a\n# note\n0 * * * * %s\n",
    "etc/cron.d/a": "@daily root %s\n",
    "mix.exs": 'defp aliases do [setup: ["cmd %s"]] end\n',
    "launch.plist": "<dict><key>ProgramArguments</key><array><string>/bin/sh</string><string>-c</string><string>%s</string></array></dict>",
    "justfile": "a := 'b'\nall: build\n  @%s\n",
    "Jenkinsfile": "pipeline { steps { sh '%s' } }\n",
    "flake.nix": "{ shellHook = ''\n  %s\n''; }\n",
    "site.pp": "exec { 'a': command => '%s' }\n",
    "config/deploy.rb": 'execute "%s"\n',
}


@pytest.mark.parametrize("path", FAMILIES)
def test_each_family_gives_its_command(path):
    assert any("make all" in command for command in automated_commands(path, FAMILIES[path].replace("%s", "make all")))


@pytest.mark.parametrize(("path", "text", "expected"), [
    ("k8s/a.yaml", "command: [rm, -rf, ~/a b, '$HOME/x']", ["rm -rf '~/a b' $HOME/x"]),
    ("k8s/a.yaml", "command: ['make a', 'make b']", ["make a\nmake b"]),
    ("k8s/a.yaml", "args: ['--port', '80']", ["sh --port 80"]),
    ("ansible/a.yml", "- file: {path: '{{ ansible_env.HOME }}/x', state: absent}\n", ["rm -rf $HOME/x"]),
    ("ansible/a.yml", "- apt: {name: nginx, state: absent}\n", []),
    ("ansible/a.yml", "- shell: rm {{ a }}/{{ b }}\n  name: rm all\n", ["rm var/var"]),
    (".gitlab-ci.yml", "  - a\n  - b\n", ["a\nb"]),
    ("a.tf", 'command = "rm ${path.module}/x $${HOME} ${HOME}"', ["rm var/x ${HOME} ${HOME}"]),
    ("a.service", "[Service]\nExecStart=@-/bin/a %h/x %i $$y\n", ["/bin/a $HOME/x var $y"]),
    ("crontab", "1 2 * * * /bin/a \\% b\n@reboot c\nnot a line\n", ["/bin/a % b", "c"]),
    ("compose.yaml", "services:\n  a:\n    entrypoint: /a.sh\n    command: [b, c]\n", ["/a.sh b c", "/a.sh", "b c"]),
])
def test_how_commands_are_spelled(path, text, expected):
    assert automated_commands(path, text) == expected


@pytest.mark.parametrize(("path", "text"), [
    ("openapi.yaml", "openapi: 3.0.0\npaths:\n  /run:\n    post:\n      steps: [{command: make all}]\n"),
    ("locales/en.yml", "en:\n  command: make all\n  script: make all\n"),
    ("tests/cases.yaml", "- name: a\n  command: make all\n  script: make all\n"),
    ("cases.yaml", "- script: make all\n  expected: block\n"),
    ("docs/commands.yaml", "commands:\n  - script: make all\n"),
    ("rules/a.yaml", "- id: a\n  script: make all\n"),
    ("testdata/a.json", json.dumps([{"command": "make all"}])),
    ("settings.json", json.dumps({"command": "make all"})),
    ("config.yaml", "command: make all\n"),
    ("mkdocs.yml", "site_name: a\nnav:\n  - run: make all\n"),
    ("setup.cfg", "[program:a]\ncommand=make all\n"),
    ("app.conf", "[a]\ncommand = make all\n"),
    ("notes.txt", "0 * * * * make all\n"),
    ("app.rb", "command 'make all'\n"),
    ("a.plist", "<key>Name</key><string>make all</string>"),
    ("a.tf", 'resource "a" "b" {\n description = "make all"\n}\n'),
    ("k8s/a.yaml", "metadata:\n  annotations:\n    description: make all\n"),
])
def test_other_documents_have_none(path, text):
    assert not any("make all" in command for command in automated_commands(path, text))


def test_a_large_file_is_read_at_both_ends():
    filler = "- name: a\n  debug: b\n" * (MAX_TEXT // 10)
    assert automated_commands("ansible/a.yml", f"- shell: first\n{filler}- shell: last\n") == ["first", "last"]


@pytest.mark.parametrize(("path", "piece"), [
    (".gitlab-ci.yml", "services:\n"), ("a.yaml", "services: \n a\n"), ("crontab", "1 "), ("crontab", "* "), ("justfile", "a:\n "), ("justfile", "a:\n  "), ("Jenkinsfile", "sh '"), ("flake.nix", "shellHook = ''"), ("Vagrantfile", "inline: <<A\n"), ("mix.exs", '"cmd '), ("a.tf", "${a."),
    ("ansible/a.yml", "shell: ${a.\n"), ("a.service", "ExecStart=%h\n"), ("a.plist", "<key>a</key>"), ("k8s/a.yaml", "a: &a [*a]\n"),
    ("k8s/a.yaml", "run: make\n"), ("k8s/a.yaml", "args: make\n"),
])
def test_hostile_texts_cost_little(path, piece):
    start = time.process_time()
    automated_commands(path, (piece * MAX_TEXT)[:MAX_TEXT])
    assert time.process_time() - start < 1


@pytest.mark.parametrize(("path", "text"), [("k8s/a.yaml", "apiVersion: v1\nrun: $(" + "a." * 45_000), ("justfile", ":" * 90_000)])
def test_a_long_line_costs_little(path, text):
    start = time.process_time()
    automated_commands(path, text)
    assert time.process_time() - start < 1


def test_placeholders_are_words():
    assert automated_commands("k8s/a.yaml", "apiVersion: v1\nrun: rm $(params.path) $(a.b.c-d) $(pwd)\n") == ["rm var var $(pwd)"]
