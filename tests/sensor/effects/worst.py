"""Commands of up to a megabyte that made, or could make, the derivation work longest: for its tests and its bench."""

from __future__ import annotations

MEGABYTE = 1_000_000


def filled(unit: str, size: int = MEGABYTE) -> str:
    return unit * (size // len(unit))


WORST = {
    "PowerShell: words": "pwsh -c '" + filled("rd /s ", 300_000) + "'",
    "Windows: loops": "cmd /c '" + filled("for %i in ( ", 300_000) + "'",
    "escapes of code points in one word": "echo $'" + "\\u0041" * 100_000 + "'",
    "escapes of code points in many words": "echo " + filled("$'\\u0041' "),
    "escaped letters": "echo " + filled("\\a"),
    "escaped backticks": filled("\\`"),
    "variables made of each other": "\n".join("; ".join(f'v{number}_{chain}="$v{number - 1}_{chain}$v{number - 1}_{chain}"' for number in range(1, 21)) for chain in range(200)),
    "long values": "v=" + "x" * 60_000 + "\n" + filled("echo $v;"),
    "cut values": "a=" + "x/" * 900 + ";" + "echo ${a%%/*z};" * 40_000,
    "a loop over many words": "for a in " + filled("x ", 2000) + "; do " + "echo $a$a$a$a; " * 2000 + "done",
    "here-documents": "".join(f"cat <<E{number}\nx\nE{number}\n" for number in range(8000)),
    "here-documents without an end": filled("cat <<E\n"),
    "here-documents on one line": "cat " + "<<E " * 20_000 + "\n" + "x\nE\n" * 20_000,
    "words in two scripts": "echo " + "p\u0430yp\u0430l.example " * 60_000,
    "open brackets of data": "echo " + filled('{"a":'),
    "open square brackets": "[" * 500_000,
    "commands": filled("rm -r x;"),
    "different commands": ";".join(f"rm a{number}" for number in range(90_000)),
    "words": "echo " + filled("a "),
    "variables": "echo " + filled("$a "),
    "substitutions": "echo " + filled("$(a) "),
    "process substitutions": "cat " + filled(">(a) "),
    "pairs of quotes": filled("''"),
    "pairs of double quotes": filled('""'),
    "braces": "echo " + filled("{a,b} "),
    "PowerShell: one statement": "pwsh -c '" + filled("execSync(", 300_000) + "'",
    "nested arithmetic": filled("$(("),
    "arithmetic": "echo " + filled("$((1+2))"),
    "named homes": "echo " + filled("~a "),
    "redirections": "echo " + filled("2>&1 "),
    "assignments": filled("a=b "),
    "arrays": "a=(" + filled("x ") + ")",
    "unset names": "unset " + filled("a "),
    "exported names": "export " + filled("a=b "),
    "paths": "\n".join("cat " + " ".join(f"a{line}_{number}" for number in range(100)) for line in range(1000)),
    "patterns": "ls " + " ".join(f"~/.ss?/id_*{number}" for number in range(50_000)),
    "hosts": "curl " + " ".join(f"http://h{number}.example/x" for number in range(30_000)),
    "edits": "sed '" + filled("s/a/b/e;") + "'",
    "wrappers": filled("sudo ") + "rm x",
    "functions that call themselves": "f() { f; f; }; f;" * 2000,
    "code": "\n".join("python3 -c '" + filled(f"x = {number}\n", 19_000) + "'" for number in range(50)),
    "short codes whose values double": "\n".join(f"python3 -c 'import os; f = lambda a: [a, a]; os.system({'f(' * 30}{number}{')' * 30})'" for number in range(4000)),
    "short codes of loops": "\n".join(f"python3 -c 'import os\nfor a in [1, 2, 3, 4]:\n for b in [1, 2, 3, 4]:\n  for c in [1, 2, 3, 4]:\n   for d in [1, 2, 3, 4]: os.system({number})'" for number in range(4000)),
    "many short codes": "\n".join(f"perl -e 'x={number}'" for number in range(40_000)),
    "programs of awk": "\n".join(f"awk '|{number}" + filled("print a ", 19_000) + "'" for number in range(50)),
    "code with many addresses": "python3 -c '" + "\n".join(f'"ws://{number}"' for number in range(1400)) + "'",
}
