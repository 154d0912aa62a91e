"""A second verifier of the audit log, written from the text of the format alone: standard library and PyNaCl.

It shares no code with `sensor.audit` and works differently (whole log in memory, recursive tree hash), so that a mistake
in one of the two shows as a difference. `python second_verifier.py LOG_FOLDER IDENTITY_PUB [PIN]` prints reasons and exits
0 verified, 1 tampered, 3 not proven.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

SAFE = 2**53


class Tampered(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Tampered(why)


def unbase64(value, length):
    data = base64.b64decode(value, validate=True)
    need(len(data) == length and base64.b64encode(data).decode() == value, "base64 of another length or form")
    return data


def signed(public, message, signature):
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def canonical(value):
    """Own renderer, so that the check does not depend on one library's idea of the form."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        need(abs(value) < SAFE, "integer too large")
        return str(value)
    if isinstance(value, str):
        out = ['"']
        names = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
        for char in value:
            need(not 0xD800 <= ord(char) <= 0xDFFF, "surrogate")
            out.append(names.get(char) or (f"\\u{ord(char):04x}" if char < " " else char))
        return "".join(out) + '"'
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    need(isinstance(value, dict), f"{type(value).__name__} in an entry")
    for key in value:
        need(re.fullmatch(r"[a-z][a-z0-9_]*", key), "key")
    return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"


def no_repeats(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "duplicate key")
    return dict(pairs)


def read_pruned(folder, identity):
    """What is signed about the part of the log that was archived; None when nothing was."""
    first = min((int(path.name[8:20]) for path in folder.iterdir() if re.fullmatch(r"journal-\d{12}\.jsonl", path.name)), default=0)
    if first == 0:
        return None
    whole = json.loads((folder / "pruned.json").read_text(), object_pairs_hook=no_repeats) if (folder / "pruned.json").exists() else None
    need(whole is not None, "the log does not begin at 0")
    body = whole["pin"]
    need(signed(identity, b"handrail-pruned-v1\n" + canonical(body).encode(), unbase64(whole["sig"], 64)), "signature of the pruned part")
    need(body["size"] >= first, "the log begins behind its pruned part")
    return body


def read_accepted(folder, identity):
    """What a person accepted as lost, by log."""
    if not (folder / "accepted.json").exists():
        return None
    whole = json.loads((folder / "accepted.json").read_text(), object_pairs_hook=no_repeats)
    body = whole["accepted"]
    need(signed(identity, b"handrail-accepted-v1\n" + canonical(body).encode(), unbase64(whole["sig"], 64)), "signature of what was accepted")
    return body


def check_beginning(walk, accepted):
    """A log with a number above 0 was begun anew: a person must have accepted that, and an entry must say so."""
    lost = {one["log"]: one["size"] for one in accepted["losses"]} if accepted is not None else {}
    if accepted is not None:
        need(accepted["log"] == walk.log, "what was accepted belongs to another log")
        need(walk.start or all(walk.accepted.get(log, -1) >= size for log, size in lost.items()), "accepted without an entry")
    number = walk.log.rsplit("/", 1)[1]
    if number != "0":
        earlier = any(int(log.rsplit("/", 1)[1]) < int(number) for log in lost)
        if not (lost.get(walk.before["log"], -1) >= walk.before["size"] if walk.before else earlier):
            walk.weak.append("begun anew, and nobody accepted that")


def read_lines(folder, start):
    """(canonical bytes, signature) of every counted line, and the tails between segments."""
    files = sorted(path for path in folder.iterdir() if re.fullmatch(r"journal-\d{12}\.jsonl", path.name))
    files = [path for path in files if int(path.name[8:20]) >= start]
    lines, tails = [], []
    for number, path in enumerate(files):
        need(int(path.name[8:20]) == start + len(lines), f"{path.name} does not follow")
        data, at = path.read_bytes(), 0
        bound = int(files[number + 1].name[8:20]) if number + 1 < len(files) else None
        while bound is None or start + len(lines) < bound:
            end = data.find(b"\n", at)
            if end < 0:
                need(bound is None, f"{path.name} ends too early")
                break
            line = data[at:end + 1]
            match = re.fullmatch(rb'\{"entry":(\{.*\}),"sig":"([A-Za-z0-9+/]{86}==)"\}\n', line, re.DOTALL)
            need(match and len(match[1]) <= 32768, f"bad line at {path.name} {at}")
            lines.append((match[1], unbase64(match[2].decode(), 64)))
            at = end + 1
        if bound is not None and at < len(data):
            tails.append((path.name, at, len(data) - at, hashlib.sha256(data[at:]).hexdigest()))
    return lines, tails


def read_notes(folder, pinned):
    notes = []
    for path in [*sorted(folder.glob("checkpoints-*.txt")), folder / "checkpoints.txt"]:
        if not path.exists():
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")  # a torn rest may end within a letter
        *parts, rest = re.split(r"(?<=[^\n]\n)\n", text)  # body, signatures, body, signatures, ..., rest
        if len(parts) % 2:
            rest = parts.pop() + rest
        if len(parts) >= 2 and "\0" in parts[-2] + parts[-1]:  # holes that a power loss left in the last note
            rest = parts.pop(-2) + parts.pop() + rest
        if path.name == "checkpoints.txt" and rest.endswith("\n") and "\0" not in rest:
            size = rest.split("\n")[1]
            need(pinned is not None and not (size.isdigit() and int(size) <= pinned), "checkpoint without signature")
        need(not re.search("[\udc80-\udcff]", "".join(parts)), "a checkpoint that is not UTF-8")
        notes += [parse_note(body, marks) for body, marks in zip(parts[0::2], parts[1::2], strict=True)]
    return notes


def parse_note(body, marks):
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9]\d*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*", body)
    need(match, "malformed checkpoint")
    signatures = []
    for mark in marks[:-1].split("\n"):
        words = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/]+=*)", mark)
        need(words, "malformed signature line")
        signatures.append((words[1], base64.b64decode(words[2], validate=True)))
    return match[1], int(match[2]), unbase64(match[3], 32), body.encode(), signatures


def note_is_signed(note, log, public):
    _, _, _, body, signatures = note
    key_id = hashlib.sha256(log.encode() + b"\n\x01" + public).digest()[:4]
    own = [data[4:] for name, data in signatures if name == log and data[:4] == key_id]
    return bool(own) and all(signed(public, body, signature) for signature in own)


class Walk:
    """One pass over the entries."""

    def __init__(self, identity):
        self.identity, self.epoch, self.key, self.first = identity, -1, None, 0
        self.leaves, self.keys, self.tails, self.weak = [], [], [], []
        self.boot, self.mono, self.kind, self.owed = None, 0, None, False
        self.start, self.prunes, self.ranges = 0, [], {}
        self.before, self.accepted = None, {}

    def resume(self, body):
        """Begin behind the pruned part: its peaks stand for its leaves."""
        self.log, self.start, self.epoch, self.first = body["log"], body["size"], body["epoch"], body["epoch_first"]
        self.key, self.kind, self.boot = unbase64(body["pk"], 32), "shutdown", body["boot_id"]
        self.leaves, self.keys = [bytes.fromhex(body["leaf"])] * self.start, [None] * self.start
        at, bits = 0, [1 << bit for bit in range(62, -1, -1) if self.start >> bit & 1]
        need(len(bits) == len(body["peaks"]), "number of peaks")
        for width, peak in zip(bits, body["peaks"], strict=True):
            self.ranges[at, at + width] = bytes.fromhex(peak)
            at += width
        need(self.tree(0, self.start).hex() == body["root"], "root of the pruned part")

    def tree(self, start, end):
        """Hash of the subtree over [start, end), as RFC 6962 defines it."""
        if start == end:
            return hashlib.sha256(b"").digest()
        if (start, end) in self.ranges:
            return self.ranges[start, end]
        if end - start == 1:
            return self.leaves[start]
        split = 1
        while split * 2 < end - start:
            split *= 2
        return hashlib.sha256(b"\x01" + self.tree(start, start + split) + self.tree(start + split, end)).digest()

    def step(self, data, signature):
        seq = len(self.leaves)
        entry = json.loads(data.decode("utf-8"), object_pairs_hook=no_repeats)
        need(canonical(entry).encode() == data, f"{seq}: not canonical")
        if seq == 0:
            need(entry["kind"] == "log_open", "first entry")
            self.log = entry["log"]
        before = self.leaves[-1] if seq else hashlib.sha256(b"\x00handrail-log-v1\n" + self.log.encode()).digest()
        need((entry["seq"], entry["log"], entry["prev"]) == (seq, self.log, before.hex()), f"{seq}: place or link")
        if entry["kind"] == "log_open":
            self.reopen(entry, seq)
        need(entry["epoch"] == self.epoch, f"{seq}: epoch")
        leaf = hashlib.sha256(b"\x00" + data).digest()
        need(signed(self.key, b"handrail-entry-v1\n" + leaf, signature), f"{seq}: signature")
        self.leaves.append(leaf)
        self.keys.append(self.key)
        self.clocks(entry, seq)
        self.tails += entry.get("tails", [])
        self.prunes += [entry["prune"]] if "prune" in entry else []
        for one in entry.get("accepted", []):
            self.accepted[one["log"]] = max(one["size"], self.accepted.get(one["log"], 0))
        if entry["kind"] == "key_rotation":
            turn = entry["rotation"]
            need((turn["first"], turn["last"]) == (self.first, seq + 1), f"{seq}: range of epoch")
            self.epoch, self.key, self.first = self.epoch + 1, unbase64(turn["next_pk"], 32), seq + 1

    def reopen(self, entry, seq):
        opened = entry["open"]
        need(unbase64(opened["identity"], 32) == self.identity, f"{seq}: identity")
        need(entry["epoch"] == self.epoch + 1 and opened["first"] == seq, f"{seq}: continuation")
        self.before = opened.get("predecessor", self.before)
        need(seq or self.log.endswith("/0") or opened.get("predecessor"), "a later log that names no predecessor")
        claim = {"epoch": entry["epoch"], "first": seq, "log": self.log, "pk": opened["pk"]}
        certificate = unbase64(opened["cert"], 64)
        need(signed(self.identity, b"handrail-epoch-v1\n" + canonical(claim).encode(), certificate), f"{seq}: certificate")
        self.epoch, self.key, self.first = entry["epoch"], unbase64(opened["pk"], 32), seq

    def clocks(self, entry, seq):
        if self.owed and entry["kind"] != "crash_recovered":
            self.weak.append(f"{seq}: restart not explained")
        same = entry["boot_id"] == self.boot
        if self.start and seq == self.start:
            same, self.mono, self.boot = True, entry["mono_us"], entry["boot_id"]
        need(not (same and entry["mono_us"] < self.mono), f"{seq}: monotonic time falls")
        self.owed = entry["kind"] == "log_open" and seq > 0 and self.kind != "shutdown"
        if entry["kind"] != "log_open" and seq:
            if not same:
                self.weak.append(f"{seq}: other boot")
            elif entry["mono_us"] - self.mono > 910_000_000 and entry["kind"] != "clock_jump":
                self.weak.append(f"{seq}: silence")
        self.boot, self.mono, self.kind = entry["boot_id"], entry["mono_us"], entry["kind"]


def verify(folder, identity, pin=None):
    """(exit code, reasons). `pin` is the parsed pin file or None."""
    walk = Walk(identity)
    try:
        notes = read_notes(folder, pin["pin"]["size"] if pin is not None else None)
        pruned = read_pruned(folder, identity)
        if pruned is not None:
            walk.resume(pruned)
        lines, tails = read_lines(folder, walk.start)
        for data, signature in lines:
            walk.step(data, signature)
        check_tails(walk, tails)
        if lines:
            check_beginning(walk, read_accepted(folder, identity))
        size = 0
        for note in notes:
            need(note[1] >= size, "checkpoint sizes go back")
            size = note[1]
            if size <= walk.start:
                continue
            need(0 < size <= walk.start + len(lines), "checkpoint beyond the journal")
            need(note[0] == walk.log and note[2] == walk.tree(0, size), "root of a checkpoint")
            need(note_is_signed(note, walk.log, walk.keys[size - 1]), "signature of a checkpoint")
        if pin is not None:
            check_pin(walk, pin, identity, size)
        if pruned is not None:
            told = [(one["to_seq"], one["root"]) for one in walk.prunes]
            need((pruned["size"], pruned["root"]) in told, "no entry says that the log was pruned")
    except (Tampered, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return 1, [str(error)]
    if not lines or not notes:
        walk.weak.append("nothing to verify, or no checkpoint")
    if pin is None:
        walk.weak.append("no anchor")
    if walk.owed:
        walk.weak.append("restart not explained")
    return (3 if walk.weak else 0), walk.weak


def check_tails(walk, tails):
    declared = {(tail["segment"], tail["offset"]): tail for tail in walk.tails}
    for name, at, length, digest in tails:
        tail = declared.get((name, at))
        need(tail is not None and tail.get("sha256", digest) == digest, f"{length} undeclared bytes in {name}")
    if any(tail.get("decisions", 0) for tail in walk.tails):
        walk.weak.append("a tail holds decisions")


def check_pin(walk, pin, identity, published):
    body = pin["pin"]
    need(signed(identity, b"handrail-pin-v1\n" + canonical(body).encode(), unbase64(pin["sig"], 64)), "pin signature")
    need(body["log"] == walk.log, "pin of another log")
    need(body["size"] <= published, "pin ahead of the checkpoints")
    need(body["size"] <= len(walk.leaves), "pin ahead of the journal")
    need(walk.tree(0, body["size"]).hex() == body["root"], "pin root")


def main(arguments):
    public = base64.b64decode(Path(arguments[1]).read_text().split("\n")[1])[10:]
    pin = json.loads(Path(arguments[2]).read_text()) if len(arguments) > 2 else None
    code, reasons = verify(Path(arguments[0]), public, pin)
    print({0: "verified", 1: "tampered", 3: "not proven"}[code], *reasons, sep="\n  ")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
