"""Tools with sub-commands."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('docker run -v /:/host alpine', ['docker W:/']),
    ('docker compose down -v', ['docker']),
    ('kubectl apply -f pod.yaml', ['kubectl R:./pod.yaml']),
    ('kubectl delete ns prod', ['kubectl']),
    ('helm install x ./chart -f values.yaml', ['helm R:./values.yaml']),
    ('terraform destroy -auto-approve', ['terraform']),
    ('aws s3 cp ~/.ssh/id_rsa s3://bucket/', ['aws R:~/.ssh/id_rsa H:bucket']),
    ('aws s3 rm s3://bucket --recursive', ['aws']),
    ('gh api /user', ['gh']),
    ('npm install left-pad', ['npm']),
    ('pip install -r requirements.txt', ['pip R:./requirements.txt']),
    ("psql -c 'DROP TABLE users'", ['psql']),
    ('psql -f x.sql', ['psql R:./x.sql']),
    ("sqlite3 a.db 'select 1'", ['sqlite3 R:./a.db']),
    ('mkfs.ext4 /dev/sda1', ['mkfs.ext4 W:/dev/sda1']),
    ('vim a.txt', ['vim W:./a.txt']),
    ('crontab jobs', ['crontab R:./jobs W:/var/spool/cron/crontab']),
    ('crontab -l', ['crontab']),
    ('make -C sub all', ['make']),
])
def test_files_of_tools(brief, command, expected):
    assert brief(command) == expected
