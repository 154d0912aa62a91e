"""Folders of which code takes everything that is listed."""

from __future__ import annotations

import pytest

from sensor.effects.code.listings import gathered, swept
from tests.growth import growth


@pytest.mark.parametrize(("code", "expected"), [
    ('for n in os.listdir("~/x"):\n    os.remove(os.path.join("~/x", n))', ["~/x/*"]),
    ('for p in Path("~/x").iterdir():\n    p.unlink()', ["~/x/*"]),
    ('for r, d, f in os.walk("~"):\n    if ".git" in d:\n        shutil.rmtree(os.path.join(r, ".git"))', ["~/*/.git"]),
    ('foreach(glob("~/x/*") as $f) exec("rm -rf ".escapeshellarg($f));', ["~/x/*"]),
    ('Dir["~/x/*"].each { |f| FileUtils.rm_rf(f) }', ["~/x/*"]),
    ('for n in os.listdir("~/x"):\n    if n.endswith(".pyc"): os.remove(n)', []),
    ('for r, d, f in os.walk("~"):\n    shutil.rmtree(os.path.join(r, "__pycache__")) if "__pycache__" in d else None', []),
    ('print(os.listdir("~/x"))', []),
    ('for f in readdir("~/x", join=true) rm(f, recursive=true) end', ["~/x/*"]),
    ('for f in readdir("~/x") println(f); rm("b") end', []),
    ('entries, _ := os.ReadDir("~/x")\nfor _, e := range entries {\n\tos.RemoveAll(filepath.Join("~/x", e.Name()))\n}', ["~/x/*"]),
    ('for e in fs::read_dir("~/x").unwrap() { fs::remove_dir_all(e.unwrap().path()).ok(); }', ["~/x/*"]),
    ('File.ls!("~/x") |> Enum.each(&File.rm_rf!(Path.join("~/x", &1)))', ["~/x/*"]),
    ('opendir D, "~/x"; unlink "~/x/$_" for readdir D', ["~/x/*"]),
    ('Files.walk(Paths.get("~/x")).forEach(p -> p.toFile().delete());', ["~/x/*"]),
    ("const files = await glob('src/*.ts'); await rm(dist, {recursive: true})", []),
])
def test_what_is_removed(code, expected):
    assert swept(code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ('for n in os.listdir("~/x"):\n    send(open(os.path.join("~/x", n)).read())', ["~/x/*"]),
    ('for p in Path("~/x").iterdir():\n    send(p.read_bytes())', ["~/x/*"]),
    ('[p.read_text() for p in Path("~").glob("x/id_*")]', ["x/id_*", "~/x/id_*"]),
    ('for f in glob.glob(".x*"):\n    send(open(f, "rb"))', [".x*"]),
    ('for r, d, fs in os.walk("."):\n    for f in fs:\n        if f.startswith(".x"): send(open(os.path.join(r, f)))', ["./.x*"]),
    ('for n in os.listdir("a"):\n    if n.endswith(".pem"): send(open(n))', ["a/*.pem"]),
    ("for (const f of fs.readdirSync('~/x')) send(fs.readFileSync(f))", ["~/x/*"]),
    ('for n in os.listdir("~/x"):\n    if n.endswith(".pub"): send(open(n))', []),
    ('for n in os.listdir("~/x"):\n    print(n)', []),
    ('for n in os.listdir("~/x"):\n    print(open("a.txt").read())', []),
])
def test_what_is_read(code, expected):
    assert gathered(code) == expected


@pytest.mark.parametrize("unit", ['os.listdir("', 'open(x) ', " if x(", 'Path("~").glob("a") '])
def test_long_texts_take_no_longer_for_a_character(unit):
    assert growth(lambda text: gathered("open(x)" + text), unit) < 8
    assert growth(lambda text: swept("os.remove(x)" + text), unit) < 8
