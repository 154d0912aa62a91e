"""Calls of libraries as the commands of programs that do the same."""

from __future__ import annotations

import ast

import pytest

from sensor.effects.code.libraries import command_of
from sensor.effects.code.python_tree import plain


@pytest.mark.parametrize(("code", "expected"), [
    ("git.Repo('.').git.reset('--hard')", "git reset --hard"),
    ("git.Repo().git.push('origin', 'main', force=True)", "git push --force origin main"),
    ("git.Repo().remote('up').push('+HEAD:main')", "git push up +HEAD:main"),
    ("git.Repo().remotes.origin.push(force=True)", "git push --force origin"),
    ("git.Repo().head.reset(index=True, working_tree=True)", "git reset --hard"),
    ("git.Repo().head.reset()", ""),
    ("docker.from_env().containers.run('alpine', 'rm -r /h/x', volumes={'/home': {'bind': '/h', 'mode': 'rw'}})", "docker run -v /home:/h alpine rm -r /h/x"),
    ("docker.from_env().containers.run('alpine', 'ls', volumes=['/a:/b'])", "docker run -v /a:/b alpine ls"),
    ("huggingface_hub.upload_file(path_or_fileobj='a', repo_id='b/c')", "hf upload b/c a"),
    ("huggingface_hub.HfApi().upload_folder(folder_path='a', repo_id='b/c')", "hf upload b/c a"),
    ("git.Repo().config_writer().set_value('core', 'hooksPath', 'x')", "git config core.hooksPath x"),
    ("pygit2.Repository('.').reset(x, pygit2.GIT_RESET_HARD)", "git reset --hard"),
    ("pygit2.Repository('.').remotes['origin'].push(['+a:b'])", "git push origin +a:b"),
    ("git.Repo.clone_from('https://h/a', 'a')", "git clone https://h/a a"),
    ("pip.main(['install', 'a'])", "pip install a"),
    ("dulwich.porcelain.push('.', 'origin', 'main', force=True)", "git push --force origin main"),
    ("boto3.client('rds').delete_db_instance(DBInstanceIdentifier='a', SkipFinalSnapshot=True)", "aws rds delete-db-instance --db-instance-identifier a --skip-final-snapshot"),
    ("boto3.Session().client('s3').delete_bucket(Bucket='a')", "aws s3api delete-bucket --bucket a"),
    ("boto3.client('s3').upload_file('.env', 'a', 'b')", "aws s3 cp .env s3://a/b"),
    ("boto3.client('s3').list_buckets()", ""),
    ("boto3.resource('s3').Bucket('a').objects.all().delete()", "aws s3 rm s3://a --recursive"),
    ("boto3.resource('ec2').instances.filter(Filters=[]).terminate()", "aws ec2 terminate-instances --instance-ids unknown"),
    ("sh.ls('-l', 'a')", "ls -l a"),
    ("plumbum.cmd.ls('a b')", "ls 'a b'"),
    ("invoke.run('ls -l')", "ls -l"),
    ("fabric.Connection('h').run('ls -l')", "ssh h 'ls -l'"),
    ("paramiko.SSHClient().exec_command('ls')", "ssh unknown ls"),
    ("docker.from_env().volumes.prune()", "docker volume prune --force"),
    ("docker.from_env().containers.get('a').remove(force=True)", "docker container rm --force a"),
    ("kubernetes.client.CoreV1Api().delete_namespace('a')", "kubectl delete namespace a"),
    ("psycopg2.connect('postgres://h/a').cursor().execute('select 1')", "psql postgres://h/a -c 'select 1'"),
    ("sqlite3.connect('a.db').execute('select 1')", "sqlite3 a.db 'select 1'"),
    ("sqlite3.connect('a.db').execute(text)", ""),
    ("sqlite3.connect(':memory:').execute('drop table a')", ""),
    ("requests.delete('https://h/a', headers={})", "curl -X DELETE https://h/a"),
    ("requests.request('DELETE', 'https://h/a')", "curl -X DELETE https://h/a"),
    ("requests.get('https://h/a')", ""),
    ("redis.from_url('redis://h').flushall()", "redis-cli -u redis://h flushall"),
    ("crontab.CronTab(user=True).new(command='ls')", "(crontab -l; echo '@daily ls') | crontab -"),
    ("django.core.management.call_command('flush', interactive=False)", "python manage.py flush --no-input"),
    ("other.client('rds').delete_db_instance()", ""),
    ("f()()()", ""),
])
def test_commands(code, expected):
    assert command_of(ast.parse(code, mode="eval").body) == expected


def test_objects_of_libraries_are_followed():
    assert "os.system('git reset --hard HEAD')" in plain("from git import Repo\nr = Repo('.')\nr.git.reset('--hard', 'HEAD')")
    assert "docker volume rm --force" in plain("import docker\nfor v in docker.from_env().volumes.list(): v.remove(force=True)")
