"""Programs that run a command elsewhere, or through a package manager."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('ssh host rm -r /data', ['ssh H:host', 'rm D:/data']),
    ("ssh -p 22 user@host 'rm -r /data'", ['ssh H:host', 'rm D:/data']),
    ('ssh -N -L 8080:localhost:80 host', ['ssh H:host']),
    ('docker exec web rm -r /data', ['docker', 'rm D:/data']),
    ("docker exec -it -u root web sh -c 'rm -r /data'", ['docker', 'rm D:/data']),
    ('docker run -v ~/.ssh:/keys alpine cat /keys/id_rsa', ['docker W:~/.ssh', 'cat R:/keys/id_rsa']),
    ('docker run --rm -v "$HOME":/h:ro alpine ls /h', ['docker R:~', 'ls']),
    ('docker run --mount type=bind,source=/,target=/host alpine ls', ['docker W:/', 'ls']),
    ('docker ps', ['docker']),
    ('docker build .', ['docker R:.']),
    ('kubectl exec pod -- rm -r /data', ['kubectl', 'rm D:/data']),
    ("kubectl create cronjob k --image=a --schedule='0 * * * *' -- rm -r /data", ['kubectl', 'rm D:/data']),
    ('kubectl get pods', ['kubectl']),
    ('npx rimraf ~/x', ['npx R:~/x', 'rimraf D:~/x']),
    ('npx -y some-package', ['npx', 'some-package']),
    ('pdm run rm -r ~/x', ['rm D:~/x']),
    ('poetry run python x.py', ['python R:./x.py <local_file']),
    ('uv run pytest', ['uv', 'pytest']),
    ('npm exec rimraf ~/x', ['npm', 'rimraf D:~/x']),
    ('npm run build', ['npm']),
])
def test_commands_in_containers_on_hosts_and_in_runners(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("gcloud compute ssh web --zone z --command 'rm -r /data'", ["gcloud", "rm D:/data"]),
    ("gcloud beta compute ssh --zone=z web --command='rm -r /data'", ["gcloud", "rm D:/data"]),
    ("gcloud --project p compute ssh web -- rm -r /data", ["gcloud", "rm D:/data"]),
    ("gcloud compute ssh web", ["gcloud"]),
    ("gcloud compute instances list", ["gcloud"]),
    ("az vm run-command invoke -g g -n web --command-id RunShellScript --scripts 'rm -r /data'", ["az", "rm D:/data"]),
    ("az ssh vm -g g -n web -- rm -r /data", ["az", "rm D:/data"]),
    ("az vm list", ["az"]),
    ("heroku run -a shop 'rm -r /data'", ["heroku", "rm D:/data"]),
    ("heroku run:detached rm -r /data", ["heroku", "rm D:/data"]),
])
def test_commands_on_machines_of_a_cloud(brief, command, expected):
    assert [line.partition(" W:")[0] for line in brief(command)] == expected


def test_a_machine_of_a_cloud_has_places_and_no_folder_of_ours(effects_of):
    inner = effects_of("gcloud compute ssh web --command 'rm -r /etc x'").effects[-1]
    assert "@system" in inner.deletes[0].places and inner.deletes[1].path == ""
