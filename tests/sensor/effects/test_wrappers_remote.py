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
