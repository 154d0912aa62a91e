"""What programs do with their operands and flags: the rows of all tables, found by base name.

Programs that are not listed read what looks like a path, and write what they are given as their output.
"""

from __future__ import annotations

from sensor.effects.programs.files import FILE_PROGRAMS
from sensor.effects.programs.network import NETWORK_PROGRAMS
from sensor.effects.programs.spec import Spec
from sensor.effects.programs.tools import TOOL_PROGRAMS

PROGRAMS: dict[str, Spec] = {**FILE_PROGRAMS, **NETWORK_PROGRAMS, **TOOL_PROGRAMS}
ALIASES = {
    "7zz": "7z", "7zr": "7z", "gdd": "dd", "gawk": "awk", "mawk": "awk", "nawk": "awk", "gsed": "sed", "gtar": "tar", "bsdtar": "tar", "gfind": "find", "pip3": "pip", "pip2": "pip", "python2": "python",
    "python3": "python", "pypy": "python", "pypy3": "python", "nodejs": "node", "zsh": "sh", "dash": "sh", "ash": "sh", "ksh": "sh", "mksh": "sh", "fish": "sh", "rbash": "sh",
    "gtee": "tee", "gshred": "shred", "grm": "rm", "gmv": "mv", "gcat": "cat", "wget2": "wget", "git.exe": "git", "view": "less", "vimdiff": "vim", "view.exe": "less", "rgrep": "grep", "zegrep": "grep", "fdfind": "fd", "cargo.exe": "cargo",
}
_OUTPUTS = frozenset({"output", "out", "outfile", "output-file", "out-file", "outputfile", "output-path", "out-path", "save-to", "save-as", "write-to", "dest", "destination", "report-file", "log-file", "logfile", "export-to"})
# Programs of Windows that are called with or without the ending `.exe`.
OF_WINDOWS = frozenset({
    "reg", "net", "sc", "cmd", "wsl", "mshta", "regsvr32", "rundll32", "cscript", "wscript", "certutil", "bitsadmin", "msbuild", "installutil", "wmic", "cmstp", "msiexec", "hh", "schtasks", "vssadmin", "wbadmin", "bcdedit", "ntdsutil",
    "esentutl", "diskshadow", "cmdkey", "vaultcmd", "netsh", "findstr", "attrib", "taskkill", "takeown", "icacls", "cipher", "format", "diskpart", "wevtutil", "forfiles", "pcalua", "odbcconf", "mavinject", "procdump", "regasm", "regsvcs",
    "ieexec", "presentationhost", "finger", "ftp", "curl", "ssh", "scp", "tar", "powershell", "pwsh", "winget", "msdt", "xwizard", "desktopimgdownldr", "certoc", "certreq", "replace", "expand", "extrac32", "makecab",
})
UNKNOWN_PROGRAM = Spec(values=_OUTPUTS | {"o"}, writes=_OUTPUTS | {"o"})


def spec_of(program: str) -> Spec:
    """The row of a program by base name."""
    found = PROGRAMS.get(program)
    if found is not None:
        return found
    alias = ALIASES.get(program)
    if alias is None and program.startswith(("python3.", "python2.")):
        alias = "python"
    if alias is None and program.startswith("mkfs."):
        alias = "mkfs"
    return PROGRAMS.get(alias or "", UNKNOWN_PROGRAM)
