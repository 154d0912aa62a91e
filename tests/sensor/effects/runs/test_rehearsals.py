"""Help texts and trial runs change nothing, unless the option is not read as one."""

from __future__ import annotations

import pytest


@pytest.fixture
def last(effects_of):
    return lambda command: effects_of(command).effects[-1]


@pytest.mark.parametrize("command", [
    "rm --help", "shred --version x", "mkfs.ext4 --help", "gh repo delete --help", "gh repo delete org/app --help", "kubectl delete ns web -h",
    "terraform destroy -help", "aws ec2 terminate-instances help", "git reset --help", "git stash drop -h", "sudo rm --help", "docker volume rm --help",
])
def test_help(command, last):
    effect = last(command)
    assert effect.flags == {"help"} and effect.argv[1:] == ("--help",)
    assert not (effect.subcommand or effect.operands or effect.deletes or effect.writes)


@pytest.mark.parametrize("command", [
    "rm -rf / --help", "rm -rf -- --help /", "gh repo delete org/app --reason --help", "docker run alpine --help", "kubectl exec web -- ./tool run --help",
    "npm exec tool -- --help", "aws ec2 terminate-instances --instance-ids help", "psql -h", "git clean -fd --help", "cargo run -- --help",
])
def test_no_help(command, last):
    assert " ".join(last(command).argv[1:]) != "--help"


@pytest.mark.parametrize("command", [
    "kubectl delete -f k8s --dry-run=server", "kubectl delete ns web --dry-run=client", "kubectl drain n1 --dry-run", "helm uninstall web --dry-run", "zfs destroy -nv tank/x",
    "aws s3 rm s3://b --recursive --dryrun", "aws ec2 terminate-instances --dry-run --instance-ids i-1", "npm unpublish x --dry-run", "mke2fs -n /dev/sdb1", "shutdown -k now",
    "docker compose --dry-run down -v", "git push --dry-run --force origin main", "git push -n origin :main", "git -C sub push -n", "ansible all -a 'rm -r x' --check", "lvremove --test vg/x",
])
def test_trial(command, last):
    effect = last(command)
    assert effect.argv[1:] == ("--dry-run",) and "dry-run" in effect.flags
    assert not (effect.subcommand or effect.operands or effect.deletes or effect.writes)


@pytest.mark.parametrize("command", [
    "kubectl delete ns web --dry-run=none", "kubectl delete ns web --dry-run=false", "kubectl delete ns web --cache-dir --dry-run=client", "kubectl get ns --dry-run",
    "helm uninstall web --description --dry-run", "git push --dry-run --no-dry-run", "git push -o -n", "git commit -n", "git -c core.sshCommand=x push --dry-run",
    "mkfs.ext4 -Enodiscard /dev/sdb1", "mkfs.ext4 -L n /dev/sdb1", "aws s3 rm s3://b --dryrun --no-dryrun", "npm run x --dry-run", "zfs destroy -r tank/x", "lvremove -Slv_tags=tt vg",
])
def test_no_trial(command, last):
    assert last(command).argv[1:] != ("--dry-run",)


def test_a_trial_still_reads_and_writes_its_output(last):
    effect = last("kubectl create secret generic s --from-file=id_rsa --dry-run=client > s.yaml")
    assert [ref.raw for ref in effect.reads] == ["id_rsa"] and [ref.raw for ref in effect.writes] == ["s.yaml"]
    assert [ref.raw for ref in last("rm --help > help.txt").writes] == ["help.txt"]
