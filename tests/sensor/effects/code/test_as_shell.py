"""Statements of PowerShell as shell text."""

from __future__ import annotations

import pytest

from sensor.effects.code.as_shell import is_program, plain_strings, shell_text
from tests.growth import growth


@pytest.mark.parametrize(("stages", "expected"), [
    (["rm -rf ~"], "rm -rf ~"),
    (["/bin/rm -rf $HOME"], "/bin/rm -rf ${HOME}"),
    (["& $x -rf ~"], "${x} -rf ~"),
    (["& 'rm' -rf ~"], "rm -rf ~"),
    (["$X = 'rm'"], "x=rm"),
    (["$x = curl https://a.example"], "x=$(curl https://a.example)"),
    (["$x", "sh"], "echo ${x} | sh"),
    (["rm -rf a,~"], "rm -rf a ~"),
    (["rm --% -rf /"], "rm -rf /"),
    (["rm `\n -rf ~"], "rm   -rf ~"),
    (["curl -d (cat a) b"], "curl -d $(cat a) b"),
    (["(iwr https://a.example).Content", "sh"], "(curl https://a.example) | sh"),
    (["[void](rm -rf ~)"], "(rm -rf ~)"),
    (["if (rm -rf ~)"], "(rm -rf ~)"),
    (["'it''s'", "cat"], "echo 'it'\"'\"'s' | cat"),
    (['echo "a`"$env:X\\b`$c" > d'], 'echo "a\\"${X}\\\\b\\$c" > d'),
    (["Get-Process *> $null"], "echo &> /dev/null"),
    (["Get-Date 'a>b' > a"], "echo 'a>b' > a"),
    (["Get-Date", "Out-String > a"], "true | cat > a"),
    (["Get-Content a", "Out-String", "sh"], "cat a | cat | sh"),
    (["Join-Path (rm -rf ~) x"], "echo $(rm -rf ~) x"),
    (["Start-Process -FilePath rm -ArgumentList '-rf','~' -Wait"], "rm    -rf   ~"),
    (["iex 'rm x'"], "pwsh -c 'rm x'"),
    (["'rm x'", "iex"], "echo 'rm x' | pwsh -c -"),
    (["cd ~"], "cd ~"),
    (["[IO.Directory]::Delete('/home', $true)"], "rm -rf /home"),
    (["& ([scriptblock]::Create('rm x'))"], "pwsh -c 'rm x'"),
    (["[System.IO.File]::Move($a, '/b')"], "mv ${a}  /b"),
    (["[IO.File]::AppendAllText('/a', \"x\")"], 'echo "x" >> /a'),
    (["[IO.Path]::GetTempPath()", "cat"], "echo [IO.Path]::GetTempPath$() | cat"),
    (["$a = $b = 'rm'"], "a=rm b=rm"),
    (["  return if (rm x)"], "(rm x)"),
])
def test_what_starts_a_program_or_writes(stages, expected):
    assert shell_text(stages) == expected


@pytest.mark.parametrize("stages", [
    ["Get-Content a", "Select-String b"], ["Remove-Item -Recurse a"], ["$a.b"], ["1..3"], ["if ($a -gt 1)"], ["function rm"], ["param($x)"], ["irm a.example/x", "iex"], ["Get-Process 2>&1"],
    ["iex (iwr https://a.example)"], ["'a'"], [""],
])
def test_cmdlets_alone_are_no_shell_text(stages):
    assert shell_text(stages) == ""


@pytest.mark.parametrize(("text", "expected"), [
    ("# don't\nrm x\n# don't", " \nrm x\n "),
    ("a <# it's #> b", "a   b"),
    ("a#b 'c # d' \"# e\"", "a#b 'c # d' \"# e\""),
    ("rm ` #a ~", "rm ` #a ~"),
    ("@'\nit's\n'@ | b", "'it''s' | b"),
    ('@"\na "b"\n"@', '"a `"b`""'),
    ("a", "a"),
])
def test_comments_and_long_strings(text, expected):
    assert plain_strings(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("git push", True), ("foo.exe a", True), ("curl https://a.example", True), ("sc stop a", True),
    ("rm a", False), ("Get-Thing a", False), ("curl -Uri https://a.example", False), ("if a", False), ("1 a", False),
])
def test_programs(text, expected):
    assert is_program(text.split()) is expected


@pytest.mark.parametrize("unit", ["<#", "@'\n", '"`', "''", "$(", "[a", "(", ").a", "#", "if ", "$a=", "[a](", "$(if ", "[scriptblock]::Create('", "[IO.File]::Delete("])
def test_long_texts_are_read_once(unit):
    assert growth(lambda text: shell_text([plain_strings(text)]), unit, 4_000) < 10
