"""What the client keeps for the sensor: durable, bounded, and without secrets."""

from __future__ import annotations

import json
import os
import secrets

import pytest
from payloads import encoded, pre_tool

from hooks import spool
from hooks.spool import MAX_KEPT, Outcome, Times, redact, render_record, spooled, write_record

OUTCOME = Outcome(agent="claude-code", answer="deny", rule="HR-X", mode="enforce", reason="absent", truncated=False)
TIMES = Times(wall_us=1_700_000_000_000_000, mono_us=5, boot="b" * 16)
SECRET_SHAPES = [
    "AKIA" + "Z7" * 8, "ghp_" + "a1B2" * 9, "sk-" + "ant-" + "q9" * 20, "xoxb-" + "1234567890-abc", "AIza" + "b" * 35, "glpat-" + "x1" * 10,
    "eyJ" + "hbGciOiJ9" * 2 + "." + "eyJ" + "zdWIi" * 3 + ".sig1", "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----",
]


def record(event: dict | None = None, answer: str = "deny", times: Times = TIMES) -> dict:
    event = event or pre_tool("ls")
    return render_record(OUTCOME._replace(answer=answer), event, encoded(event), times)


def files(folder) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".json"))


def test_a_record_is_whole_private_and_named_by_time(tmp_path):
    folder = tmp_path / "spool"
    assert write_record(str(folder), record()) and write_record(str(folder), record(answer="allow", times=TIMES._replace(mono_us=6)))
    first, second = files(folder)
    assert first.startswith("b" * 16 + "-0000000000000005-") and first.endswith("-d.json") and second.endswith("-a.json")
    facts = json.loads((folder / first).read_bytes())
    assert facts["event"]["tool_input"]["command"] == "ls" and facts["answer"] == "deny" and facts["bytes"] == len(encoded(pre_tool("ls")))
    assert (folder / first).stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
    assert not [name for name in os.listdir(folder) if name.startswith(".")] and spooled(str(folder)) == 2


@pytest.mark.parametrize("secret", SECRET_SHAPES)
@pytest.mark.parametrize("place", [
    lambda s: pre_tool(f"curl -H 'X: {s}' https://x.invalid"), lambda s: pre_tool("x", tool_input={"file_path": "/a", "content": s}),
    lambda s: pre_tool("x", tool_input={"command": "x", s: "key"}), lambda s: pre_tool("x", cwd=f"/tmp/{s}"), lambda s: {"prompt": s, "hook_event_name": "UserPromptSubmit"},
    lambda s: pre_tool("x", tool_input={"deep": [{"list": [s]}]}), lambda s: pre_tool("x", tool_response={"stdout": s}),
])
def test_no_secret_is_kept(secret, place):
    assert secret not in json.loads(json.dumps(record(place(secret)))).__repr__() and secret.replace("\n", "\\n") not in json.dumps(record(place(secret)))


@pytest.mark.parametrize("secret", SECRET_SHAPES[:-1])
@pytest.mark.parametrize("field", ["session_id", "tool_name", "agent_type", "tool_use_id"])
@pytest.mark.parametrize("name", ["{}", "mcp__{}__run"])
def test_no_secret_is_kept_as_an_id(secret, field, name):
    kept = record(pre_tool("ls", **{field: name.format(secret)}))["event"][field]
    assert secret not in kept and "[redacted]" in kept


@pytest.mark.parametrize("name", ["3f2504e0-4f89-11d3-9a0c-0305e82c3301", "toolu_01A09q90qw90lq917835lq9", "mcp__files__read_text_file", "general-purpose"])
def test_ids_are_kept_as_they_are(name):
    assert record(pre_tool("ls", tool_use_id=name))["event"]["tool_use_id"] == name


@pytest.mark.parametrize("text", ["mysql -p" + "hunter22 db", "curl -u sam:" + "hunter22 x", "export DB_PASSWORD=" + "hunter22", "https://sam:" + "hunter22@x.invalid/", "Authorization: Bearer " + "hunter22abc", 'api_key: "' + "hunter22" + '"'])
def test_passwords_in_commands_are_taken_out(text):
    assert "hunter22" not in redact(text)


@pytest.mark.parametrize("text", [
    "mongosh --host m -u admin -p {}", "zip -P {} a.zip b", "docker login -u sam -p {} reg.invalid", "winexe -U dom/sam%{} //h cmd", "http -a sam:{} x.invalid", "printf '%s' '{}' | sudo -S ls",
    "curl https://hooks.invalid/services/T0/B0/{}", "SENTRY_DSN=https://{}@o1.invalid/2 npm start", "c.connect('h', 22, 'sam', '{}')", "sqlplus sam/{}@db.invalid/orcl", "lftp -u sam,{} h.invalid",
])
@pytest.mark.parametrize("secret", ["hunter" + "22", "aK9x" + "Tq2Lw8", "Falcon" + "meadow174!"])
def test_words_of_letters_and_digits_are_taken_out_wherever_they_stand(text, secret):
    assert secret not in redact(text.format(secret))


@pytest.mark.parametrize("text", [
    "psql -c \"ALTER USER sam WITH PASSWORD '{}'\"", "printf '<password>{}</password>' > c.xml", "mysql -e \"CREATE USER sam IDENTIFIED BY '{}'\"", "MYSQL_PWD={} mysql", "c --json '{{\"pass\": \"{}\"}}'",
    "git commit -m 'the admin password is {}'", "printf 'machine h login sam password {}' > n", "redis-cli -h r AUTH {}",
    "docker login -u sam -p {} r.invalid", "psql redis://:{}@h", 'c -d "{{\\"password\\":\\"{}\\"}}"', "c '{{\"passwords\":[\"{}\"]}}'", "define('DB_PASSWORD', '{}');", "'password' => '{}',", "echo sam:{} | sudo chpasswd",
    "echo {} | sudo -S ls", "printf '{0}\\n{0}\\n' | passwd sam", "su - sam <<< {}", "keytool -list -storepass {} -keystore k", "redis-cli -h h -a {} ping", "openssl enc -k {} -in a", "ipmitool -H h -P {} x", "x -Password {}",
    "cat > .pgpass <<E\ndb.invalid:5432:prod:app:{}\nE", "cat > values.yaml <<E\n- name: DB_PASSWORD\n  value: {}\nE",
])
def test_passwords_of_letters_alone_are_taken_out_where_a_word_tells(text):
    assert "qzwmfkdp" not in redact(text.format("qzwm" + "fkdp"))


@pytest.mark.parametrize("text", ["find . -name '*.tmp' -print0 | xargs -0 rm", "git revert a1b2c3d4e5", "dos2unix notes2024.txt", "ffmpeg -s 1920x1080 -i x", "pytest tests/unit/test_part20241.py", "ls src/build2024/out", "gh auth status",
                                  "git commit -m 'fix the parser'", "/home/sam/projects/shop/src/index.ts", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "npm run build"])
def test_plain_text_stays(text):
    assert redact(text) == text


@pytest.mark.parametrize("text", ["mkdir -p build/output", "cp -p alpha beta", "docker run -p 8080:80 nginx", "ssh -p 2222 host", "git add -p src/main.py", "python -m pytest -p no:cacheprovider", "grep -P 'x' a", "scp -P 2222 a h:b",
                                  "tar -P -xf a.tar", "curl -k https://h.invalid", "ls -a folder", "echo a | sort", "name: web\n  value: first", "make -k target", "kubectl get secret", "git log --format=%an -p HEAD"])
def test_options_of_other_programs_stay(text):
    assert redact(text) == text


@pytest.mark.parametrize("shown", [1, 12, 39])
def test_no_part_of_a_token_is_kept_where_a_text_is_cut(shown):
    token = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
    start = ("ls a " * 900)[:MAX_KEPT - shown - 1] + " "
    kept = record(pre_tool(start + token + " b" * 3000))["event"]["tool_input"]["command"]
    assert kept.startswith("ls a ls a") and token[:12] not in kept and "gh" + "p" not in kept


def test_a_commitment_cannot_be_guessed():
    assert record()["commitment"] != record()["commitment"]


def test_texts_are_kept_by_length_only():
    kept = record(pre_tool("x", tool_input={"file_path": "/a", "content": "private words"}))["event"]["tool_input"]
    assert kept["file_path"] == "/a" and "private" not in kept["content"] and "[13 bytes, sha256:" in kept["content"]


def test_the_oldest_allowed_call_makes_room(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "MAX_FILES", 3)
    folder = str(tmp_path)
    for number, answer in enumerate(("allow", "deny", "allow")):
        assert write_record(folder, record(answer=answer, times=TIMES._replace(mono_us=number)))
    assert write_record(folder, record(times=TIMES._replace(mono_us=9)))
    assert [name.split("-")[1].lstrip("0") or "0" for name in files(folder)] == ["1", "2", "9"]
    assert (tmp_path / "lost-allowed").read_bytes() == b"."


def test_a_decision_is_never_dropped_for_another(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "MAX_FILES", 2)
    for number in range(2):
        assert write_record(str(tmp_path), record(times=TIMES._replace(mono_us=number)))
    assert not write_record(str(tmp_path), record(answer="allow")) and not write_record(str(tmp_path), record())
    assert len(files(tmp_path)) == 2
    assert ((tmp_path / "lost-allowed").read_bytes(), (tmp_path / "lost-decisions").read_bytes()) == (b".", b".")


def test_the_size_is_bounded_too(tmp_path, monkeypatch):
    size = len(json.dumps(record(answer="allow"), separators=(",", ":")))
    monkeypatch.setattr(spool, "MAX_BYTES", size * 3)
    for number in range(6):
        write_record(str(tmp_path), record(answer="allow", times=TIMES._replace(mono_us=number)))
    assert sum((tmp_path / name).stat().st_size for name in files(tmp_path)) <= size * 3 and len(files(tmp_path)) >= 2


def test_a_full_disk_is_counted_and_leaves_no_half_record(tmp_path, monkeypatch):
    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert not write_record(str(tmp_path), record())
    assert files(tmp_path) == [] and (tmp_path / "lost-decisions").exists()


def test_a_disk_that_takes_a_part_only_keeps_all_or_nothing(tmp_path, monkeypatch):
    write, taken = os.write, []
    monkeypatch.setattr(os, "write", lambda file, data: taken.append(1) or write(file, data[:100]))
    assert write_record(str(tmp_path), record()) and len(taken) > 1
    (name,) = files(tmp_path)
    assert json.loads((tmp_path / name).read_text())["answer"]

    def full(file, data):
        taken.append(1)
        if len(taken) > 2:
            raise OSError(28, "No space left on device")
        return write(file, data[:100])

    taken.clear()
    monkeypatch.setattr(os, "write", full)
    assert not write_record(str(tmp_path), record())
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".tmp")] == []


def test_without_any_place_it_says_so(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert not write_record(str(tmp_path / "file" / "spool"), record())
    assert "could not be kept" in capsys.readouterr().err and spooled(str(tmp_path / "none")) == 0


def test_clocks_go_on():
    first, second = spool.now(), spool.now()
    assert first.boot == second.boot and first.mono_us <= second.mono_us and first.wall_us > 1_600_000_000_000_000


def test_random_keys_of_any_length(tmp_path):
    """Long mixed tokens of no known vendor are taken out too."""
    for length in (20, 32, 48):
        token = secrets.token_urlsafe(length)
        if any(char.isdigit() for char in token):
            assert token not in redact(f"curl https://x.invalid/{token}/path")


@pytest.mark.parametrize("text", ["echo [redacted:github-token:1a2b3c4d] | wc", "password=[redacted:secret:0a1b2c3d]", "https://u:[redacted:url-password:1a2b3c4d]@h.test/x", "[redacted]"])
def test_what_is_redacted_already_stays_as_it_is(text):
    assert redact(text) == text


def test_only_a_tag_is_a_tag():
    secret = "".join(("q7rzt5", "lpwxn4kbdm2", "w9f3k"))
    assert secret not in redact(f"[redacted:{secret}:1a2b3c4d]") and secret not in redact(f"[redacted:secret:{secret}]")
