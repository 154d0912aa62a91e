"""Folders of which code takes everything that is listed: what it removes one by one, and what it reads one by one."""

from __future__ import annotations

import re

from sensor.effects.code.literals import STRING
from sensor.effects.code.literals import text_of as _text
from sensor.model.globs import fits_glob

MAX_FOLDERS = 12
_SECRETS = ".env"  # what a pattern of hidden files means besides
_SIGN = re.compile(r"walk|listdir|scandir|glob|iterdir|read_?dir|ReadDir|Dir\b|File\.ls|\bfind|Files\.|RecursiveDirectoryIterator|opendir")  # without one of these nothing is listed
_EACH = re.compile(r"\bfor\s+(\w+)\s+in\s+(?:(?:pathlib\.)?Path\(\s*)?" + STRING + r"\)?\.(?:r?glob|iterdir)\s*\([^)\n]*\)")
_REMOVED = re.compile(r"\b(\w+)\.(?:unlink|rmdir)\(|(?:remove|unlink|rmtree)\(\s*(\w+)\b")
# Whatever a listing names is removed, one by one: the listing's folder, and the removal of a name that is no literal.
_LISTING = re.compile(
    r"(?:os\.(?:walk|listdir|scandir)|(?:glob\.)?i?glob|Dir(?:\.(?:glob|each_child|children|entries|foreach)|(?=\[))|readdirSync|scandir|filepath\.Walk(?:Dir)?|(?:os|ioutil)\.ReadDir|fs::read_dir|File\.ls!?|\breaddir|opendir\s*\(?\s*(?:my\s+)?[\w$]{1,30}\s*,|Files\.(?:walk|list|newDirectoryStream)\(\s*Paths?\.(?:get|of)|RecursiveDirectoryIterator|"
    r"\bfind(?:depth)?\s*\(\s*(?:\\?&\w+|sub\s*\{[^}]{0,200}\})\s*,)\s*[(\[]?\s*" + STRING)
_REMOVES_NAME = re.compile(
    r"[\"']unlink[\"']\s*,|remove_(?:dir_all|file)\(\s*&?[a-z]|File\.rm(?:_rf)?!?\(\s*(?:Path\.join|&1|[a-z])|\bunlink\s*\(?\s*\"[^\"\n]{0,80}\$|toFile\(\)\.delete\(\)|\bFiles?::delete\b|Files\.delete(?:IfExists)?\(\s*[a-z]|(?:os\.(?:remove|unlink|rmdir|Remove|RemoveAll)|shutil\.rmtree|\b(?:unlink|rm|rmdir)Sync|File\.(?:delete|unlink)|FileUtils\.rm\w*|\b(?:unlink|rmdir))\b"
    r"(?:\s*\(?\s*[^\s(rbf\"'`]|\s*\(?\s*[rbf](?![\"'`])|\s*\(?\s*[\"'`][^\"'`\n]*[\"'`]\s*[+.])")
_JULIA = re.compile(r"\bfor\s+(\w{1,30})\s+in\s+readdir\(\s*" + STRING + r"[^\n]{0,80}?\brm\(\s*(?:joinpath\([^()\n]{0,60})?\1\b")
# A removal by a program of the system.
_REMOVES_BY = re.compile(r"(?:system|spawn|spawnSync|execFile|execFileSync|run|call|check_call|Popen)\s*\(?\s*\[?\s*[\"']rm[\"'](?:\s*,\s*[\"']-[\w-]+[\"']){0,4}\s*,\s*\$?[A-Za-z_]|"
    r"\b(?:exec|execSync|system|shell_exec|passthru|run|call|check_call|popen|Popen)\s*\(\s*f?[\"'`]rm -[rRf]{1,3} (?:-- )?['\"\\]{0,2}(?:[\"'`]\s*[.+,]\s*[$\w]|[#$]?\{)")
# Conditions that only ask whether something is there and of which kind, or leave out one name.
_ASKS = re.compile(r"\b(?:if|unless)\s*\(?\s*!?\s*(?:[\w.$]{1,60}(?:\([^()\n]{0,100}\)){0,2}\.?(?:isDirectory|isFile|isSymbolicLink|exists?(?:Sync)?|directory\?|file\?|exist\?|is_dir|is_file|isDir|isFile|file_exists)\b|(?:is_dir|is_file|file_exists|-[edf])\b|[$]?\w{1,30}\s*\))|"
                   r"\.filter\(\s*\(?\w{1,30}\)?\s*=>\s*\w{1,30}\s*!==?\s*[\"'][^\"'\n]{1,60}[\"']\s*\)")
_CHOOSES = re.compile(r"\bif\b|\bunless\b|endswith|startswith|fnmatch|filter|=~|\.match|\btest\(")
# Of everything listed, the part of this name.
_PART = re.compile(r"(?:rmtree|rmSync|rm_rf|RemoveAll)\s*\(\s*(?:\w+\.){0,2}[jJ]oin\(\s*\w+\s*,\s*[\"'](\.git)[\"']")
# A file that is opened by a name which is no literal, and listings of a path object, whose pattern comes behind them.
_READS_NAME = re.compile(r"\bopen\s*\(?\s*(?:my\s+)?[\w$]{1,30}\s*,\s*(?:[\"']<[^\"'\n]{0,20}[\"']\s*,\s*)?\$|\bopen\s*\(\s*(?![\"'`)]|[rbf][\"'`])|\.read_(?:text|bytes)\(|\b(?:readFileSync|readFile|createReadStream|Bun\.file|readTextFile(?:Sync)?|(?:File|IO)\.(?:read|binread|open|foreach)|file_get_contents|os\.ReadFile)\s*\(?\s*[A-Za-z_$(]")
_LISTED = re.compile(r"(?:Path\(\s*)?" + STRING + r"\s*\)?(?:\.expanduser\(\)|\.resolve\(\))*\.(?:r?glob\(\s*[\"']([^\"'\n]{1,100})[\"']|iterdir\()")
# What of a listing is taken, where its name decides.
_TAKEN = re.compile(r"\.(startswith|startsWith|endswith|endsWith|start_with\?|end_with\?|includes|fnmatch)\(\s*(?:\w+\s*,\s*)?\(?\s*" + STRING + r"|(?:===?|\bin\s*[(\[{])\s*" + STRING)
_PUBLIC = re.compile(r"\.pub\b")


def swept(code: str) -> list[str]:
    """The folders of which everything that is listed is removed."""
    if _SIGN.search(code) is None:
        return []
    removed = {name for names in _REMOVED.findall(code) for name in names}
    found = [next(part for part in each.groups()[1:] if part is not None).rstrip("/") + "/*" for each in _EACH.finditer(code) if each.group(1) in removed]
    found += [next(part for part in match.groups()[1:] if part is not None).rstrip("/") + "/*" for match in _JULIA.finditer(code)]
    listed = [text for text in map(_text, _LISTING.finditer(code)) if text]
    found += [f"{text.rstrip('/')}/*/{part}" for part in _PART.findall(code) for text in listed]
    if not listed or not (_REMOVES_NAME.search(code) or _REMOVES_BY.search(code)) or _CHOOSES.search(_ASKS.sub("", code)):
        return found
    return found + [text if "*" in text or "." in text.rpartition("/")[2] else text.rstrip("/") + "/*" for text in listed]


def gathered(code: str) -> list[str]:
    """What is listed and then read, as patterns of paths; of a listing from which names are chosen, those names."""
    if _SIGN.search(code) is None or _READS_NAME.search(code) is None:
        return []
    listed = [(_text(match), "*") for match in _LISTING.finditer(code)]
    listed += [(_text(match), match.group(4) or "*") for match in _LISTED.finditer(code)]
    if not listed or _PUBLIC.search(code):
        return []
    chosen = [_pattern(match) for match in _TAKEN.finditer(code)]
    found = []
    for folder, pattern in listed[:MAX_FOLDERS]:
        if not folder:
            continue
        if "*" in folder or "?" in folder:
            found.append(folder)
        else:
            found += [f"{folder.rstrip('/')}/{name}" for name in chosen[:MAX_FOLDERS] or [pattern.replace("**/", "")]]
    return found + [f"{one.rpartition('/')[0] or '.'}/{_SECRETS}" for one in found if (name := one.rpartition("/")[2])[:1] == "." and "*" in name and fits_glob(_SECRETS, name)]


def _pattern(match: re.Match[str]) -> str:
    """The names that a condition takes."""
    groups = match.groups()
    name = next((part for part in groups[1:] if part is not None), "")
    kind = (groups[0] or "").lower()
    return f"{name}*" if kind.startswith("start") else f"*{name}" if kind.startswith("end") else f"*{name}*" if kind == "includes" else name
