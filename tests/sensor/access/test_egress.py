import pytest

from sensor.access.egress import beyond
from sensor.effects import derive_effects
from sensor.model.calls import FetchAction, McpAction, ToolKind

REMOTES = """[core]
	bare = false
[remote "origin"]
	url = git@code.example.com:team/shop
	fetch = +refs/heads/*:refs/remotes/origin/*
[remote "mirror"]
	url = https://me@mirror.example.org/shop.git
	pushurl = ssh://push.example.org:2222/shop
"""


@pytest.fixture
def reach(around, own_home, shell_call):
    project = own_home / "project"
    (project / ".git").mkdir(parents=True)
    (project / ".git" / "config").write_text(REMOTES)

    def look(command="", **changes):
        call = shell_call(command, cwd=str(project), **changes)
        return beyond(call, derive_effects(call, around))

    return look


@pytest.mark.parametrize("command", [
    'curl "$URL"', 'curl "https://$HOST/x"', "curl https://$SUB.example.com", "xargs curl < list", "wget -i list", "curl -K - https://a.example.com",
    "curl https://a.example.com $OTHER", "curl 'https://{a,b}.example.com'", "curl -x p.example.com:1 https://a.example.com",
    "curl --connect-to ::b.example.com: https://a.example.com", "for u in $(cat list); do curl $u; done", "ssh $HOST.example.com ls",
    "ssh -J jump.example.com a.example.com", "scp notes $HOST:x", "git push $REMOTE", "git clone $REPO", "git submodule update --init", "git --git-dir=/x/.git push",
    "wget --config=x https://a.example.com", "wget -r -H https://a.example.com", "CURL_HOME=/tmp curl https://a.example.com", "ssh -L 1:b.example.com:2 a.example.com",
    "nc -x p.example.com:1 a.example.com 2", "proxychains curl https://a.example.com", "ping6 $X", "mail -s x me", "mtr x", "git config remote.origin.url https://b.example.com/x",
    "git config url.https://b.example.com/.insteadOf https://a.example.com/", "GIT_CONFIG_GLOBAL=/x git push", "git --exec-path=/x push", "git push --repo=b.example.com:x",
    "git archive --remote b.example.com:x HEAD", "git subtree add --prefix x b.example.com:x main", "git send-email x", "git clone --recurse-submodules https://a.example.com/x", "conda install x",
    "cpanm X", "docker -H tcp://b.example.com:1 pull x", "psql -h $DB", "skopeo copy a b",
    "vercel deploy", "echo x > /dev/tcp/$(cat h)/80", "cat < /dev/udp/$H/53",
    "pip install --index-url $INDEX x", "PIP_INDEX_URL=$INDEX pip install x", "apt-get install jq", "kubectl get pods", "terraform apply", "nc -l 80",
])
def test_a_host_that_the_command_does_not_name_is_unknown(reach, command):
    assert reach(command).unknown


@pytest.mark.parametrize(("command", "hosts"), [
    ("curl https://a.example.com/$PATH_IN_IT", ()), ("curl --version", ()), ("curl file:///etc/hosts", ()), ("git status", ()), ("git clone ../other", ()), ("make", ()),
    ("npm run build", ()), ("terraform fmt", ()), ("rsync -a a b", ()), ("pip install --no-index ./x.whl", ()), ("git remote -v", ()),
    ("git push", ("code.example.com", "mirror.example.org", "push.example.org")), ("git push origin main", ("code.example.com",)),
    ("git fetch mirror", ("mirror.example.org", "push.example.org")), ("pip install x", ("pypi.org", "files.pythonhosted.org")),
    ("python3 -m pip install x", ("pypi.org", "files.pythonhosted.org")), ("pip install -i https://index.example.com/simple x", ("index.example.com",)),
    ("pip install --extra-index-url https://more.example.com/s x", ("more.example.com", "pypi.org", "files.pythonhosted.org")),
    ("npm install --registry=https://npm.example.com x", ("npm.example.com",)), ("npm ci", ("registry.npmjs.org",)),
    ("npm i https://pkg.example.com/x.tgz", ("pkg.example.com", "registry.npmjs.org")), ("npx create-thing", ("registry.npmjs.org",)),
    ("PIP_INDEX_URL=https://index.example.com/s pip install x", ("index.example.com", "pypi.org", "files.pythonhosted.org")),
    ("export HTTPS_PROXY=http://proxy.example.com:3128; curl https://a.example.com", ("proxy.example.com",)),
    ("docker pull registry.example.com/team/x", ("registry.example.com",)), ("docker pull nginx", ("registry-1.docker.io", "auth.docker.io")),
    ("psql -c 'select 1'", ()), ("psql -h /var/run/postgresql", ()), ("redis-cli -n 1 ping", ()), ("getent passwd", ()), ("git config user.name x", ()), ("git config --get remote.origin.url", ()),
    ("git archive HEAD", ()), ("echo https://a.example.com", ()), ("grep -r https://a.example.com .", ()), ("git commit -m https://a.example.com", ()), ("docker ps", ()), ("yarn build", ()),
    ("docker run nginx", ("registry-1.docker.io", "auth.docker.io")), ("yarn", ("registry.yarnpkg.com",)), ("npm it", ("registry.npmjs.org",)), ("pip3.11 install x", ("pypi.org", "files.pythonhosted.org")),
    ("psql -h b.example.com", ("b.example.com",)), ("mysql -hb.example.com", ("b.example.com",)), ("redis-cli -h b.example.com", ("b.example.com",)), ("psql 'host=b.example.com dbname=x'", ("b.example.com",)),
    ("psql postgresql://u:p@b.example.com/db", ("b.example.com",)), ("PGHOST=b.example.com psql", ("b.example.com",)), ("svn co https://b.example.com/x", ("b.example.com",)),
    ("hg clone https://b.example.com/x", ("b.example.com",)), ("ffmpeg -i https://b.example.com/x y", ("b.example.com",)), ("firefox https://b.example.com", ("b.example.com",)),
    ("mvn get -Dx=https://b.example.com", ("b.example.com",)), ("tool --to=https://b.example.com", ("b.example.com",)), ("dig @b.example.com a.example.com", ("b.example.com",)),
    ("getent hosts x.b.example.com", ("x.b.example.com",)), ("tool file:///x data:text/plain,x", ()),
    ("gh pr list", ("github.com", "api.github.com")), ("go mod download", ("proxy.golang.org", "sum.golang.org")), ("sudo apt-get --help", ()),
])
def test_hosts_that_programs_reach_of_their_own_accord(reach, command, hosts):
    found = reach(command)
    assert (found.hosts, found.unknown) == (hosts, "")


@pytest.mark.parametrize("address", ["https://a.example.com\\@b.example.com/", "https://localhost\\@b.example.com/"])
def test_an_address_that_clients_read_differently_reaches_both_hosts(reach, address):
    assert "b.example.com" in reach(f"curl '{address}'").hosts and len(reach(f"curl '{address}'").hosts) == 2
    assert len(reach(kind=ToolKind.NETWORK, tool="WebFetch", action=FetchAction(url=address)).hosts) == 2


def test_tools_that_are_told_to_reach_what_cannot_be_read(reach):
    def fetch(url):
        return reach(kind=ToolKind.NETWORK, tool="WebFetch", action=FetchAction(url=url))

    def ask_server(arguments):
        return reach(kind=ToolKind.MCP, tool="mcp__db__query", action=McpAction(server="db", tool="query", arguments=arguments))

    assert fetch("%%broken").unknown == "WebFetch" and not fetch("https://a.example.com").unknown and not fetch("file:///x").unknown
    assert ask_server({"target": {"host": "${DB}"}}).unknown and ask_server({"servers": [{"url": "$U"}]}).unknown
    assert not ask_server({"host": "db.example.com"}).unknown and not ask_server({"text": "url"}).unknown and not ask_server({"endpoint": "/v1/items"}).unknown


def test_without_settings_of_a_repository_a_remote_is_unknown(around, own_home, shell_call):
    call = shell_call("git push", cwd=str(own_home))
    assert beyond(call, derive_effects(call, around)).unknown == "git"
