"""Homes, removals and readings in the words of languages whose programs are built first."""

from __future__ import annotations

import pytest

from sensor.effects.code.compiled import read_by, sends, taken_away, with_homes, with_paths
from tests.growth import growth


@pytest.mark.parametrize(("code", "expected"), [
    ("h, err := os.UserHomeDir()", 'h := "~"'),
    ('std::env::var("HOME").unwrap()', '"~"'),
    ("dirs::home_dir().expect(\"home\")", '"~"'),
    ("System.user_home!()", '"~"'),
    ('Path.expand("~/x")', '"~/x"'),
    ("Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)", '"~"'),
    ('(System/getProperty "user.home")', '"~"'),
    ('"${sys.env("HOME")}/x"', '"~/x"'),
    ("let housing = 1", "let housing = 1"),
    ("os.RemoveAll(u.HomeDir)", 'os.RemoveAll("~")'),
])
def test_homes(code, expected):
    assert with_homes(code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ('Path.of("~", ".x", "y")', 'Path.of("~/.x/y")'),
    ('d := filepath.Join("~", "x")', 'd := filepath.Join("~/x")'),
    ('"rm " ^ "~/x"', '"rm ~/x"'),
    ('let p = "~/x"; take(p);', 'let p = "~/x"; take("~/x");'),
    ('let p = "x"; take(p);', 'let p = "x"; take(p);'),
])
def test_paths(code, expected):
    assert with_paths(code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ('std::fs::remove_dir_all("~/x").unwrap();', (["~/x"], True)),
    ('std::fs::remove_file("~/x")', (["~/x"], False)),
    ('new File("~/x").deleteDir()', (["~/x"], True)),
    ('java.io.File("~/x").deleteRecursively()', (["~/x"], True)),
    ('FileUtils.deleteDirectory(new java.io.File("~/x"));', (["~/x"], True)),
    ('try FileManager.default.removeItem(atPath: "~/x")', (["~/x"], True)),
    ('System.IO.Directory.Delete("~/x", true);', (["~/x"], True)),
    ('File.rm_rf!("~/x")', (["~/x"], True)),
    ('try std.fs.deleteTreeAbsolute("~/x");', (["~/x"], True)),
    ("Directory('~/x').deleteSync(recursive: true);", (["~/x"], True)),
    ('(babashka.fs/delete-tree "~/x")', (["~/x"], True)),
    ('fs::remove_dir_all("~".join(".cache/demo"))', ([], True)),  # only the folder in which something is named
    ('Files.delete(Paths.get("~", name))', ([], False)),
    ('new File("~", name).delete()', ([], False)),
    ('map.remove("~")', ([], False)),
    ("let x = 1", ([], False)),
    ('unlink("~/x", recursive = TRUE)', (["~/x"], True)),
    ('unlink(list.files("~/x", full.names = TRUE))', (["~/x"], True)),
    ('unlink(list.files("~/x", pattern = "a"))', ([], True)),
    ('"~/x" |> File.rm_rf!()', (["~/x"], True)),
    ('File("~/x").walkBottomUp().forEach { it.delete() }', (["~/x"], True)),
    ("rm(list = ls())", ([], False)),
])
def test_removals(code, expected):
    assert taken_away(code) == expected


@pytest.mark.parametrize(("code", "files", "sent"), [
    ('let k = std::fs::read_to_string("~/x").unwrap(); reqwest::Client::new().post(u).body(k)', ["~/x"], True),
    ('b, _ := os.ReadFile("~/x"); http.Post(u, t, b)', ["~/x"], True),
    ('HttpRequest.BodyPublishers.ofFile(Path.of("~/x"))', ["~/x"], False),
    ('String(contentsOfFile: "~/x")', ["~/x"], False),
    ('http.HandleFunc("/", f)', [], False),
])
def test_what_is_read_and_sent(code, files, sent):
    assert read_by(code) == files
    assert sends(code) is sent


@pytest.mark.parametrize(("command", "expected"), [
    ("elixir -e 'File.rm_rf!(\"/home/dev/x\")'", "elixir D:~/x"),
    ("groovy -e 'new File(System.getProperty(\"user.home\"), \"x\").deleteDir()'", "groovy D:~/x"),
    ("jshell - <<< 'Runtime.getRuntime().exec(new String[]{\"rm\",\"-r\",\"/home/dev/x\"});'", "rm D:~/x"),
    ("elixir -e 'File.rm_rf!(\"_build\")'", "elixir D:./_build"),
])
def test_it_is_walked(brief, command, expected):
    assert expected in brief(command)


@pytest.mark.parametrize("unit", ["File(", "home env::var(", 'File("~/a", "b" ', "let a = ", 'remove_dir_all("~/a") '])
def test_long_texts_take_no_longer_for_a_character(unit):
    for run in (with_homes, with_paths, taken_away, read_by):
        assert growth(lambda text, run=run: run(text + "remove home"), unit) < 8
