"""The bench of scripts that no call wrote, on three of them."""

from __future__ import annotations

from tests.bench import arrivals


def test_scripts_are_found_by_name_and_first_line_and_judged(tmp_path, capsys):
    for name, text in (("wipe.sh", 'x=~/\nrm -rf "$x"\n'), ("build", "#!/usr/bin/env bash\nmake all\n"), ("same", "#!/usr/bin/env bash\nmake all\n"), ("run.py", "print(1)\n"), ("notes.txt", "rm -rf ~\n")):
        (tmp_path / name).write_text(text)
    assert sorted(language for language, _ in arrivals.scripts([tmp_path])) == ["Python", "shell", "shell"]
    assert arrivals.main([str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "shell        2 scripts: asked about    1" in shown and "Python       1 scripts: asked about    0" in shown and "a call costs" in shown
