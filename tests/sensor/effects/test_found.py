"""Files that a program finds by itself, written by the same call."""

from __future__ import annotations

import pytest

GO = "cat > a_test.go <<'P'\npackage a\nfunc TestX(t *testing.T) { h, _ := os.UserHomeDir(); os.RemoveAll(h) }\nP\n"
RAKE = "cat > Rakefile <<'P'\ntask(:x) { FileUtils.rm_rf(File.expand_path('~/x')) }\nP\n"


@pytest.mark.parametrize(("command", "gone"), [
    (GO + "go test ./...", {"/home/dev"}), (GO.replace("a_test.go", "main.go") + "go run .", {"/home/dev"}), (GO.replace("a_test.go", "main.go") + "go build .", set()), (GO + "cargo test", set()), (GO, set()), (GO + "cd /tmp/other && go test", set()),
    (RAKE.replace("FileUtils.", "") + "rake x", {"/home/dev/x"}), (RAKE + "rake x", {"/home/dev/x"}), (RAKE + "bundle exec rake x", {"/home/dev/x"}), (RAKE + "npm test", set()),
    ("cat > conftest.py <<'P'\nimport shutil\nshutil.rmtree('/home/dev/x')\nP\npytest -q", {"/home/dev/x"}),
    ("cat > tests/a.test.js <<'P'\nfs.rmSync(os.homedir(), {recursive: true})\nP\nnpx jest", {"/home/dev"}),
    ("cat > tests/a.test.js <<'P'\nfs.rmSync('dist', {recursive: true})\nP\nnpx jest", set()),
])
def test_it_is_read_where_it_is_found(effects_of, command, gone):
    assert {ref.path for effect in effects_of(command).effects for ref in effect.deletes} == gone


def test_a_second_run_adds_it_again_but_not_within_itself(effects_of):
    assert len([effect for effect in effects_of(RAKE + "rake x && rake x").effects if effect.deletes]) == 2
