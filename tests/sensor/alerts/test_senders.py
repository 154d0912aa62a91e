import json
import sys

import msgspec
import pytest

from sensor.alerts.alert import Alert
from sensor.alerts.senders import NotSent, send_command, send_desktop

ALERT = Alert(kind="block", title="Handrail stopped a call", text="why -- $(x)", key="k", rule="HR-X-1")


def test_a_command_gets_the_alert_as_json(tmp_path):
    out = tmp_path / "out"
    send_command((sys.executable, "-c", f"import sys; open({str(out)!r}, 'w').write(sys.stdin.read())"), ALERT)
    assert json.loads(out.read_text())["text"] == "why -- $(x)"
    for words in ((sys.executable, "-c", "raise SystemExit(3)"), (str(tmp_path / "none"),)):
        with pytest.raises(NotSent):
            send_command(words, ALERT)


@pytest.mark.skipif(sys.platform == "darwin", reason="osascript stands for notify-send")
def test_a_desktop_notification_passes_its_text_as_one_word(tmp_path, monkeypatch):
    program, out = tmp_path / "notify-send", tmp_path / "out"
    program.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> {out}; done\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    send_desktop(ALERT)
    assert out.read_text().splitlines()[-2:] == ["Handrail stopped a call", "why -- $(x)"]
    send_desktop(msgspec.structs.replace(ALERT, text="holds <a href='http://x'>this & that</a>"))
    assert out.read_text().splitlines()[-1] == "holds &lt;a href='http://x'&gt;this &amp; that&lt;/a&gt;", "the text is an agent's"
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(NotSent, match="not installed"):
        send_desktop(ALERT)
