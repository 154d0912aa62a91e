"""What scripts of macOS delete and run."""

from __future__ import annotations

import time

import pytest

from sensor.effects.code.applescript import removed, started


@pytest.mark.parametrize(("code", "expected"), [
    ('tell application "Finder" to delete every item of home', ["/h/*"]),
    ('tell app "Finder" to delete (path to documents folder)', ["/h/Documents"]),
    ('delete POSIX file "/srv/data"', ["/srv/data"]),
    ('delete folder "Work" of home', ["/h/Work"]),
    ('delete file "a.log" of folder "tmp" of home', ["/h/tmp/a.log"]),
    ('delete alias "Macintosh HD:Users:dev:x"', ["/Users/dev/x"]),
    ('move POSIX file "/etc" to trash', ["/etc"]),
    ('empty the trash', ["/h/.Trash/*"]),
    ('Application("Finder").delete(Path("/srv/x"))', ["/srv/x"]),
    ('$.NSFileManager.defaultManager.removeItemAtPathError("/srv/x", null)', ["/srv/x"]),
    ('move POSIX file "/etc" to desktop', []),
    ('tell application "System Events" to delete login item "x"', []),
    ('display notification "deleted the home folder"', []),
    ('delete file "a.log"', []),
])
def test_what_is_removed(code, expected):
    assert removed(code, "/h") == expected


def test_what_is_run():
    assert started("""a.doShellScript("rm -r \\"x\\""); a.doShellScript('ls')""") == ['rm -r "x"', "ls"]


@pytest.mark.parametrize(("command", "expected"), [
    ("osascript -e 'tell application \"Finder\"' -e 'delete POSIX file \"/srv/x\"' -e 'end tell'", ["osascript D:/srv/x"]),
    ("osascript -l JavaScript -e 'a.doShellScript(\"rm -r ~/x\")'", ["osascript", "rm D:~/x"]),
    ("osascript <<'E'\ndo shell script \"rm -r ~/x\"\nE", ["osascript", "rm D:~/x"]),
    ("perl -e 'my $a;' -e 'unlink(\"/srv/x\");'", ["perl D:/srv/x"]),
])
def test_the_whole_script_counts(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize("piece", ["delete ", "delete every of ", "move x to ", 'doShellScript("', "delete every" + " " * 50])
def test_long_scripts_take_no_time(piece):
    started_at = time.process_time()
    removed(piece * (20_000 // len(piece)), "/h")
    started(piece * (20_000 // len(piece)))
    assert time.process_time() - started_at < 1
