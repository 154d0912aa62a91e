"""Tools that pass what they are given on to one program."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.keys import words_of
from sensor.effects.tool_inputs.passed_on import passed_on


@pytest.mark.parametrize(("server", "tool", "arguments", "expected"), [
    ("k8s", "kubectl_generic", {"command": "drain", "args": ["--force", "a b"]}, "kubectl drain --force 'a b'"),
    ("azure", "azmcp-extension-az", {"command": "vm list"}, "az vm list"),
    ("terraform", "run_terraform", {"command": "apply", "flags": ["-destroy"]}, "terraform apply -destroy"),
    ("git", "git_push", {"options": ["--force"], "branch": "main"}, "git push --force origin main"),
    ("git", "push", {"flags": "-f", "remote": "up"}, "git push -f up"),
    ("git", "git_push", {"refspec": "+HEAD:main"}, "git push origin +HEAD:main"),
    ("git", "git_checkout", {"files": ["."], "repo_path": "/a"}, "git checkout -- ."),
    ("git", "git_push", {"remote": "origin", "branch": "topic"}, None),
    ("git", "git_checkout", {"branch": "topic"}, None),
    ("git", "git_log", {"options": ["--all"]}, None),
    ("redis", "execute", {"script": "return 1"}, "redis-cli eval 'return 1'"),
    ("redis", "run", {"commands": [["SET", "a", "b"], ["FLUSHALL"]]}, "redis-cli SET a b\nredis-cli FLUSHALL"),
    ("redis", "config_set", {"parameter": "dir", "value": "/a"}, "redis-cli config set dir /a"),
    ("redis", "get", {"key": "a"}, None),
    ("mongodb", "runCommand", {"command": {"dropDatabase": 1}}, "mongosh --eval 'db.dropDatabase()'"),
    ("mongodb", "run_command", {"command": '{"drop": "users"}'}, "mongosh --eval 'db.users.drop()'"),
    ("mongodb", "bulk_write", {"collection": "users", "operations": [{"deleteMany": {"filter": {}}}]}, "mongosh --eval 'db.users.deleteMany({})'"),
    ("mongodb", "bulk_write", {"collection": "users", "operations": [{"deleteMany": {"filter": {"a": 1}}}]}, None),
    ("mongodb", "delete-many", {"database": "crm", "collection": "users"}, "mongosh crm --eval 'db.users.deleteMany({})'"),
    ("mongodb", "delete-many", {"collection": "users", "filter": {"_id": {"$exists": True}}}, "mongosh --eval 'db.users.deleteMany({})'"),
    ("mongodb", "delete-many", {"collection": "users", "filter": {"$or": [{"a": 1}, {}]}}, "mongosh --eval 'db.users.deleteMany({})'"),
    ("mongodb", "delete-many", {"collection": "users", "filter": {"a": 1}}, None),
    ("mongodb", "rename-collection", {"collection": "a", "newName": "users", "dropTarget": True}, "mongosh --eval 'db.users.drop()'"),
    ("mongodb", "rename-collection", {"collection": "a", "newName": "users"}, None),
    ("mongodb", "run_command", {"command": '{"ping": 1}'}, None),
    ("mongodb", "run_command", {"command": "{"}, None),
    ("terraform", "state_rm", {"address": "a.b"}, "terraform state rm a.b"),
    ("prisma", "migrate-reset", {"projectCWD": "/a"}, "npx prisma migrate reset --force"),
    ("notes", "add", {"command": "git push"}, None),
])
def test_the_command(server, tool, arguments, expected):
    found = passed_on(arguments, words_of(tool), words_of(server))
    assert (found or {}).get("command") == (expected if expected or found is None else arguments.get("command"))


def test_words_that_begin_with_the_program_stay():
    assert passed_on({"command": "kubectl get pods"}, words_of("kubectl"), frozenset()) == {"command": "kubectl get pods"}
