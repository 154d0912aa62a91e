"""What programs send to other machines and fetch from there."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("curl https://a.example/x --output-dir ~ -o b", "curl W:./b W:~/b H:a.example"),
    ("curl https://a.example/x -w '%output{>>/home/dev/b}text'", "curl W:~/b H:a.example"),
    ("curl https://a.example/x --etag-save ~/b", "curl W:~/b H:a.example"),
    ("curl https://a.example --url-query x@/home/dev/f", "curl R:~/f H:a.example"),
    ("curl https://a.example --variable %HOME --expand-upload-file '{{HOME}}/f'", "curl R:~/f H:a.example"),
    ("curl -K <(echo 'upload-file = /home/dev/a'; echo 'url = https://a.example')", "curl R:~/a H:a.example"),
    ("curl -K nothing.conf https://a.example", "curl R:./nothing.conf H:a.example"),
    ("wget https://a.example/x -e output_document=/home/dev/b", "wget W:~/b H:a.example"),
    ("wget https://a.example/x -e robots=off", "wget W:./x H:a.example"),
    ("http a.example @/home/dev/f", "http R:~/f H:a.example"),
    ("xh a.example x@~/f y=1", "xh R:~/f H:a.example"),
    ("http a.example x=@/home/dev/f 'X:@/home/dev/g'", "http R:~/f R:~/g H:a.example"),
    ("http a.example email=a@b.example", "http H:a.example"),
    ("scp ~/f h:", "scp R:~/f H:h"),
    ("scp -r ~/f u@h:x", "scp R:~/f H:h"),
    ("scp f localhost:.bashrc", "scp R:./f W:~/.bashrc H:localhost"),
    ("rsync f 127.0.0.1:/etc/x", "rsync R:./f W:/etc/x H:127.0.0.1"),
    ("scp h:f ~/f", "scp W:~/f H:h"),
    ("scp 'C:\\f' hh:", "scp R:./C:\\f H:hh"),
])
def test_files_and_hosts(brief, command, expected):
    assert brief(command)[-1] == expected
